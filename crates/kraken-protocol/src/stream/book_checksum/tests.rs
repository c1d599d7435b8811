//! Digits against the way Kraken's page describes: format, drop the point, drop zeros in front.

use proptest::prelude::*;

use super::*;

/// What the page says, step by step.
fn twin(units: i64, held: usize, decimals: usize) -> Option<String> {
    let digits = format!("{units:0>width$}", width = held + 1);
    let (whole, fraction) = digits.split_at(digits.len() - held);
    let (kept, dropped) = fraction.split_at(decimals);
    if dropped.contains(|digit| digit != '0') {
        return None;
    }
    Some(format!("{whole}{kept}").trim_start_matches('0').to_owned())
}

fn digits(level: BookLevel, precision: PricePrecision) -> Option<String> {
    let digits = LevelDigits::of(level, precision)?;
    Some(String::from_utf8_lossy(digits.as_bytes()).into_owned())
}

#[track_caller]
fn check(price: &str, quantity: &str, expect: &str) {
    let level = BookLevel { price: price.parse().unwrap(), quantity: quantity.parse().unwrap() };
    assert_eq!(digits(level, PricePrecision::new(4, 8).unwrap()).unwrap_or_default(), expect);
}

#[test]
fn zeros_that_json_dropped_come_back() {
    check("0.567", "24306.41678", "56702430641678000");
    check("0.5668", "4410.79769741", "5668441079769741");
    check("0.0001", "0.00000001", "11");
    check("10", "1", "100000100000000");
}

#[test]
fn more_decimals_than_the_pair_are_no_digits() {
    check("0.56781", "1", "");
}

#[test]
fn a_precision_is_what_our_numbers_hold() {
    assert!(PricePrecision::new(10, 8).is_some());
    assert!(PricePrecision::new(11, 8).is_none());
    assert!(PricePrecision::new(10, 9).is_none());
}

#[test]
fn twenty_of_the_longest_levels_have_room() {
    let level = BookLevel { price: Price::MAX, quantity: Quantity::MAX };
    let digits = LevelDigits::of(level, PricePrecision::new(10, 8).unwrap()).unwrap();
    assert_eq!(usize::from(digits.length), 2 * NUMBER_DIGITS_MAX);
    let mut text = ChecksumText::new();
    (0..2 * CHECKSUM_LEVELS).for_each(|_| text.push(&digits));
    let row = format!("{0}{0}", i64::MAX).repeat(2 * CHECKSUM_LEVELS);
    assert_eq!(text.checksum(), crc32fast::hash(row.as_bytes()));
}

#[test]
fn eight_digits_are_those_of_a_division() {
    let ends = [0, 9, 10, 99, 100, 9_999, 10_000, 999_999, GROUP - 1];
    for number in (0..GROUP).step_by(9_973).chain(ends) {
        let digits = eight_digits(number).to_le_bytes();
        let text: Vec<u8> = digits.iter().map(|digit| digit + b'0').collect();
        assert_eq!(text, format!("{number:08}").into_bytes());
    }
}

proptest! {
    #[test]
    fn equals_the_page(
        price in prop_oneof![0..i64::MAX, 0_i64..1_000_000_000_000],
        quantity in prop_oneof![0..i64::MAX, 0_i64..1_000_000],
        zeros in (0_u32..11, 0_u32..9),
        decimals in (0_u8..11, 0_u8..9),
    ) {
        // Numbers that end in zeros are the ones that fit fewer decimals.
        let price = price / 10_i64.pow(zeros.0) * 10_i64.pow(zeros.0);
        let quantity = quantity / 10_i64.pow(zeros.1) * 10_i64.pow(zeros.1);
        let expect = twin(price, 10, usize::from(decimals.0))
            .zip(twin(quantity, 8, usize::from(decimals.1)))
            .map(|(price, quantity)| price + &quantity);
        let (price, quantity) = (Price::from_units(price), Quantity::from_units(quantity));
        let precision = PricePrecision::new(decimals.0, decimals.1).unwrap();
        prop_assert_eq!(digits(BookLevel { price, quantity }, precision), expect);
    }
}
