//! Draws from distributions, by comparisons, sums and quotients alone: no logarithm, whose last
//! digit differs between machines.
#![expect(clippy::float_arithmetic, reason = "the model is an opinion, not money")]

use serde::{Deserialize, Serialize};
use std::time::Duration;

use crate::prng::Prng;

/// A stream of draws that its seed decides.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Chance(Prng);

/// 2^-53: a uniform draw is a multiple of it, exactly.
const UNIT: f64 = 1.0 / 9_007_199_254_740_992.0;

/// How many times its least value a heavy-tailed draw can be.
const TAIL_MAX: f64 = 50.0;
/// The mean of `min(1 / u, 50)` for a uniform `u`: 1 + ln 50.
const TAIL_MEAN: f64 = 4.912;

impl Chance {
    pub(super) const fn from_seed(seed: u64) -> Self {
        Self(Prng::from_seed(seed))
    }

    /// Between zero and one.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit a floating number exactly")]
    pub(super) fn uniform(&mut self) -> f64 {
        (self.0.next() >> 11) as f64 * UNIT
    }

    /// One of two, each as likely.
    pub(super) fn toss(&mut self) -> bool {
        self.0.next() >> 63 == 1
    }

    /// A number from `least` to `most`, both included.
    pub(super) fn between(&mut self, least: u64, most: u64) -> u64 {
        self.0.between(least, most)
    }

    /// With mean 0 and deviation 1, nearly normal: the sum of twelve uniform draws.
    pub(super) fn normal(&mut self) -> f64 {
        let mut sum = -6.0;
        for _ in 0..12 {
            sum += self.uniform();
        }
        sum
    }

    /// Exponential with mean 1, by von Neumann's comparisons: the length of a falling run of
    /// uniform draws decides whether its first one is taken.
    pub(super) fn exponential(&mut self) -> f64 {
        let mut whole = 0.0;
        loop {
            let first = self.uniform();
            let mut previous = first;
            let mut is_odd = true;
            loop {
                let next = self.uniform();
                if previous < next {
                    break;
                }
                previous = next;
                is_odd = !is_odd;
            }
            if is_odd {
                return whole + first;
            }
            whole += 1.0;
        }
    }

    /// A time until the next of many independent arrivals, `mean` on average.
    pub(super) fn wait(&mut self, mean: Duration) -> Duration {
        // At least a nanosecond, so that time goes on.
        mean.mul_f64(self.exponential()).max(Duration::from_nanos(1))
    }

    /// Positive with mean 1: most draws are small.
    pub(super) fn skewed(&mut self) -> f64 {
        let draw = self.uniform();
        0.1 + 3.6 * draw * draw * draw
    }

    /// Positive with mean 1: most draws are small, and a few very large.
    pub(super) fn heavy_tail(&mut self) -> f64 {
        (1.0 / self.uniform().max(UNIT)).min(TAIL_MAX) / TAIL_MEAN
    }
}

#[cfg(test)]
mod tests;
