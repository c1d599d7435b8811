//! Moves within a minute, against a twin that remembers every price.

use proptest::prelude::*;

use super::*;
use crate::test_values::{at, percent, price};

#[track_caller]
fn check(prices: &[(u64, &str)], now: u64, moved: &str) {
    let mut recent = RecentPrices::default();
    for (second, text) in prices {
        recent.add(price(text), at(*second));
    }
    assert_eq!(recent.moved(at(now)), percent(moved));
}

#[test]
fn the_larger_of_rise_and_fall_counts() {
    check(&[], 5, "0");
    check(&[(1, "100")], 5, "0");
    check(&[(1, "100"), (2, "110")], 5, "10");
    check(&[(1, "100"), (2, "90")], 5, "10");
    check(&[(1, "100"), (1, "50"), (1, "100")], 5, "100");
    check(&[(1, "100"), (2, "1000")], 5, "900");
}

#[test]
fn a_price_holds_until_the_next() {
    check(&[(1, "100"), (500, "110")], 500, "10");
    check(&[(1, "100"), (500, "110")], 560, "10");
    check(&[(1, "100"), (500, "110")], 561, "0");
    check(&[(1, "50"), (2, "100"), (500, "100")], 501, "0");
}

#[test]
fn from_no_price_everything_is_far() {
    let mut recent = RecentPrices::default();
    recent.add(Price::ZERO, at(1));
    recent.add(price("1"), at(1));
    assert_eq!(recent.moved(at(1)), Fraction::MAX);
}

proptest! {
    /// The twin keeps every price; what it keeps and what is kept here say the same.
    #[test]
    fn says_what_a_list_of_all_prices_says(
        steps in prop::collection::vec((0..40_u64, 1..300_i64), 0..80),
        wait in 0..100_u64,
    ) {
        let (mut recent, mut all, mut second) = (RecentPrices::default(), Vec::new(), 1_000);
        for (seconds, units) in steps {
            second += seconds;
            recent.add(Price::from_units(units), at(second));
            all.push((second, Price::from_units(units)));
        }
        let now = second + wait;
        let first = all.partition_point(|(second, _)| second + WINDOW < now).saturating_sub(1);
        // The one before the window only if there was one.
        let seen = &all[first..];
        let moves = seen.iter().map(|(_, price)| part_between(seen[seen.len() - 1].1, *price));
        prop_assert_eq!(recent.moved(at(now)), moves.max().unwrap_or(Fraction::ZERO));
        prop_assert!(recent.seconds.len() <= 62, "it stays small");
    }
}
