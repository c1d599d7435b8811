//! What luck made of the order and the choice of trades: the same returns in other orders, and
//! others drawn from among them.
//!
//! **Law.** A seed decides everything. The order of trades cannot change where a compounded equity
//! ends, only how deep it fell on the way; drawing with replacement changes both.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use serde::{Deserialize, Serialize};

use crate::{functions::real_len, quantiles::Quantiles, random::Prng};

/// How other histories are made of the one that was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resampling {
    /// The same trades in another order.
    Shuffle,
    /// As many trades, each any of them.
    Bootstrap,
}

/// What is to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonteCarlo {
    /// How histories are made.
    pub resampling: Resampling,
    /// How many.
    pub draws: u32,
    /// Decides all of them.
    pub seed: u64,
}

/// Where histories ended, and how deep they fell.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TradeLuck {
    /// What came of one at the end.
    pub growth: Quantiles,
    /// The deepest fall from a peak, at the ends of trades.
    pub drawdown: Quantiles,
    /// The part of histories that ended with a loss.
    pub probability_of_loss: f64,
}

impl MonteCarlo {
    /// Draws histories of trades that each won `returns` of the equity. Nothing comes of nothing.
    pub fn run(&self, returns: &[f64]) -> Option<TradeLuck> {
        if returns.is_empty() || self.draws == 0 {
            return None;
        }
        let mut prng = Prng::from_seed(self.seed);
        let mut history = returns.to_vec();
        let (mut growths, mut drawdowns) = (Vec::new(), Vec::new());
        for _ in 0..self.draws {
            match self.resampling {
                Resampling::Shuffle => prng.shuffle(&mut history),
                Resampling::Bootstrap => {
                    for gain in &mut history {
                        *gain = returns[prng.index(returns.len())];
                    }
                }
            }
            let (growth, drawdown) = walked(&history);
            growths.push(growth);
            drawdowns.push(drawdown);
        }
        let lost = growths.iter().filter(|it| **it < 1.0).count();
        Some(TradeLuck {
            probability_of_loss: real_len(lost) / real_len(growths.len()),
            growth: Quantiles::of(&mut growths)?,
            drawdown: Quantiles::of(&mut drawdowns)?,
        })
    }
}

/// What comes of one, and the deepest fall on the way. Nobody loses more than all.
fn walked(returns: &[f64]) -> (f64, f64) {
    let (mut equity, mut peak, mut deepest) = (1.0_f64, 1.0_f64, 0.0_f64);
    for gain in returns {
        equity = (equity * (1.0 + gain)).max(0.0);
        peak = peak.max(equity);
        deepest = deepest.max(1.0 - equity / peak);
    }
    (equity, deepest)
}

#[cfg(test)]
mod tests;
