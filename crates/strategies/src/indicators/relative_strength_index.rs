//! Wilder's relative strength index: what part of the recent movement was upward, in percent.
//!
//! As TA-Lib defines it: gains and losses from close to close are averaged over the first n
//! changes, and each change after that enters with a weight of 1 ÷ n.

#![expect(clippy::float_arithmetic, reason = "an indicator is an opinion, not money")]

use serde::{Deserialize, Serialize};
use trading_types::Price;

use super::{
    IndicatorError, StoredStateError, floats,
    seeded_average::{SeededAverage, Smoothing},
};

/// 100 × average gain ÷ (average gain + average loss).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct RelativeStrengthIndex {
    previous: Option<Price>,
    gain: SeededAverage,
    loss: SeededAverage,
}

type Stored = (Option<Price>, SeededAverage, SeededAverage);

impl RelativeStrengthIndex {
    /// An index seeded by `period` changes, which has seen nothing.
    pub fn new(period: usize) -> Result<Self, IndicatorError> {
        let average = SeededAverage::new(period)?;
        Ok(Self { previous: None, gain: average.clone(), loss: average })
    }

    /// Takes the next price.
    pub fn update(&mut self, price: Price) {
        if let Some(previous) = self.previous.replace(price) {
            let change = floats::difference(price, previous);
            let (gain, loss) = if change < 0.0 { (0.0, -change) } else { (change, 0.0) };
            self.gain.update(gain, Smoothing::Wilder);
            self.loss.update(loss, Smoothing::Wilder);
        }
    }

    /// The index, from 0 (only losses) to 100 (only gains). As in TA-Lib it is 0 when the price
    /// has not moved at all; [`Self::has_moved`] tells that apart from only losses.
    pub fn value(&self) -> Option<f64> {
        let (gain, loss) = (self.gain.value()?, self.loss.value()?);
        let movement = gain + loss;
        Some(if 0.0 < movement { 100.0 * (gain / movement) } else { 0.0 })
    }

    /// Whether it remembers any movement, up or down.
    pub fn has_moved(&self) -> bool {
        !(self.gain.is_zero() && self.loss.is_zero())
    }

    /// The number of changes that seed it, from which follows the weight of each later one.
    pub fn period(&self) -> usize {
        self.gain.period()
    }

    /// How many candles it must see before it has a value: one more than its period, because the
    /// first change needs two.
    pub fn warm_up(&self) -> usize {
        self.period() + 1
    }
}

impl TryFrom<Stored> for RelativeStrengthIndex {
    type Error = StoredStateError;

    fn try_from((previous, gain, loss): Stored) -> Result<Self, StoredStateError> {
        let refused = |reason| StoredStateError::inconsistent("relative strength index", reason);
        if gain.period() != loss.period() || gain.seen() != loss.seen() {
            return Err(refused("its two averages are not of the same changes"));
        }
        if previous.is_none() && gain.seen() != 0 {
            return Err(refused("it saw changes and no price"));
        }
        Ok(Self { previous, gain, loss })
    }
}

impl From<RelativeStrengthIndex> for Stored {
    fn from(index: RelativeStrengthIndex) -> Self {
        (index.previous, index.gain, index.loss)
    }
}

#[cfg(test)]
mod tests;
