//! Decimal text to scaled integers and back. Exact or refused: nothing here rounds by itself.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which way a division that leaves a remainder goes. There is no default: each caller says who
/// pays for the remainder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rounding {
    /// Toward minus infinity.
    Down,
    /// Toward plus infinity.
    Up,
}

/// Why a decimal text is not a number of the wanted kind. We refuse; we never round.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseDecimalError {
    /// Something other than an optional minus, digits and one point.
    #[error("`{0}` is not a plain decimal number")]
    NotADecimal(String),
    /// More decimals than the type can hold.
    #[error("`{text}` has more than {limit} decimals")]
    TooPrecise {
        /// The text as received.
        text: String,
        /// The most decimals this type holds.
        limit: usize,
    },
    /// Too large for the type.
    #[error("`{0}` is too large")]
    TooLarge(String),
}

/// Longest text that is looked at: 39 digits fill 128 bits, the rest is sign, point and zeros.
const TEXT_LENGTH_MAX: usize = 80;

/// `text` as an integer in units of 10^-`decimals`.
pub(crate) fn parse(text: &str, decimals: usize) -> Result<i128, ParseDecimalError> {
    let shown = || text.chars().take(TEXT_LENGTH_MAX).collect::<String>();
    if TEXT_LENGTH_MAX < text.len() {
        return Err(ParseDecimalError::TooLarge(shown()));
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((_, "")) => return Err(ParseDecimalError::NotADecimal(shown())),
        Some(parts) => parts,
        None => (digits, ""),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return Err(ParseDecimalError::NotADecimal(shown()));
    }

    let fraction = fraction.trim_end_matches('0');
    let Some(zeros) = decimals.checked_sub(fraction.len()) else {
        return Err(ParseDecimalError::TooPrecise { text: shown(), limit: decimals });
    };
    let zeros = std::iter::repeat_n(b'0', zeros);
    whole
        .bytes()
        .chain(fraction.bytes())
        .chain(zeros)
        .try_fold(0_i128, |units, digit| {
            units.checked_mul(10)?.checked_add(i128::from(digit - b'0'))
        })
        .map(|units| if negative { -units } else { units })
        .ok_or_else(|| ParseDecimalError::TooLarge(shown()))
}

/// [`parse`], narrowed to 64 bits.
pub(crate) fn parse_narrow(text: &str, decimals: usize) -> Result<i64, ParseDecimalError> {
    let units = parse(text, decimals)?;
    i64::try_from(units).map_err(|_| ParseDecimalError::TooLarge(text.to_owned()))
}

/// Writes `units` of 10^-`decimals` as the shortest plain decimal text.
pub(crate) fn write(f: &mut fmt::Formatter<'_>, units: i128, decimals: usize) -> fmt::Result {
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let fraction = match f.precision() {
        // Padding with zeros is exact; cutting digits off would be rounding, so we never do.
        Some(shown) => &fraction[..fraction.trim_end_matches('0').len().max(shown.min(decimals))],
        None => fraction.trim_end_matches('0'),
    };
    let point = if fraction.is_empty() { "" } else { "." };
    f.pad_integral(0 <= units, "", &format!("{whole}{point}{fraction}"))
}

/// `value` × `numerator` ÷ `denominator`, computed so that only a result that does not fit can
/// overflow.
#[inline]
pub(crate) fn multiply_divide(
    value: i128,
    numerator: i128,
    denominator: i128,
    rounding: Rounding,
) -> i128 {
    assert!(0 < denominator, "a ratio has a positive denominator");
    // One division in place of three, where the product fits.
    if let Some(product) = value.checked_mul(numerator) {
        return divide(product, denominator, rounding);
    }
    let whole = value.div_euclid(denominator);
    let rest = value.rem_euclid(denominator);
    let whole = whole.checked_mul(numerator).expect("the product fits 128 bits");
    let rest = rest.checked_mul(numerator).expect("a remainder is below its denominator");
    let rest = divide(rest, denominator, rounding);
    whole.checked_add(rest).expect("the sum fits 128 bits")
}

/// `value` ÷ `divisor`, rounded as told.
#[inline]
pub(crate) fn divide(value: i128, divisor: i128, rounding: Rounding) -> i128 {
    assert!(0 < divisor, "a divisor is positive");
    // Without a sign there is one division and no question of its remainder's; in 64 bits it is
    // several times faster.
    match (u64::try_from(value), u64::try_from(divisor), rounding) {
        (Ok(value), Ok(divisor), Rounding::Down) => i128::from(value / divisor),
        (Ok(value), Ok(divisor), Rounding::Up) => i128::from(value.div_ceil(divisor)),
        _ => divide_wide(value, divisor, rounding),
    }
}

fn divide_wide(value: i128, divisor: i128, rounding: Rounding) -> i128 {
    let toward_zero = value.unsigned_abs() / divisor.unsigned_abs();
    let is_exact = toward_zero * divisor.unsigned_abs() == value.unsigned_abs();
    let away = match rounding {
        Rounding::Down => value < 0,
        Rounding::Up => 0 <= value,
    };
    let quotient = toward_zero + u128::from(away && !is_exact);
    let signed =
        if value < 0 { 0_i128.checked_sub_unsigned(quotient) } else { quotient.try_into().ok() };
    signed.expect("a quotient is no larger than what was divided")
}

/// Implements what every scaled number has: decimal text in and out, text in JSON and an integer
/// in the journal, sums that stop on overflow.
macro_rules! scaled_number {
    ($name:ident, $units:ty, $decimals:expr, $parse:path) => {
        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);
            /// The largest value the type holds.
            pub const MAX: Self = Self(<$units>::MAX);
            /// Decimals the type holds.
            pub const DECIMALS: usize = $decimals;

            /// From a count of the smallest unit.
            #[inline]
            pub const fn from_units(units: $units) -> Self {
                Self(units)
            }

            /// The count of the smallest unit.
            #[inline]
            pub const fn units(self) -> $units {
                self.0
            }

            /// Whether it is above zero.
            #[inline]
            pub const fn is_positive(self) -> bool {
                0 < self.0
            }

            /// Whether it is zero.
            #[inline]
            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// The sum, or nothing when it does not fit.
            #[inline]
            pub fn checked_add(self, other: Self) -> Option<Self> {
                self.0.checked_add(other.0).map(Self)
            }

            /// The value as an approximate number, for statistics and plots only.
            #[expect(clippy::cast_precision_loss, reason = "statistics are opinions, not money")]
            #[expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]
            #[inline]
            pub fn to_f64(self) -> f64 {
                const SCALE: f64 = $crate::decimal::power_of_ten_f64($decimals);
                self.0 as f64 / SCALE
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ParseDecimalError;

            fn from_str(text: &str) -> Result<Self, $crate::ParseDecimalError> {
                $parse(text, $decimals).map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::decimal::write(f, i128::from(self.0), $decimals)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        impl std::ops::Add for $name {
            type Output = Self;

            #[inline]
            fn add(self, other: Self) -> Self {
                Self(self.0.checked_add(other.0).expect("a sum of money fits its type"))
            }
        }

        impl std::ops::Sub for $name {
            type Output = Self;

            #[inline]
            fn sub(self, other: Self) -> Self {
                Self(self.0.checked_sub(other.0).expect("a difference of money fits its type"))
            }
        }

        impl std::ops::AddAssign for $name {
            #[inline]
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }

        impl std::ops::SubAssign for $name {
            #[inline]
            fn sub_assign(&mut self, other: Self) {
                *self = *self - other;
            }
        }

        impl std::iter::Sum for $name {
            #[inline]
            fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
                all.fold(Self::ZERO, |sum, one| sum + one)
            }
        }

        impl serde::Serialize for $name {
            #[inline]
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                if to.is_human_readable() { to.collect_str(self) } else { self.0.serialize(to) }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                if from.is_human_readable() {
                    let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
                    text.parse().map_err(serde::de::Error::custom)
                } else {
                    <$units>::deserialize(from).map(Self)
                }
            }
        }
    };
}
pub(crate) use scaled_number;

/// 10^`exponent` as a floating number; exact up to 22.
#[expect(clippy::float_arithmetic, reason = "a power of ten up to 22 is exact")]
pub(crate) const fn power_of_ten_f64(exponent: usize) -> f64 {
    assert!(exponent <= 22);
    let mut power = 1.0;
    let mut step = 0;
    while step < exponent {
        power *= 10.0;
        step += 1;
    }
    power
}

#[cfg(test)]
mod tests;
