//! JSON numbers as plain decimal text. Some clients write `6.4e-7` or `5.0e+1`, and Kraken reads
//! any JSON number; here no float comes between.
//!
//! The invariant: the plain text has exactly the value of the JSON number.

use std::borrow::Cow;

/// An exponent beyond this is beyond any price or quantity.
const EXPONENT_MAX: i32 = 40;

/// `number`, which is a JSON number, without an exponent. Nothing where the exponent is absurd.
pub(super) fn plain(number: &str) -> Option<Cow<'_, str>> {
    let Some((mantissa, exponent)) = number.split_once(['e', 'E']) else {
        return Some(Cow::Borrowed(number));
    };
    let exponent: i32 = exponent.parse().ok()?;
    if EXPONENT_MAX < exponent.abs() {
        return None;
    }
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", mantissa),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let point = i32::try_from(whole.len()).ok()? + exponent;
    let all = format!("{whole}{fraction}");
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    let length = i32::try_from(all.len()).ok()?;
    Some(Cow::Owned(if point <= 0 {
        format!("{sign}0.{}{all}", zeros(-point))
    } else if length <= point {
        format!("{sign}{all}{}", zeros(point - length))
    } else {
        let (before, after) = all.split_at(usize::try_from(point).ok()?);
        format!("{sign}{before}.{after}")
    }))
}

#[cfg(test)]
mod tests;
