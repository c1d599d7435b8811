//! Chance from a seed (`SplitMix64`): the same seed gives the same numbers for ever.

/// A stream of numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) const fn from_seed(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `most`, both possible.
    pub(super) fn up_to(&mut self, most: usize) -> usize {
        let product = u128::from(self.next()) * (most as u128 + 1);
        usize::try_from(product >> 64).expect("it is not above `most`")
    }

    /// Heads or tails.
    pub(super) const fn coin(&mut self) -> bool {
        self.next() & 1 == 0
    }
}
