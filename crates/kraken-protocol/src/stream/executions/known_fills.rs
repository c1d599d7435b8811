//! The ids of trades that have been counted. Kraken repeats the last 50 fills on every
//! subscription, so a fill is counted by its id, once.
//!
//! Memory is bounded: the oldest id is forgotten first, long after Kraken has stopped repeating it.

use std::collections::{BTreeSet, VecDeque};

use trading_types::TradeId;

/// Two hundred times what Kraken repeats.
const KNOWN_FILLS_MAX: usize = 10_000;

/// A bounded set of trade ids in the order they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownFills {
    ids: BTreeSet<TradeId>,
    order: VecDeque<TradeId>,
}

impl KnownFills {
    /// Remembers an id; says whether it is new.
    pub fn insert(&mut self, id: TradeId) -> bool {
        if !self.ids.insert(id) {
            return false;
        }
        self.order.push_back(id);
        if KNOWN_FILLS_MAX < self.order.len()
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }

    /// Whether the trade has been counted.
    pub fn contains(&self, id: &TradeId) -> bool {
        self.ids.contains(id)
    }

    /// All ids, the oldest first, for the caller to keep across a restart.
    pub fn iter(&self) -> impl Iterator<Item = TradeId> {
        self.order.iter().copied()
    }
}

impl FromIterator<TradeId> for KnownFills {
    fn from_iter<I: IntoIterator<Item = TradeId>>(ids: I) -> Self {
        let mut known = Self::default();
        for id in ids {
            known.insert(id);
        }
        known
    }
}

#[cfg(test)]
mod tests;
