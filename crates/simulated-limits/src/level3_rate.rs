//! Subscriptions to the channel `level3` on one connection: what they cost within a second, and how
//! many pairs there may be.
//!
//! <https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/level3>, read on 2026-11-21.

use std::time::Duration;

use trading_types::Timestamp;

use crate::{exceeded::Exceeded, tier::Tier, window::Window};

/// Pairs that one connection may carry.
const PAIRS_MAX: u32 = 200;

/// How many levels of each side are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is its number")]
pub enum Level3Depth {
    Ten,
    Hundred,
    Thousand,
}

impl Level3Depth {
    /// What a pair at this depth costs.
    pub const fn cost(self) -> u32 {
        match self {
            Self::Ten => 5,
            Self::Hundred => 25,
            Self::Thousand => 100,
        }
    }
}

/// The subscriptions of one connection.
#[derive(Clone, Debug)]
pub struct Level3Rate {
    recent: Window,
    pairs: u32,
}

impl Level3Rate {
    /// No subscription yet.
    pub const fn new(tier: Tier) -> Self {
        Self { recent: Window::new(tier.level3_max(), Duration::from_secs(1)), pairs: 0 }
    }

    /// A request for `pairs` more arrives; it is taken as a whole or not at all.
    pub fn subscribe(
        &mut self,
        pairs: u32,
        depth: Level3Depth,
        now: Timestamp,
    ) -> Result<(), Exceeded> {
        let fits = pairs <= PAIRS_MAX - self.pairs;
        if !fits || !self.recent.take(pairs.saturating_mul(depth.cost()), now) {
            return Err(Exceeded::Level3);
        }
        self.pairs += pairs;
        Ok(())
    }

    /// So many pairs were given up.
    pub fn unsubscribe(&mut self, pairs: u32) {
        assert!(pairs <= self.pairs, "only what was subscribed can be given up");
        self.pairs -= pairs;
    }
}

#[cfg(test)]
mod tests;
