//! Moving average convergence and divergence: the distance between a fast and a slow exponential
//! average, an average of that distance, and the difference of the two.
//!
//! As TA-Lib seeds it: both averages have their first value at the same candle, so the fast one is
//! seeded by the last of the prices that seed the slow one; the signal is seeded by the first
//! distances; nothing is shown until the signal has a value.

#![expect(clippy::float_arithmetic, reason = "an indicator is an opinion, not money")]

use serde::{Deserialize, Serialize};
use trading_types::Price;

use super::{
    IndicatorError, StoredStateError,
    seeded_average::{SeededAverage, Smoothing},
};

/// Moving average convergence and divergence of prices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Macd {
    fast: SeededAverage,
    slow: SeededAverage,
    signal: SeededAverage,
}

type Stored = (SeededAverage, SeededAverage, SeededAverage);

/// The three values of one candle, in quote asset per unit of base asset.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MacdLines {
    /// The fast average less the slow one.
    pub line: f64,
    /// The exponential average of the line.
    pub signal: f64,
    /// The line less the signal.
    pub histogram: f64,
}

impl Macd {
    /// Averages with these periods, where `fast` is below `slow`. 12, 26 and 9 are customary.
    pub fn new(fast: usize, slow: usize, signal: usize) -> Result<Self, IndicatorError> {
        let [fast_average, slow_average, signal] = [fast, slow, signal].map(SeededAverage::new);
        let (fast_average, slow_average) = (fast_average?, slow_average?);
        if slow <= fast {
            return Err(IndicatorError::FastNotBelowSlow { fast, slow });
        }
        Ok(Self { fast: fast_average, slow: slow_average, signal: signal? })
    }

    /// Takes the next price.
    pub fn update(&mut self, price: Price) {
        let price = price.to_f64();
        if self.slow_alone() <= self.slow.seen() {
            self.fast.update(price, Smoothing::Exponential);
        }
        self.slow.update(price, Smoothing::Exponential);
        if let Some(line) = self.line() {
            self.signal.update(line, Smoothing::Exponential);
        }
    }

    /// The three lines.
    pub fn value(&self) -> Option<MacdLines> {
        let (line, signal) = (self.line()?, self.signal.value()?);
        Some(MacdLines { line, signal, histogram: line - signal })
    }

    /// The periods of the fast average, the slow one and the signal.
    pub fn periods(&self) -> [usize; 3] {
        [&self.fast, &self.slow, &self.signal].map(SeededAverage::period)
    }

    /// How many candles it must see before it has a value: the slow average has its first at its
    /// period, and the signal needs that one and its period less one more.
    pub fn warm_up(&self) -> usize {
        self.slow.period() + self.signal.period() - 1
    }

    fn line(&self) -> Option<f64> {
        Some(self.fast.value()? - self.slow.value()?)
    }

    /// How many of the first prices only the slow average sees.
    fn slow_alone(&self) -> usize {
        self.slow.period() - self.fast.period()
    }
}

impl TryFrom<Stored> for Macd {
    type Error = StoredStateError;

    fn try_from((fast, slow, signal): Stored) -> Result<Self, StoredStateError> {
        if slow.period() <= fast.period() {
            let (fast, slow) = (fast.period(), slow.period());
            return Err(IndicatorError::FastNotBelowSlow { fast, slow }.into());
        }
        let macd = Self { fast, slow, signal };
        let refused = |reason| Err(StoredStateError::inconsistent("MACD", reason));
        if macd.fast.seen() != macd.slow.seen().saturating_sub(macd.slow_alone()) {
            return refused("its two averages did not see the same prices");
        }
        if macd.slow.is_warm() != (0 < macd.signal.seen()) {
            return refused("its signal did not see the same lines");
        }
        Ok(macd)
    }
}

impl From<Macd> for Stored {
    fn from(macd: Macd) -> Self {
        (macd.fast, macd.slow, macd.signal)
    }
}

#[cfg(test)]
mod tests;
