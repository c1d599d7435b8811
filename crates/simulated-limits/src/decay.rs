//! How a counter drains: evenly, or in steps.
//!
//! Kraken's page says that a counter is "reduced every couple of seconds" while it gives rates per
//! second, and does not name the step (<https://docs.kraken.com/exchange/guides/rest/ratelimits>,
//! read on 2026-11-21). So both are here, with any step and any phase of it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

use crate::points::Points;

/// The longest step that "every couple of seconds" can mean.
const TICK_MAX: Duration = Duration::from_secs(3);

/// When a counter's decay happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DecayMode {
    /// At every moment.
    Continuous,
    /// At the moments `phase`, `phase + tick`, `phase + 2 tick` … after the epoch, each time as
    /// much as the rate makes of a whole tick.
    Stepwise {
        /// The length of a step, above zero and at most three seconds.
        tick: Duration,
        /// Where the steps lie.
        phase: Duration,
    },
}

/// A rate, and when it happens.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Decay {
    hundredths_per_second: u32,
    mode: DecayMode,
}

impl Decay {
    pub(crate) fn new(hundredths_per_second: u32, mode: DecayMode) -> Self {
        if let DecayMode::Stepwise { tick, .. } = mode {
            assert!(
                !tick.is_zero() && tick <= TICK_MAX,
                "a step of {tick:?} is no couple of seconds"
            );
        }
        Self { hundredths_per_second, mode }
    }

    /// What a counter that was never empty lost after `from`, up to and including `to`.
    pub(crate) fn drained(self, from: Timestamp, to: Timestamp) -> Points {
        let nanos = match self.mode {
            DecayMode::Continuous => to.since(from).as_nanos(),
            DecayMode::Stepwise { tick, phase } => {
                let steps = |at| steps_until(at, tick, phase);
                steps(to).saturating_sub(steps(from)) * tick.as_nanos()
            }
        };
        // A hundredth of a point per second is a piece per nanosecond.
        Points::from_pieces(nanos * u128::from(self.hundredths_per_second))
    }
}

/// How many steps have happened at `at`, counted from some step before the epoch.
fn steps_until(at: Timestamp, tick: Duration, phase: Duration) -> u128 {
    let phase = phase.as_nanos() % tick.as_nanos();
    (u128::from(at.nanos()) + tick.as_nanos() - phase) / tick.as_nanos()
}

#[cfg(test)]
mod tests;
