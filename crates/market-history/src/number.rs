//! Digits to scaled integers, exactly or not at all.
//!
//! Besides plain decimals the archives' own form is read: they write a volume of 210 as `2.1E+2`,
//! which is as exact as plain digits.

/// Nineteen digits fit 64 bits whatever they are.
const DIGITS_FAST: usize = 19;
/// Thirty-eight digits fit 127 bits whatever they are.
const DIGITS_MAX: usize = 38;

/// A number that is not negative, in units of 10^-`decimals`.
pub(crate) fn decimal(text: &[u8], decimals: i32) -> Option<i128> {
    let (mantissa, exponent) = match text.iter().position(|byte| *byte == b'E') {
        Some(at) => (&text[..at], exponent(&text[at + 1..])?),
        None => (text, 0),
    };
    let point = mantissa.iter().position(|byte| *byte == b'.');
    let (before, after) = match point {
        Some(at) if at + 1 < mantissa.len() => (&mantissa[..at], &mantissa[at + 1..]),
        Some(_) => return None,
        None => (mantissa, &mantissa[..0]),
    };
    let count = before.len() + after.len();
    if before.is_empty() || DIGITS_MAX < count {
        return None;
    }
    let digits = if count <= DIGITS_FAST {
        let value = before.iter().chain(after).try_fold(0_u64, |value, byte| {
            let digit = byte.wrapping_sub(b'0');
            // Nineteen digits cannot wrap.
            (digit <= 9).then(|| value.wrapping_mul(10).wrapping_add(digit.into()))
        })?;
        i128::from(value)
    } else {
        before.iter().chain(after).try_fold(0_i128, |value, byte| {
            let digit = byte.wrapping_sub(b'0');
            (digit <= 9).then(|| value * 10 + i128::from(digit))
        })?
    };
    scaled(digits, decimals + exponent - i32::try_from(after.len()).ok()?)
}

/// `digits` times 10 to the power of `shift`, if that is whole.
fn scaled(digits: i128, shift: i32) -> Option<i128> {
    if digits == 0 {
        return Some(0);
    }
    let power = 10_i128.checked_pow(shift.unsigned_abs())?;
    if 0 <= shift {
        digits.checked_mul(power)
    } else {
        (digits % power == 0).then(|| digits / power)
    }
}

/// `+2` or `-7`.
fn exponent(text: &[u8]) -> Option<i32> {
    let (sign, digits) = text.split_first()?;
    let is_short = !digits.is_empty() && digits.len() <= 2;
    let value = digits.iter().try_fold(0, |value, byte| {
        byte.is_ascii_digit().then(|| value * 10 + i32::from(byte - b'0'))
    })?;
    match sign {
        b'+' if is_short => Some(value),
        b'-' if is_short => Some(-value),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
