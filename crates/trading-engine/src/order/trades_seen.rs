//! The names of an order's trades, so that each is counted once. Most orders have one trade, which
//! needs no place of its own on the heap.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use trading_types::TradeId;

/// A set of trades; stored as a sorted list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeSet<TradeId>", into = "BTreeSet<TradeId>")]
pub(super) struct TradesSeen {
    /// The first by name, so that equal sets are equal.
    first: Option<TradeId>,
    others: BTreeSet<TradeId>,
}

impl TradesSeen {
    /// Whether a trade is among them.
    pub(super) fn contains(&self, trade: TradeId) -> bool {
        self.first == Some(trade) || self.others.contains(&trade)
    }

    /// Adds a trade.
    pub(super) fn insert(&mut self, trade: TradeId) {
        let Some(first) = self.first else {
            self.first = Some(trade);
            return;
        };
        if first != trade {
            self.first = Some(first.min(trade));
            self.others.insert(first.max(trade));
        }
    }
}

impl From<BTreeSet<TradeId>> for TradesSeen {
    fn from(mut all: BTreeSet<TradeId>) -> Self {
        let first = all.pop_first();
        Self { first, others: all }
    }
}

impl From<TradesSeen> for BTreeSet<TradeId> {
    fn from(seen: TradesSeen) -> Self {
        let TradesSeen { first, mut others } = seen;
        others.extend(first);
        others
    }
}

#[cfg(test)]
mod tests;
