//! One side of a book, and which of its changes are seen by someone who watches its best levels
//! only.
//!
//! The invariant: levels are sorted with the best one last, because that is where books change.

use trading_types::{BookLevel, Price, Quantity};

/// One side of a book.
#[derive(Debug)]
pub(super) struct BookSide {
    direction: Direction,
    /// The worst level first.
    levels: Vec<BookLevel>,
}

/// The way prices go from the best one to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// Asks.
    Rising,
    /// Bids.
    Falling,
}

/// A level that changed, and what rested there before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    price: Price,
    before: Quantity,
}

impl Change {
    pub(super) const fn price(&self) -> Price {
        self.price
    }
}

/// How good a price is; higher is better. What a view compares instead of prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank(i64);

impl BookSide {
    pub(super) fn new(direction: Direction, levels: &[BookLevel]) -> Self {
        let mut side = Self { direction, levels: Vec::with_capacity(levels.len()) };
        for level in levels {
            side.set(*level);
        }
        side
    }

    /// The best levels, best first.
    pub(super) fn best(&self, count: usize) -> impl Iterator<Item = &BookLevel> {
        self.levels.iter().rev().take(count)
    }

    /// The worst rank that is seen at this depth; nothing when all there is is seen.
    pub(super) fn boundary(&self, depth: usize) -> Option<Rank> {
        let place = self.levels.len().checked_sub(depth)?;
        self.levels.get(place).map(|level| self.rank(level.price))
    }

    /// Whether a price is seen by someone who sees as far as `boundary`.
    pub(super) fn is_within(&self, price: Price, boundary: Option<Rank>) -> bool {
        boundary.is_none_or(|worst| worst <= self.rank(price))
    }

    /// Puts levels in. `replaces` says that whatever is not among them is gone.
    pub(super) fn apply(&mut self, replaces: bool, levels: &[BookLevel]) -> Vec<Change> {
        let mut changes = Vec::with_capacity(levels.len());
        if replaces {
            let gone =
                self.levels.iter().filter(|known| levels.iter().all(|l| l.price != known.price));
            let gone: Vec<Price> = gone.map(|level| level.price).collect();
            for price in gone {
                let before = self.set(BookLevel { price, quantity: Quantity::ZERO });
                changes.push(Change { price, before });
            }
        }
        for level in levels {
            let before = self.set(*level);
            // Of a price that stands twice, what was there before all counts.
            if changes.iter().all(|change: &Change| change.price != level.price) {
                changes.push(Change { price: level.price, before });
            }
        }
        changes
    }

    /// What someone who sees `depth` levels, the worst of which was `boundary`, must be told after
    /// these changes: what has left, so that nothing good is cut off; what has changed; what has
    /// come into view.
    pub(super) fn told(
        &self,
        changes: &[Change],
        boundary: Option<Rank>,
        depth: usize,
    ) -> Vec<BookLevel> {
        let now = self.boundary(depth);
        let mut left = Vec::new();
        let mut others = Vec::new();
        for Change { price, before } in changes {
            let quantity = self.quantity(*price);
            let level = BookLevel { price: *price, quantity };
            if quantity == *before || !self.is_within(*price, boundary) {
                continue;
            }
            if quantity.is_zero() {
                left.push(level);
            } else if self.is_within(*price, now) {
                others.push(level);
            }
        }
        left.extend(self.came_into_view(boundary, depth));
        left.extend(others);
        left
    }

    fn came_into_view(
        &self,
        boundary: Option<Rank>,
        depth: usize,
    ) -> impl Iterator<Item = BookLevel> {
        let seen_from = boundary
            .map_or(0, |worst| self.levels.partition_point(|level| self.rank(level.price) < worst));
        let first = self.levels.len().saturating_sub(depth).min(seen_from);
        self.levels[first..seen_from].iter().rev().copied()
    }

    fn set(&mut self, level: BookLevel) -> Quantity {
        let rank = self.rank(level.price);
        match self.levels.binary_search_by_key(&rank, |known| self.rank(known.price)) {
            Ok(place) if level.quantity.is_zero() => self.levels.remove(place).quantity,
            Ok(place) => std::mem::replace(&mut self.levels[place], level).quantity,
            Err(_) if level.quantity.is_zero() => Quantity::ZERO,
            Err(place) => {
                self.levels.insert(place, level);
                Quantity::ZERO
            }
        }
    }

    /// What rests at a price.
    pub(super) fn quantity(&self, price: Price) -> Quantity {
        let rank = self.rank(price);
        let place = self.levels.binary_search_by_key(&rank, |known| self.rank(known.price));
        place.map_or(Quantity::ZERO, |place| self.levels[place].quantity)
    }

    const fn rank(&self, price: Price) -> Rank {
        Rank(match self.direction {
            Direction::Rising => -price.units(),
            Direction::Falling => price.units(),
        })
    }
}
