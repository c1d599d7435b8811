//! A price-time book: at each price a queue, and who came first trades first.
//!
//! The outside world is anonymous orders in the same queues. It is known by the quantity of whole
//! levels only, so what changes there is guessed, and never to our favor: what comes goes to the
//! back of the queue, and what goes is taken from the back. Our place improves only by trades.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use trading_types::{BookLevel, BookUpdate, Price, Quantity, Quote, Side};

/// The exchange's number of an order, by arrival.
pub(crate) type OrderKey = u64;

/// Whose a place in a queue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Somebody outside.
    Outside,
    /// An order of one of the accounts.
    Order(OrderKey),
}

/// A place in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Whose it is.
    pub(crate) owner: Owner,
    /// How much it offers.
    pub(crate) quantity: Quantity,
}

type Queue = VecDeque<Entry>;

/// The book of one pair.
#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    bids: BTreeMap<Price, Queue>,
    asks: BTreeMap<Price, Queue>,
    changed: BTreeSet<(Side, Price)>,
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
        let entry = Entry { owner: Owner::Order(key), quantity };
        self.side(side).entry(price).or_default().push_back(entry);
        self.changed.insert((side, price));
    }

    /// Takes an order out of its queue.
    pub(crate) fn remove(&mut self, side: Side, price: Price, key: OrderKey) {
        self.change_queue(side, price, |queue| {
            queue.retain(|entry| entry.owner != Owner::Order(key));
        });
    }

    /// Makes an order smaller; it keeps its place.
    pub(crate) fn shrink(&mut self, side: Side, price: Price, key: OrderKey, quantity: Quantity) {
        self.change_queue(side, price, |queue| {
            let entry = queue.iter_mut().find(|entry| entry.owner == Owner::Order(key));
            let entry = entry.expect("an order that rests has a place");
            assert!(quantity <= entry.quantity, "who grows goes to the back");
            entry.quantity = quantity;
        });
    }

    /// Takes `quantity` from who trades next.
    pub(crate) fn take_front(&mut self, side: Side, quantity: Quantity) {
        let price = self.best(side).expect("only what is there is taken");
        self.change_queue(side, price, |queue| {
            let entry = queue.front_mut().expect("an empty queue is removed");
            entry.quantity -= quantity;
            assert!(Quantity::ZERO <= entry.quantity, "no more is taken than is there");
            if entry.quantity.is_zero() {
                queue.pop_front();
            }
        });
    }

    /// What the outside world offers at a price.
    pub(crate) fn outside_at(&self, side: Side, price: Price) -> Quantity {
        self.queue(side, price).map_or(Quantity::ZERO, outside_in)
    }

    /// Everything that is offered at a price.
    pub(crate) fn quantity_at(&self, side: Side, price: Price) -> Quantity {
        self.queue(side, price).map_or(Quantity::ZERO, all_in)
    }

    /// Sets what the outside world offers at a price.
    pub(crate) fn set_outside(&mut self, side: Side, price: Price, quantity: Quantity) {
        let before = self.outside_at(side, price);
        if quantity == before {
            return;
        }
        self.side(side).entry(price).or_default();
        self.change_queue(side, price, |queue| {
            if before < quantity {
                grow(queue, quantity - before);
            } else {
                shrink(queue, before - quantity);
            }
        });
    }

    /// Prices at which the outside world offers something.
    pub(crate) fn outside_prices(&self, side: Side) -> Vec<Price> {
        let levels = match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        };
        let has_outside = |queue: &Queue| outside_in(queue).is_positive();
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
            |(price, queue): (&Price, &Queue)| BookLevel { price: *price, quantity: all_in(queue) };
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
    fn change_queue(&mut self, side: Side, price: Price, change: impl FnOnce(&mut Queue)) {
        let levels = self.side(side);
        let queue = levels.get_mut(&price).expect("the level is on the book");
        change(queue);
        if queue.is_empty() {
            levels.remove(&price);
        }
        self.changed.insert((side, price));
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

/// All that a queue offers. Cheap coins come in quantities that many orders add up to more than
/// can be counted; then it is as much as can be.
fn all_in(queue: &Queue) -> Quantity {
    let sum = |sum: Quantity, entry: &Entry| sum.checked_add(entry.quantity);
    queue.iter().try_fold(Quantity::ZERO, sum).unwrap_or(Quantity::MAX)
}

fn outside_in(queue: &Queue) -> Quantity {
    let outside = queue.iter().filter(|entry| entry.owner == Owner::Outside);
    outside.map(|entry| entry.quantity).sum()
}

fn grow(queue: &mut Queue, by: Quantity) {
    match queue.back_mut() {
        Some(entry) if entry.owner == Owner::Outside => entry.quantity += by,
        _ => queue.push_back(Entry { owner: Owner::Outside, quantity: by }),
    }
}

fn shrink(queue: &mut Queue, by: Quantity) {
    let mut rest = by;
    for entry in queue.iter_mut().rev().filter(|entry| entry.owner == Owner::Outside) {
        let taken = entry.quantity.min(rest);
        entry.quantity -= taken;
        rest -= taken;
    }
    assert!(rest.is_zero(), "no more is taken than is there");
    queue.retain(|entry| entry.quantity.is_positive());
}

#[cfg(test)]
mod tests;
