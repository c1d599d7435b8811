//! Candles: open, high, low, close, volume and trade count of one interval.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{amount::Amount, price::Price, time::Timestamp};

/// What traded in one interval. An interval without trades has no candle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candle {
    /// When the interval began.
    pub start: Timestamp,
    /// The first price.
    pub open: Price,
    /// The highest price.
    pub high: Price,
    /// The lowest price.
    pub low: Price,
    /// The last price.
    pub close: Price,
    /// Base asset traded. An amount and not a quantity: Kraken's archives carry up to 14 decimals.
    pub volume: Amount,
    /// Number of trades.
    pub trades: u32,
}

/// A hundred million: a hundred times the highest price on Kraken, and far enough below the largest
/// number that slippage and fees on it can be counted.
const PRICE_MAX: Price = Price::from_units(100_000_000 * 10_i64.pow(10));

/// Why five numbers are not a candle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CandleError {
    /// A price is zero or negative.
    #[error("the {field} price {price} is not above zero")]
    PriceNotPositive {
        /// Which of the four.
        field: &'static str,
        /// The price.
        price: Price,
    },
    /// A price is higher than any that Kraken has.
    #[error("the {field} price {price} is above {PRICE_MAX}")]
    PriceTooHigh {
        /// Which of the four.
        field: &'static str,
        /// The price.
        price: Price,
    },
    /// The high is below another price.
    #[error("the high {high} is below the {field} {price}")]
    HighTooLow {
        /// The high.
        high: Price,
        /// Which price is above it.
        field: &'static str,
        /// That price.
        price: Price,
    },
    /// The low is above another price.
    #[error("the low {low} is above the {field} {price}")]
    LowTooHigh {
        /// The low.
        low: Price,
        /// Which price is below it.
        field: &'static str,
        /// That price.
        price: Price,
    },
    /// The volume is negative.
    #[error("the volume {0} is negative")]
    VolumeNegative(Amount),
}

impl Candle {
    /// Whether the numbers fit together; the first rule that they break.
    pub fn check(&self) -> Result<(), CandleError> {
        let Self { open, high, low, close, .. } = *self;
        for (field, price) in [("open", open), ("high", high), ("low", low), ("close", close)] {
            if !price.is_positive() {
                return Err(CandleError::PriceNotPositive { field, price });
            }
            if PRICE_MAX < price {
                return Err(CandleError::PriceTooHigh { field, price });
            }
        }
        for (field, price) in [("open", open), ("close", close), ("low", low)] {
            if high < price {
                return Err(CandleError::HighTooLow { high, field, price });
            }
        }
        for (field, price) in [("open", open), ("close", close)] {
            if price < low {
                return Err(CandleError::LowTooHigh { low, field, price });
            }
        }
        if self.volume < Amount::ZERO {
            return Err(CandleError::VolumeNegative(self.volume));
        }
        Ok(())
    }
}

/// The length of a candle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Interval {
    minutes: u32,
}

/// A candle length that Kraken does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntervalError(pub u32);

impl fmt::Display for IntervalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = KRAKEN_MINUTES.map(|minutes| minutes.to_string()).join(", ");
        write!(f, "{} minutes is not a candle length of Kraken's; it has {known}", self.0)
    }
}

impl std::error::Error for IntervalError {}

/// Candle lengths of Kraken's archives and API, in minutes
/// (<https://support.kraken.com/articles/360047124832> and
/// <https://docs.kraken.com/api/docs/rest-api/get-ohlc-data>, read on 2026-11-21).
const KRAKEN_MINUTES: [u32; 10] = [1, 5, 15, 30, 60, 240, 720, 1_440, 10_080, 21_600];

impl Interval {
    /// One of Kraken's candle lengths.
    pub fn from_minutes(minutes: u32) -> Result<Self, IntervalError> {
        if KRAKEN_MINUTES.contains(&minutes) {
            Ok(Self { minutes })
        } else {
            Err(IntervalError(minutes))
        }
    }

    /// Its length in minutes.
    pub const fn minutes(self) -> u32 {
        self.minutes
    }

    /// Its length.
    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.minutes as u64 * 60)
    }
}

impl TryFrom<u32> for Interval {
    type Error = IntervalError;

    fn try_from(minutes: u32) -> Result<Self, IntervalError> {
        Self::from_minutes(minutes)
    }
}

impl From<Interval> for u32 {
    fn from(interval: Interval) -> u32 {
        interval.minutes
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} min", self.minutes)
    }
}

#[cfg(test)]
mod tests;
