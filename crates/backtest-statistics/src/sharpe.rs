//! The Sharpe ratio as the estimate it is: its error, the probability that it is real, and what is
//! left of it when it is the best of many.
//!
//! Ratios are per period (per candle) unless a name says yearly. The formulas are those of Bailey
//! and López de Prado: "The Sharpe Ratio Efficient Frontier" (Journal of Risk 15, 2012) for the
//! probabilistic ratio and the minimum track record, "The Deflated Sharpe Ratio" (Journal of
//! Portfolio Management 40, 2014) for the best of many.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use serde::{Deserialize, Serialize};

use crate::{functions::real, moments::Moments, normal};

/// Euler's and Mascheroni's constant.
const EULER: f64 = 0.577_215_664_901_532_9;

/// A Sharpe ratio and what its error depends on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SharpeEstimate {
    /// Mean return divided by its deviation, per period.
    pub ratio: f64,
    /// How many returns.
    pub observations: u64,
    /// Of the returns; zero when symmetric.
    pub skewness: f64,
    /// Of the returns; three when normal.
    pub kurtosis: f64,
}

/// What was tried before the best was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trials {
    /// How many variants.
    pub count: u64,
    /// The variance of their Sharpe ratios per period.
    pub variance: f64,
}

/// What is left of a ratio that is the best of many.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deflated {
    /// The best ratio per period that luck alone is expected to give.
    pub luck: f64,
    /// The probability that the true ratio is above that of luck: the deflated Sharpe ratio.
    pub probability: f64,
}

impl From<&Moments> for SharpeEstimate {
    fn from(moments: &Moments) -> Self {
        Self {
            ratio: moments.mean / moments.deviation,
            observations: moments.count,
            skewness: moments.skewness,
            kurtosis: moments.kurtosis,
        }
    }
}

impl SharpeEstimate {
    /// The variance of one observation's share in the estimate.
    fn spread(&self) -> f64 {
        let Self { ratio, skewness, kurtosis, .. } = *self;
        // Not below zero for any moments that real returns can have; rounding may think otherwise.
        (1.0 - skewness * ratio + (kurtosis - 1.0) / 4.0 * ratio * ratio).max(f64::MIN_POSITIVE)
    }

    /// How far the estimate is from the truth, as a standard deviation.
    pub fn standard_error(&self) -> f64 {
        (self.spread() / real(self.observations.saturating_sub(1).max(1))).sqrt()
    }

    /// The ratio for a year of `periods` periods.
    pub fn yearly(&self, periods: f64) -> f64 {
        self.ratio * periods.sqrt()
    }

    /// The probability that the true ratio is above `benchmark`: the probabilistic Sharpe ratio.
    pub fn probability_above(&self, benchmark: f64) -> f64 {
        normal::cumulative((self.ratio - benchmark) / self.standard_error())
    }

    /// The probability that the true ratio is above the best that luck gives among `trials`.
    pub fn deflated(&self, trials: Trials) -> Deflated {
        let luck = trials.luck();
        Deflated { luck, probability: self.probability_above(luck) }
    }

    /// Observations until a ratio like this proves, with `confidence`, that the true one is above
    /// `benchmark`; nothing when it is not above itself.
    pub fn minimum_track_record(&self, benchmark: f64, confidence: f64) -> Option<f64> {
        let above = self.ratio - benchmark;
        let needed = normal::inverse(confidence) / above;
        (0.0 < above).then(|| 1.0 + self.spread() * needed * needed)
    }
}

impl Trials {
    /// The best ratio that luck is expected to give among them.
    pub fn luck(&self) -> f64 {
        self.variance.max(0.0).sqrt() * expected_maximum(self.count)
    }
}

/// The expected maximum of so many independent standard normal numbers; zero for one.
pub fn expected_maximum(count: u64) -> f64 {
    if count < 2 {
        return 0.0;
    }
    let count = real(count);
    let high = -normal::inverse(1.0 / count);
    let higher = -normal::inverse(1.0 / (count * std::f64::consts::E));
    (1.0 - EULER) * high + EULER * higher
}

#[cfg(test)]
mod tests;
