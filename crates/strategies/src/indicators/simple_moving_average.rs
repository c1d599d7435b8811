//! The simple moving average: the mean of the last n prices, kept as an exact sum.
//!
//! Two averages are compared by cross-multiplying their sums, so that "above" and "equal" mean
//! exactly that, whatever the periods.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use trading_types::Price;

use super::{IndicatorError, factor, floats, window::Window};

/// The mean of the last `period` prices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Window<Price>", into = "Window<Price>")]
pub struct SimpleMovingAverage {
    window: Window<Price>,
    /// Sum of the units of all prices in the window. At most 10^5 × 2^63, so neither it nor its
    /// product with a period comes near the end of 128 bits.
    sum: i128,
}

impl SimpleMovingAverage {
    /// An average over `period` prices, which has seen none.
    pub fn new(period: usize) -> Result<Self, IndicatorError> {
        Ok(Self { window: Window::new(period)?, sum: 0 })
    }

    /// Takes the next price.
    #[inline]
    pub fn update(&mut self, price: Price) {
        let pushed_out = self.window.push(price).unwrap_or(Price::ZERO);
        self.sum += i128::from(price.units()) - i128::from(pushed_out.units());
    }

    /// The mean, in quote asset per unit of base asset.
    pub fn value(&self) -> Option<f64> {
        self.is_warm().then(|| floats::mean(self.sum, factor(self.period())))
    }

    /// Whether this mean is above, equal to or below another one, exactly.
    #[inline]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        let both_warm = self.is_warm() && other.is_warm();
        both_warm.then(|| {
            // a ÷ m against b ÷ n is a × n against b × m. In 64 bits where that is enough.
            let product = |sum: i128, period: usize| {
                i64::try_from(sum).ok()?.checked_mul(i64::try_from(period).ok()?)
            };
            let left = product(self.sum, other.period());
            if let Some((left, right)) = left.zip(product(other.sum, self.period())) {
                return left.cmp(&right);
            }
            // No product can overflow (see `sum`), and multiplying without the check keeps this to
            // a few instructions.
            let left = self.sum.wrapping_mul(factor(other.period()));
            let right = other.sum.wrapping_mul(factor(self.period()));
            left.cmp(&right)
        })
    }

    /// Whether this mean is above, equal to or below `price`, exactly.
    pub fn compare_to_price(&self, price: Price) -> Option<Ordering> {
        let scaled = i128::from(price.units()) * factor(self.period());
        self.is_warm().then(|| self.sum.cmp(&scaled))
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
}

/// The sum is not stored: it follows from the window, and so cannot contradict it.
impl From<Window<Price>> for SimpleMovingAverage {
    fn from(window: Window<Price>) -> Self {
        let sum = window.iter().map(|price| i128::from(price.units())).sum();
        Self { window, sum }
    }
}

impl From<SimpleMovingAverage> for Window<Price> {
    fn from(average: SimpleMovingAverage) -> Self {
        average.window
    }
}

#[cfg(test)]
mod tests;
