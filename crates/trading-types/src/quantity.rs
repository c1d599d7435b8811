//! Order quantities: base asset in hundred-millionths.
//!
//! Every pair on Kraken has at most eight `lot_decimals`. A balance may carry more decimals than
//! an order accepts, so a balance is an [`Amount`]; going from one to the other floors and says
//! so.

use crate::{
    amount::Amount,
    decimal::{Rounding, divide, parse_narrow, scaled_number},
};

/// An amount of base asset that an order can name, in units of 10^-8.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(i64);

scaled_number!(Quantity, i64, 8, parse_narrow);

const AMOUNT_UNITS_PER_UNIT: i128 = 10_i128.pow(10);
const _: () = assert!(Amount::DECIMALS - Quantity::DECIMALS == 10);

impl Quantity {
    /// The largest multiple of `step` that is not above it.
    #[inline]
    pub fn floor_to(self, step: Self) -> Self {
        Self(self.0.div_euclid(step.0) * step.0)
    }

    /// Whether it is a multiple of `step`.
    #[inline]
    pub fn is_multiple_of(self, step: Self) -> bool {
        self.0 % step.0 == 0
    }

    /// The largest quantity that is not above `amount`. A balance of a very cheap asset may be more
    /// than any order can name.
    #[inline]
    pub fn floor_from(amount: Amount) -> Self {
        let units = divide(amount.units(), AMOUNT_UNITS_PER_UNIT, Rounding::Down);
        Self(i64::try_from(units).unwrap_or(if units < 0 { i64::MIN } else { i64::MAX }))
    }
}

impl From<Quantity> for Amount {
    #[inline]
    fn from(quantity: Quantity) -> Amount {
        Amount::from_units(i128::from(quantity.0) * AMOUNT_UNITS_PER_UNIT)
    }
}

#[cfg(test)]
mod tests;
