//! Statistics of an equity curve, gathered candle by candle in constant memory.
//!
//! These are opinions about money, not money: floating numbers, by plain IEEE operations in a fixed
//! order. Yearly figures use 365 days; the riskless rate is nothing.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use trading_types::{Amount, Interval};

/// Minutes of a year of 365 days.
const MINUTES_PER_YEAR: f64 = 365.0 * 24.0 * 60.0;

/// Gathers.
#[derive(Debug)]
pub struct Metrics {
    per_year: f64,
    candles: u64,
    candles_held: u64,
    equity: Amount,
    /// The same in the smallest units, as every figure of this kind here: only ratios matter.
    equity_f64: f64,
    peak: Amount,
    /// The lowest equity since the peak. Of one peak the lowest equity makes the deepest fall, so
    /// nothing is divided before the next peak.
    trough: Amount,
    max_drawdown: f64,
    sum: f64,
    sum_of_squares: f64,
    sum_of_losses_squared: f64,
}

/// What the curve comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Candles seen.
    pub candles: u64,
    /// The deepest fall from a peak, as a part of the peak, at candle closes.
    pub max_drawdown: f64,
    /// Mean return per candle divided by its standard deviation, per year; nothing when the equity
    /// never moved.
    pub sharpe: Option<f64>,
    /// The same with the deviation of the losing candles only.
    pub sortino: Option<f64>,
    /// The part of the candles at whose close something was held.
    pub exposure: f64,
}

impl Metrics {
    /// Begins with `cash`.
    pub fn new(cash: Amount, interval: Interval) -> Self {
        Self {
            per_year: MINUTES_PER_YEAR / f64::from(interval.minutes()),
            candles: 0,
            candles_held: 0,
            equity: cash,
            equity_f64: approximate(cash),
            peak: cash,
            trough: cash,
            max_drawdown: 0.0,
            sum: 0.0,
            sum_of_squares: 0.0,
            sum_of_losses_squared: 0.0,
        }
    }

    /// Adds the equity at the close of a candle.
    pub fn see(&mut self, equity: Amount, is_held: bool) {
        self.count(1, is_held);
        self.see_equity(equity);
    }

    /// Counts candles without looking at the equity.
    pub(crate) fn count(&mut self, candles: usize, is_held: bool) {
        self.candles += candles as u64;
        self.candles_held += if is_held { candles as u64 } else { 0 };
    }

    /// Adds the equity at the close of a candle that is counted apart.
    #[inline]
    pub(crate) fn see_equity(&mut self, equity: Amount) {
        // A return of nothing adds nothing to any of the sums.
        if equity == self.equity {
            return;
        }
        let equity_f64 = approximate(equity);
        let gain = equity_f64 / self.equity_f64 - 1.0;
        self.sum += gain;
        self.sum_of_squares += gain * gain;
        // Without a branch, which nobody could foresee.
        let loss = gain.min(0.0);
        self.sum_of_losses_squared += loss * loss;
        if self.peak < equity {
            self.max_drawdown = self.deepest();
            (self.peak, self.trough) = (equity, equity);
        } else if equity < self.trough {
            self.trough = equity;
        }
        (self.equity, self.equity_f64) = (equity, equity_f64);
    }

    /// The deepest fall so far. Rounding keeps the order of quotients, so this is what dividing at
    /// every candle would give.
    fn deepest(&self) -> f64 {
        let drawdown = 1.0 - approximate(self.trough) / approximate(self.peak);
        self.max_drawdown.max(drawdown)
    }

    /// What the curve comes to.
    #[expect(clippy::cast_precision_loss, reason = "nobody has 2^52 candles")]
    pub fn finish(&self) -> Figures {
        let count = self.candles.max(1) as f64;
        let mean = self.sum / count;
        let deviation = (self.sum_of_squares / count - mean * mean).sqrt();
        let downside = (self.sum_of_losses_squared / count).sqrt();
        let per_year = |by: f64| (0.0 < by).then(|| mean / by * self.per_year.sqrt());
        Figures {
            candles: self.candles,
            max_drawdown: self.deepest(),
            sharpe: per_year(deviation),
            sortino: per_year(downside),
            exposure: self.candles_held as f64 / count,
        }
    }
}

/// Units as the nearest floating number, without the division that would make quote asset of them.
/// The same as a cast of all 128 bits, which takes twice as long.
#[inline]
#[expect(clippy::cast_precision_loss, reason = "statistics are opinions, not money")]
#[expect(clippy::cast_possible_truncation, reason = "the upper and the lower half are wanted")]
pub const fn approximate(amount: Amount) -> f64 {
    let size = amount.units().unsigned_abs();
    let high = (size >> 64) as u64;
    if high == 0 {
        let size = size as u64 as f64;
        return if amount.units() < 0 { -size } else { size };
    }
    // The highest 64 bits, and a last one that stands for all below it: more than the 54 that
    // decide how the number is rounded.
    let shift = high.leading_zeros();
    let shifted = size << shift;
    let rest = (shifted as u64 != 0) as u64;
    let nearest = ((shifted >> 64) as u64 | rest) as f64 * two_to_the(64 - shift);
    if amount.units() < 0 { -nearest } else { nearest }
}

/// 2^`exponent`.
const fn two_to_the(exponent: u32) -> f64 {
    const BIAS: u64 = 1_023;
    f64::from_bits((BIAS + exponent as u64) << 52)
}

#[cfg(test)]
mod tests;
