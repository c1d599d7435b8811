//! The book that ticks tell of, one of them at the exchange and one, later, with us.
//!
//! A level is what was last said of it. The one thing that is deduced: when a side reaches into the
//! other, what it reached has gone; those levels are hidden until something new is said of them.

use trading_types::{Quantity, Side};

use super::{
    levels::Levels,
    tick::{Tick, TickKind},
};

/// What stands for a best price where there is none.
const NO_BID: i64 = i64::MIN;
const NO_ASK: i64 = i64::MAX;

/// A book of one pair.
#[derive(Clone, Debug)]
pub struct TickBook {
    bids: Levels,
    asks: Levels,
    best_bid: i64,
    best_ask: i64,
}

impl Default for TickBook {
    fn default() -> Self {
        let (bids, asks) = (Levels::default(), Levels::default());
        Self { bids, asks, best_bid: NO_BID, best_ask: NO_ASK }
    }
}

impl TickBook {
    /// The best price of one side, in steps.
    #[inline]
    pub const fn best(&self, side: Side) -> Option<i64> {
        match side {
            Side::Buy if self.best_bid != NO_BID => Some(self.best_bid),
            Side::Sell if self.best_ask != NO_ASK => Some(self.best_ask),
            Side::Buy | Side::Sell => None,
        }
    }

    /// What was last said of a level: how much is offered there.
    #[inline]
    pub fn at(&self, side: Side, steps: i64) -> Quantity {
        match side {
            Side::Buy => self.bids.at(steps),
            Side::Sell => self.asks.at(steps),
        }
    }

    /// The next price of a side that is worse than `steps`, in the order in which it would trade.
    pub fn next(&self, side: Side, steps: i64) -> Option<i64> {
        match side {
            Side::Buy => self.bids.below(steps),
            Side::Sell => self.asks.above(steps),
        }
    }

    /// The levels of a side from the best, with their quantities.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = (i64, Quantity)> {
        let next = move |steps: &i64| self.next(side, *steps);
        std::iter::successors(self.best(side), next).map(move |it| (it, self.at(side, it)))
    }

    /// Whether an order on `side` with this limit would trade at once.
    #[inline]
    pub const fn is_crossed_by(&self, side: Side, limit: i64) -> bool {
        match side {
            Side::Buy => self.best_ask <= limit,
            Side::Sell => limit <= self.best_bid,
        }
    }

    /// Takes in what happened, and tells by how much a level that was not hidden has changed.
    #[inline]
    pub fn apply(&mut self, tick: &Tick) {
        match tick.kind() {
            TickKind::Level(side) => {
                self.set(side, tick.steps(), tick.quantity());
            }
            TickKind::Forget(side) => {
                self.set(side, tick.steps(), Quantity::ZERO);
            }
            TickKind::Trade(_) => (),
            TickKind::Clear => self.clear(),
        }
    }

    /// Sets a level, and gives back what it was.
    #[inline]
    pub(super) fn set(&mut self, side: Side, steps: i64, quantity: Quantity) -> Quantity {
        match side {
            Side::Buy => self.set_bid(steps, quantity),
            Side::Sell => self.set_ask(steps, quantity),
        }
    }

    #[inline]
    fn set_bid(&mut self, steps: i64, quantity: Quantity) -> Quantity {
        let before = self.bids.set(steps, quantity);
        if quantity.is_zero() {
            if steps == self.best_bid {
                self.best_bid = self.bids.below(steps).unwrap_or(NO_BID);
            }
        } else if self.best_bid < steps {
            self.best_bid = steps;
            if !self.bids.covers(steps) {
                self.bids.center_on(steps);
            }
            if self.best_ask <= steps {
                self.best_ask = self.asks.above(steps).unwrap_or(NO_ASK);
            }
        }
        before
    }

    #[inline]
    fn set_ask(&mut self, steps: i64, quantity: Quantity) -> Quantity {
        let before = self.asks.set(steps, quantity);
        if quantity.is_zero() {
            if steps == self.best_ask {
                self.best_ask = self.asks.above(steps).unwrap_or(NO_ASK);
            }
        } else if steps < self.best_ask {
            self.best_ask = steps;
            if !self.asks.covers(steps) {
                self.asks.center_on(steps);
            }
            if steps <= self.best_bid {
                self.best_bid = self.bids.below(steps).unwrap_or(NO_BID);
            }
        }
        before
    }

    #[cold]
    pub(super) fn clear(&mut self) {
        self.bids.clear();
        self.asks.clear();
        (self.best_bid, self.best_ask) = (NO_BID, NO_ASK);
    }
}

#[cfg(test)]
mod tests;
