//! Quotients against the definition of rounding to the nearest, in integers.

use proptest::prelude::*;

use super::*;

const TWO_TO_53: i64 = 1 << 53;

/// `value` as a fraction of integers: numerator and power of two below it.
fn parts(value: f64) -> (i128, i32) {
    let bits = value.to_bits();
    let exponent = i32::try_from((bits >> 52) & 0x7ff).unwrap();
    let mantissa = i128::from((bits & ((1 << 52) - 1)) | (1 << 52));
    (if value < 0.0 { -mantissa } else { mantissa }, exponent - 1075)
}

/// |numerator ÷ denominator − value| × denominator × 2^shift, exactly, where it fits.
fn error(numerator: i128, denominator: i128, value: f64) -> Option<i128> {
    let (mantissa, exponent) = parts(value);
    if 0 <= exponent {
        let whole = mantissa.checked_mul(1_i128.checked_shl(exponent.unsigned_abs())?)?;
        return Some((numerator - whole.checked_mul(denominator)?).abs());
    }
    let up = 1_i128.checked_shl(exponent.unsigned_abs()).filter(|it| 0 < *it)?;
    Some((numerator.checked_mul(up)? - mantissa.checked_mul(denominator)?).abs())
}

#[test]
fn equal_quotients_are_equal_numbers() {
    // A mean of 20 and one of 50 whose sums do not fit 53 bits.
    let sum = 400_000_000_000_003_i128 * 20;
    assert_eq!(mean(sum, 20).to_bits(), mean(sum / 2 * 5, 50).to_bits());
    assert_eq!(quotient(1 << 100, 3).to_bits(), quotient(7 << 100, 21).to_bits());
    assert_eq!(quotient(-7, 2).to_bits(), (-3.5_f64).to_bits());
    assert_eq!(quotient(0, 5).to_bits(), 0.0_f64.to_bits());
    assert_eq!(quotient(i64::MAX.into(), 1).to_bits(), 2_f64.powi(63).to_bits());
}

proptest! {
    #[test]
    fn equals_division_where_that_rounds_once(a in -TWO_TO_53..TWO_TO_53, b in 1..TWO_TO_53) {
        let plain = units(a.into()) / units(b.into());
        prop_assert_eq!(quotient(a.into(), b.into()).to_bits(), plain.to_bits());
        if a != 0 {
            let long = long_quotient(a.unsigned_abs().into(), b.unsigned_abs().into());
            prop_assert_eq!(long.to_bits(), plain.abs().to_bits());
        }
    }

    #[test]
    fn scaling_both_changes_nothing(a in any::<i64>(), b in 1..TWO_TO_53, by in 1_i128..99_999) {
        let (a, b) = (i128::from(a), i128::from(b));
        prop_assert_eq!(quotient(a, b).to_bits(), quotient(a * by, b * by).to_bits());
    }

    #[test]
    fn no_neighbor_is_nearer(a in 1_i128..(1 << 70), b in 1_i128..(1 << 40)) {
        let value = quotient(a, b);
        let bits = value.to_bits();
        let (below, above) = (f64::from_bits(bits - 1), f64::from_bits(bits + 1));
        let Some(here) = error(a, b, value) else { return Ok(()) };
        for neighbor in [below, above] {
            // At a power of two the neighbor below is half as far away: its scale is another.
            let (_, scale) = parts(neighbor);
            if scale == parts(value).1 && let Some(there) = error(a, b, neighbor) {
                prop_assert!(here <= there, "{a} / {b} is nearer to {neighbor} than to {value}");
            }
        }
    }
}
