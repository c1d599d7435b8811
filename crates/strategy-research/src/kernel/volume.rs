//! What an account traded in the last thirty days, by which Kraken chooses its fee.
//!
//! The one invariant: at every moment it is the sum that the exchange and the engine have. Both
//! agree where candles begin with a minute: what trades within a minute then trades at one moment.

use std::{collections::VecDeque, time::Duration};

use trading_types::Timestamp;

use super::money::{Money, Rate};

/// How long a trade counts.
const WINDOW: Duration = Duration::from_hours(30 * 24);

/// Trades that count, the oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Volume {
    /// Until when each counts, and what changed hands.
    trades: VecDeque<(Timestamp, i128)>,
    sum: i128,
}

impl Volume {
    /// The fee at a moment; none before it is asked about any more.
    #[inline]
    pub(super) fn rate(&mut self, money: &Money, now: Timestamp) -> Rate {
        if !money.is_flat() {
            self.forget(now);
        }
        money.rate(self.sum)
    }

    /// Counts a trade.
    #[inline]
    pub(super) fn add(&mut self, money: &Money, cost: i128, now: Timestamp) {
        if !money.is_flat() {
            self.trades.push_back((now + WINDOW, cost));
            self.sum += cost;
        }
    }

    fn forget(&mut self, now: Timestamp) {
        while let Some((until, cost)) = self.trades.front().copied()
            && until <= now
        {
            self.sum -= cost;
            self.trades.pop_front();
        }
    }
}
