//! The queue at one price: who came first trades first.
//!
//! The invariant: the two sums are the sums of the places, and no place is empty. The places have
//! growing numbers, so one is found without walking the queue.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use trading_types::Quantity;

use super::{Entry, Owner, PlaceNumber};

/// The places at one price, in the order in which they trade.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Queue {
    entries: VecDeque<Entry>,
    /// Units of all places: of cheap coins many orders add up to more than a quantity can say.
    all: i128,
    /// Units of the places of the outside world.
    outside: i128,
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn front(&self) -> Option<&Entry> {
        self.entries.front()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// All that is offered; as much as can be counted, where it is more.
    pub(super) fn all(&self) -> Quantity {
        saturated(self.all)
    }

    /// What the outside world offers.
    pub(super) fn outside(&self) -> Quantity {
        saturated(self.outside)
    }

    /// What a place offers.
    pub(super) fn offer_of(&self, number: PlaceNumber) -> Quantity {
        self.entries[self.index(number)].quantity
    }

    /// A new place at the back.
    pub(super) fn push(&mut self, entry: Entry) {
        assert!(entry.quantity.is_positive(), "a place offers something");
        self.count(entry.owner, units(entry.quantity));
        self.entries.push_back(entry);
    }

    /// Takes a place away.
    pub(super) fn remove(&mut self, number: PlaceNumber) {
        let entry = self.entries.remove(self.index(number)).expect("the place was found");
        self.count(entry.owner, -units(entry.quantity));
    }

    /// Makes a place smaller.
    pub(super) fn shrink(&mut self, number: PlaceNumber, quantity: Quantity) {
        let index = self.index(number);
        let Entry { owner, quantity: before, .. } = self.entries[index];
        assert!(quantity.is_positive() && quantity <= before, "who grows goes to the back");
        self.entries[index].quantity = quantity;
        self.count(owner, units(quantity) - units(before));
    }

    /// Takes `quantity` from who trades next; says whose place is used up, if it is.
    pub(super) fn take_front(&mut self, quantity: Quantity) -> Option<Owner> {
        let entry = self.entries.front_mut().expect("an empty queue is removed");
        entry.quantity -= quantity;
        let Entry { owner, quantity: rest, .. } = *entry;
        assert!(Quantity::ZERO <= rest, "no more is taken than is there");
        self.count(owner, -units(quantity));
        rest.is_zero().then(|| {
            self.entries.pop_front();
            owner
        })
    }

    /// The outside world offers `by` more; what is new goes to the back, as place `number` if who
    /// is last is not from outside.
    pub(super) fn grow_outside(&mut self, by: Quantity, number: PlaceNumber) {
        match self.entries.back_mut() {
            Some(entry) if entry.owner == Owner::Outside => {
                entry.quantity += by;
                self.count(Owner::Outside, units(by));
            }
            Some(_) | None => self.push(Entry { number, owner: Owner::Outside, quantity: by }),
        }
    }

    /// The outside world offers `by` less; who came last goes first.
    pub(super) fn shrink_outside(&mut self, by: Quantity) {
        let mut rest = by;
        let mut is_used_up = false;
        for entry in self.entries.iter_mut().rev().filter(|entry| entry.owner == Owner::Outside) {
            let taken = entry.quantity.min(rest);
            entry.quantity -= taken;
            is_used_up |= entry.quantity.is_zero();
            rest -= taken;
            if rest.is_zero() {
                break;
            }
        }
        assert!(rest.is_zero(), "no more is taken than is there");
        self.count(Owner::Outside, -units(by));
        if is_used_up {
            self.entries.retain(|entry| entry.quantity.is_positive());
        }
    }

    fn index(&self, number: PlaceNumber) -> usize {
        let found = self.entries.binary_search_by_key(&number, |entry| entry.number);
        found.expect("an order that rests has a place")
    }

    fn count(&mut self, owner: Owner, change: i128) {
        self.all += change;
        match owner {
            Owner::Outside => self.outside += change,
            Owner::Order(_) => {}
        }
    }
}

fn units(quantity: Quantity) -> i128 {
    i128::from(quantity.units())
}

fn saturated(units: i128) -> Quantity {
    i64::try_from(units).map_or(Quantity::MAX, Quantity::from_units)
}
