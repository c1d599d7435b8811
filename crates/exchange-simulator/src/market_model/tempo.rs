//! How fast things happen: as told, or many times as fast for a while.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

use super::chance::Chance;

/// How fast things happen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Tempo {
    times: u32,
    until: Timestamp,
}

impl Tempo {
    /// Everything happens `times` as often until a moment.
    pub(super) fn burst(&mut self, times: u32, until: Timestamp) {
        assert!(0 < times, "a burst is faster, not the end of time");
        *self = Self { times, until };
    }

    /// When the next of many independent things happens that are `mean` apart on average.
    pub(super) fn next(&self, mean: Duration, at: Timestamp, chance: &mut Chance) -> Timestamp {
        let mean = if at < self.until { mean / self.times } else { mean };
        at + chance.wait(mean)
    }
}
