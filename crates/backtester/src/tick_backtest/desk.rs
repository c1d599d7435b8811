//! Our side of the wire: the book as we have seen it, our orders as we know them, and the way to
//! the exchange.
//!
//! Everything here is late. The one thing that always holds: an order is in the list from its
//! sending until we hear that it is over.

use std::collections::BTreeMap;

use exchange_simulator::{
    Delay,
    replay::{
        DelayedQueue, OrderNumber, ReplayAmend, ReplayCommand, ReplayNews, ReplayOrder,
        ReplayReport, ReplaySettings, ReplayTerms, Tick, TickBook,
    },
};
use trading_types::{Amount, Quantity, Side, Timestamp};

/// An order of ours, as we know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownOrder {
    /// Buy or sell.
    pub side: Side,
    /// Under which terms; the limit follows what was amended.
    pub terms: ReplayTerms,
    /// What has not traded, as far as we have heard.
    pub rest: Quantity,
    /// How far it is.
    pub standing: OrderStanding,
}

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderStanding {
    /// Sent, and nothing heard.
    Sent,
    /// Accepted.
    Open,
    /// We have sent its cancellation.
    CancelSent,
}

/// What a strategy sees, and what it acts through.
#[derive(Clone, Debug)]
pub struct TickDesk {
    now: Timestamp,
    book: TickBook,
    orders: BTreeMap<OrderNumber, KnownOrder>,
    cash: Amount,
    base: Quantity,
    last_number: u64,
    commands_sent: u64,
    commands: DelayedQueue<ReplayCommand>,
}

impl TickDesk {
    pub(super) fn new(entry: Delay, seed: u64, settings: &ReplaySettings) -> Self {
        Self {
            now: Timestamp::EPOCH,
            book: TickBook::default(),
            orders: BTreeMap::new(),
            cash: settings.cash,
            base: settings.base,
            last_number: 0,
            commands_sent: 0,
            commands: DelayedQueue::new(entry, seed),
        }
    }

    /// The time with us.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// The book as we have seen it. Between the ticks of one message it is not whole.
    #[inline]
    pub const fn book(&self) -> &TickBook {
        &self.book
    }

    /// Our orders that are not known to be over, the oldest first.
    pub const fn orders(&self) -> &BTreeMap<OrderNumber, KnownOrder> {
        &self.orders
    }

    /// Quote asset, by the fills we have heard of.
    pub const fn cash(&self) -> Amount {
        self.cash
    }

    /// Base asset, by the fills we have heard of.
    pub const fn base(&self) -> Quantity {
        self.base
    }

    /// Sends an order.
    pub fn place(&mut self, side: Side, quantity: Quantity, terms: ReplayTerms) -> OrderNumber {
        self.last_number += 1;
        let number = OrderNumber(self.last_number);
        let standing = OrderStanding::Sent;
        self.orders.insert(number, KnownOrder { side, terms, rest: quantity, standing });
        self.send(ReplayCommand::Place(ReplayOrder { number, side, quantity, terms }));
        number
    }

    /// Sends a cancellation, if the order is not known to be over or canceled already.
    pub fn cancel(&mut self, number: OrderNumber) {
        if let Some(order) = self.orders.get_mut(&number)
            && order.standing != OrderStanding::CancelSent
        {
            order.standing = OrderStanding::CancelSent;
            self.send(ReplayCommand::Cancel(number));
        }
    }

    /// Sends a change of an order, if it is not known to be over.
    pub fn amend(&mut self, amend: ReplayAmend) {
        if self.orders.contains_key(&amend.number) {
            self.send(ReplayCommand::Amend(amend));
        }
    }

    pub(super) const fn commands_sent(&self) -> u64 {
        self.commands_sent
    }

    #[inline]
    pub(super) const fn next_arrival(&self) -> Timestamp {
        self.commands.next_arrival()
    }

    pub(super) fn take_arrived(&mut self) -> Option<(Timestamp, ReplayCommand)> {
        self.commands.take()
    }

    #[inline]
    pub(super) fn see(&mut self, tick: &Tick, now: Timestamp) {
        self.now = now;
        self.book.apply(tick);
    }

    /// Takes in news of an order.
    pub(super) fn learn(&mut self, report: &ReplayReport, now: Timestamp) {
        self.now = now;
        let number = report.number;
        match report.news {
            ReplayNews::Filled(fill) => {
                match fill.side {
                    Side::Buy => {
                        self.cash = self.cash - fill.cost - fill.fee;
                        self.base += fill.quantity;
                    }
                    Side::Sell => {
                        self.cash = self.cash + fill.cost - fill.fee;
                        self.base -= fill.quantity;
                    }
                }
                self.know_rest(number, fill.rest);
            }
            ReplayNews::Accepted => self.change(number, |order| {
                if order.standing == OrderStanding::Sent {
                    order.standing = OrderStanding::Open;
                }
            }),
            ReplayNews::Amended { steps, rest } => {
                self.change(number, |order| order.terms = moved(order.terms, steps));
                self.know_rest(number, rest);
            }
            ReplayNews::Refused(_) | ReplayNews::Canceled { .. } => {
                self.orders.remove(&number);
            }
            // Whatever ended it has been told before.
            ReplayNews::CancelRefused | ReplayNews::AmendRefused(_) => (),
        }
    }

    fn know_rest(&mut self, number: OrderNumber, rest: Quantity) {
        if rest.is_zero() {
            self.orders.remove(&number);
        } else {
            self.change(number, |order| order.rest = rest);
        }
    }

    fn change(&mut self, number: OrderNumber, change: impl FnOnce(&mut KnownOrder)) {
        if let Some(order) = self.orders.get_mut(&number) {
            change(order);
        }
    }

    fn send(&mut self, command: ReplayCommand) {
        self.commands_sent += 1;
        self.commands.send(command, self.now);
    }
}

/// The same terms at another limit.
const fn moved(terms: ReplayTerms, steps: i64) -> ReplayTerms {
    match terms {
        ReplayTerms::PostOnly { .. } => ReplayTerms::PostOnly { steps },
        ReplayTerms::Limit { .. } => ReplayTerms::Limit { steps },
        ReplayTerms::ImmediateOrCancel { .. } => ReplayTerms::ImmediateOrCancel { steps },
        ReplayTerms::Market => ReplayTerms::Market,
    }
}
