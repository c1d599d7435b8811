//! The probability of backtest overfitting: how often the variant that was best on one half of the
//! history is below the middle on the other half.
//!
//! Combinatorially symmetric cross-validation after Bailey, Borwein, López de Prado and Zhu, "The
//! Probability of Backtest Overfitting" (Journal of Computational Finance 20, 2017): the history is
//! cut into an even number of blocks, every half of the blocks is once the one that chooses.
//!
//! Only three sums of each block are needed for a Sharpe ratio, so memory grows with variants times
//! blocks and not with candles.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use serde::{Deserialize, Serialize};

use crate::{
    functions::{ln, real, real_len},
    quantiles::median,
};

/// The most blocks: 12,870 ways to halve them, which is what the paper uses.
pub const BLOCKS_MAX: usize = 16;

/// What a Sharpe ratio needs to know of a block of returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BlockSums {
    /// How many returns.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
    /// The sum of their squares.
    pub squares: f64,
}

/// What choosing the best comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overfitting {
    /// The part of the choices after which the chosen one was at or below the middle.
    pub probability: f64,
    /// The part of the choices after which the chosen one lost.
    pub probability_of_loss: f64,
    /// How many ways the blocks were halved.
    pub choices: u64,
    /// The middle logit of the chosen one's rank; below zero is overfitted.
    pub logit: f64,
    /// The chosen one's Sharpe ratio per period where it was chosen, in the middle.
    pub ratio_chosen: f64,
    /// Its Sharpe ratio per period on the other half, in the middle.
    pub ratio_after: f64,
    /// Of each choice the ratio where it was made and the ratio on the other half.
    #[serde(skip)]
    pub pairs: Vec<(f64, f64)>,
}

/// Why there is no probability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverfittingError {
    /// Nothing to choose from.
    #[error("one variant cannot be the best of many; try several")]
    OneVariant,
    /// Blocks that cannot be halved, or too many.
    #[error("{0} blocks cannot be halved; use an even number from 2 to {BLOCKS_MAX}")]
    Blocks(usize),
}

impl BlockSums {
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
        self.count += 1;
        self.sum += value;
        self.squares += value * value;
    }

    const fn plus(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            sum: self.sum + other.sum,
            squares: self.squares + other.squares,
        }
    }

    /// Mean divided by deviation; zero where nothing moved.
    fn ratio(self) -> f64 {
        let count = real(self.count.max(1));
        let mean = self.sum / count;
        let variance = self.squares / count - mean * mean;
        if variance <= self.squares / count * 1e-13 { 0.0 } else { mean / variance.sqrt() }
    }
}

/// The probability for variants that are given as `blocks` sums each, one variant after the other.
pub fn probability_of_overfitting(
    sums: &[BlockSums],
    blocks: usize,
) -> Result<Overfitting, OverfittingError> {
    if !(2..=BLOCKS_MAX).contains(&blocks) || !blocks.is_multiple_of(2) {
        return Err(OverfittingError::Blocks(blocks));
    }
    assert!(sums.len().is_multiple_of(blocks), "every variant has all blocks");
    let variants = sums.len() / blocks;
    if variants < 2 {
        return Err(OverfittingError::OneVariant);
    }
    let halves = Halves::new(sums, blocks);
    let mut choices = Vec::new();
    let (mut inside, mut outside) = (vec![0.0; variants], vec![0.0; variants]);
    let all = (1_u32 << blocks) - 1;
    // A half and its complement are looked at together; the block that is numbered zero marks one.
    for mask in (1..=all).step_by(2).filter(|mask| mask.count_ones() as usize * 2 == blocks) {
        halves.ratios(mask, &mut inside);
        halves.ratios(all & !mask, &mut outside);
        choices.push(choose(&inside, &outside));
        choices.push(choose(&outside, &inside));
    }
    Ok(summed_up(choices))
}

/// What came of choosing once.
struct Choice {
    logit: f64,
    ratio_chosen: f64,
    ratio_after: f64,
}

/// Chooses the best by `inside` and looks where it is in `outside`. Of equals the first is chosen,
/// and ranks of equals are shared, as in the paper's own program.
fn choose(inside: &[f64], outside: &[f64]) -> Choice {
    let best =
        (1..inside.len()).fold(0, |best, it| if inside[best] < inside[it] { it } else { best });
    let after = outside[best];
    let below = outside.iter().filter(|ratio| **ratio < after).count();
    let equal = outside.iter().filter(|ratio| ratio.total_cmp(&after).is_eq()).count();
    let rank = real_len(below) + f64::midpoint(real_len(equal), 1.0);
    let place = rank / real_len(outside.len() + 1);
    Choice { logit: ln(place / (1.0 - place)), ratio_chosen: inside[best], ratio_after: after }
}

fn summed_up(choices: Vec<Choice>) -> Overfitting {
    let count = choices.len() as u64;
    let part = |holds: fn(&Choice) -> bool| {
        real_len(choices.iter().filter(|it| holds(it)).count()) / real(count)
    };
    let middle = |of: fn(&Choice) -> f64| {
        let mut values: Vec<f64> = choices.iter().map(of).collect();
        median(&mut values).unwrap_or(0.0)
    };
    Overfitting {
        probability: part(|it| it.logit <= 0.0),
        probability_of_loss: part(|it| it.ratio_after < 0.0),
        choices: count,
        logit: middle(|it| it.logit),
        ratio_chosen: middle(|it| it.ratio_chosen),
        ratio_after: middle(|it| it.ratio_after),
        pairs: choices.into_iter().map(|it| (it.ratio_chosen, it.ratio_after)).collect(),
    }
}

/// For each variant the sums of every set of its first blocks and of every set of its last ones, so
/// that the sums of any set are two additions away.
struct Halves {
    low_bits: usize,
    /// Sets of the first blocks and sets of the last.
    stride: usize,
    sums: Vec<BlockSums>,
}

impl Halves {
    fn new(sums: &[BlockSums], blocks: usize) -> Self {
        let low_bits = blocks / 2;
        let sets = 1 << low_bits;
        let mut all = Vec::with_capacity(sums.len() / blocks * 2 * sets);
        for variant in sums.chunks_exact(blocks) {
            for part in [&variant[..low_bits], &variant[low_bits..]] {
                all.extend((0..sets).map(|set: usize| {
                    let chosen = part.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1);
                    chosen.fold(BlockSums::default(), |sum, (_, block)| sum.plus(*block))
                }));
            }
        }
        Self { low_bits, stride: 2 * sets, sums: all }
    }

    /// The ratio of each variant over the blocks in `mask`.
    fn ratios(&self, mask: u32, ratios: &mut [f64]) {
        let sets = self.stride / 2;
        let (low, high) = (mask as usize & (sets - 1), mask as usize >> self.low_bits);
        for (variant, ratio) in self.sums.chunks_exact(self.stride).zip(ratios) {
            *ratio = variant[low].plus(variant[sets + high]).ratio();
        }
    }
}

#[cfg(test)]
mod tests;
