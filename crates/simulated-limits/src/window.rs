//! What happened within a rolling stretch of time: every event is remembered until it is as old as
//! the stretch is long.

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

/// Events of a cost, over a rolling stretch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Window {
    span: Duration,
    max: u32,
    remembered: VecDeque<(Timestamp, u32)>,
}

impl Window {
    pub(crate) const fn new(max: u32, span: Duration) -> Self {
        Self { span, max, remembered: VecDeque::new() }
    }

    /// What the events of the stretch that ends at `now` cost.
    pub(crate) fn used(&self, now: Timestamp) -> u32 {
        let recent = self.remembered.iter().filter(|(at, _)| now.since(*at) < self.span);
        recent.map(|(_, cost)| cost).sum()
    }

    /// Records an event if it fits; true if it does.
    pub(crate) fn take(&mut self, cost: u32, now: Timestamp) -> bool {
        while self.remembered.front().is_some_and(|(at, _)| self.span <= now.since(*at)) {
            self.remembered.pop_front();
        }
        let fits = self.used(now).saturating_add(cost) <= self.max;
        if fits && 0 < cost {
            self.remembered.push_back((now, cost));
        }
        fits
    }
}

#[cfg(test)]
mod tests;
