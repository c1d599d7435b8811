//! Refused orders within a window.

use std::{collections::VecDeque, time::Duration};

use trading_types::Timestamp;

/// Counts refused orders. Holds at most one more than are allowed.
#[derive(Clone, Debug)]
pub(super) struct Rejects {
    most: u32,
    window: Duration,
    times: VecDeque<Timestamp>,
}

impl Rejects {
    pub(super) const fn new(most: u32, window: Duration) -> Self {
        Self { most, window, times: VecDeque::new() }
    }

    /// Counts one. Says how many there were, once, when there were too many; then begins anew.
    pub(super) fn add(&mut self, now: Timestamp) -> Option<u32> {
        let window = self.window;
        self.times.retain(|time| now.since(*time) < window);
        self.times.push_back(now);
        let rejects = u32::try_from(self.times.len()).unwrap_or(u32::MAX);
        if rejects <= self.most {
            return None;
        }
        self.times.clear();
        Some(rejects)
    }
}
