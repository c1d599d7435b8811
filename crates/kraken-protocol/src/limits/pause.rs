//! A full stop after somebody said no: until a named moment, or for 1, 2, 4 … seconds and a little
//! chance.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

use crate::chance::Chance;

/// The first stop without a named end.
const FIRST: Duration = Duration::from_secs(1);
/// The longest stop without a named end.
const LONGEST: Duration = Duration::from_secs(256);

/// When the next call may be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    until: Timestamp,
    /// Times in a row that a call was refused.
    strikes: u32,
}

impl Pause {
    /// The moment the stop ends.
    pub const fn until(&self) -> Timestamp {
        self.until
    }

    /// Stops until `until`. A stop is never made shorter.
    pub fn stop_until(&mut self, until: Timestamp) {
        self.until = self.until.max(until);
    }

    /// Stops twice as long as the last time, and by chance up to half as long again, so that many
    /// clients do not come back at once.
    pub fn strike(&mut self, chance: &mut Chance, now: Timestamp) {
        let wait = LONGEST.min(FIRST * 2_u32.pow(self.strikes.min(8)));
        self.strikes = self.strikes.saturating_add(1);
        self.stop_until(now + wait + chance.below(wait / 2));
    }

    /// Our clock shows `now` where it showed `before`: a stop ends no later for that.
    pub fn set_back(&mut self, before: Timestamp, now: Timestamp) {
        if now < before {
            self.until = now + self.until.since(before);
        }
    }

    /// Our clock was set ahead by so much since: a stop ends no earlier for that.
    pub fn set_ahead(&mut self, by: Duration) {
        self.until = self.until + by;
    }

    /// After a restart: a stop that makes no sense is not kept for ever.
    pub fn restored(self, latest: Timestamp) -> Self {
        Self { until: self.until.min(latest), strikes: self.strikes }
    }

    /// A call went through.
    pub fn forgive(&mut self) {
        self.strikes = 0;
    }
}

#[cfg(test)]
mod tests;
