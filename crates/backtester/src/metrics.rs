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
        self.candles += 1;
        self.candles_held += u64::from(is_held);
        // A return of nothing adds nothing to any of the sums.
        if equity == self.equity {
            return;
        }
        let equity_f64 = approximate(equity);
        let gain = equity_f64 / self.equity_f64 - 1.0;
        self.sum += gain;
        self.sum_of_squares += gain * gain;
        if gain < 0.0 {
            self.sum_of_losses_squared += gain * gain;
        }
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

/// Units as a floating number, without the division that would make quote asset of them.
#[inline]
#[expect(clippy::cast_precision_loss, reason = "statistics are opinions, not money")]
pub const fn approximate(amount: Amount) -> f64 {
    amount.units() as f64
}

#[cfg(test)]
mod tests;
