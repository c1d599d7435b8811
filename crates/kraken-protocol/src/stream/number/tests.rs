//! Exact or refused, judged by a twin that shifts points in texts.

use proptest::prelude::*;

use super::*;

/// The slow and obvious way: shift the point in the text, then cut zeros. Shares no code with
/// [`exact`].
fn twin(text: &str, decimals: usize) -> Option<i128> {
    let is_number = serde_json::from_str::<&RawValue>(text).is_ok_and(|raw| raw.get() == text)
        && text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    if !is_number {
        return None;
    }
    let lower = text.to_lowercase();
    let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "0"));
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.bytes().all(|digit| digit == b'0') {
        return Some(0);
    }
    let exponent: i64 = exponent.parse().ok()?;
    let shift =
        exponent + i64::try_from(decimals).unwrap() - i64::try_from(fraction.len()).unwrap();
    let shifted = if shift < 0 {
        let cut = usize::try_from(-shift).ok()?;
        let padded = format!("{}{digits}", "0".repeat(cut.min(200)));
        let kept = padded.len().checked_sub(cut)?;
        if !padded[kept..].bytes().all(|digit| digit == b'0') {
            return None;
        }
        padded[..kept].to_owned()
    } else if 100 < shift {
        return None;
    } else {
        format!("{digits}{}", "0".repeat(usize::try_from(shift).ok()?))
    };
    format!("{sign}{shifted}").parse().ok()
}

#[track_caller]
fn check(text: &str, expect: Result<i128, NumberFault>) {
    assert_eq!(exact(text.as_bytes(), 10), expect, "{text}");
}

#[test]
fn plain_decimals_and_exponents_are_the_same_number() {
    check("0.00000044", Ok(4_400));
    check("4.4e-7", Ok(4_400));
    check("4.4E-07", Ok(4_400));
    check("44E-8", Ok(4_400));
    check("0.0000044e-1", Ok(4_400));
    check("1E-10", Ok(1));
    check("1e2", Ok(1_000_000_000_000));
    check("29430.2", Ok(294_302_000_000_000));
    check("-2.25", Ok(-22_500_000_000));
    check("0.0", Ok(0));
    check("-0", Ok(0));
    check("0e999999999999999999999", Ok(0));
}

#[test]
fn zeros_at_the_end_are_no_precision() {
    check("1.000000000000000000000000000000000000000000000", Ok(10_000_000_000));
    check("1000e-3", Ok(10_000_000_000));
    check("10e-11", Ok(1));
}

#[test]
fn refuses_rather_than_rounds() {
    check("0.00000000001", Err(NumberFault::TooPrecise));
    check("1e-11", Err(NumberFault::TooPrecise));
    check("0.30000000000000004", Err(NumberFault::TooPrecise));
    check("1e-999999999999999999999", Err(NumberFault::TooPrecise));
    check("1e999999999999999999999", Err(NumberFault::TooLarge));
    check("1e29", Err(NumberFault::TooLarge));
    check("99999999999999999999999999999999999999999", Err(NumberFault::TooLarge));
}

#[test]
fn only_what_json_calls_a_number() {
    for text in ["", "-", "01", "1.", ".5", "+1", "1e", "1e+", "1.5.2", "0x1", "NaN", "1 ", " 1"] {
        check(text, Err(NumberFault::NotANumber));
    }
}

#[test]
fn a_text_may_hold_a_number_but_nothing_else_may() {
    let read = |json: &str| serde_json::from_str::<Exact<Price>>(json).map(|it| it.0);
    assert_eq!(read("\"44939.4\"").unwrap(), "44939.4".parse().unwrap());
    assert_eq!(read("\"44939\\u002e4\"").unwrap(), "44939.4".parse().unwrap());
    assert!(read("\"44939.4 \"").is_err());
    assert!(read("true").is_err());
    assert!(read("null").is_err());
    assert!(read("[1]").is_err());
    let error = read("99999999999999999999").unwrap_err().to_string();
    assert!(error.contains("`99999999999999999999` is too large"), "{error}");
}

proptest! {
    #[test]
    fn equals_the_twin(
        text in "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,24})?([eE][+-]?[0-9]{1,3})?",
        decimals in 0_usize..19,
    ) {
        prop_assert_eq!(exact(text.as_bytes(), decimals).ok(), twin(&text, decimals));
    }

    #[test]
    fn equals_the_twin_on_nonsense(text in "[-+.eE0-9]{0,12}", decimals in 0_usize..19) {
        prop_assert_eq!(exact(text.as_bytes(), decimals).ok(), twin(&text, decimals));
    }
}
