//! What cases say: orders in few words, look-ups, and waiting for what has to happen on a socket.
//!
//! The invariant: every order has a name of its own, so that each report belongs to one of them.

use kraken_client::socket::SocketEvent;
use kraken_protocol::{
    PairName, PairNames, Request,
    limits::TradingAction,
    request::{OrderName, Page},
    rest::{
        market,
        orders::{self, Order},
        placing::{self, Added},
    },
    stream::{
        session::{AccountReport, CommandAnswer, LinkChange, Outcome, SocketCommand},
        subscription::Subscription,
    },
};
use serde_json::Value;
use trading_types::{
    AccountEvent, ClientOrderId, NewOrder, OrderKind, OrderQuantity, Pair, Price, Side,
    TimeInForce, Timestamp,
};

use crate::{
    line::{Came, Key, Line, Wanting, Wire},
    world::World,
};

/// The number that the names of our orders share.
const SESSION: u64 = 0x51ac_4a7e_0000_0001;

/// More than happens on any socket before what a case waits for.
const EVENTS_MAX: usize = 100_000;

/// A line, and what a client knows once it is connected.
pub(crate) struct Suite<L> {
    pub(crate) line: L,
    pub(crate) names: PairNames,
    orders: u64,
    commands: u64,
}

pub(crate) fn btc_usd() -> Pair {
    "BTC/USD".parse().expect("a pair")
}

pub(crate) fn price(text: &str) -> Price {
    text.parse().expect("a price")
}

pub(crate) fn limit(at: &str) -> OrderKind {
    OrderKind::Limit { price: price(at) }
}

impl<L: Line> Suite<L> {
    /// Connects, and asks which pairs there are.
    pub(crate) async fn start(world: World) -> Self {
        let mut line = L::start(world).await;
        let pairs = line.call(Key::Trade, Request::asset_pairs(), None).await.result();
        let told = market::asset_pairs(&pairs).expect("pairs");
        assert!(told.set_aside.is_empty(), "not understood: {:?}", told.set_aside);
        Self { line, names: PairNames::from_pairs(&told.pairs), orders: 0, commands: 0 }
    }

    /// What requests call the pair of most cases.
    pub(crate) fn name(&self) -> PairName {
        self.names.name(btc_usd()).expect("it is served")
    }

    /// What Kraken's clock shows, in whole seconds.
    pub(crate) async fn time(&mut self) -> Timestamp {
        let told = self.read(Request::time()).await;
        market::time(&told).expect("a time")
    }

    /// Makes a call with the trade key that changes nothing, which has to be answered.
    pub(crate) async fn read(&mut self, request: Request) -> String {
        self.line.call(Key::Trade, request, None).await.result()
    }

    /// One of the counters that the simulated Kraken keeps.
    pub(crate) async fn count(&mut self, pointer: &str) -> u64 {
        let statistics = self.line.statistics().await;
        let count = statistics.pointer(pointer).and_then(Value::as_u64);
        count.unwrap_or_else(|| panic!("no {pointer} in {statistics}"))
    }

    /// A name that no order has had.
    pub(crate) fn next_id(&mut self) -> ClientOrderId {
        self.orders += 1;
        ClientOrderId::new(SESSION, self.orders)
    }

    /// An order on BTC/USD, of so much bitcoin.
    pub(crate) fn order(&mut self, side: Side, kind: OrderKind, quantity: &str) -> NewOrder {
        let quantity = OrderQuantity::Base(quantity.parse().expect("a quantity"));
        NewOrder::new(self.next_id(), btc_usd(), side, kind, quantity)
    }

    /// Places an order over REST.
    pub(crate) async fn place(&mut self, key: Key, order: &NewOrder) -> Came {
        let name = self.names.name(order.pair).expect("it is served");
        let request = Request::add_order(order, name).expect("an order that can be said");
        self.line.call(key, request, Some(placing_action(order))).await
    }

    /// Places an order over REST, which has to be taken.
    pub(crate) async fn placed(&mut self, key: Key, order: &NewOrder) -> Added {
        let result = self.place(key, order).await.result();
        placing::added(&result, false).expect("what was placed")
    }

    /// Cancels an order over REST.
    pub(crate) async fn cancel(&mut self, order: &NewOrder) -> Came {
        let request = Request::cancel_order(OrderName::Ours(order.id), order.pair);
        let action = TradingAction::Cancel(vec![order.id]);
        self.line.call(Key::Trade, request, Some(action)).await
    }

    /// Cancels everything over REST; says how many orders it were.
    pub(crate) async fn cancel_all(&mut self) -> u64 {
        let action = Some(TradingAction::CancelAll);
        let result = self.line.call(Key::Trade, Request::cancel_all(), action).await.result();
        placing::canceled(&result).expect("a count").count
    }

    /// The open orders of the first account.
    pub(crate) async fn open_orders(&mut self) -> Vec<Order> {
        let result = self.read(Request::open_orders(None)).await;
        orders::open_orders(&result, &self.names).expect("orders")
    }

    /// An order by our name, open or closed: the walk that proves whether there is one.
    pub(crate) async fn find(&mut self, id: ClientOrderId) -> Option<Order> {
        let result = self.read(Request::open_orders(Some(id))).await;
        let open = orders::open_orders(&result, &self.names).expect("orders");
        let result = self.read(Request::closed_orders(Some(id), &Page::default())).await;
        let closed = orders::closed_orders(&result, &self.names).expect("orders").orders;
        let mut found = open.into_iter().chain(closed);
        let first = found.next();
        assert!(first.iter().all(|order| order.our_id() == Some(id)), "{first:?}");
        assert!(found.next().is_none(), "{id} is the name of two orders");
        first
    }

    /// Keeps the private socket of a key open, with all there is to know about its account; its
    /// snapshots are here.
    pub(crate) async fn open_private(&mut self, key: Key) -> Wire {
        let wanted = [Subscription::Executions, Subscription::Balances];
        let wire = self.line.open(key, Wanting::private(&wanted)).await;
        self.wait(wire, "a link", is_up).await;
        wire
    }

    /// Sends a command over a socket and says what became of its first order.
    pub(crate) async fn command(&mut self, wire: Wire, command: SocketCommand) -> Outcome {
        let answers = command.orders().len().max(1);
        self.commanded(wire, command, answers).await.swap_remove(0).outcome
    }

    /// Sends a command over a socket and says what became of it, order by order.
    pub(crate) async fn commanded(
        &mut self,
        wire: Wire,
        command: SocketCommand,
        answers: usize,
    ) -> Vec<CommandAnswer> {
        let number = self.send(wire, command).await;
        let mut told = Vec::new();
        while told.len() < answers {
            let answer = self.wait(wire, "an answer", |event| match event {
                SocketEvent::Answer(answer) if answer.request == number => Some(answer.clone()),
                _ => None,
            });
            told.push(answer.await);
        }
        told
    }

    /// Sends a command over a socket and does not wait; says its number.
    pub(crate) async fn send(&mut self, wire: Wire, command: SocketCommand) -> u64 {
        self.commands += 1;
        self.line.command(wire, self.commands, command).await;
        self.commands
    }

    /// Waits until something has happened on a socket; what comes before it is passed over.
    pub(crate) async fn wait<T>(
        &mut self,
        wire: Wire,
        what: &str,
        mut is_it: impl FnMut(&SocketEvent) -> Option<T>,
    ) -> T {
        for _ in 0..EVENTS_MAX {
            let event = self.line.next(wire).await;
            if let Some(found) = is_it(&event) {
                return found;
            }
            if let SocketEvent::Ended(reason) = event {
                panic!("waited for {what}, and the socket ended: {reason:?}");
            }
        }
        panic!("waited for {what}, and {EVENTS_MAX} other things happened");
    }

    /// What happens to our orders on a socket, up to and with what ends the order `id`.
    pub(crate) async fn until_end(&mut self, wire: Wire, id: ClientOrderId) -> Vec<AccountEvent> {
        let mut told = Vec::new();
        loop {
            let event = self.wait(wire, "an end", |event| account_event(event).cloned()).await;
            let is_end = end_of(&event) == Some(id);
            told.push(event);
            if is_end {
                return told;
            }
        }
    }
}

/// What placing an order does on the counter of its pair.
pub(crate) fn placing_action(order: &NewOrder) -> TradingAction {
    let is_over = order.kind == OrderKind::Market
        || matches!(order.time_in_force, TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill);
    if is_over {
        TradingAction::PlaceImmediate(order.id)
    } else {
        TradingAction::Place(vec![order.id])
    }
}

/// Whether events flow from here on.
pub(crate) fn is_up(event: &SocketEvent) -> Option<()> {
    matches!(event, SocketEvent::Link(LinkChange::Up)).then_some(())
}

/// What the engine is told of an event.
pub(crate) fn account_event(event: &SocketEvent) -> Option<&AccountEvent> {
    match event {
        SocketEvent::Account(report) => AccountReport::event(report),
        _ => None,
    }
}

/// The order that an event ends.
pub(crate) fn end_of(event: &AccountEvent) -> Option<ClientOrderId> {
    match event {
        AccountEvent::Completed { order }
        | AccountEvent::Canceled { order, .. }
        | AccountEvent::Expired { order }
        | AccountEvent::Rejected { order, .. } => Some(*order),
        _ => None,
    }
}
