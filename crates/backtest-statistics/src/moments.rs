//! Mean, deviation, skewness and kurtosis of returns, from five sums that can be added up piece by
//! piece.
//!
//! Deviations divide by the count, as `backtester`'s Sharpe ratio does; the published formulas do
//! not care, their estimates of skewness and kurtosis are of the same kind.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use serde::{Deserialize, Serialize};

use crate::functions::real;

/// Sums of powers of returns. Returns are small and their mean is smaller, so nothing is lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sums {
    /// How many returns.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
    /// The sum of their squares.
    pub squares: f64,
    /// The sum of their third powers.
    pub cubes: f64,
    /// The sum of their fourth powers.
    pub fourths: f64,
}

/// What a distribution of returns looks like.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// How many returns.
    pub count: u64,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation; above zero.
    pub deviation: f64,
    /// Zero when symmetric.
    pub skewness: f64,
    /// Three when normal.
    pub kurtosis: f64,
}

impl Sums {
    /// Of `returns`.
    pub fn of(returns: &[f64]) -> Self {
        let mut sums = Self::default();
        for value in returns {
            sums.add(*value);
        }
        sums
    }

    /// One more return.
    pub fn add(&mut self, value: f64) {
        let square = value * value;
        self.count += 1;
        self.sum += value;
        self.squares += square;
        self.cubes += square * value;
        self.fourths += square * square;
    }

    /// So many returns of nothing.
    pub fn add_nothing(&mut self, times: u64) {
        self.count += times;
    }

    /// The returns of `other` too.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares += other.squares;
        self.cubes += other.cubes;
        self.fourths += other.fourths;
    }

    /// What they come to; nothing when fewer than two or all the same.
    pub fn moments(&self) -> Option<Moments> {
        if self.count < 2 {
            return None;
        }
        let count = real(self.count);
        let mean = self.sum / count;
        let [second, third, fourth] =
            [self.squares, self.cubes, self.fourths].map(|sum| sum / count);
        let variance = second - mean * mean;
        // What is left of a variance by rounding alone is none.
        if variance.is_nan() || variance <= second * 1e-13 {
            return None;
        }
        let deviation = variance.sqrt();
        let cubed = third - 3.0 * mean * second + 2.0 * mean * mean * mean;
        let square = mean * mean;
        let to_fourth = fourth - 4.0 * mean * third + 6.0 * square * second - 3.0 * square * square;
        Some(Moments {
            count: self.count,
            mean,
            deviation,
            skewness: cubed / (variance * deviation),
            kurtosis: to_fourth / (variance * variance),
        })
    }
}

#[cfg(test)]
mod tests;
