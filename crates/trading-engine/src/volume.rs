//! What we traded within the last thirty days, by which Kraken chooses the fee tier.

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Timestamp};

/// The window of Kraken's fee tiers (<https://www.kraken.com/features/fee-schedule>, read on
/// 2026-11-21).
const WINDOW: Duration = Duration::from_hours(30 * 24);

/// Costs of our trades within the window, in the order they happened.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TradedVolume {
    trades: VecDeque<(Timestamp, Amount)>,
    sum: Amount,
}

impl TradedVolume {
    /// Adds a trade.
    pub fn add(&mut self, cost: Amount, at: Timestamp) {
        self.trades.push_back((at, cost));
        self.sum += cost;
    }

    /// What traded later than this traded now.
    pub(crate) fn set_back(&mut self, now: Timestamp) {
        for (at, _) in &mut self.trades {
            *at = (*at).min(now);
        }
    }

    /// [`Self::within_window`] for those who only look.
    pub fn seen_at(&self, now: Timestamp) -> Amount {
        let past = self.trades.iter().take_while(|(at, _)| WINDOW <= now.since(*at));
        self.sum - past.map(|(_, cost)| *cost).sum()
    }

    /// The sum over the thirty days before `now`.
    pub fn within_window(&mut self, now: Timestamp) -> Amount {
        while let Some((at, cost)) = self.trades.front().copied()
            && WINDOW <= now.since(at)
        {
            self.sum -= cost;
            self.trades.pop_front();
        }
        self.sum
    }
}

#[cfg(test)]
mod tests;
