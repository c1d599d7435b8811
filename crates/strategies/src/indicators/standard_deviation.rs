//! The standard deviation of the last n prices, as of a whole population (divided by n, not by
//! n − 1), as TA-Lib defines it.
//!
//! Kept as exact sums: it does not drift, and it is exactly zero when the prices are equal.

#![expect(clippy::float_arithmetic, reason = "an indicator is an opinion, not money")]

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use trading_types::Price;

use super::{IndicatorError, factor, floats, wide::Wide, window::Window};

/// How far the last `period` prices stray from their mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Window<Price>", into = "Window<Price>")]
pub struct StandardDeviation {
    window: Window<Price>,
    /// Sum of the units of all prices in the window. At most 10^5 × 2^63.
    sum: i128,
    /// `period` times the sum of their squares.
    squares: Wide,
}

impl StandardDeviation {
    /// A deviation over `period` prices, which has seen none.
    pub fn new(period: usize) -> Result<Self, IndicatorError> {
        Ok(Self::from(Window::new(period)?))
    }

    /// Takes the next price.
    pub fn update(&mut self, price: Price) {
        if let Some(pushed_out) = self.window.push(price) {
            self.sum -= i128::from(pushed_out.units());
            self.squares = self.squares - self.square(pushed_out);
        }
        self.sum += i128::from(price.units());
        self.squares = self.squares + self.square(price);
    }

    /// The deviation, in quote asset per unit of base asset.
    pub fn value(&self) -> Option<f64> {
        let period = floats::period(self.period());
        Some(self.scaled()? / (period * floats::UNITS_PER_ONE))
    }

    /// The mean of the same prices, in quote asset per unit of base asset.
    pub fn mean(&self) -> Option<f64> {
        self.is_warm().then(|| floats::mean(self.sum, factor(self.period())))
    }

    /// Whether `price` is above, equal to or below the mean, exactly.
    pub fn compare_to_mean(&self, price: Price) -> Option<Ordering> {
        self.is_warm().then(|| self.above_mean(price).cmp(&0))
    }

    /// Whether `price` is more than `deviations` deviations below the mean. Never when all prices
    /// are equal to `price`.
    pub(super) fn is_far_below_mean(&self, price: Price, deviations: f64) -> Option<bool> {
        Some(deviations * self.scaled()? < -floats::units(self.above_mean(price)))
    }

    /// How many prices it looks at.
    pub fn period(&self) -> usize {
        self.window.length()
    }

    /// How many candles it must see before it has a value: its period.
    pub fn warm_up(&self) -> usize {
        self.period()
    }

    fn is_warm(&self) -> bool {
        self.window.is_full()
    }

    /// `price` less the mean, in units times the period, exactly.
    fn above_mean(&self, price: Price) -> i128 {
        i128::from(price.units()) * factor(self.period()) - self.sum
    }

    /// The deviation, in units times the period: √(n × Σx² − (Σx)²). The difference under the
    /// root is exact, so the root is the only step that rounds what matters.
    fn scaled(&self) -> Option<f64> {
        self.is_warm().then(|| (self.squares - Wide::product(self.sum, self.sum)).to_f64().sqrt())
    }

    fn square(&self, price: Price) -> Wide {
        let units = i128::from(price.units());
        Wide::product(units * factor(self.period()), units)
    }
}

/// The sums are not stored: they follow from the window, and so cannot contradict it.
impl From<Window<Price>> for StandardDeviation {
    fn from(window: Window<Price>) -> Self {
        let mut deviation = Self { window, sum: 0, squares: Wide::default() };
        for price in deviation.window.iter() {
            deviation.sum += i128::from(price.units());
            deviation.squares = deviation.squares + deviation.square(price);
        }
        deviation
    }
}

impl From<StandardDeviation> for Window<Price> {
    fn from(deviation: StandardDeviation) -> Self {
        deviation.window
    }
}

#[cfg(test)]
mod tests;
