//! Distances: what is written, what is meant, and where a mistake is.

use proptest::prelude::*;

use super::*;
use crate::samples::price;

#[track_caller]
fn check(text: &str, expect: &str) {
    let distance: Distance = text.parse().unwrap();
    assert_eq!(distance.to_string(), expect);
    assert_eq!(expect.parse(), Ok(distance));
}

#[track_caller]
fn refused(text: &str, position: usize, expected: &str, found: &str) {
    let error = text.parse::<Distance>().unwrap_err();
    assert_eq!((error.position, &*error.expected, &*error.found), (position, expected, found));
}

#[test]
fn reads_and_writes() {
    check("2*atr(14)", "2*atr(14)");
    check("1.5*atr(20)", "1.5*atr(20)");
    check(" 01.50 * atr ( 020 ) ", "1.5*atr(20)");
    check("5%", "5%");
    check("0.000001 %", "0.000001%");
    check("1000%", "1000%");
    check("1000*atr(100000)", "1000*atr(100000)");
}

#[test]
fn mistakes_are_pointed_at() {
    refused("", 1, "a number", "the end");
    refused("   ", 4, "a number", "the end");
    refused("atr(14)", 1, "a number", "`atr`");
    refused("-5%", 1, "a number", "`-`");
    refused("5", 2, "`%` or `*`", "the end");
    refused("5 percent", 3, "`%` or `*`", "`percent`");
    refused("5%%", 3, "the end", "`%`");
    refused("2*", 3, "`atr`", "the end");
    refused("2*rsi(14)", 3, "`atr`", "`rsi`");
    refused("2*ATR(14)", 3, "`atr`", "`ATR`");
    refused("2*atr14", 6, "`(`", "`14`");
    let period = "a whole number from 1 to 100000";
    refused("2*atr()", 7, period, "`)`");
    refused("2*atr(1.5)", 7, period, "`1.5`");
    refused("2*atr(0)", 7, period, "`0`");
    refused("2*atr(100001)", 7, period, "`100001`");
    refused("2*atr(99999999999999999999999)", 7, period, "`99999999999999999999999`");
    refused("2*atr(14", 9, "`)`", "the end");
    refused("2*atr(14) x", 11, "the end", "`x`");
    refused("€5%", 1, "a number", "`€`");
    refused("5€", 2, "`%` or `*`", "`€`");
}

#[test]
fn numbers_have_limits() {
    let percentage = "a percentage above 0 and at most 1000, with at most 6 decimals";
    refused("0%", 1, percentage, "`0`");
    refused(" 1000.1%", 2, percentage, "`1000.1`");
    refused("0.0000001%", 1, percentage, "`0.0000001`");
    refused("5.%", 1, percentage, "`5.`");
    refused("1.2.3%", 1, percentage, "`1.2.3`");
    let factor = "a factor above 0 and at most 1000, with at most 8 decimals";
    refused("0*atr(14)", 1, factor, "`0`");
    refused("1000.1*atr(14)", 1, factor, "`1000.1`");
    refused("0.000000001*atr(14)", 1, factor, "`0.000000001`");
    refused(".*atr(14)", 1, factor, "`.`");
}

#[test]
fn a_mistake_reads_well() {
    let error = "2*rsi(14)".parse::<Distance>().unwrap_err().to_string();
    assert_eq!(error, "expected `atr` at character 3, found `rsi`; write 2*atr(14) or 5%");
    let long = "x".repeat(1_000);
    let error = long.parse::<Distance>().unwrap_err();
    assert_eq!(error.found, format!("`{}`", "x".repeat(40)));
}

#[test]
fn the_constructors_have_the_same_limits() {
    let fraction = |text: &str| text.parse::<Fraction>().unwrap();
    let of_close = |text| Distance::of_close(fraction(text)).map_err(|it| it.to_string());
    assert_eq!(of_close("0.05"), Ok("5%".parse().unwrap()));
    let impossible = "of the close is not possible; give more than 0% and at most 1000%";
    assert_eq!(of_close("0"), Err(format!("0% {impossible}")));
    assert_eq!(of_close("10.01"), Err(format!("1001% {impossible}")));
    let ranges = |factor, period| {
        Distance::ranges(fraction(factor), period).map_err(|error| error.to_string())
    };
    assert_eq!(ranges("1.5", 20), Ok("1.5*atr(20)".parse().unwrap()));
    let impossible = "ranges are not possible; give more than 0 and at most 1000";
    assert_eq!(ranges("-1", 20), Err(format!("-1 {impossible}")));
    let impossible = "is not possible; give a period from 1 to 100000";
    assert_eq!(ranges("2", 0), Err(format!("a range of 0 candles {impossible}")));
}

#[test]
fn a_part_of_the_close_is_rounded_up_and_ranges_to_the_nearest() {
    let units = |distance: &str, close: &str, range| {
        distance.parse::<Distance>().unwrap().units(price(close), range)
    };
    assert_eq!(units("5%", "100", None), Some(50_000_000_000));
    assert_eq!(units("5%", "0.0000000001", None), Some(1));
    assert_eq!(units("1.5*atr(14)", "100", Some(10.1)), Some(151_500_000_000));
    // In floating numbers 3 × 0.1 is a little more than 0.3.
    assert_eq!(units("3*atr(14)", "100", Some(0.1)), Some(3_000_000_000));
    assert_eq!(units("2*atr(14)", "100", None), None);
    assert_eq!(units("2*atr(14)", "100", Some(f64::INFINITY)), Some(i128::MAX));
}

#[test]
fn stored_as_text() {
    let distance: Distance = "2*atr(14)".parse().unwrap();
    let bytes = postcard::to_allocvec(&distance).unwrap();
    assert_eq!(bytes, postcard::to_allocvec("2*atr(14)").unwrap());
    assert_eq!(postcard::from_bytes(&bytes), Ok(distance));
    let zero = postcard::to_allocvec("0%").unwrap();
    assert!(postcard::from_bytes::<Distance>(&zero).is_err());
}

proptest! {
    #[test]
    fn what_is_written_is_read(units in 1_i64..=1_000_000_000, period in 1_usize..=100_000) {
        let fraction = Fraction::from_units(units);
        let both = [Distance::of_close(fraction), Distance::ranges(fraction, period)];
        for distance in both.map(Result::unwrap) {
            prop_assert_eq!(distance.to_string().parse(), Ok(distance));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,20}", near in "[0-9.*%atr() é]{0,12}") {
        for text in [text, near] {
            if let Err(error) = text.parse::<Distance>() {
                prop_assert!(error.position <= text.chars().count() + 1);
            }
        }
    }
}
