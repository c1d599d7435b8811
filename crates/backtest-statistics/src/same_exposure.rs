//! Whether the moments of entry were worth anything: the same holding times, entered at random.
//!
//! As many positions, each held as long as one that really was, in an order of chance, with the
//! free time between them shared out by chance; each pays the same part as costs. A strategy whose
//! timing is worth nothing is somewhere in the middle of them, also in a market that only rose.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use serde::{Deserialize, Serialize};

use crate::{
    functions::{ln, real_len},
    moments::Sums,
    quantiles::Quantiles,
    random::Prng,
};

/// What is to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct RandomEntries<'a> {
    /// Closes of all candles.
    pub closes: &'a [f64],
    /// How many candles each position was held.
    pub held: &'a [u32],
    /// What is left of one after both sides of a round trip have been paid.
    pub kept_after_costs: f64,
    /// How many histories.
    pub draws: u32,
    /// Decides all of them.
    pub seed: u64,
}

/// What entries at random would have made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SameExposure {
    /// What came of one.
    pub growth: Quantiles,
    /// The part of them that the strategy did better than; half of those that did the same.
    pub beaten: f64,
    /// How many standard deviations the strategy's growth is above theirs, by the logarithm.
    pub deviations: f64,
}

impl RandomEntries<'_> {
    /// Draws, and says how many a strategy that made `growth` of one has beaten. Nothing when
    /// nothing was held, or more than there is.
    pub fn run(&self, growth: f64) -> Option<SameExposure> {
        let total: u64 = self.held.iter().map(|it| u64::from(*it)).sum();
        let steps = self.closes.len().checked_sub(1)?;
        let free = usize::try_from(total).ok().and_then(|total| steps.checked_sub(total))?;
        if total == 0 || self.draws == 0 {
            return None;
        }
        let mut prng = Prng::from_seed(self.seed);
        let mut held = self.held.to_vec();
        let mut growths: Vec<f64> =
            (0..self.draws).map(|_| self.draw(&mut prng, &mut held, free)).collect();
        let worse = growths.iter().filter(|it| **it < growth).count();
        let same = growths.iter().filter(|it| it.total_cmp(&growth).is_eq()).count();
        let beaten = (real_len(worse) + 0.5 * real_len(same)) / real_len(growths.len());
        let deviations = deviations(&growths, growth);
        Some(SameExposure { growth: Quantiles::of(&mut growths)?, beaten, deviations })
    }

    /// What one history makes of one.
    fn draw(&self, prng: &mut Prng, held: &mut [u32], free: usize) -> f64 {
        prng.shuffle(held);
        // Sorted numbers cut the free time into as many pieces as there are positions, and a rest.
        let mut cuts: Vec<usize> = held.iter().map(|_| prng.index(free + 1)).collect();
        cuts.sort_unstable();
        let mut growth = 1.0;
        let mut passed = 0;
        for (cut, length) in cuts.iter().zip(held.iter()) {
            let entry = cut + passed;
            let exit = entry + *length as usize;
            growth *= self.closes[exit] / self.closes[entry] * self.kept_after_costs;
            passed += *length as usize;
        }
        growth
    }
}

/// How far `growth` is above `growths`; nothing where they are all the same, or lost everything.
fn deviations(growths: &[f64], growth: f64) -> f64 {
    let logarithms: Vec<f64> = growths.iter().map(|it| ln(it.max(f64::MIN_POSITIVE))).collect();
    let Some(moments) = Sums::of(&logarithms).moments() else { return 0.0 };
    (ln(growth.max(f64::MIN_POSITIVE)) - moments.mean) / moments.deviation
}

#[cfg(test)]
mod tests;
