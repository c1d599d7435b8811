//! At most so much in any stretch of time of one length: connection attempts, WebSocket messages,
//! level 3 subscriptions.
//!
//! The count is exact for every window, not only for those that begin at a full minute.

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

/// A sliding window that remembers every moment something was spent in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    limit: u32,
    period: Duration,
    spent: VecDeque<(Timestamp, u32)>,
}

impl Window {
    /// Room for `limit` in any stretch of `period`.
    pub fn new(limit: u32, period: Duration) -> Self {
        assert!(0 < limit && !period.is_zero(), "a window has room and a length");
        Self { limit, period, spent: VecDeque::new() }
    }

    /// Spends `cost`, or says when there will be room for it.
    pub fn try_spend(&mut self, cost: u32, now: Timestamp) -> Result<(), Timestamp> {
        let room_at = self.room_at(cost, now);
        if now < room_at {
            return Err(room_at);
        }
        self.forget(now);
        if 0 < cost {
            self.spent.push_back((now, cost));
        }
        Ok(())
    }

    /// Our clock was set ahead by so much since all of this happened.
    pub fn set_ahead(&mut self, by: Duration) {
        for (at, _) in &mut self.spent {
            *at = *at + by;
        }
    }

    /// After a restart: `self` is new, and `saved` is what was written down.
    pub fn restored(mut self, saved: Self, now: Timestamp) -> Self {
        let spent = saved.spent.into_iter().map(|(at, cost)| (at.min(now), cost.min(self.limit)));
        self.spent = spent.take(self.limit as usize).collect();
        self.spent.make_contiguous().sort_unstable();
        self
    }

    /// When there is room for `cost`: `now`, or later.
    pub fn room_at(&self, cost: u32, now: Timestamp) -> Timestamp {
        assert!(cost <= self.limit, "no wait makes room for more than the whole window");
        let mut spent = self.spent(now);
        let mut room_at = now;
        for (at, leaves) in self.current(now) {
            if spent + cost <= self.limit {
                break;
            }
            spent -= leaves;
            room_at = *at + self.period;
        }
        room_at
    }

    /// What was spent in the window that ends at `now`.
    pub fn spent(&self, now: Timestamp) -> u32 {
        self.current(now).map(|(_, cost)| cost).sum()
    }

    /// The most that can be spent in one window.
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// Forgets what no window can see any more.
    fn forget(&mut self, now: Timestamp) {
        while self.spent.front().is_some_and(|(at, _)| *at + self.period <= now) {
            self.spent.pop_front();
        }
    }

    fn current(&self, now: Timestamp) -> impl Iterator<Item = &(Timestamp, u32)> {
        self.spent.iter().skip_while(move |(at, _)| *at + self.period <= now)
    }
}

#[cfg(test)]
mod tests;
