//! The exponential moving average, as TA-Lib defines it: it begins as the mean of the first n
//! prices, and each price after that enters with a weight of 2 ÷ (n + 1).

use serde::{Deserialize, Serialize};
use trading_types::Price;

use super::{
    IndicatorError,
    seeded_average::{SeededAverage, Smoothing},
};

/// The exponential moving average of prices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExponentialMovingAverage {
    average: SeededAverage,
}

impl ExponentialMovingAverage {
    /// An average seeded by `period` prices, which has seen none.
    pub fn new(period: usize) -> Result<Self, IndicatorError> {
        Ok(Self { average: SeededAverage::new(period)? })
    }

    /// Takes the next price.
    pub fn update(&mut self, price: Price) {
        self.average.update(price.to_f64(), Smoothing::Exponential);
    }

    /// The average, in quote asset per unit of base asset.
    pub fn value(&self) -> Option<f64> {
        self.average.value()
    }

    /// The number of prices that seed it, from which follows the weight of each later one.
    pub fn period(&self) -> usize {
        self.average.period()
    }

    /// How many candles it must see before it has a value: its period.
    pub fn warm_up(&self) -> usize {
        self.period()
    }
}

#[cfg(test)]
mod tests;
