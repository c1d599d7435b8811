//! Comparisons of fills, by hand and by law.

use std::time::Duration;

use proptest::prelude::*;
use trading_types::{Fraction, Price, Side, Timestamp};

use super::{TrackedFill, Tracking};

const HOUR: Duration = Duration::from_hours(1);

fn fill(side: Side, minute: u64, price: i64) -> TrackedFill {
    let time = Timestamp::from_seconds(minute * 60).expect("a moment");
    TrackedFill { side, time, price: Price::from_units(price * 10_i64.pow(8)) }
}

fn buy(minute: u64, price: i64) -> TrackedFill {
    fill(Side::Buy, minute, price)
}

fn sell(minute: u64, price: i64) -> TrackedFill {
    fill(Side::Sell, minute, price)
}

/// Matched, missed, extra, and slippage in basis points.
#[track_caller]
fn check(happened: &[TrackedFill], expected: &[TrackedFill], counts: [u64; 3], points: [i64; 2]) {
    let tracking = Tracking::compare(happened, expected, HOUR);
    assert_eq!([tracking.matched, tracking.missed, tracking.extra], counts, "{tracking:?}");
    let slippage = [tracking.slippage_mean, tracking.slippage_worst];
    assert_eq!(slippage, points.map(Fraction::from_basis_points), "{tracking:?}");
}

#[test]
fn comparisons() {
    check(&[], &[], [0, 0, 0], [0, 0]);
    check(&[buy(0, 10_000)], &[buy(0, 10_000)], [1, 0, 0], [0, 0]);
    // Dearer is worse for a buy, cheaper for a sale.
    check(&[buy(0, 10_010)], &[buy(0, 10_000)], [1, 0, 0], [10, 10]);
    check(&[sell(0, 9_990)], &[sell(0, 10_000)], [1, 0, 0], [10, 10]);
    // Better than expected lowers the mean and not the worst.
    check(
        &[buy(0, 9_990), sell(90, 9_990)],
        &[buy(0, 10_000), sell(90, 10_000)],
        [2, 0, 0],
        [0, 10],
    );
    // An hour later is the same order, a minute more is another one.
    check(&[buy(60, 10_000)], &[buy(0, 10_000)], [1, 0, 0], [0, 0]);
    check(&[buy(61, 10_000)], &[buy(0, 10_000)], [0, 1, 1], [0, 0]);
    check(&[buy(0, 10_000)], &[sell(0, 10_000)], [0, 1, 1], [0, 0]);
    // One that is missed does not put the others out of step.
    let expected = [buy(0, 10_000), sell(200, 10_000), buy(400, 10_000), sell(600, 10_000)];
    check(&expected[2..], &expected, [2, 2, 0], [0, 0]);
    check(&expected, &expected[..3], [3, 0, 1], [0, 0]);
    // The order in which they are given does not count.
    check(&[expected[3], expected[0]], &[expected[0], expected[3]], [2, 0, 0], [0, 0]);
}

#[test]
fn a_third_is_rounded_against_us() {
    let expected = [buy(0, 30_000), buy(100, 30_000), buy(200, 30_000)];
    let happened = [buy(0, 30_001), buy(100, 30_000), buy(200, 30_000)];
    let tracking = Tracking::compare(&happened, &expected, HOUR);
    assert_eq!(tracking.slippage_worst.units(), 3_334);
    assert_eq!(tracking.slippage_mean.units(), 1_112);
}

#[test]
fn the_mismatched_part() {
    let part = |matched, missed, extra| {
        Tracking { matched, missed, extra, ..Tracking::default() }.mismatched().units()
    };
    assert_eq!(part(0, 0, 0), 0);
    assert_eq!(part(9, 1, 0), 10_000_000);
    assert_eq!(part(8, 1, 1), 20_000_000);
    assert_eq!(part(2, 1, 0), 33_333_334);
    assert_eq!(part(0, u64::MAX, u64::MAX), Fraction::ONE.units());
}

fn any_fills() -> impl Strategy<Value = Vec<TrackedFill>> {
    let side = prop_oneof![Just(Side::Buy), Just(Side::Sell)];
    let fill = (side, 0..2_000_u64, 1..i64::MAX / 10_i64.pow(8))
        .prop_map(|(side, at, price)| fill(side, at, price));
    prop::collection::vec(fill, 0..30)
}

proptest! {
    /// Every order is counted once, and a row of fills is at no distance from itself.
    #[test]
    fn nothing_is_lost_or_counted_twice(happened in any_fills(), expected in any_fills()) {
        let tracking = Tracking::compare(&happened, &expected, HOUR);
        prop_assert_eq!(tracking.matched + tracking.extra, happened.len() as u64);
        prop_assert_eq!(tracking.expected(), expected.len() as u64);
        prop_assert!(Fraction::ZERO <= tracking.slippage_worst);
        prop_assert!(tracking.slippage_mean <= tracking.slippage_worst || tracking.matched == 0);
        let same = Tracking::compare(&happened, &happened, HOUR);
        prop_assert_eq!(same.mismatched(), Fraction::ZERO);
    }
}
