//! Our orders on the book: on each side those that trade first come first.

use std::collections::BTreeMap;

use trading_types::{Quantity, Side};

use super::{account::Hold, command::OrderNumber, queue::Place};

/// An order of ours that waits on the book.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resting {
    pub(super) number: OrderNumber,
    /// Its limit.
    pub(super) steps: i64,
    pub(super) rest: Quantity,
    pub(super) filled: Quantity,
    pub(super) place: Place,
    pub(super) hold: Hold,
    pub(super) is_post_only: bool,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Orders {
    buys: Vec<Resting>,
    sells: Vec<Resting>,
    /// Where each stands.
    places: BTreeMap<OrderNumber, (Side, i64)>,
}

impl Orders {
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.buys.is_empty() && self.sells.is_empty()
    }

    pub(super) fn count(&self) -> usize {
        self.buys.len() + self.sells.len()
    }

    /// Those of one side, the first to trade first.
    #[inline]
    pub(super) fn side(&self, side: Side) -> &[Resting] {
        match side {
            Side::Buy => &self.buys,
            Side::Sell => &self.sells,
        }
    }

    #[inline]
    pub(super) fn side_mut(&mut self, side: Side) -> &mut Vec<Resting> {
        match side {
            Side::Buy => &mut self.buys,
            Side::Sell => &mut self.sells,
        }
    }

    /// Those of one side at one price.
    #[inline]
    pub(super) fn at_mut(&mut self, side: Side, steps: i64) -> &mut [Resting] {
        let orders = self.side_mut(side).as_mut_slice();
        let worse = |it: &Resting| trades_before(side, it.steps, steps);
        // Most of what happens, happens at a price where none of ours is.
        if orders.first().is_none_or(|first| trades_before(side, steps, first.steps)) {
            return &mut [];
        }
        let from = orders.partition_point(worse);
        let count = orders[from..].partition_point(|it| it.steps == steps);
        &mut orders[from..from + count]
    }

    /// Puts one behind those of ours at its price.
    pub(super) fn add(&mut self, side: Side, order: Resting) {
        let other = self.places.insert(order.number, (side, order.steps));
        assert!(other.is_none(), "a number is never used twice");
        let orders = self.side_mut(side);
        let at = orders.partition_point(|it| !trades_before(side, order.steps, it.steps));
        orders.insert(at, order);
    }

    /// Takes one off the book.
    pub(super) fn remove(&mut self, number: OrderNumber) -> Option<(Side, Resting)> {
        let (side, at) = self.find(number)?;
        Some((side, self.remove_at(side, at)))
    }

    pub(super) fn remove_at(&mut self, side: Side, at: usize) -> Resting {
        let order = self.side_mut(side).remove(at);
        self.places.remove(&order.number);
        order
    }

    /// The side of an order and its place there.
    pub(super) fn find(&self, number: OrderNumber) -> Option<(Side, usize)> {
        let (side, steps) = *self.places.get(&number)?;
        let orders = self.side(side);
        let from = orders.partition_point(|it| trades_before(side, it.steps, steps));
        let at = orders[from..].iter().position(|it| it.number == number);
        Some((side, from + at.expect("an order stands where it was put")))
    }
}

/// Whether a price of `side` trades before another.
#[inline]
pub(super) const fn trades_before(side: Side, steps: i64, other: i64) -> bool {
    match side {
        Side::Buy => other < steps,
        Side::Sell => steps < other,
    }
}
