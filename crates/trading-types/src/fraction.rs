//! Fractions of a whole: fee rates, slippage, risk, drawdown limits.

use crate::decimal::{ParseDecimalError, parse_narrow, scaled_number};

/// A part of a whole in units of 10^-8: a fee of 0.40 % is 0.004, stored as 400,000.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fraction(i64);

scaled_number!(Fraction, i64, 8, parse_narrow);

impl Fraction {
    /// The whole.
    pub const ONE: Self = Self(100_000_000);

    /// From percent as text, with or without the sign: `0.40` or `0.40%` is 0.004.
    pub fn from_percent(text: &str) -> Result<Self, ParseDecimalError> {
        let number = text.strip_suffix('%').unwrap_or(text);
        parse_narrow(number, Self::DECIMALS - 2).map(Self)
    }

    /// From hundredths of a percent.
    #[inline]
    pub const fn from_basis_points(points: i64) -> Self {
        Self(points * 10_000)
    }

    /// As percent, in the shortest plain decimal text without the sign.
    pub fn percent(self) -> String {
        struct Percent(i64);
        impl std::fmt::Display for Percent {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                crate::decimal::write(f, i128::from(self.0), Fraction::DECIMALS - 2)
            }
        }
        Percent(self.0).to_string()
    }
}

impl std::ops::Neg for Fraction {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

#[cfg(test)]
mod tests;
