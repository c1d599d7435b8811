//! Integers of 256 bits, for sums of products that 128 bits cannot hold.
//!
//! A sum of squares kept as a floating number drifts, and its difference to the squared sum loses
//! every digit when prices are large and moves are small. Kept as an integer it does neither.

#![expect(clippy::float_arithmetic, reason = "an indicator is an opinion, not money")]
#![expect(clippy::cast_precision_loss, reason = "an indicator is an opinion, not money")]

use std::ops::{Add, Sub};

/// `high` × 2^128 + `low`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wide {
    high: i128,
    low: u128,
}

/// 2^128, exactly.
const TWO_TO_128: f64 = 18_446_744_073_709_551_616.0 * 18_446_744_073_709_551_616.0;

impl Wide {
    /// The product, with nothing lost.
    #[inline]
    pub(crate) fn product(a: i128, b: i128) -> Self {
        let (low, high) = a.unsigned_abs().carrying_mul(b.unsigned_abs(), 0);
        // Neither factor is above 2^127, so the upper half of the product is at most 2^126.
        let product = Self { high: high.cast_signed(), low };
        if (a < 0) == (b < 0) { product } else { Self::default() - product }
    }

    /// The nearest floating number, or its neighbor.
    pub(crate) fn to_f64(self) -> f64 {
        if self.high < 0 {
            return -(Self::default() - self).to_f64();
        }
        self.high as f64 * TWO_TO_128 + self.low as f64
    }
}

impl Add for Wide {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        let (low, carry) = self.low.overflowing_add(other.low);
        Self { high: self.high + other.high + i128::from(carry), low }
    }
}

impl Sub for Wide {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        let (low, borrow) = self.low.overflowing_sub(other.low);
        Self { high: self.high - other.high - i128::from(borrow), low }
    }
}

#[cfg(test)]
mod tests;
