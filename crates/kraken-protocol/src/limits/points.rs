//! The unit in which Kraken counts: points, of which a batch may cost halves.

use std::{fmt, iter::Sum, ops::Add};

use serde::{Deserialize, Serialize};

/// Points of one of Kraken's counters, in halves.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Points(u32);

impl Points {
    /// None.
    pub const ZERO: Self = Self(0);

    /// So many whole points.
    pub const fn whole(points: u32) -> Self {
        Self(points * 2)
    }

    /// So many half points.
    pub const fn from_halves(halves: u32) -> Self {
        Self(halves)
    }

    /// How many half points.
    pub const fn halves(self) -> u32 {
        self.0
    }

    /// Whether it is none at all.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Add for Points {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = if self.0.is_multiple_of(2) { "" } else { ".5" };
        f.pad(&format!("{}{half}", self.0 / 2))
    }
}
