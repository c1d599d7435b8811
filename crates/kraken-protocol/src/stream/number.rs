//! Numbers of Kraken's frames as exact integers. A number that cannot be held exactly is refused;
//! nothing is rounded and no floating number is ever made.
//!
//! Kraken sends JSON numbers, now and then with an exponent (`1E-8`), and in some examples texts
//! (<https://docs.kraken.com/exchange/guides/websockets/l3-checksum-v2>, read on 2026-11-21).

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;
use trading_types::{Amount, Fraction, Price, Quantity};

/// Longest piece of a text that an error shows.
const SHOWN_MAX: usize = 40;

/// Why a text is not a number of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NumberFault {
    /// Not the way JSON writes a number.
    #[error("not a number")]
    NotANumber,
    /// More decimals than the type holds.
    #[error("more decimals than can be kept exactly")]
    TooPrecise,
    /// Larger than the type holds.
    #[error("too large")]
    TooLarge,
}

/// The number that `token` writes, in units of 10^-`decimals`. The grammar is that of JSON.
pub(crate) fn exact(token: &[u8], decimals: usize) -> Result<i128, NumberFault> {
    let (negative, token) = match token.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, token),
    };
    let (whole, rest) = split_digits(token);
    let (fraction, rest) = match rest.strip_prefix(b".") {
        Some(rest) => {
            let (fraction, rest) = split_digits(rest);
            if fraction.is_empty() {
                return Err(NumberFault::NotANumber);
            }
            (fraction, rest)
        }
        None => (&[][..], rest),
    };
    if whole.is_empty() || (whole.starts_with(b"0") && whole != b"0") {
        return Err(NumberFault::NotANumber);
    }
    let exponent = exponent(rest)?;
    let Some((digits, zeros)) = significant(whole, fraction) else { return Ok(0) };
    let digits = digits.ok_or(NumberFault::TooLarge)?;

    // The value is digits × 10^(zeros − fraction + exponent), and `digits` does not end in a zero.
    let power = length(decimals) + zeros - length(fraction.len());
    let power = power.checked_add(exponent).ok_or(NumberFault::TooLarge)?;
    if power < 0 {
        return Err(NumberFault::TooPrecise);
    }
    let units = u32::try_from(power)
        .ok()
        .and_then(|power| 10_i128.checked_pow(power))
        .and_then(|scale| digits.checked_mul(scale))
        .ok_or(NumberFault::TooLarge)?;
    Ok(if negative { -units } else { units })
}

fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

fn length(of: usize) -> i64 {
    i64::try_from(of).expect("a frame is shorter than that")
}

/// The exponent behind the digits, zero when there is none.
fn exponent(text: &[u8]) -> Result<i64, NumberFault> {
    let Some(text) = text.strip_prefix(b"e").or_else(|| text.strip_prefix(b"E")) else {
        return if text.is_empty() { Ok(0) } else { Err(NumberFault::NotANumber) };
    };
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let (digits, rest) = split_digits(text);
    if digits.is_empty() || !rest.is_empty() {
        return Err(NumberFault::NotANumber);
    }
    // An exponent beyond this is out of range for every type; the frame is not that long.
    let size = digits
        .iter()
        .fold(0_i64, |size, digit| (size * 10 + i64::from(digit - b'0')).min(i64::MAX / 100));
    Ok(if negative { -size } else { size })
}

/// The digits as an integer without the zeros at its end, and how many zeros those were. Nothing
/// when all are zero; no integer when it does not fit.
fn significant(whole: &[u8], fraction: &[u8]) -> Option<(Option<i128>, i64)> {
    let digits = whole.iter().chain(fraction);
    let all = length(whole.len()) + length(fraction.len());
    let first = length(digits.clone().position(|digit| *digit != b'0')?);
    let zeros = length(digits.clone().rev().position(|digit| *digit != b'0')?);
    let count = usize::try_from(all - first - zeros).expect("a zero is counted once");
    let value = digits
        .skip(usize::try_from(first).expect("a count"))
        .take(count)
        .try_fold(0_i128, |value, digit| {
            value.checked_mul(10)?.checked_add(i128::from(digit - b'0'))
        });
    Some((value, zeros))
}

/// A scaled integer of ours, made from a count of its smallest unit.
pub(crate) trait Scaled: Sized {
    /// Decimals it holds.
    const PLACES: usize;

    /// From a count of the smallest unit, if it fits.
    fn from_count(units: i128) -> Option<Self>;
}

macro_rules! scaled {
    ($($name:ident),*) => {
        $(impl Scaled for $name {
            const PLACES: usize = Self::DECIMALS;

            fn from_count(units: i128) -> Option<Self> {
                units.try_into().ok().map(Self::from_units)
            }
        })*
    };
}

scaled!(Price, Quantity, Amount, Fraction);

/// `token` as one of our numbers.
pub(crate) fn scaled<T: Scaled>(token: &[u8]) -> Result<T, NumberFault> {
    T::from_count(exact(token, T::PLACES)?).ok_or(NumberFault::TooLarge)
}

/// A number of ours as it stands in a frame: a JSON number, or a text that holds one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exact<T>(pub(crate) T);

impl<'de, T: Scaled> Deserialize<'de> for Exact<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let token = <&'de RawValue>::deserialize(from)?.get();
        let value = if token.starts_with('"') {
            let text: String = serde_json::from_str(token).map_err(de::Error::custom)?;
            scaled(text.as_bytes())
        } else {
            scaled(token.as_bytes())
        };
        value.map(Self).map_err(|fault| {
            let shown: String = token.chars().take(SHOWN_MAX).collect();
            de::Error::custom(format_args!("`{shown}` is {fault}"))
        })
    }
}

#[cfg(test)]
mod tests;
