//! The venue of paper trading: Kraken's market, and an account that is made up.
//!
//! **Law.** Nothing fills without evidence of the market: quantity that the book shows, a trade at
//! the order's price beyond the queue that was seen there, or a trade beyond the price. What may
//! have been either way was the worse.
//!
//! It stands where Kraken's private side stands: commands and calls go in, and what comes out is
//! what a private socket and REST would have said. The same inputs give the same fills.

mod answers;
mod market;
mod records;

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use bot_machine::{BotInput, Call, CallFailure};
use exchange_simulator::{AccountId, Audience, BookExchange, BookSettings, Delay, Latency};
use kraken_protocol::stream::{
    executions::{OpenOrder, OrderReport},
    order_writer::OrderName,
    session::{
        AccountReport, CommandAnswer, LinkChange, LinkLoss, NotSent, Outcome, SocketCommand,
    },
    subscription::SocketKind,
};
use serde::{Deserialize, Serialize};
use trading_types::{
    AccountEvent, Amount, Asset, BookUpdate, ClientOrderId, NewOrder, OrderQuantity, Pair,
    PairRules, Refusal, Timestamp, Trade, VenueCommand, VenueEvent,
};

use self::{market::Queues, records::Records};

/// How a paper account begins.
#[derive(Clone, Debug)]
pub struct PaperSettings {
    /// The pairs and their rules, with the fees that are to be paid.
    pub rules: Vec<PairRules>,
    /// What the account has.
    pub balances: Vec<(Asset, Amount)>,
    /// How long a command takes to the venue; its answer takes no time of its own.
    pub latency: Delay,
    /// Decides how long each command takes.
    pub seed: u64,
}

/// Something for the venue.
#[derive(Clone, Debug)]
pub enum PaperEvent {
    /// The bot commands over its private socket.
    Command {
        /// The number its answers carry.
        request: u64,
        /// What.
        command: SocketCommand,
    },
    /// The bot makes a private call.
    Call {
        /// Its number.
        call: u64,
        /// What.
        what: Call,
    },
    /// The bot opens its private socket.
    Open,
    /// It wants to be shown what is open.
    Renew,
    /// It closes its private socket.
    Close,
    /// The real book of a pair, whole, as it stands now.
    Book {
        /// Which pair.
        pair: Pair,
        /// All levels that are known of it.
        bids_and_asks: BookUpdate,
    },
    /// The real book of a pair is not known any more.
    BookLost(Pair),
    /// Others traded.
    Trade {
        /// On which pair.
        pair: Pair,
        /// The trade.
        trade: Trade,
    },
    /// What pairs require has changed.
    Rules(PairRules),
}

/// What has to be kept for the next start.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PaperState {
    exchange: BookExchange,
    account: AccountId,
    records: Records,
    queues: Queues,
    pairs: Vec<Pair>,
    /// When everything is canceled, unless that is put off.
    dead_man: Option<Timestamp>,
}

impl PaperState {
    /// Its bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("a state can be written")
    }

    /// From its bytes; nothing when they are not what was written.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

/// The venue, as a machine.
#[derive(Debug)]
pub struct PaperVenue {
    state: PaperState,
    /// Who waits for an answer about an order.
    asked: BTreeMap<(Asking, ClientOrderId), VecDeque<u64>>,
    is_open: bool,
    is_changed: bool,
    outputs: VecDeque<BotInput>,
}

/// What was asked about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Asking {
    Place,
    Amend,
    Cancel,
}

impl PaperVenue {
    /// A new account at a venue whose books nobody knows yet.
    pub fn new(settings: PaperSettings, now: Timestamp) -> Self {
        let pairs: Vec<Pair> = settings.rules.iter().map(|rules| rules.pair).collect();
        let latency = Latency { outbound: settings.latency, inbound: Delay::NONE };
        let rules = settings.rules;
        let settings_of_book =
            BookSettings { rules, latency, intervals: Vec::new(), seed: settings.seed };
        let mut exchange = BookExchange::new(settings_of_book, now);
        let account = exchange.open_account(&settings.balances);
        let (records, queues) = (Records::default(), Queues::default());
        let state = PaperState { exchange, account, records, queues, pairs, dead_man: None };
        let mut venue = Self::goes_on(state);
        venue.lose_all_books(now);
        venue.drain();
        venue
    }

    /// The venue as it was left. Its books are not known until they are told.
    pub fn restore(state: PaperState, now: Timestamp) -> Self {
        let mut venue = Self::goes_on(state);
        venue.lose_all_books(now);
        venue
    }

    fn lose_all_books(&mut self, now: Timestamp) {
        for pair in self.state.pairs.clone() {
            self.lose_book(pair, now);
        }
    }

    fn goes_on(state: PaperState) -> Self {
        let (asked, outputs) = (BTreeMap::new(), VecDeque::new());
        Self { state, asked, is_open: false, is_changed: true, outputs }
    }

    /// What is to be kept, if it has changed since it was last asked for. It has to be kept before
    /// what [`poll_output`](Self::poll_output) gives is told: a venue forgets nothing.
    pub fn changed(&mut self) -> Option<&PaperState> {
        std::mem::take(&mut self.is_changed).then_some(&self.state)
    }

    /// Something happened.
    pub fn handle(&mut self, event: PaperEvent, now: Timestamp) {
        self.advance(now);
        match event {
            PaperEvent::Command { request, command } => self.command(request, command, now),
            PaperEvent::Call { call, what } => {
                let result = self.answer(&what, now);
                self.drain();
                self.outputs.push_back(BotInput::Answered { call, sent: now, result });
            }
            PaperEvent::Open => {
                self.is_open = true;
                self.link(LinkChange::Up);
                self.show_open_orders();
            }
            PaperEvent::Renew => self.show_open_orders(),
            PaperEvent::Close => {
                self.is_open = false;
                self.link(LinkChange::Down(LinkLoss::Shutdown));
            }
            PaperEvent::Book { pair, bids_and_asks } => self.see_book(pair, &bids_and_asks, now),
            PaperEvent::BookLost(pair) => self.lose_book(pair, now),
            PaperEvent::Trade { pair, trade } => self.see_trade(pair, &trade, now),
            PaperEvent::Rules(rules) => self.state.exchange.set_rules(rules, now),
        }
        self.drain();
    }

    /// A timer is due; a call too many is harmless.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.advance(now);
    }

    /// What the bot is to be told next.
    pub fn poll_output(&mut self) -> Option<BotInput> {
        self.outputs.pop_front()
    }

    /// When to come back.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        self.state.exchange.next_timeout().into_iter().chain(self.state.dead_man).min()
    }

    /// What the account has of each asset, what open orders hold included.
    pub fn balances(&self) -> Vec<(Asset, Amount)> {
        let all = self.state.exchange.balances(self.state.account);
        all.into_iter().map(|(asset, balance)| (asset, balance.total)).collect()
    }

    fn advance(&mut self, now: Timestamp) {
        if self.state.dead_man.is_some_and(|fires| fires <= now) {
            self.state.dead_man = None;
            self.state.exchange.cancel_all_by_venue(self.state.account, now);
            self.is_changed = true;
        }
        self.state.exchange.handle_timeout(now);
        self.drain();
    }

    fn command(&mut self, request: u64, command: SocketCommand, now: Timestamp) {
        if !self.is_open {
            let outcome = Outcome::NotSent(NotSent::NotConnected);
            return self.reply_to_all(request, &command, &outcome);
        }
        match command {
            SocketCommand::Place(order) => self.place(request, order, now),
            SocketCommand::PlaceBatch(orders) => {
                for order in orders {
                    self.place(request, order, now);
                }
            }
            SocketCommand::Check(order) => {
                let checked = self.state.exchange.check(self.state.account, &order);
                let outcome = checked.map_or_else(Outcome::Refused, |()| Outcome::Checked);
                self.reply(request, Some(OrderName::Ours(order.id)), outcome);
            }
            SocketCommand::Amend(wanted) => {
                let amendment = wanted.amendment;
                let open = self.state.exchange.open_order(self.state.account, amendment.order);
                if let (Some(limit), Some(open)) = (amendment.limit, open) {
                    let (pair, side) = (open.order().pair, open.order().side);
                    self.expect(pair, side, limit, now);
                }
                self.ask(Asking::Amend, amendment.order, request);
                self.send(VenueCommand::Amend(amendment), now);
            }
            SocketCommand::Cancel(names) | SocketCommand::CancelBatch(names) => {
                for name in names {
                    self.cancel(request, name, now);
                }
            }
            SocketCommand::CancelAll => {
                let open = self.state.exchange.open_orders(self.state.account).count();
                let count = u32::try_from(open).unwrap_or(u32::MAX);
                self.send(VenueCommand::CancelAll, now);
                self.reply(request, None, Outcome::CancelingAll { count });
            }
            SocketCommand::CancelAllAfter(timeout) => {
                let fires = self.set_switch(timeout, now);
                self.reply(request, None, Outcome::SwitchSet { fires });
            }
        }
    }

    fn place(&mut self, request: u64, order: NewOrder, now: Timestamp) {
        let name = Some(OrderName::Ours(order.id));
        // Kraken takes a name again once its order has ended; ours are never used twice, so that
        // such an order is a mistake that paper trading is there to find.
        if self.state.records.has(order.id) {
            let refused = Outcome::Refused(Refusal::DuplicateClientOrderId);
            return self.reply(request, name, refused);
        }
        self.state.records.sent(&order, now);
        if let Some(limit) = order.kind.limit() {
            self.expect(order.pair, order.side, limit, now);
        }
        self.ask(Asking::Place, order.id, request);
        self.send(VenueCommand::Place(order), now);
    }

    fn cancel(&mut self, request: u64, name: OrderName, now: Timestamp) {
        let id = match name {
            OrderName::Ours(id) => Some(id),
            OrderName::Venue(venue_order) => self.state.records.ours(venue_order),
        };
        match id {
            Some(id) => {
                self.ask(Asking::Cancel, id, request);
                self.send(VenueCommand::Cancel(id), now);
            }
            None => self.reply(request, Some(name), Outcome::Refused(Refusal::UnknownOrder)),
        }
    }

    fn set_switch(&mut self, timeout: Duration, now: Timestamp) -> Option<Timestamp> {
        self.state.dead_man = (!timeout.is_zero()).then(|| now + timeout);
        self.is_changed = true;
        self.state.dead_man
    }

    fn send(&mut self, command: VenueCommand, now: Timestamp) {
        self.is_changed = true;
        self.state.exchange.handle(self.state.account, command, now);
    }

    fn ask(&mut self, asking: Asking, order: ClientOrderId, request: u64) {
        self.asked.entry((asking, order)).or_default().push_back(request);
    }

    /// Answers who waits for it, if somebody does.
    fn settle(&mut self, asking: Asking, order: ClientOrderId, outcome: Outcome) {
        let Some(waiting) = self.asked.get_mut(&(asking, order)) else { return };
        let request = waiting.pop_front();
        if waiting.is_empty() {
            self.asked.remove(&(asking, order));
        }
        if let Some(request) = request {
            self.reply(request, Some(OrderName::Ours(order)), outcome);
        }
    }

    fn reply(&mut self, request: u64, order: Option<OrderName>, outcome: Outcome) {
        self.outputs.push_back(BotInput::Answer(CommandAnswer { request, order, outcome }));
    }

    fn reply_to_all(&mut self, request: u64, command: &SocketCommand, outcome: &Outcome) {
        let orders = command.orders();
        if orders.is_empty() {
            return self.reply(request, None, outcome.clone());
        }
        for order in orders {
            self.reply(request, Some(order), outcome.clone());
        }
    }

    fn link(&mut self, change: LinkChange) {
        self.outputs.push_back(BotInput::Link { socket: SocketKind::Private, change });
    }

    fn tell(&mut self, report: OrderReport) {
        if self.is_open {
            self.outputs.push_back(BotInput::Account(AccountReport::Order(report)));
        }
    }

    fn show_open_orders(&mut self) {
        let open = self.state.exchange.open_orders(self.state.account).map(|open| {
            let order = open.order();
            OpenOrder {
                venue_order: open.venue_order(),
                client: Some(order.id),
                pair: Some(order.pair),
                side: Some(order.side),
                quantity: match order.quantity {
                    OrderQuantity::Base(quantity) => Some(quantity),
                    OrderQuantity::Quote(_) => None,
                },
                total_traded: Some(open.filled()),
                limit: open.limit(),
            }
        });
        let open = open.collect();
        self.tell(OrderReport::OpenOrders { open, missing: Vec::new() });
    }

    /// Hears what the exchange says.
    fn drain(&mut self) {
        while let Some((audience, event)) = self.state.exchange.poll_output() {
            if let (Audience::Account(_), VenueEvent::Account(event)) = (audience, event) {
                self.account_event(event);
            }
        }
    }

    fn account_event(&mut self, event: AccountEvent) {
        self.is_changed = true;
        self.state.records.note(&event);
        match &event {
            AccountEvent::Accepted { order, venue_order } => {
                let venue_order = *venue_order;
                self.settle(Asking::Place, *order, Outcome::Placed { venue_order });
            }
            AccountEvent::Rejected { order, refusal } => {
                let refused = Outcome::Refused(refusal.clone());
                return self.settle(Asking::Place, *order, refused);
            }
            AccountEvent::Canceled { order, .. } => {
                self.settle(Asking::Cancel, *order, Outcome::Canceling);
            }
            AccountEvent::CancelRejected { order, refusal } => {
                let refused = Outcome::Refused(refusal.clone());
                return self.settle(Asking::Cancel, *order, refused);
            }
            AccountEvent::Amended(amendment) => {
                self.settle(Asking::Amend, amendment.order, Outcome::Amended);
            }
            AccountEvent::AmendRejected { order, refusal } => {
                let refused = Outcome::Refused(refusal.clone());
                return self.settle(Asking::Amend, *order, refused);
            }
            AccountEvent::Traded(_)
            | AccountEvent::Triggered { .. }
            | AccountEvent::Completed { .. }
            | AccountEvent::Expired { .. } => {}
            AccountEvent::Balances(_)
            | AccountEvent::Moved { .. }
            | AccountEvent::NeverExisted { .. }
            | AccountEvent::Unclear { .. } => return,
        }
        self.tell(OrderReport::Event(event));
    }
}

/// What a call that does not belong to the account comes to: it is Kraken's to answer.
fn not_ours(what: &Call) -> CallFailure {
    CallFailure::NotDone(format!("{what:?} is a question to Kraken, not to the paper account"))
}

#[cfg(test)]
mod tests;
