//! What a counter counts, exactly: a point is cut so fine that each of Kraken's decay rates drains
//! a whole number of pieces in a nanosecond.

use serde::{Deserialize, Serialize};
use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign},
};

/// Points of a counter, in pieces of 10^-11. A decay of one hundredth of a point per second is one
/// piece per nanosecond, and Kraken states its rates in hundredths.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Points(u128);

const PIECES_PER_POINT: u128 = 100_000_000_000;

impl Points {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many whole points.
    pub const fn whole(points: u32) -> Self {
        Self(points as u128 * PIECES_PER_POINT)
    }

    /// So many half points.
    pub const fn halves(halves: u32) -> Self {
        Self(halves as u128 * PIECES_PER_POINT / 2)
    }

    pub(crate) const fn from_pieces(pieces: u128) -> Self {
        Self(pieces)
    }

    /// What is left after taking `other` away, at least nothing.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Millionths of a point, rounded down: for statistics.
    pub const fn millionths(self) -> u128 {
        self.0 / (PIECES_PER_POINT / 1_000_000)
    }
}

impl Add for Points {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Points {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        points.fold(Self::ZERO, Add::add)
    }
}

/// In decimal, exactly: `26.6`.
impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, pieces) = (self.0 / PIECES_PER_POINT, self.0 % PIECES_PER_POINT);
        let fraction = format!("{pieces:011}");
        match fraction.trim_end_matches('0') {
            "" => f.pad(&whole.to_string()),
            fraction => f.pad(&format!("{whole}.{fraction}")),
        }
    }
}

impl fmt::Debug for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests;
