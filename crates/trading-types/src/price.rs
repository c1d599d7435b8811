//! Prices: quote asset per unit of base asset, in ten-billionths.
//!
//! Ten decimals are exactly what Kraken's finest pairs need (`pair_decimals` at most 10 among 683
//! recorded pairs); the largest price is 922 million.

use std::ops::Mul;

use crate::{
    amount::Amount,
    decimal::{Rounding, divide, multiply_divide, parse_narrow, scaled_number},
    fraction::Fraction,
    quantity::Quantity,
};

/// Quote asset paid per unit of base asset, in units of 10^-10.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(i64);

const _: () = assert!(Price::DECIMALS + Quantity::DECIMALS == Amount::DECIMALS);

scaled_number!(Price, i64, 10, parse_narrow);

impl Price {
    /// The nearest multiple of `step` in the given direction.
    #[inline]
    pub fn round_to(self, step: Self, rounding: Rounding) -> Self {
        let step = i128::from(step.0);
        narrow(divide(i128::from(self.0), step, rounding) * step)
    }

    /// Whether it is a multiple of `step`.
    #[inline]
    pub fn is_multiple_of(self, step: Self) -> bool {
        self.0 % step.0 == 0
    }

    /// This price moved up by `fraction` of itself; a negative fraction moves it down.
    #[inline]
    pub fn moved_by(self, fraction: Fraction, rounding: Rounding) -> Self {
        let one = i128::from(Fraction::ONE.units());
        let factor = one + i128::from(fraction.units());
        narrow(multiply_divide(i128::from(self.0), factor, one, rounding))
    }

    /// The distance between two prices, whichever is higher.
    #[inline]
    pub fn distance(self, other: Self) -> Self {
        if self < other { other - self } else { self - other }
    }

    /// The price halfway to `other`.
    #[inline]
    pub fn midpoint(self, other: Self) -> Self {
        narrow(i128::midpoint(i128::from(self.0), i128::from(other.0)))
    }
}

#[inline]
fn narrow(units: i128) -> Price {
    Price(i64::try_from(units).expect("a price fits 64 bits"))
}

impl Mul<Quantity> for Price {
    type Output = Amount;

    #[inline]
    fn mul(self, quantity: Quantity) -> Amount {
        Amount::from_units(i128::from(self.0) * i128::from(quantity.units()))
    }
}

#[cfg(test)]
mod tests;
