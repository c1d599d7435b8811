//! Figures of round trips.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use serde::{Deserialize, Serialize};

use crate::functions::{real, real_len};

/// What round trips come to. A figure is missing where there is nothing to divide by.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TradeFigures {
    /// How many.
    pub count: u64,
    /// How many won.
    pub wins: u64,
    /// What was won divided by what was lost.
    pub profit_factor: Option<f64>,
    /// What one won or lost, on average.
    pub expectancy: Option<f64>,
    /// The average win divided by the average loss.
    pub payoff: Option<f64>,
    /// The most losses in a row.
    pub losses_in_a_row: u64,
}

/// The figures of profits and losses, in the order in which they were made.
pub fn trade_figures(profits: &[f64]) -> TradeFigures {
    let won: f64 = profits.iter().filter(|it| 0.0 < **it).sum();
    let lost: f64 = -profits.iter().filter(|it| **it < 0.0).sum::<f64>();
    let wins = profits.iter().filter(|it| 0.0 < **it).count() as u64;
    let losses = profits.iter().filter(|it| **it < 0.0).count() as u64;
    let count = profits.len() as u64;
    let rows = profits.split(|it| 0.0 <= *it).map(|row| row.len() as u64);
    TradeFigures {
        count,
        wins,
        profit_factor: (0 < losses).then(|| won / lost),
        expectancy: (0 < count).then(|| profits.iter().sum::<f64>() / real_len(profits.len())),
        payoff: (0 < losses && 0 < wins).then(|| won / real(wins) / (lost / real(losses))),
        losses_in_a_row: rows.max().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests;
