//! Orders of one pair that wait for one price to reach their trigger.
//!
//! The invariant: an order is in exactly one of the sets, under the level its trigger has, so a
//! price finds those it wakes without looking at the others. Trailing levels move with the price,
//! so those orders are all looked at.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use trading_types::{Direction, Price};

use crate::{book::OrderKey, trigger::ArmedTrigger};

/// The orders that wait for one price.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Armed {
    falling: BTreeSet<(Price, OrderKey)>,
    rising: BTreeSet<(Price, OrderKey)>,
    trailing: BTreeSet<OrderKey>,
}

impl Armed {
    pub(super) fn is_empty(&self) -> bool {
        self.falling.is_empty() && self.rising.is_empty() && self.trailing.is_empty()
    }

    /// An order begins to wait.
    pub(super) fn insert(&mut self, key: OrderKey, trigger: &ArmedTrigger) {
        let is_new = match self.fixed(trigger) {
            Some(levels) => levels.insert((trigger.price(), key)),
            None => self.trailing.insert(key),
        };
        assert!(is_new, "an order waits once");
    }

    /// An order stops waiting.
    pub(super) fn remove(&mut self, key: OrderKey, trigger: &ArmedTrigger) {
        let was_there = match self.fixed(trigger) {
            Some(levels) => levels.remove(&(trigger.price(), key)),
            None => self.trailing.remove(&key),
        };
        assert!(was_there, "the order waited");
    }

    /// Takes out the orders with a fixed level that a price has reached, in any order.
    pub(super) fn take_reached(&mut self, price: Price) -> Vec<OrderKey> {
        let mut reached = Vec::new();
        while self.falling.last().is_some_and(|(level, _)| price <= *level) {
            reached.extend(self.falling.pop_last().map(|(_, key)| key));
        }
        while self.rising.first().is_some_and(|(level, _)| *level <= price) {
            reached.extend(self.rising.pop_first().map(|(_, key)| key));
        }
        reached
    }

    /// Looks at the orders with a trailing level, by arrival; those for which `is_reached` says
    /// so stop waiting.
    pub(super) fn trail(&mut self, mut is_reached: impl FnMut(OrderKey) -> bool) -> Vec<OrderKey> {
        let mut reached = Vec::new();
        self.trailing.retain(|key| {
            if is_reached(*key) {
                reached.push(*key);
                return false;
            }
            true
        });
        reached
    }

    const fn fixed(&mut self, trigger: &ArmedTrigger) -> Option<&mut BTreeSet<(Price, OrderKey)>> {
        if trigger.is_trailing() {
            return None;
        }
        Some(match trigger.direction() {
            Direction::Falling => &mut self.falling,
            Direction::Rising => &mut self.rising,
        })
    }
}
