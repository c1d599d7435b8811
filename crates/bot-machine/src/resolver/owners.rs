//! Whose the trades are that nobody can name: orders that were never seen open, like a person's
//! market orders. Kraken is asked for them by its own names.
//!
//! **Law.** A trade is somebody else's only when Kraken shows its order, and that is none that is
//! looked for.

use trading_types::{Pair, Timestamp, VenueOrderId};

use super::{Resolver, answers::Heard, asking::Pass};
use crate::call::{Answer, Call};

/// The most orders that one call names (<https://docs.kraken.com/exchange/api-reference>, read on
/// 2026-11-21).
const ORDERS_MAX: usize = 50;
/// The most that are asked for after one reading of the trades; for others there is the next.
const STRANGERS_MAX: usize = 4 * ORDERS_MAX;

/// An order that traded and of which nobody knows whose it is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stranger {
    /// On which pair; of a pair nobody knows it may be of any.
    pub(super) pair: Option<Pair>,
    /// When it traded last.
    pub(super) last: Timestamp,
}

/// The question whose they are, after a reading of the trades.
#[derive(Debug)]
pub(super) struct Owners {
    pass: Box<Pass>,
    /// When the first page of the trades was asked for.
    first: Timestamp,
    /// Those that the call under way names.
    asked: Vec<VenueOrderId>,
    left: Vec<VenueOrderId>,
}

impl Owners {
    fn new(pass: Box<Pass>, first: Timestamp, mut left: Vec<VenueOrderId>) -> Self {
        left.truncate(STRANGERS_MAX);
        let asked = left.split_off(left.len().saturating_sub(ORDERS_MAX));
        Self { pass, first, asked, left }
    }

    pub(super) fn call(&self) -> Call {
        Call::TheseOrders(self.asked.clone())
    }
}

impl Pass {
    /// Whether an order that could be this one's traded, and nobody knows whose it is.
    pub(super) fn has_stranger(&self, pair: Pair, since: Timestamp) -> bool {
        self.strangers.values().any(|stranger| stranger.could_be(pair, since))
    }
}

impl Stranger {
    fn could_be(&self, pair: Pair, since: Timestamp) -> bool {
        self.pair.is_none_or(|it| it == pair) && since <= self.last
    }
}

impl Resolver {
    /// All trades have been read. If some could be of an order that is looked for and have no
    /// name, Kraken is asked for it before anything follows from them.
    pub(super) fn trades_read(&mut self, mut pass: Box<Pass>, first: Timestamp, heard: Heard<'_>) {
        self.conclude_found(heard);
        // Some have been shown or booked since their trades were read.
        let is_known = |id: &VenueOrderId| heard.books.order_called(id).is_some();
        pass.strangers.retain(|id, _| !self.is_named(*id) && !is_known(id));
        let sought = pass.cases.iter().filter_map(|id| self.cases.get(id));
        let sought: Vec<_> =
            sought.map(|case| (case.order.pair, case.trades_since(&self.clock))).collect();
        let could_be = |stranger: &Stranger| {
            sought.iter().any(|(pair, since)| stranger.could_be(*pair, *since))
        };
        let strangers = pass.strangers.iter().filter(|(_, stranger)| could_be(stranger));
        let strangers: Vec<_> = strangers.map(|(id, _)| *id).collect();
        if strangers.is_empty() {
            self.judge_by_trades(&pass, first, heard.now);
        } else {
            self.ask_owners(Box::new(Owners::new(pass, first, strangers)));
        }
    }

    /// Kraken has shown those it knows; a refusal shows none.
    pub(super) fn hear_owners(&mut self, owners: Owners, shown: &Answer, heard: Heard<'_>) {
        let Owners { mut pass, first, left, .. } = owners;
        let orders = if let Answer::Orders(orders) = shown { orders.as_slice() } else { &[] };
        for order in orders {
            match order.our_id().filter(|id| self.cases.contains_key(id)) {
                Some(id) => self.hear_found(id, order.clone(), heard.sent, heard.now),
                None => self.name(std::iter::once(order.id)),
            }
            pass.strangers.remove(&order.id);
        }
        self.conclude_found(heard);
        if left.is_empty() {
            self.judge_by_trades(&pass, first, heard.now);
        } else {
            self.ask_owners(Box::new(Owners::new(pass, first, left)));
        }
    }
}
