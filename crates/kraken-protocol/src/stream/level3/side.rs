//! One side of a level 3 book: levels from the best to the worst, orders in line within each.
//!
//! The index names exactly the orders that stand in a level, and no level is without orders.

use std::collections::BTreeMap;

use trading_types::{BookLevel, Quantity, Side, VenueOrderId};

use crate::stream::{
    book::BookFault,
    book_checksum::{CHECKSUM_LEVELS, LevelDigits, PricePrecision},
    level3_message::{Level3Change, Level3Event, Level3Order},
};

/// One side of a level 3 book.
#[derive(Clone, Debug)]
pub(super) struct Level3Side {
    side: Side,
    /// By rank: the price, negated for bids, so that the best level comes first.
    levels: BTreeMap<i64, Vec<Standing>>,
    /// The rank of the level in which each order stands.
    index: BTreeMap<VenueOrderId, i64>,
}

#[derive(Clone, Debug)]
struct Standing {
    order: Level3Order,
    digits: LevelDigits,
}

impl Level3Side {
    pub(super) const fn new(side: Side) -> Self {
        Self { side, levels: BTreeMap::new(), index: BTreeMap::new() }
    }

    pub(super) fn clear(&mut self) {
        self.levels.clear();
        self.index.clear();
    }

    /// Applies one change.
    pub(super) fn apply(
        &mut self,
        change: Level3Change,
        precision: PricePrecision,
    ) -> Result<(), BookFault> {
        let Level3Change { event, order } = change;
        match event {
            // An order that is not there is gone either way: its level may have been cut.
            Level3Event::Deleted => self.remove(order.id),
            Level3Event::Modified if !self.index.contains_key(&order.id) => {
                return Err(BookFault::UnknownOrder(order.id));
            }
            Level3Event::Added | Level3Event::Modified if order.quantity.is_zero() => {
                self.remove(order.id);
            }
            Level3Event::Added | Level3Event::Modified => self.set(order, precision)?,
        }
        Ok(())
    }

    /// Changes an order where it stands, or puts it at the end of its level's line.
    fn set(&mut self, order: Level3Order, precision: PricePrecision) -> Result<(), BookFault> {
        let level = BookLevel { price: order.price, quantity: order.quantity };
        let digits = LevelDigits::of(level, precision).ok_or(BookFault::TooPrecise(level))?;
        let rank = match self.side {
            Side::Buy => -order.price.units(),
            Side::Sell => order.price.units(),
        };
        if self.index.get(&order.id).is_some_and(|stands| *stands != rank) {
            self.remove(order.id);
        }
        let standing = Standing { order, digits };
        let line = self.levels.entry(rank).or_default();
        match line.iter().position(|it| it.order.id == order.id) {
            Some(at) => line[at] = standing,
            None => line.push(standing),
        }
        self.index.insert(order.id, rank);
        Ok(())
    }

    fn remove(&mut self, order: VenueOrderId) {
        let Some(rank) = self.index.remove(&order) else { return };
        let line = self.levels.get_mut(&rank).expect("the index names levels that are there");
        line.retain(|it| it.order.id != order);
        if line.is_empty() {
            self.levels.remove(&rank);
        }
    }

    /// Forgets all levels beyond the best `depth`. When one of those that remain leaves, Kraken
    /// sends the orders of the next one again.
    pub(super) fn cut(&mut self, depth: usize) {
        while depth < self.levels.len() {
            let (_, line) = self.levels.pop_last().expect("there are more than none");
            for standing in line {
                self.index.remove(&standing.order.id);
            }
        }
    }

    /// Adds what the checksum covers.
    pub(super) fn hash(&self, hash: &mut crc32fast::Hasher) {
        let covered = self.levels.values().take(CHECKSUM_LEVELS).flatten();
        covered.for_each(|standing| hash.update(standing.digits.as_bytes()));
    }

    /// The best level with all that stands there.
    pub(super) fn best(&self) -> Option<BookLevel> {
        let (_, line) = self.levels.first_key_value()?;
        let price = line.first()?.order.price;
        Some(BookLevel { price, quantity: sum(line) })
    }

    /// All orders, best price first.
    pub(super) fn orders(&self) -> impl Iterator<Item = &Level3Order> {
        self.levels.values().flatten().map(|standing| &standing.order)
    }

    /// How much stands in line before an order.
    pub(super) fn ahead_of(&self, order: VenueOrderId) -> Option<Quantity> {
        let line = self.levels.get(self.index.get(&order)?)?;
        let at = line.iter().position(|it| it.order.id == order)?;
        Some(sum(&line[..at]))
    }
}

/// What the orders have together; at most the largest quantity there is.
fn sum(line: &[Standing]) -> Quantity {
    line.iter()
        .fold(Quantity::ZERO, |sum, it| sum.checked_add(it.order.quantity).unwrap_or(Quantity::MAX))
}
