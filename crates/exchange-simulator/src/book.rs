//! A price-time book: at each price a queue, and who came first trades first.
//!
//! The outside world is anonymous orders in the same queues. It is known by the quantity of whole
//! levels only, so what changes there is guessed, and never to our favor: what comes goes to the
//! back of the queue, and what goes is taken from the back. Our place improves only by trades.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use trading_types::{BookLevel, BookUpdate, Price, Quantity, Quote, Side};

use self::queue::Queue;

mod queue;

/// The exchange's number of an order, by arrival.
pub(crate) type OrderKey = u64;

/// The book's number of a place, by arrival in a queue of either side.
pub(crate) type PlaceNumber = u64;

/// Whose a place in a queue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Owner {
    /// Somebody outside.
    Outside,
    /// An order of one of the accounts.
    Order(OrderKey),
}

/// A place in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Its number; those behind it have higher ones.
    pub(crate) number: PlaceNumber,
    /// Whose it is.
    pub(crate) owner: Owner,
    /// How much it offers.
    pub(crate) quantity: Quantity,
}

/// The book of one pair.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Book {
    bids: BTreeMap<Price, Queue>,
    asks: BTreeMap<Price, Queue>,
    changed: BTreeSet<(Side, Price)>,
    /// The place of each order that rests.
    places: BTreeMap<OrderKey, PlaceNumber>,
    places_given: PlaceNumber,
}

impl Book {
    /// The best price on one side.
    pub(crate) fn best(&self, side: Side) -> Option<Price> {
        match side {
            Side::Buy => self.bids.last_key_value(),
            Side::Sell => self.asks.first_key_value(),
        }
        .map(|(price, _)| *price)
    }

    /// The price halfway between the best two, if there are both.
    pub(crate) fn mid(&self) -> Option<Price> {
        Some(self.best(Side::Buy)?.midpoint(self.best(Side::Sell)?))
    }

    /// Who trades next on one side, and at which price.
    pub(crate) fn front(&self, side: Side) -> Option<(Price, Entry)> {
        let price = self.best(side)?;
        let entry = self.queue(side, price)?.front().expect("an empty queue is removed");
        Some((price, *entry))
    }

    /// Everything on one side, in the order in which it would trade.
    pub(crate) fn entries(&self, side: Side) -> impl Iterator<Item = (Price, Entry)> {
        let bids = (side == Side::Buy).then(|| self.bids.iter().rev().flat_map(places));
        let asks = (side == Side::Sell).then(|| self.asks.iter().flat_map(places));
        bids.into_iter().flatten().chain(asks.into_iter().flatten())
    }

    /// Puts an order at the back of its queue.
    pub(crate) fn rest(&mut self, side: Side, price: Price, key: OrderKey, quantity: Quantity) {
        let number = self.next_place();
        self.places.insert(key, number);
        let entry = Entry { number, owner: Owner::Order(key), quantity };
        self.side(side).entry(price).or_default().push(entry);
        self.changed.insert((side, price));
    }

    /// Takes an order out of its queue.
    pub(crate) fn remove(&mut self, side: Side, price: Price, key: OrderKey) {
        let number = self.places.remove(&key).expect("an order that rests has a place");
        self.change_queue(side, price, |queue| queue.remove(number));
    }

    /// Makes an order smaller; it keeps its place.
    pub(crate) fn shrink(&mut self, side: Side, price: Price, key: OrderKey, quantity: Quantity) {
        let number = self.places[&key];
        self.change_queue(side, price, |queue| queue.shrink(number, quantity));
    }

    /// What an order offers; nothing when it has no place.
    pub(crate) fn offer_of(&self, side: Side, price: Price, key: OrderKey) -> Option<Quantity> {
        let number = self.places.get(&key)?;
        let queue = self.queue(side, price).expect("the level is on the book");
        Some(queue.offer_of(*number))
    }

    /// Takes `quantity` from who trades next.
    pub(crate) fn take_front(&mut self, side: Side, quantity: Quantity) {
        let price = self.best(side).expect("only what is there is taken");
        let used_up = self.change_queue(side, price, |queue| queue.take_front(quantity));
        if let Some(Owner::Order(key)) = used_up {
            self.places.remove(&key);
        }
    }

    /// What the outside world offers at a price.
    pub(crate) fn outside_at(&self, side: Side, price: Price) -> Quantity {
        self.queue(side, price).map_or(Quantity::ZERO, Queue::outside)
    }

    /// Everything that is offered at a price.
    pub(crate) fn quantity_at(&self, side: Side, price: Price) -> Quantity {
        self.queue(side, price).map_or(Quantity::ZERO, Queue::all)
    }

    /// Sets what the outside world offers at a price.
    pub(crate) fn set_outside(&mut self, side: Side, price: Price, quantity: Quantity) {
        let before = self.outside_at(side, price);
        if quantity == before {
            return;
        }
        let number = self.next_place();
        self.side(side).entry(price).or_default();
        self.change_queue(side, price, |queue| {
            if before < quantity {
                queue.grow_outside(quantity - before, number);
            } else {
                queue.shrink_outside(before - quantity);
            }
        });
    }

    /// Prices at which the outside world offers something.
    pub(crate) fn outside_prices(&self, side: Side) -> Vec<Price> {
        let levels = match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        };
        let has_outside = |queue: &Queue| queue.outside().is_positive();
        levels.iter().filter(|(_, queue)| has_outside(queue)).map(|(price, _)| *price).collect()
    }

    /// The best bid and ask, if there are both.
    pub(crate) fn quote(&self) -> Option<Quote> {
        let level = |side| {
            let price = self.best(side)?;
            Some(BookLevel { price, quantity: self.quantity_at(side, price) })
        };
        Some(Quote { bid: level(Side::Buy)?, ask: level(Side::Sell)? })
    }

    /// The whole book, best levels first.
    pub(crate) fn snapshot(&self) -> BookUpdate {
        let level =
            |(price, queue): (&Price, &Queue)| BookLevel { price: *price, quantity: queue.all() };
        BookUpdate {
            is_snapshot: true,
            bids: self.bids.iter().rev().map(level).collect(),
            asks: self.asks.iter().map(level).collect(),
        }
    }

    /// The levels that changed since this was last asked, best first.
    pub(crate) fn take_changes(&mut self) -> Option<BookUpdate> {
        if self.changed.is_empty() {
            return None;
        }
        let changed = std::mem::take(&mut self.changed);
        let level = |side, price| BookLevel { price, quantity: self.quantity_at(side, price) };
        let of = |wanted: Side| {
            let prices = changed.iter().filter(move |(side, _)| *side == wanted);
            prices.map(|(side, price)| level(*side, *price))
        };
        let mut bids: Vec<BookLevel> = of(Side::Buy).collect();
        bids.reverse();
        Some(BookUpdate { is_snapshot: false, bids, asks: of(Side::Sell).collect() })
    }

    fn queue(&self, side: Side, price: Price) -> Option<&Queue> {
        match side {
            Side::Buy => self.bids.get(&price),
            Side::Sell => self.asks.get(&price),
        }
    }

    const fn side(&mut self, side: Side) -> &mut BTreeMap<Price, Queue> {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }

    /// Changes one queue, and removes it once it is empty.
    fn change_queue<T>(
        &mut self,
        side: Side,
        price: Price,
        change: impl FnOnce(&mut Queue) -> T,
    ) -> T {
        let levels = self.side(side);
        let queue = levels.get_mut(&price).expect("the level is on the book");
        let changed = change(queue);
        if queue.is_empty() {
            levels.remove(&price);
        }
        self.changed.insert((side, price));
        changed
    }

    const fn next_place(&mut self) -> PlaceNumber {
        self.places_given += 1;
        self.places_given
    }
}

/// Whether an order on `side` with this limit trades with one at `price`.
pub(crate) fn reaches(side: Side, limit: Price, price: Price) -> bool {
    match side {
        Side::Buy => price <= limit,
        Side::Sell => limit <= price,
    }
}

fn places<'a>(
    (price, queue): (&'a Price, &'a Queue),
) -> impl Iterator<Item = (Price, Entry)> + use<'a> {
    queue.iter().map(|entry| (*price, *entry))
}

#[cfg(test)]
mod tests;
