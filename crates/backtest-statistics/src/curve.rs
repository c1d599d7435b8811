//! What an equity did on the way: growth, drawdowns and how long they lasted, and the ratios that
//! are made of them.
//!
//! Yearly figures use 365 days; the riskless rate is nothing. The deepest drawdown, Sharpe and
//! Sortino are those that `backtester` gathers candle by candle.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use serde::{Deserialize, Serialize};

use crate::{
    functions::{power, real_len},
    moments::Sums,
    sharpe::SharpeEstimate,
};

/// Seconds of a year of 365 days.
const SECONDS_PER_YEAR: f64 = 365.0 * 86_400.0;

/// An equity at the end of equal periods.
#[derive(Clone, Copy, Debug)]
pub struct Curve<'a> {
    /// What it was before the first period; above zero.
    pub start: f64,
    /// What it was at the end of each.
    pub equity: &'a [f64],
    /// Periods of a year.
    pub per_year: f64,
}

/// A fall from a peak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drawdown {
    /// How deep, as a part of the peak.
    pub depth: f64,
    /// Periods from the peak until it was reached again, or to the end.
    pub length: u64,
}

/// What a curve comes to. A ratio is missing where there is nothing to divide by.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurveFigures {
    /// What came of one.
    pub growth: f64,
    /// The yearly rate that gives this growth.
    pub yearly_growth: f64,
    /// The deepest fall, and how long that fall lasted.
    pub deepest: Drawdown,
    /// The longest fall.
    pub longest: Drawdown,
    /// Yearly Sharpe ratio.
    pub sharpe: Option<f64>,
    /// Yearly Sortino ratio.
    pub sortino: Option<f64>,
    /// Yearly growth divided by the deepest fall.
    pub calmar: Option<f64>,
}

/// Periods of so many seconds in a year.
pub fn periods_per_year(seconds: u32) -> f64 {
    SECONDS_PER_YEAR / f64::from(seconds)
}

impl Curve<'_> {
    /// The return of each period.
    pub fn returns(&self) -> impl Iterator<Item = f64> {
        let before = std::iter::once(&self.start).chain(self.equity);
        before.zip(self.equity).map(|(before, after)| after / before - 1.0)
    }

    /// The Sharpe ratio per period with what its error depends on; nothing for a curve that never
    /// moved.
    pub fn sharpe(&self) -> Option<SharpeEstimate> {
        let mut sums = Sums::default();
        self.returns().for_each(|it| sums.add(it));
        sums.moments().as_ref().map(SharpeEstimate::from)
    }

    /// What it comes to; nothing without a period.
    pub fn figures(&self) -> Option<CurveFigures> {
        let last = *self.equity.last()?;
        let count = real_len(self.equity.len());
        let mean = self.returns().sum::<f64>() / count;
        let losses: f64 = self.returns().filter(|it| *it < 0.0).map(|it| it * it).sum();
        let downside = (losses / count).sqrt();
        let growth = last / self.start;
        let yearly_growth = yearly_growth(growth, count / self.per_year);
        let (deepest, longest) = self.drawdowns();
        let some = |by: f64, value: f64| (0.0 < by).then(|| value / by);
        Some(CurveFigures {
            growth,
            yearly_growth,
            deepest,
            longest,
            sharpe: self.sharpe().map(|it| it.yearly(self.per_year)),
            sortino: some(downside, mean * self.per_year.sqrt()),
            calmar: some(deepest.depth, yearly_growth),
        })
    }

    /// The deepest fall and the longest; of equals the earlier.
    pub fn drawdowns(&self) -> (Drawdown, Drawdown) {
        let (mut deepest, mut longest) = (Drawdown::default(), Drawdown::default());
        let (mut peak, mut fall) = (self.start, Drawdown::default());
        // Whether the fall that goes on is the deepest so far.
        let mut is_deepest = false;
        for equity in self.equity {
            if peak <= *equity {
                (peak, fall, is_deepest) = (*equity, Drawdown::default(), false);
                continue;
            }
            fall.length += 1;
            fall.depth = fall.depth.max(1.0 - equity / peak);
            if deepest.depth < fall.depth {
                (deepest, is_deepest) = (fall, true);
            } else if is_deepest {
                deepest.length = fall.length;
            }
            if longest.length < fall.length {
                longest = fall;
            }
        }
        (deepest, longest)
    }
}

/// The rate that makes `growth` of one in so many years; everything lost is -1.
pub fn yearly_growth(growth: f64, years: f64) -> f64 {
    if growth <= 0.0 || years <= 0.0 {
        return if years <= 0.0 { 0.0 } else { -1.0 };
    }
    power(growth, 1.0 / years) - 1.0
}

#[cfg(test)]
mod tests;
