//! Whether the best variant is a peak or stands on a plain: what its neighbors are worth.
//!
//! An edge that vanishes when a period is one candle longer was luck.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use backtest_statistics::quantiles::median;
use serde::{Deserialize, Serialize};

use crate::{
    metric::Metric,
    sweep::{Swept, Tried},
};

/// The best variant among its neighbors. Scores are figures, turned where less is better.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plateau {
    /// The best one's score.
    pub best: f64,
    /// How many neighbors, a step at most away on every axis, were tried.
    pub neighbors: u64,
    /// Their middle score.
    pub neighbors_median: f64,
    /// Their worst score.
    pub neighbors_worst: f64,
    /// The middle score of all variants.
    pub all_median: f64,
    /// How much of the best's score its neighbors' middle has, counted from what is worth nothing.
    pub share: f64,
}

impl Plateau {
    /// Of `best` among what was swept; nothing without neighbors, or where the best is worth
    /// nothing. A figure that has no such mark gives way to the profit.
    pub fn of(best: &Tried, swept: &Swept, metric: Metric) -> Option<Self> {
        let (metric, nothing) = worth_nothing(metric);
        let score = |it: &Tried| Some(metric.score(&it.row)).filter(|it| it.is_finite());
        let is_near = |it: &&Tried| {
            let pairs = it.places.iter().zip(&best.places);
            it.places != best.places
                && pairs.into_iter().all(|(one, other)| one.abs_diff(*other) <= 1)
        };
        let mut near: Vec<f64> = swept.tried.iter().filter(is_near).filter_map(score).collect();
        let mut all: Vec<f64> = swept.tried.iter().filter_map(score).collect();
        let (best, neighbors_median, all_median) =
            (score(best)?, median(&mut near)?, median(&mut all)?);
        let width = best - nothing;
        (0.0 < width).then(|| Self {
            best,
            neighbors: near.len() as u64,
            neighbors_median,
            neighbors_worst: near[0],
            all_median,
            share: (neighbors_median - nothing) / width,
        })
    }
}

/// The score of what is worth nothing, and the metric that it is a score of.
const fn worth_nothing(metric: Metric) -> (Metric, f64) {
    match metric {
        Metric::NetProfit
        | Metric::Sharpe
        | Metric::Sortino
        | Metric::Calmar
        | Metric::YearlyGrowth
        | Metric::Expectancy => (metric, 0.0),
        Metric::ProfitFactor => (metric, 1.0),
        Metric::MaxDrawdown | Metric::WinRate => (Metric::NetProfit, 0.0),
    }
}

#[cfg(test)]
mod tests;
