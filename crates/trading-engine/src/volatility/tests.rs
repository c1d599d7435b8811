//! Volatility: a price that alternates has a known one.

use super::*;
use crate::test_values::{percent, price};

fn closes(texts: &[&str]) -> VecDeque<Price> {
    texts.iter().map(|text| price(text)).collect()
}

#[test]
fn a_calm_price_allows_all_and_a_wild_one_less() {
    let daily = Interval::from_minutes(1_440).unwrap();
    let flat = closes(&["100", "100", "100", "100", "100"]);
    assert_eq!(part_for(&flat, 4, percent("40"), daily), Some(Fraction::ONE));
    // Up ten percent, down ten percent: 10 % a day is 191 % a year.
    let wild = closes(&["100", "110", "99", "108.9", "98.01"]);
    let part = part_for(&wild, 4, percent("40"), daily).unwrap();
    let expect = 0.4 / (0.01_f64 * 365.0).sqrt();
    assert!((part.to_f64() - expect).abs() < 1e-7, "{part}");
}

#[test]
fn says_nothing_before_it_has_seen_enough() {
    let daily = Interval::from_minutes(1_440).unwrap();
    let few = closes(&["100", "101", "102"]);
    assert_eq!(part_for(&few, 4, percent("40"), daily), None);
    assert_eq!(part_for(&few, 1, percent("40"), daily), None);
}

#[test]
fn remembers_one_more_close_than_returns() {
    let mut closes = VecDeque::new();
    for close in 1..10 {
        remember(&mut closes, Price::from_units(close), 3);
    }
    assert_eq!(closes.len(), 4);
}
