//! Numbers: the same as the types' own parsers, and Kraken's one form more.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(text: &str, expect_price: Result<&str, &str>, expect_volume: Result<&str, &str>) {
    let price = price(text.as_bytes()).map(|it| it.to_string()).map_err(|it| it.to_string());
    assert_eq!(price, expect_price.map(str::to_owned).map_err(str::to_owned));
    let volume = volume(text.as_bytes()).map(|it| it.to_string()).map_err(|it| it.to_string());
    assert_eq!(volume, expect_volume.map(str::to_owned).map_err(str::to_owned));
}

#[test]
#[rustfmt::skip] // A table.
fn reads_what_archives_hold() {
    for (text, value) in [
        ("121.99",                 "121.99"),
        ("7176",                   "7176"),
        ("0.00001234",             "0.00001234"),
        ("000121.9900",            "121.99"),
        ("922337203.6854775807",   "922337203.6854775807"),
        ("1.00000000000000000000", "1"),
        ("1E+1",                   "10"),
        ("2.1E+2",                 "210"),
        ("1.234E+2",               "123.4"),
        ("1.2E-7",                 "0.00000012"),
        ("1E-10",                  "0.0000000001"),
        ("1.200E-9",               "0.0000000012"),
        ("1.00E-10",               "0.0000000001"),
        ("5E+0",                   "5"),
    ] {
        check(text, Ok(value), Ok(value));
    }
    let long = "12345678901234567.12345678901234";
    check(long, Err("\"12345678901234567.12345678901234\" has more than 10 decimals"), Ok(long));
    let fine = "0.12345678901234";
    check(fine, Err("\"0.12345678901234\" has more than 10 decimals"), Ok(fine));
    check("1E-14", Err("\"1E-14\" has more than 10 decimals"), Ok("0.00000000000001"));
    for zero in ["0", "0.00", "0E-8", "0E+99"] {
        check(zero, Err(&format!("\"{zero}\" is not above zero")), Ok("0"));
    }
}

#[test]
#[rustfmt::skip] // A table.
fn refuses_the_rest() {
    for text in [
        "", ".", "1.", ".5", "1..2", "1.2.3", "+1", "--1", "1e5", "1e+5", "1E5", "E+1", "1E+",
        "1E-", "1E+-1", "12E+1", "1.E+1", "1.2E+100", "1E+1E+1", "NaN", "inf", "null",
        " 1", "1 ", "1_000",
        "1E-100", "1.2345678901234567890E+1", "0x10", "١", "1\u{0}", "\"1\"",
    ] {
        let shown = text.as_bytes().escape_ascii();
        let expect = format!("\"{shown}\" is not a plain decimal number");
        check(text, Err(&expect), Err(&expect));
    }
    for text in ["-1", "-0.5", "-0"] {
        let expect = [format!("\"{text}\" is not above zero"), format!("\"{text}\" is below zero")];
        check(text, Err(&expect[0]), Err(&expect[1]));
    }
    for text in ["1E+38", "9.9E+99", "170141183460469231732"] {
        let expect = format!("\"{text}\" is too large");
        check(text, Err(&expect), Err(&expect));
    }
    let edge = "922337203.6854775808";
    check(edge, Err("\"922337203.6854775808\" is too large"), Ok(edge));
    check("1E+9", Err("\"1E+9\" is too large"), Ok("1000000000"));
    for text in ["0.0000000000000000001", "1E-19", "1.5E-18", "1E-99"] {
        let price = format!("\"{text}\" has more than 10 decimals");
        let volume = format!("\"{text}\" has more than 18 decimals");
        check(text, Err(&price), Err(&volume));
    }
}

/// The slow path gives the same numbers, so only this shows that it is not taken.
#[test]
fn usual_numbers_take_the_fast_path() {
    for text in ["7176", "121.99", "0.0000000001", "99999.9"] {
        assert_eq!(fast_price(text.as_bytes()), Some(text.parse().unwrap()), "{text}");
        assert_eq!(fast_amount(text.as_bytes()), Some(text.parse().unwrap()), "{text}");
    }
    let long = "12345678.12345678901234";
    assert_eq!(fast_amount(long.as_bytes()), Some(long.parse().unwrap()));
}

#[test]
fn counts_only_digits() {
    for (text, value) in [
        ("0", Some(0)),
        ("0012", Some(12)),
        ("9999999999999999999", Some(9_999_999_999_999_999_999)),
        ("10000000000000000000", None),
        ("", None),
        ("-1", None),
        ("1.0", None),
    ] {
        assert_eq!(whole(text.as_bytes()), value, "{text}");
    }
}

/// Texts that are numbers, nearly numbers, or at the edges of the types.
fn number_like() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{0,12}\\.?[0-9]{0,20}",
        "-?[0-9]{1,40}\\.[0-9]{0,3}",
        "[0-9.eE+-]{0,12}",
        "9223372036854775[0-9]{0,4}\\.?[0-9]{0,10}",
        any::<i64>().prop_map(|it| Price::from_units(it).to_string()),
        any::<i128>().prop_map(|it| Amount::from_units(it).to_string()),
    ]
}

proptest! {
    #[test]
    fn a_price_is_what_its_type_reads(text in number_like()) {
        prop_assume!(mantissa_and_exponent(text.as_bytes()).is_none());
        match (price(text.as_bytes()), text.parse::<Price>()) {
            (Ok(ours), Ok(theirs)) => prop_assert_eq!(ours, theirs),
            (Err(ContentFault::NotPositive(_)), Ok(theirs)) => prop_assert!(!theirs.is_positive()),
            (Err(ContentFault::NotDecimal(_)), Err(ParseDecimalError::NotADecimal(_))) => (),
            (Err(ContentFault::TooPrecise { .. }), Err(ParseDecimalError::TooPrecise { .. })) => (),
            (Err(ContentFault::TooLarge(_)), Err(ParseDecimalError::TooLarge(_))) => (),
            (ours, theirs) => prop_assert!(false, "{ours:?} {theirs:?}"),
        }
    }

    #[test]
    fn a_volume_is_what_its_type_reads(text in number_like()) {
        prop_assume!(mantissa_and_exponent(text.as_bytes()).is_none());
        match (volume(text.as_bytes()), text.parse::<Amount>()) {
            (Ok(ours), Ok(theirs)) => prop_assert_eq!(ours, theirs),
            (Err(ContentFault::Negative(_)), Ok(_)) => prop_assert!(text.starts_with('-')),
            (Err(ContentFault::NotDecimal(_)), Err(ParseDecimalError::NotADecimal(_))) => (),
            (Err(ContentFault::TooPrecise { .. }), Err(ParseDecimalError::TooPrecise { .. })) => (),
            (Err(ContentFault::TooLarge(_)), Err(ParseDecimalError::TooLarge(_))) => (),
            (ours, theirs) => prop_assert!(false, "{ours:?} {theirs:?}"),
        }
    }

    /// Moving the point by the exponent on paper gives the same number.
    #[test]
    fn the_scientific_form_is_exact(
        first in 0_u8..10,
        after in "[0-9]{1,6}",
        exponent in -8_i32..=12,
    ) {
        let sign = if exponent < 0 { '-' } else { '+' };
        let text = format!("{first}.{after}E{sign}{}", exponent.abs());
        let digits = format!("{:0>9}{first}{after}{:0>12}", "", "");
        let point = usize::try_from(10 + exponent).unwrap();
        let plain = format!("{}.{}", &digits[..point], &digits[point..]);
        prop_assert_eq!(volume(text.as_bytes()), Ok(plain.parse::<Amount>().unwrap()));
    }
}
