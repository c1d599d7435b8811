//! Amounts of money: cash, costs, fees, balances and traded volume, in units of 10^-18.

use std::ops::Neg;

use crate::{
    decimal::{Rounding, divide, multiply_divide, parse, scaled_number},
    fraction::Fraction,
    price::Price,
    quantity::Quantity,
};

/// An amount of some asset, in units of 10^-18. The product of a price and a quantity, unrounded.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i128);

scaled_number!(Amount, i128, 18, parse);

/// 10^0 to 10^18.
const POWERS_OF_TEN: [i128; Amount::DECIMALS + 1] = {
    let mut powers = [1; Amount::DECIMALS + 1];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

impl Amount {
    /// Rounded to `decimals` decimals in the given direction.
    #[inline]
    pub fn round_to_decimals(self, decimals: u8, rounding: Rounding) -> Self {
        let step = POWERS_OF_TEN[Self::DECIMALS.saturating_sub(usize::from(decimals))];
        Self(divide(self.0, step, rounding) * step)
    }

    /// This fraction of the amount.
    #[inline]
    pub fn times(self, fraction: Fraction, rounding: Rounding) -> Self {
        let one = i128::from(Fraction::ONE.units());
        Self(multiply_divide(self.0, i128::from(fraction.units()), one, rounding))
    }

    /// The amount that, raised by `fraction` of itself, is not above this one: what can be spent
    /// when a fee of `fraction` comes on top.
    #[inline]
    pub fn without_surcharge(self, fraction: Fraction) -> Self {
        let one = i128::from(Fraction::ONE.units());
        let raised = one + i128::from(fraction.units());
        Self(multiply_divide(self.0, one, raised, Rounding::Down))
    }

    /// `part` of `whole` of this amount: `self × part ÷ whole`. Splits a cost over a part of a lot.
    #[inline]
    pub fn share(self, part: Self, whole: Self, rounding: Rounding) -> Self {
        Self(wide_multiply_divide(self.0, part.0, whole.0, rounding))
    }

    /// The largest quantity that costs at most this amount at `price`.
    #[inline]
    pub fn quantity_at(self, price: Price) -> Quantity {
        let units = divide(self.0, i128::from(price.units()), Rounding::Down);
        Quantity::from_units(i64::try_from(units).unwrap_or(i64::MAX))
    }

    /// The price at which `quantity` costs this amount, rounded as told: an average fill price. At
    /// most the highest price there is.
    #[inline]
    pub fn price_of(self, quantity: Quantity, rounding: Rounding) -> Price {
        let units = divide(self.0, i128::from(quantity.units()), rounding);
        Price::from_units(i64::try_from(units).unwrap_or(i64::MAX))
    }

    /// The difference, or zero when `other` is larger.
    #[inline]
    pub fn saturating_less(self, other: Self) -> Self {
        Self(self.0.checked_sub(other.0).expect("a difference of money fits its type").max(0))
    }
}

/// `a` × `b` ÷ `c` where the product may need more than 128 bits: long multiplication by halves of
/// `b`, so that only the result has to fit.
fn wide_multiply_divide(a: i128, b: i128, c: i128, rounding: Rounding) -> i128 {
    assert!(0 <= a && 0 <= b && b <= c && 0 < c, "a share is between nothing and all");
    if let Some(product) = a.checked_mul(b) {
        return divide(product, c, rounding);
    }
    // Double-and-add over the bits of `b`, keeping quotient and remainder of each partial product.
    let (mut quotient, mut remainder) = (0_i128, 0_i128);
    for bit in (0..128 - b.leading_zeros()).rev() {
        (quotient, remainder) = carry(quotient * 2, remainder, remainder, c);
        if b >> bit & 1 == 1 {
            (quotient, remainder) = carry(quotient + a / c, remainder, a % c, c);
        }
    }
    if rounding == Rounding::Up && 0 < remainder { quotient + 1 } else { quotient }
}

/// Adds two remainders below `c`, carrying into the quotient without overflowing.
fn carry(quotient: i128, one: i128, other: i128, c: i128) -> (i128, i128) {
    if c - one <= other { (quotient + 1, other - (c - one)) } else { (quotient, one + other) }
}

impl Neg for Amount {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

#[cfg(test)]
mod tests;
