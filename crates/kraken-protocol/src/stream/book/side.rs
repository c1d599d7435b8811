//! One side of a book: levels from the best to the worst, each price once.
//!
//! Most changes happen near the best price and most of what is cut is the worst, so the levels
//! stand in a queue that is cheap to change at both ends.

use std::collections::VecDeque;

use trading_types::{BookLevel, Price, Quantity, Side};

use crate::stream::book_checksum::{LevelDigits, PricePrecision};

/// One side of a book.
#[derive(Clone)]
pub(super) struct BookSide {
    side: Side,
    levels: VecDeque<Level>,
}

#[derive(Clone)]
struct Level {
    /// The price, negated for bids: the best level has the smallest rank.
    rank: i64,
    quantity: Quantity,
    digits: LevelDigits,
}

impl BookSide {
    pub(super) const fn new(side: Side) -> Self {
        Self { side, levels: VecDeque::new() }
    }

    pub(super) fn clear(&mut self) {
        self.levels.clear();
    }

    /// Applies changes in their order. Stops at a level that has more decimals than the pair.
    pub(super) fn apply(
        &mut self,
        changes: &[BookLevel],
        precision: PricePrecision,
    ) -> Result<(), BookLevel> {
        for change in changes {
            let rank = self.rank(change.price);
            let at = self.levels.partition_point(|level| level.rank < rank);
            let is_there = self.levels.get(at).is_some_and(|level| level.rank == rank);
            if change.quantity.is_zero() {
                if is_there {
                    self.levels.remove(at);
                }
                continue;
            }
            let digits = LevelDigits::of(*change, precision).ok_or(*change)?;
            let level = Level { rank, quantity: change.quantity, digits };
            if is_there {
                self.levels[at] = level;
            } else {
                self.levels.insert(at, level);
            }
        }
        Ok(())
    }

    /// Forgets all levels beyond the best `depth`.
    pub(super) fn cut(&mut self, depth: usize) {
        self.levels.truncate(depth);
    }

    /// The best level.
    pub(super) fn best(&self) -> Option<BookLevel> {
        self.levels.front().map(|level| self.shown(level))
    }

    /// All levels, best first.
    pub(super) fn levels(&self) -> impl Iterator<Item = BookLevel> {
        self.levels.iter().map(|level| self.shown(level))
    }

    /// What each level adds to the checksum, best first.
    pub(super) fn digits(&self) -> impl Iterator<Item = &LevelDigits> {
        self.levels.iter().map(|level| &level.digits)
    }

    /// Prices are above zero, so negating one cannot overflow.
    fn rank(&self, price: Price) -> i64 {
        match self.side {
            Side::Buy => -price.units(),
            Side::Sell => price.units(),
        }
    }

    fn shown(&self, level: &Level) -> BookLevel {
        let price = match self.side {
            Side::Buy => -level.rank,
            Side::Sell => level.rank,
        };
        BookLevel { price: Price::from_units(price), quantity: level.quantity }
    }
}
