//! Bollinger bands: the mean of the last n prices, and a band some standard deviations above and
//! below it. The deviation is that of a whole population, as in TA-Lib.

#![expect(clippy::float_arithmetic, reason = "an indicator is an opinion, not money")]

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use trading_types::{Fraction, Price};

use super::{IndicatorError, StandardDeviation, StoredStateError};

/// The widest bands, in standard deviations.
pub const DEVIATIONS_MAX: Fraction = Fraction::from_units(100 * Fraction::ONE.units());

/// Bands around the mean of the last `period` prices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct BollingerBands {
    deviation: StandardDeviation,
    deviations: Fraction,
}

type Stored = (StandardDeviation, Fraction);

/// The three values of one candle, in quote asset per unit of base asset.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bands {
    /// The mean plus the deviations.
    pub upper: f64,
    /// The mean.
    pub middle: f64,
    /// The mean less the deviations.
    pub lower: f64,
}

impl BollingerBands {
    /// Bands `deviations` standard deviations away from the mean of `period` prices. Both are
    /// above zero and limited; 20 and 2 are customary.
    pub fn new(period: usize, deviations: Fraction) -> Result<Self, IndicatorError> {
        let deviation = StandardDeviation::new(period)?;
        Ok(Self { deviation, deviations: checked_deviations(deviations)? })
    }

    /// Takes the next price.
    pub fn update(&mut self, price: Price) {
        self.deviation.update(price);
    }

    /// The bands.
    pub fn value(&self) -> Option<Bands> {
        let (middle, deviation) = (self.deviation.mean()?, self.deviation.value()?);
        let width = self.deviations.to_f64() * deviation;
        Some(Bands { upper: middle + width, middle, lower: middle - width })
    }

    /// Whether `price` is below the lower band. It is not when all prices equal `price`: then the
    /// three lines meet in it.
    pub fn is_below_lower(&self, price: Price) -> Option<bool> {
        self.deviation.is_far_below_mean(price, self.deviations.to_f64())
    }

    /// Whether `price` is above, equal to or below the middle, exactly.
    pub fn compare_to_middle(&self, price: Price) -> Option<Ordering> {
        self.deviation.compare_to_mean(price)
    }

    /// How many prices it looks at.
    pub fn period(&self) -> usize {
        self.deviation.period()
    }

    /// How many standard deviations the bands are away from the middle.
    pub fn deviations(&self) -> Fraction {
        self.deviations
    }

    /// How many candles it must see before it has a value: its period.
    pub fn warm_up(&self) -> usize {
        self.period()
    }
}

fn checked_deviations(deviations: Fraction) -> Result<Fraction, IndicatorError> {
    if deviations.is_positive() && deviations <= DEVIATIONS_MAX {
        Ok(deviations)
    } else {
        Err(IndicatorError::DeviationsOutOfRange(deviations))
    }
}

impl TryFrom<Stored> for BollingerBands {
    type Error = StoredStateError;

    fn try_from((deviation, deviations): Stored) -> Result<Self, StoredStateError> {
        Ok(Self { deviation, deviations: checked_deviations(deviations)? })
    }
}

impl From<BollingerBands> for Stored {
    fn from(bands: BollingerBands) -> Self {
        (bands.deviation, bands.deviations)
    }
}

#[cfg(test)]
mod tests;
