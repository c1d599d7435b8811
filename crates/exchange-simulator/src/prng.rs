//! Our own generator (`SplitMix64`), so that no dependency upgrade can change what a seed means.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use trading_types::Fraction;

/// A stream of numbers that its seed decides for ever.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Prng(u64);

impl Prng {
    /// The stream of `seed`.
    pub const fn from_seed(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, any of the 2^64.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(0 < bound, "there is no number below nothing");
        let product = u128::from(self.next()) * u128::from(bound);
        u64::try_from(product >> 64).expect("the high half of a product of two 64-bit numbers")
    }

    /// A number from `least` to `most`, both included.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: Fraction) -> bool {
        let whole = u64::try_from(Fraction::ONE.units()).expect("the whole is positive");
        let part = u64::try_from(probability.units()).expect("a probability is not negative");
        self.below(whole) < part
    }

    /// A length of time from `least` to `most`, both included.
    pub fn duration_between(&mut self, least: Duration, most: Duration) -> Duration {
        let nanos = |length: Duration| u64::try_from(length.as_nanos()).expect("below 584 years");
        Duration::from_nanos(self.between(nanos(least), nanos(most)))
    }
}

#[cfg(test)]
mod tests;
