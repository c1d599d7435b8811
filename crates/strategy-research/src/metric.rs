//! What makes one variant better than another.
//!
//! **Law.** More is better, and a figure that is not there is worse than any that is.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use std::{fmt, str::FromStr};

use backtest_statistics::functions::real;
use serde::{Deserialize, Serialize};

use crate::evaluate::{Row, Want};

/// A figure of a row by which the best is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// What was won after all costs.
    NetProfit,
    /// Yearly Sharpe ratio.
    Sharpe,
    /// Yearly Sortino ratio.
    Sortino,
    /// Yearly growth divided by the deepest fall.
    Calmar,
    /// Yearly growth.
    YearlyGrowth,
    /// The deepest fall; the least is the best.
    MaxDrawdown,
    /// What was won divided by what was lost.
    ProfitFactor,
    /// The part of the round trips that won.
    WinRate,
    /// What a round trip won on average.
    Expectancy,
}

impl Metric {
    /// All, by name.
    pub const ALL: [(&'static str, Self); 9] = [
        ("net_profit", Self::NetProfit),
        ("sharpe", Self::Sharpe),
        ("sortino", Self::Sortino),
        ("calmar", Self::Calmar),
        ("yearly_growth", Self::YearlyGrowth),
        ("max_drawdown", Self::MaxDrawdown),
        ("profit_factor", Self::ProfitFactor),
        ("win_rate", Self::WinRate),
        ("expectancy", Self::Expectancy),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        let row = Self::ALL.iter().find(|(_, metric)| *metric == self);
        row.map_or("", |(name, _)| name)
    }

    /// What has to be known of a row.
    pub const fn want(self) -> Want {
        match self {
            Self::NetProfit | Self::ProfitFactor | Self::WinRate | Self::Expectancy => Want::Trades,
            Self::Sharpe
            | Self::Sortino
            | Self::Calmar
            | Self::YearlyGrowth
            | Self::MaxDrawdown => Want::Curve,
        }
    }

    /// The figure as it is shown; nothing where there is none, as after no trade.
    pub fn figure(self, row: &Row) -> Option<f64> {
        let curve = row.curve.as_ref();
        let trades = (0 < row.trades).then(|| real(row.trades));
        match self {
            Self::NetProfit => trades.map(|_| row.net_profit.to_f64()),
            Self::Sharpe => curve.and_then(|it| it.sharpe),
            Self::Sortino => curve.and_then(|it| it.sortino),
            Self::Calmar => curve.and_then(|it| it.calmar),
            Self::YearlyGrowth => trades.and(curve).map(|it| it.yearly_growth),
            Self::MaxDrawdown => trades.and(curve).map(|it| it.max_drawdown),
            Self::ProfitFactor => row.profit_factor,
            Self::WinRate => trades.map(|trades| real(row.wins) / trades),
            Self::Expectancy => trades.map(|trades| row.net_profit.to_f64() / trades),
        }
    }

    /// How good a row is: the figure, turned where less is better.
    pub fn score(self, row: &Row) -> f64 {
        let figure = self.figure(row).filter(|it| !it.is_nan());
        let turned = match self {
            Self::MaxDrawdown => figure.map(|it| -it),
            Self::NetProfit
            | Self::Sharpe
            | Self::Sortino
            | Self::Calmar
            | Self::YearlyGrowth
            | Self::ProfitFactor
            | Self::WinRate
            | Self::Expectancy => figure,
        };
        turned.unwrap_or(f64::NEG_INFINITY)
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A word that is no metric.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a metric; choose one of {names}", names = names())]
pub struct UnknownMetric(pub String);

fn names() -> String {
    Metric::ALL.map(|(name, _)| name).join(", ")
}

impl FromStr for Metric {
    type Err = UnknownMetric;

    fn from_str(text: &str) -> Result<Self, UnknownMetric> {
        let row = Self::ALL.iter().find(|(name, _)| *name == text);
        row.map(|(_, metric)| *metric).ok_or_else(|| UnknownMetric(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests;
