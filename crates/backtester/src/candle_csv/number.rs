//! Digits to scaled integers without a detour through text, for the millions of numbers of a file.
//!
//! The fast path takes what archives hold and gives up on anything else; then the parser of the
//! type itself decides. So both agree by construction on what is refused, and a property test
//! holds them to the same value on what is accepted.
//!
//! One form is the archives' own: they write a volume of ten as `1E+1`, and 210 as `2.1E+2` (256 of
//! 78,914 candles of XBTUSD and ETHUSD up to 2019; it is how Python's decimals print). It is as
//! exact as plain digits, so exactly this form is read. The `1e5` of a program that computed with
//! floating numbers has lost digits already, and is refused.

use trading_types::{Amount, ParseDecimalError, Price};

use crate::read_error::{ContentFault, shown};

/// Nineteen digits fit 64 bits whatever they are.
const DIGITS_MAX: usize = 19;

/// 10^0 to 10^18.
pub(super) const POWERS: [u64; 19] = {
    let mut powers = [1; 19];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// A price above zero.
pub(super) fn price(text: &[u8]) -> Result<Price, ContentFault> {
    let price = match fast_price(text) {
        Some(price) => price,
        None => match scientific(text, Price::DECIMALS)? {
            Some(units) => {
                let too_large = |_| ContentFault::TooLarge(shown(text));
                Price::from_units(i64::try_from(units).map_err(too_large)?)
            }
            None => parsed(text)?,
        },
    };
    if price.is_positive() { Ok(price) } else { Err(ContentFault::NotPositive(shown(text))) }
}

/// A volume of zero or more.
pub(super) fn volume(text: &[u8]) -> Result<Amount, ContentFault> {
    let volume = match fast_amount(text) {
        Some(volume) => volume,
        None => match scientific(text, Amount::DECIMALS)? {
            Some(units) => Amount::from_units(units),
            None => parsed(text)?,
        },
    };
    // A sign before a zero too: no archive writes one, so something else is wrong.
    if text[0] == b'-' { Err(ContentFault::Negative(shown(text))) } else { Ok(volume) }
}

/// Digits only, at most nineteen.
pub(super) fn whole(text: &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    if text.is_empty() || DIGITS_MAX < text.len() {
        return None;
    }
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if 9 < digit {
            return None;
        }
        // Nineteen digits cannot wrap; the plain operators would check each of them.
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
    }
    Some(value)
}

fn fast_price(text: &[u8]) -> Option<Price> {
    let (whole, fraction) = halves(text, Price::DECIMALS)?;
    let units = whole.checked_mul(POWERS[Price::DECIMALS])?.checked_add(fraction)?;
    i64::try_from(units).ok().map(Price::from_units)
}

fn fast_amount(text: &[u8]) -> Option<Amount> {
    let (whole, fraction) = halves(text, Amount::DECIMALS)?;
    // At most 10^19 times 10^18: far below what 128 bits hold.
    let units = i128::from(whole) * i128::from(POWERS[Amount::DECIMALS]) + i128::from(fraction);
    Some(Amount::from_units(units))
}

/// The number before the point, and the one after it in units of 10^-`decimals`.
fn halves(text: &[u8], decimals: usize) -> Option<(u64, u64)> {
    let point = text.iter().position(|byte| *byte == b'.').unwrap_or(text.len());
    let before = whole(&text[..point])?;
    if point == text.len() {
        return Some((before, 0));
    }
    let after = &text[point + 1..];
    let zeros = decimals.checked_sub(after.len())?;
    // A fraction is below 10^18, and so is it after it was filled up with zeros.
    Some((before, whole(after)? * POWERS[zeros]))
}

/// A number like `2.1E+2` in units of 10^-`decimals`; nothing if it is of another form.
fn scientific(text: &[u8], decimals: usize) -> Result<Option<i128>, ContentFault> {
    let Some((digits, exponent)) = mantissa_and_exponent(text) else { return Ok(None) };
    let shift = exponent + i32::try_from(decimals).expect("at most eighteen");
    let power = 10_i128.checked_pow(shift.unsigned_abs());
    let units = if digits == 0 {
        Some(0)
    } else if 0 <= shift {
        power.and_then(|it| digits.checked_mul(it))
    } else {
        let exact = power.filter(|it| digits % it == 0);
        let too_precise = || ContentFault::TooPrecise { text: shown(text), limit: decimals };
        Some(digits / exact.ok_or_else(too_precise)?)
    };
    units.map(Some).ok_or_else(|| ContentFault::TooLarge(shown(text)))
}

/// All digits as one number, and the power of ten that it is to be multiplied with.
fn mantissa_and_exponent(text: &[u8]) -> Option<(i128, i32)> {
    let (mantissa, exponent) = text.split_at(text.iter().position(|byte| *byte == b'E')?);
    let exponent = match exponent {
        [_, b'+', digits @ ..] if digits.len() <= 2 => i32::try_from(whole(digits)?).ok()?,
        [_, b'-', digits @ ..] if digits.len() <= 2 => -i32::try_from(whole(digits)?).ok()?,
        _ => return None,
    };
    let (before, after) = match mantissa {
        [before] => (whole(&[*before])?, None),
        [before, b'.', after @ ..] if after.len() < DIGITS_MAX => (whole(&[*before])?, Some(after)),
        _ => return None,
    };
    let Some(after) = after else { return Some((i128::from(before), exponent)) };
    let digits = before * POWERS[after.len()] + whole(after)?;
    Some((i128::from(digits), exponent - i32::try_from(after.len()).ok()?))
}

/// What the type itself makes of a text: the rare long numbers, and all that is refused.
fn parsed<T: std::str::FromStr<Err = ParseDecimalError>>(text: &[u8]) -> Result<T, ContentFault> {
    let not_decimal = || ContentFault::NotDecimal(shown(text));
    let text_read = str::from_utf8(text).map_err(|_| not_decimal())?;
    text_read.parse().map_err(|error| match error {
        ParseDecimalError::NotADecimal(_) => not_decimal(),
        ParseDecimalError::TooPrecise { limit, .. } => {
            ContentFault::TooPrecise { text: shown(text), limit }
        }
        ParseDecimalError::TooLarge(_) => ContentFault::TooLarge(shown(text)),
    })
}

#[cfg(test)]
mod tests;
