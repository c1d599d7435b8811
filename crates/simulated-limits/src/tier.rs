//! The three tiers of an account, and every number that depends on one.
//!
//! Sources, read on 2026-11-21: the private counter
//! <https://docs.kraken.com/exchange/guides/rest/ratelimits>, the trading counter and open orders
//! <https://docs.kraken.com/exchange/guides/general/ratelimits>, level 3
//! <https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/level3>.

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::points::Points;

/// What Kraken grants an account; it follows from how far its owner is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Tier {
    /// The lowest, and what to assume when nothing is known.
    Starter,
    /// The middle one.
    Intermediate,
    /// The highest.
    Pro,
}

struct Row {
    name: &'static str,
    private_max: u32,
    private_decay_hundredths: u32,
    trading_threshold: u32,
    trading_decay_hundredths: u32,
    open_orders_max: usize,
    level3_max: u32,
}

#[rustfmt::skip] // A table.
const STARTER: Row = Row {
    name: "starter", private_max: 15, private_decay_hundredths: 33,
    trading_threshold: 60, trading_decay_hundredths: 100, open_orders_max: 60, level3_max: 200,
};
#[rustfmt::skip]
const INTERMEDIATE: Row = Row {
    name: "intermediate", private_max: 20, private_decay_hundredths: 50,
    trading_threshold: 125, trading_decay_hundredths: 234, open_orders_max: 80, level3_max: 200,
};
#[rustfmt::skip]
const PRO: Row = Row {
    name: "pro", private_max: 20, private_decay_hundredths: 100,
    trading_threshold: 180, trading_decay_hundredths: 375, open_orders_max: 225, level3_max: 500,
};

impl Tier {
    /// All tiers, from the lowest.
    pub const ALL: [Self; 3] = [Self::Starter, Self::Intermediate, Self::Pro];

    const fn row(self) -> &'static Row {
        match self {
            Self::Starter => &STARTER,
            Self::Intermediate => &INTERMEDIATE,
            Self::Pro => &PRO,
        }
    }

    /// In small letters.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// What a key's counter may not exceed.
    pub const fn private_max(self) -> Points {
        Points::whole(self.row().private_max)
    }

    /// Decay of a key's counter, in hundredths of a point per second.
    pub const fn private_decay_hundredths(self) -> u32 {
        self.row().private_decay_hundredths
    }

    /// The threshold of the counter of an account's pair.
    pub const fn trading_threshold(self) -> Points {
        Points::whole(self.row().trading_threshold)
    }

    /// Decay of the counter of an account's pair, in hundredths of a point per second.
    pub const fn trading_decay_hundredths(self) -> u32 {
        self.row().trading_decay_hundredths
    }

    /// How many orders may be open at once on a pair.
    pub const fn open_orders_max(self) -> usize {
        self.row().open_orders_max
    }

    /// What subscriptions to the `level3` channel may cost within a second.
    pub const fn level3_max(self) -> u32 {
        self.row().level3_max
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests;
