//! The counter of an account's pair: what its orders, amends and cancels add up to, whichever way
//! they come, and how many orders are open.
//!
//! It keeps its own record of when each order was created or last amended, because what a cancel
//! costs depends on it. The counter never stands above the threshold
//! (<https://docs.kraken.com/exchange/guides/general/ratelimits>, read on 2026-11-21).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trading_types::{Timestamp, VenueOrderId};

use crate::{
    charges::Charges,
    decay::{Decay, DecayMode},
    exceeded::Exceeded,
    order_age::{Touch, penalty},
    points::Points,
    tier::Tier,
};

/// When the counter refuses. Kraken's page says both, in two paragraphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Boundary {
    /// When a transaction would bring the counter to the threshold: the stricter reading.
    Reached,
    /// When a transaction would bring the counter above the threshold.
    Passed,
}

/// How the counter of a pair is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TradingLimits {
    /// The account's tier.
    pub tier: Tier,
    /// When the counter decays.
    pub decay: DecayMode,
    /// When it refuses.
    pub boundary: Boundary,
    /// Whether the fixed part of a transaction is charged when it is refused for the rate, as far
    /// as the counter has room: "applied on receipt" may mean that.
    pub refused_transactions_count: bool,
}

impl TradingLimits {
    /// As documented, on the strict side.
    pub const fn documented(tier: Tier) -> Self {
        Self {
            tier,
            decay: DecayMode::Continuous,
            boundary: Boundary::Reached,
            refused_transactions_count: true,
        }
    }
}

/// Something asked of the matching engine. The orders it creates are named by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transaction<'a> {
    /// Place an order.
    Add(VenueOrderId),
    /// Place several at once.
    AddBatch(&'a [VenueOrderId]),
    /// Change an order in place; its age begins anew.
    Amend(VenueOrderId),
    /// Replace an order by another.
    Edit {
        /// The order that goes.
        old: VenueOrderId,
        /// The order that comes.
        new: VenueOrderId,
    },
    /// Cancel an order.
    Cancel(VenueOrderId),
    /// Cancel several at once. Accepted even where it brings the counter to its threshold.
    CancelBatch(&'a [VenueOrderId]),
    /// Cancel whatever is open, also when the dead man's switch does it. Accepted like a batch. It
    /// costs a point (Kraken's own Rust SDK, 0.1.0) or the sum of the single cancels (Kraken's text
    /// of 2023), whichever is more.
    CancelAll,
}

/// Whether a transaction passes the checks that have nothing to do with limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// It is carried out.
    Valid,
    /// It is not, and costs only its fixed part.
    Invalid,
}

/// The counter and the open orders of one account on one pair.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TradingCounter {
    limits: TradingLimits,
    charges: Charges,
    /// Open orders, with the moment each was created or last amended.
    touched: BTreeMap<VenueOrderId, Timestamp>,
}

impl TradingCounter {
    /// A counter that stands at zero, with no order open.
    pub fn new(limits: TradingLimits) -> Self {
        let decay = Decay::new(limits.tier.trading_decay_hundredths(), limits.decay);
        Self { limits, charges: Charges::new(decay), touched: BTreeMap::new() }
    }

    /// A transaction arrives. If it is allowed and valid it is recorded as carried out; an order
    /// that fills at once is then [`Self::closed`].
    ///
    /// Touching an order that is not open is an invalid transaction.
    pub fn receive(
        &mut self,
        transaction: Transaction<'_>,
        validity: Validity,
        now: Timestamp,
    ) -> Result<(), Exceeded> {
        let is_carried_out = validity == Validity::Valid && self.touches_open_orders(transaction);
        let cost = if is_carried_out {
            fixed(transaction) + self.penalty(transaction, now)
        } else {
            fixed(transaction)
        };
        let threshold = self.limits.tier.trading_threshold();
        if !self.allows(transaction, cost, now) {
            if self.limits.refused_transactions_count {
                self.charges.charge_up_to(threshold, fixed(transaction), now);
            }
            return Err(Exceeded::PairTransactions);
        }
        self.charges.charge_up_to(threshold, cost, now);
        if self.limits.tier.open_orders_max() < self.orders_open() + opened(transaction) {
            return Err(Exceeded::OpenOrders);
        }
        if is_carried_out {
            self.carry_out(transaction, now);
        }
        Ok(())
    }

    /// An order was filled, expired, or left in any other way than by a transaction here.
    pub fn closed(&mut self, order: VenueOrderId) {
        self.touched.remove(&order);
    }

    /// The counter at `now`.
    pub fn level(&self, now: Timestamp) -> Points {
        self.charges.level(now)
    }

    /// The highest it ever was.
    pub fn peak(&self) -> Points {
        self.charges.peak()
    }

    /// How many orders are open.
    pub fn orders_open(&self) -> usize {
        self.touched.len()
    }

    fn allows(&self, transaction: Transaction<'_>, cost: Points, now: Timestamp) -> bool {
        if matches!(transaction, Transaction::CancelBatch(_) | Transaction::CancelAll) {
            return true;
        }
        let threshold = self.limits.tier.trading_threshold();
        let level = self.level(now) + cost;
        match self.limits.boundary {
            Boundary::Reached => level < threshold,
            Boundary::Passed => level <= threshold,
        }
    }

    fn touches_open_orders(&self, transaction: Transaction<'_>) -> bool {
        match transaction {
            Transaction::Amend(order)
            | Transaction::Edit { old: order, .. }
            | Transaction::Cancel(order) => self.touched.contains_key(&order),
            // Of a batch, only the orders that are open count.
            Transaction::Add(_)
            | Transaction::AddBatch(_)
            | Transaction::CancelBatch(_)
            | Transaction::CancelAll => true,
        }
    }

    /// What the ages of the orders it touches add to a transaction.
    fn penalty(&self, transaction: Transaction<'_>, now: Timestamp) -> Points {
        let of = |touch, order: &VenueOrderId| {
            self.touched
                .get(order)
                .map_or(Points::ZERO, |touched| penalty(touch, now.since(*touched)))
        };
        match transaction {
            Transaction::Add(_) | Transaction::AddBatch(_) => Points::ZERO,
            Transaction::Amend(order) => of(Touch::Amend, &order),
            Transaction::Edit { old, .. } => of(Touch::Edit, &old),
            Transaction::Cancel(order) => of(Touch::Cancel, &order),
            Transaction::CancelBatch(orders) => {
                orders.iter().map(|order| of(Touch::Cancel, order)).sum()
            }
            Transaction::CancelAll => {
                let sum: Points = self.touched.keys().map(|order| of(Touch::Cancel, order)).sum();
                sum.max(Points::whole(1))
            }
        }
    }

    fn carry_out(&mut self, transaction: Transaction<'_>, now: Timestamp) {
        match transaction {
            Transaction::Add(order) => self.opened(order, now),
            Transaction::AddBatch(orders) => {
                for order in orders {
                    self.opened(*order, now);
                }
            }
            Transaction::Amend(order) => {
                self.touched.insert(order, now);
            }
            Transaction::Edit { old, new } => {
                self.closed(old);
                self.opened(new, now);
            }
            Transaction::Cancel(order) => self.closed(order),
            Transaction::CancelBatch(orders) => {
                for order in orders {
                    self.closed(*order);
                }
            }
            Transaction::CancelAll => self.touched.clear(),
        }
    }

    fn opened(&mut self, order: VenueOrderId, now: Timestamp) {
        let displaced = self.touched.insert(order, now);
        assert!(displaced.is_none(), "the venue gave order {order} a name that is taken");
    }
}

/// What a transaction costs on receipt, valid or not.
fn fixed(transaction: Transaction<'_>) -> Points {
    match transaction {
        Transaction::Add(_) | Transaction::Amend(_) | Transaction::Edit { .. } => Points::whole(1),
        Transaction::AddBatch(orders) => {
            Points::halves(u32::try_from(orders.len()).expect("a batch is short"))
        }
        Transaction::Cancel(_) | Transaction::CancelBatch(_) | Transaction::CancelAll => {
            Points::ZERO
        }
    }
}

/// How many orders a transaction would open besides those it closes.
fn opened(transaction: Transaction<'_>) -> usize {
    match transaction {
        Transaction::Add(_) => 1,
        Transaction::AddBatch(orders) => orders.len(),
        Transaction::Amend(_)
        | Transaction::Edit { .. }
        | Transaction::Cancel(_)
        | Transaction::CancelBatch(_)
        | Transaction::CancelAll => 0,
    }
}

#[cfg(test)]
mod tests;
