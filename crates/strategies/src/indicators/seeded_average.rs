//! A moving average with an endless memory, which begins as the mean of its first values. This is
//! how TA-Lib seeds its exponential averages and Wilder his.

#![expect(clippy::float_arithmetic, reason = "an indicator is an opinion, not money")]

use serde::{Deserialize, Serialize};

use super::{IndicatorError, StoredStateError, checked_period, floats};

/// How a new value enters the average of n values.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Smoothing {
    /// With a weight of 2 ÷ (n + 1).
    Exponential,
    /// With a weight of 1 ÷ n.
    Wilder,
}

/// The average, or what is known of it so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "(usize, usize, f64)", into = "(usize, usize, f64)")]
pub(crate) struct SeededAverage {
    period: usize,
    /// Values seen, but not counted beyond `period`.
    seen: usize,
    /// Until `seen` reaches `period` the sum of the values; from then on the average.
    value: f64,
}

impl SeededAverage {
    pub(crate) fn new(period: usize) -> Result<Self, IndicatorError> {
        Ok(Self { period: checked_period(period)?, seen: 0, value: 0.0 })
    }

    /// Takes the next value.
    #[inline]
    pub(crate) fn update(&mut self, value: f64, smoothing: Smoothing) {
        let period = floats::period(self.period);
        if self.is_warm() {
            // The order of operations is TA-Lib's.
            self.value = match smoothing {
                Smoothing::Exponential => {
                    (value - self.value) * (2.0 / (period + 1.0)) + self.value
                }
                Smoothing::Wilder => (self.value * (period - 1.0) + value) / period,
            };
            return;
        }
        self.value += value;
        self.seen += 1;
        if self.is_warm() {
            self.value /= period;
        }
    }

    /// The average, once it has been seeded.
    pub(crate) fn value(&self) -> Option<f64> {
        self.is_warm().then_some(self.value)
    }

    /// Whether everything it remembers is zero.
    pub(crate) fn is_zero(&self) -> bool {
        self.value == 0.0
    }

    pub(crate) fn period(&self) -> usize {
        self.period
    }

    /// How many values it has seen, but not counted beyond its period.
    pub(crate) fn seen(&self) -> usize {
        self.seen
    }

    pub(crate) fn is_warm(&self) -> bool {
        self.seen == self.period
    }
}

impl TryFrom<(usize, usize, f64)> for SeededAverage {
    type Error = StoredStateError;

    fn try_from((period, seen, value): (usize, usize, f64)) -> Result<Self, StoredStateError> {
        checked_period(period)?;
        let refused = |reason| StoredStateError::inconsistent("average", reason);
        if period < seen {
            return Err(refused("it counts more values than its period"));
        }
        if !value.is_finite() {
            return Err(refused("its value is not a number"));
        }
        if seen == 0 && value != 0.0 {
            return Err(refused("it has a value without having seen one"));
        }
        Ok(Self { period, seen, value })
    }
}

impl From<SeededAverage> for (usize, usize, f64) {
    fn from(average: SeededAverage) -> Self {
        (average.period, average.seen, average.value)
    }
}

#[cfg(test)]
mod tests;
