//! Chance from a seed (`SplitMix64`), for waits that are not to fall on the same moment.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A stream of numbers that its seed decides for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chance(u64);

impl Chance {
    /// The stream of `seed`.
    pub const fn from_seed(seed: u64) -> Self {
        Self(seed)
    }

    /// A length of time from none to just below `most`.
    pub fn below(&mut self, most: Duration) -> Duration {
        let nanos = u64::try_from(most.as_nanos()).expect("a wait is below 584 years");
        let product = u128::from(self.next()) * u128::from(nanos);
        Duration::from_nanos(u64::try_from(product >> 64).expect("below 64 bits"))
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
