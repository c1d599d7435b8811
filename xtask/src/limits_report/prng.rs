//! A generator of our own (`SplitMix64`), so that a seed means the same for ever.

use std::time::Duration;

/// A stream of numbers that its seed decides.
#[derive(Clone, Debug)]
pub(crate) struct Prng(u64);

impl Prng {
    /// The stream of `seed` for one `purpose`: streams of different purposes have nothing in
    /// common, so that drawing more from one does not change another.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        let mix = |state: u64, byte: u8| Self(state ^ u64::from(byte)).next();
        Self(purpose.bytes().fold(seed, mix))
    }

    /// The next number, any of the 2^64.
    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        assert!(0 < bound, "there is no number below nothing");
        let product = u128::from(self.next()) * u128::from(bound);
        u64::try_from(product >> 64).expect("the high half of a product of two 64-bit numbers")
    }

    /// A place in a list of `length`.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        let bound = u64::try_from(length).expect("a list fits in memory");
        usize::try_from(self.below(bound)).expect("below a length")
    }

    /// True in `percent` of a hundred cases.
    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// A length of time from `least` to `most`.
    pub(crate) fn duration(&mut self, least: Duration, most: Duration) -> Duration {
        let span = most.checked_sub(least).expect("the least is not above the most");
        let span = u64::try_from(span.as_nanos()).expect("below 584 years");
        least + Duration::from_nanos(self.below(span + 1))
    }

    /// The gap to the next of many events that come once in `mean` on average.
    pub(crate) fn gap(&mut self, mean: Duration) -> Duration {
        self.duration(Duration::ZERO, 2 * mean)
    }
}

#[cfg(test)]
mod tests;
