//! How many calls may be under way at once. Kraken publishes neither the number nor its scope, only
//! the answer (<https://docs.kraken.com/exchange/guides/general/errors>, read on 2026-11-21).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

use crate::exceeded::Exceeded;

/// Calls under way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Concurrency {
    in_flight_max: usize,
    pause: Duration,
    /// Calls under way end with whoever keeps count of them.
    #[serde(skip)]
    in_flight: usize,
    throttled_until: Timestamp,
}

impl Concurrency {
    /// At most `in_flight_max` at once; one more, and all calls are refused for `pause`, rounded up
    /// to a whole second.
    pub const fn new(in_flight_max: usize, pause: Duration) -> Self {
        Self { in_flight_max, pause, in_flight: 0, throttled_until: Timestamp::EPOCH }
    }

    /// A call begins; if it may, [`Self::end`] must follow.
    pub fn begin(&mut self, now: Timestamp) -> Result<(), Exceeded> {
        if now < self.throttled_until {
            return Err(Exceeded::Throttled { until: self.throttled_until });
        }
        if self.in_flight == self.in_flight_max {
            self.throttled_until = whole_second_from(now + self.pause);
            return Err(Exceeded::Throttled { until: self.throttled_until });
        }
        self.in_flight += 1;
        Ok(())
    }

    /// A call that had begun ends.
    pub fn end(&mut self) {
        assert!(0 < self.in_flight, "only a call that began can end");
        self.in_flight -= 1;
    }

    /// How many are under way.
    pub const fn in_flight(&self) -> usize {
        self.in_flight
    }
}

fn whole_second_from(at: Timestamp) -> Timestamp {
    let seconds = at.nanos().div_ceil(1_000_000_000);
    Timestamp::from_seconds(seconds).unwrap_or(Timestamp::NEVER)
}

#[cfg(test)]
mod tests;
