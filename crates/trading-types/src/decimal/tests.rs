//! Multiplication and division with a remainder, against arithmetic that cannot overflow.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn multiply_divide_is_exact(
        value in -1_000_000_000_000_000_i128..1_000_000_000_000_000,
        numerator in -1_000_000_000_i128..1_000_000_000,
        denominator in 1_i128..1_000_000_000,
    ) {
        let down = multiply_divide(value, numerator, denominator, Rounding::Down);
        let up = multiply_divide(value, numerator, denominator, Rounding::Up);
        prop_assert_eq!(down, (value * numerator).div_euclid(denominator));
        prop_assert!(up == down || up == down + 1);
        prop_assert_eq!(up == down, (value * numerator) % denominator == 0);
    }

    #[test]
    fn division_is_the_plain_one(
        value: i128, value_shift in 0_u32..128, divisor in 1_i128.., divisor_shift in 0_u32..127,
    ) {
        let (value, divisor): (i128, i128) = (value >> value_shift, divisor >> divisor_shift);
        let divisor = divisor.max(1);
        let down = value.div_euclid(divisor);
        let up = down + i128::from(value.rem_euclid(divisor) != 0);
        prop_assert_eq!(divide(value, divisor, Rounding::Down), down);
        prop_assert_eq!(divide(value, divisor, Rounding::Up), up);
        // Exact ones are rare by chance.
        let exact = value - value.rem_euclid(divisor);
        prop_assert_eq!(divide(exact, divisor, Rounding::Down), down);
        prop_assert_eq!(divide(exact, divisor, Rounding::Up), down);
    }

    #[test]
    fn a_product_too_large_for_128_bits_is_divided_all_the_same(
        value in 1_i128 << 90..1_i128 << 100,
        numerator in 1_i128 << 30..1_i128 << 60,
        by in 1_i128 << 45..1_i128 << 60,
    ) {
        // By the definition, in halves: a value is whole denominators and a rest.
        let denominator = by.max(numerator);
        let (whole, rest) = (value / denominator, value % denominator);
        let down = whole * numerator + rest * numerator / denominator;
        let up = down + i128::from(rest * numerator % denominator != 0);
        prop_assert_eq!(multiply_divide(value, numerator, denominator, Rounding::Down), down);
        prop_assert_eq!(multiply_divide(value, numerator, denominator, Rounding::Up), up);
    }

    #[test]
    fn whatever_the_text_it_is_read_exactly_or_refused(
        text in "-?[0-9]{0,22}(\\.[0-9]{0,22})?|.*",
    ) {
        if let Ok(units) = parse(&text, 18) {
            let digits = text.strip_prefix('-').unwrap_or(&text);
            let negative = digits.len() < text.len();
            let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
            let padded: String = format!("{whole}{:0<18}", fraction.trim_end_matches('0'));
            let expect: i128 = padded.parse().unwrap();
            prop_assert_eq!(units, if negative { -expect } else { expect });
        }
    }
}

#[test]
fn division_is_right_at_the_ends() {
    for value in [i128::MIN + 1, -1, 0, 1, i128::MAX] {
        for divisor in [1, 2, i128::from(u64::MAX), i128::from(u64::MAX) + 1, i128::MAX] {
            let down = value.div_euclid(divisor);
            assert_eq!(divide(value, divisor, Rounding::Down), down);
            let up = down + i128::from(value.rem_euclid(divisor) != 0);
            assert_eq!(divide(value, divisor, Rounding::Up), up);
        }
    }
    assert_eq!(divide(i128::MIN, 1, Rounding::Down), i128::MIN);
}
