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
