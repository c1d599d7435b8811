//! A flash crash: the price runs away within seconds and comes back part of the way in minutes.
#![expect(clippy::float_arithmetic, reason = "the model is an opinion, not money")]

use std::time::Duration;

use serde::{Deserialize, Serialize};
use trading_types::{Fraction, Side};

/// How long the price runs.
pub(super) const RUN: Duration = Duration::from_secs(8);
/// How long it comes back.
pub(super) const RETURN: Duration = Duration::from_mins(3);
/// The part of the way that it comes back.
const RETURNED: f64 = 0.6;

/// A shock under way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Shock {
    change: f64,
    passed: Duration,
}

impl Shock {
    /// The price is about to change by this part of itself.
    pub(super) fn new(change: Fraction) -> Self {
        assert!(-Fraction::ONE < change, "a price does not fall below nothing");
        Self { change: change.to_f64(), passed: Duration::ZERO }
    }

    /// Lets time pass. Returns what the price is multiplied with.
    pub(super) fn pass(&mut self, length: Duration) -> f64 {
        let before = self.level();
        self.passed += length;
        self.level() / before
    }

    /// Which side takes while the price runs; nobody in particular once it comes back.
    pub(super) fn side(&self) -> Option<Side> {
        let side = if self.change < 0.0 { Side::Sell } else { Side::Buy };
        (self.passed < RUN).then_some(side)
    }

    /// Whether it is over.
    pub(super) fn is_over(&self) -> bool {
        RUN + RETURN <= self.passed
    }

    /// The price, as a part of what it was.
    fn level(&self) -> f64 {
        let part =
            |passed: Duration, of: Duration| (passed.as_secs_f64() / of.as_secs_f64()).min(1.0);
        let run = part(self.passed, RUN);
        let returned = part(self.passed.saturating_sub(RUN), RETURN);
        1.0 + self.change * (run - RETURNED * returned)
    }
}

#[cfg(test)]
mod tests;
