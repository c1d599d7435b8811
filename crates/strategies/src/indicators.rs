//! Indicators that look at one candle after the other and keep no more than they need.
//!
//! All have the same four verbs: `new`, `update` with the next price or candle, `value` once it is
//! warm, and `warm_up`, the number of candles until then. All can be stored and restored in the
//! middle and go on identically; a stored state that is nonsense is refused. Where TA-Lib has the
//! same indicator, values and warm-up equal TA-Lib's.
//!
//! What can be exact is: sums are integers, so nothing drifts however long an indicator runs.

pub mod average_true_range;
pub mod bollinger_bands;
pub mod donchian_channel;
pub mod exponential_moving_average;
pub mod macd;
pub mod relative_strength_index;
pub mod simple_moving_average;
pub mod standard_deviation;
pub mod volume_weighted_average_price;
pub mod weighted_moving_average;

mod extreme;
pub(crate) mod floats;
pub(crate) mod seeded_average;
pub(crate) mod wide;
pub(crate) mod window;

use trading_types::Fraction;

pub use self::{
    average_true_range::AverageTrueRange,
    bollinger_bands::{Bands, BollingerBands, DEVIATIONS_MAX},
    donchian_channel::{Channel, DonchianChannel},
    exponential_moving_average::ExponentialMovingAverage,
    macd::{Macd, MacdLines},
    relative_strength_index::RelativeStrengthIndex,
    simple_moving_average::SimpleMovingAverage,
    standard_deviation::StandardDeviation,
    volume_weighted_average_price::VolumeWeightedAveragePrice,
    weighted_moving_average::WeightedMovingAverage,
};

/// The longest period of any indicator, in candles.
pub const PERIOD_MAX: usize = 100_000;

/// Settings that an indicator cannot work with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndicatorError {
    /// Nothing to look at.
    #[error("a period of 0 candles has no value; give one from 1 to {PERIOD_MAX}")]
    PeriodZero,
    /// More than [`PERIOD_MAX`].
    #[error("a period of {0} candles is too long; give one from 1 to {PERIOD_MAX}")]
    PeriodTooLong(usize),
    /// The fast average of two must have the shorter period.
    #[error("the fast period {fast} is not below the slow period {slow}")]
    FastNotBelowSlow {
        /// The period of the fast average.
        fast: usize,
        /// The period of the slow average.
        slow: usize,
    },
    /// Zero, negative, or more than [`DEVIATIONS_MAX`].
    #[error("{0} deviations are not possible; give a number above 0 and at most {DEVIATIONS_MAX}")]
    DeviationsOutOfRange(Fraction),
}

/// A stored state that no indicator can have been in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoredStateError {
    /// The settings in it are not possible.
    #[error("{0}")]
    Settings(#[from] IndicatorError),
    /// The numbers in it contradict each other.
    #[error("the stored {indicator} is inconsistent: {reason}")]
    Inconsistent {
        /// What kind of indicator it says it is.
        indicator: &'static str,
        /// What contradicts what.
        reason: &'static str,
    },
}

impl StoredStateError {
    fn inconsistent(indicator: &'static str, reason: &'static str) -> Self {
        Self::Inconsistent { indicator, reason }
    }
}

/// `period`, if it is one an indicator can have.
fn checked_period(period: usize) -> Result<usize, IndicatorError> {
    match period {
        0 => Err(IndicatorError::PeriodZero),
        1..=PERIOD_MAX => Ok(period),
        _ => Err(IndicatorError::PeriodTooLong(period)),
    }
}

/// `period` as a factor of integer sums.
#[inline]
fn factor(period: usize) -> i128 {
    i128::try_from(period).expect("a period is at most PERIOD_MAX")
}

#[cfg(test)]
mod tests;
