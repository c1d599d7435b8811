//! Wilder's average true range: how far the price moves in a candle, gaps included.
//!
//! As TA-Lib defines it: the true range of a candle is the greatest of high − low,
//! |high − previous close| and |low − previous close|; the first n of them are averaged, and each
//! one after that enters with a weight of 1 ÷ n. The first candle has no previous close and so no
//! true range.

use serde::{Deserialize, Serialize};
use trading_types::{Candle, Price};

use super::{
    IndicatorError, StoredStateError, floats,
    seeded_average::{SeededAverage, Smoothing},
};

/// The average true range of candles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct AverageTrueRange {
    previous_close: Option<Price>,
    range: SeededAverage,
}

type Stored = (Option<Price>, SeededAverage);

impl AverageTrueRange {
    /// A range seeded by `period` true ranges, which has seen nothing.
    pub fn new(period: usize) -> Result<Self, IndicatorError> {
        Ok(Self { previous_close: None, range: SeededAverage::new(period)? })
    }

    /// Takes the next candle.
    pub fn update(&mut self, candle: &Candle) {
        if let Some(previous) = self.previous_close.replace(candle.close) {
            // The greatest of the three is what lies between the extremes of all prices.
            let range = floats::difference(candle.high.max(previous), candle.low.min(previous));
            self.range.update(range, Smoothing::Wilder);
        }
    }

    /// The average, in quote asset per unit of base asset.
    pub fn value(&self) -> Option<f64> {
        self.range.value()
    }

    /// The number of true ranges that seed it, from which follows the weight of each later one.
    pub fn period(&self) -> usize {
        self.range.period()
    }

    /// How many candles it must see before it has a value: one more than its period, because the
    /// first candle has no true range.
    pub fn warm_up(&self) -> usize {
        self.period() + 1
    }
}

impl TryFrom<Stored> for AverageTrueRange {
    type Error = StoredStateError;

    fn try_from((previous_close, range): Stored) -> Result<Self, StoredStateError> {
        if previous_close.is_none() && range.seen() != 0 {
            let reason = "it saw ranges and no candle";
            return Err(StoredStateError::inconsistent("average true range", reason));
        }
        Ok(Self { previous_close, range })
    }
}

impl From<AverageTrueRange> for Stored {
    fn from(average: AverageTrueRange) -> Self {
        (average.previous_close, average.range)
    }
}

#[cfg(test)]
mod tests;
