//! The linearly weighted moving average: of the last n prices the newest counts n times, the
//! oldest once. Kept as exact sums.

use serde::{Deserialize, Serialize};
use trading_types::Price;

use super::{IndicatorError, factor, floats, window::Window};

/// The mean of the last `period` prices, weighted by 1 for the oldest up to n for the newest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Window<Price>", into = "Window<Price>")]
pub struct WeightedMovingAverage {
    window: Window<Price>,
    /// Sum of the units of all prices in the window.
    sum: i128,
    /// Sum of the same, each times its weight. At most 10^10 × 2^63.
    weighted: i128,
}

impl WeightedMovingAverage {
    /// An average over `period` prices, which has seen none.
    pub fn new(period: usize) -> Result<Self, IndicatorError> {
        Ok(Self::from(Window::new(period)?))
    }

    /// Takes the next price.
    pub fn update(&mut self, price: Price) {
        let units = i128::from(price.units());
        if let Some(pushed_out) = self.window.push(price) {
            // Every price loses one weight, which takes the oldest out, and the new one gets all.
            self.weighted += units * factor(self.period()) - self.sum;
            self.sum += units - i128::from(pushed_out.units());
        } else {
            self.weighted += units * factor(self.window.count());
            self.sum += units;
        }
    }

    /// The weighted mean, in quote asset per unit of base asset.
    pub fn value(&self) -> Option<f64> {
        let period = factor(self.period());
        let weights = period * (period + 1) / 2;
        self.window.is_full().then(|| floats::mean(self.weighted, weights))
    }

    /// How many prices it looks at.
    pub fn period(&self) -> usize {
        self.window.length()
    }

    /// How many candles it must see before it has a value: its period.
    pub fn warm_up(&self) -> usize {
        self.period()
    }
}

/// The sums are not stored: they follow from the window, and so cannot contradict it.
impl From<Window<Price>> for WeightedMovingAverage {
    fn from(window: Window<Price>) -> Self {
        let (mut sum, mut weighted) = (0, 0);
        for (price, weight) in window.iter().zip(1..) {
            sum += i128::from(price.units());
            weighted += i128::from(price.units()) * factor(weight);
        }
        Self { window, sum, weighted }
    }
}

impl From<WeightedMovingAverage> for Window<Price> {
    fn from(average: WeightedMovingAverage) -> Self {
        average.window
    }
}

#[cfg(test)]
mod tests;
