//! Every rounding goes against the account, and volume counts for thirty days.

use proptest::prelude::*;

use super::*;
use crate::fixture::{amount, fraction, price, quantity, quick, seconds};

const DAY: u64 = 86_400;

#[test]
fn costs_and_fees_are_rounded_against_the_account() {
    let (at, size) = (price("3.3333333333"), quantity("0.00000001"));
    assert_eq!(cost(at, size, Side::Buy, 5), amount("0.00001"));
    assert_eq!(cost(at, size, Side::Sell, 5), Amount::ZERO);
    assert_eq!(fee_in_quote(amount("100.00001"), fraction("0.004"), 5), amount("0.40001"));
    assert_eq!(fee_in_quote(amount("100"), fraction("0.004"), 5), amount("0.4"));
    assert_eq!(fee_in_quote(amount("0.333"), fraction("-0.0001"), 5), amount("-0.00003"));
    assert_eq!(fee_in_base(amount("0.4"), price("30000")), amount("0.0000133334"));
    assert_eq!(fee_in_base(amount("0.3"), price("30000")), amount("0.00001"));
    assert_eq!(fee_in_base(amount("-0.4"), price("30000")), amount("-0.0000133333"));
}

#[test]
fn volume_leaves_after_thirty_days() {
    let mut volume = TradedVolume::default();
    volume.add(amount("5"), seconds(100));
    volume.add(amount("7"), seconds(110));
    volume.add(amount("9"), seconds(DAY));
    assert_eq!(volume.at(seconds(DAY)), amount("21"));
    assert_eq!(volume.at(seconds(30 * DAY + 99)), amount("21"));
    assert_eq!(volume.at(seconds(30 * DAY + 100)), amount("9"), "one minute is one entry");
    assert_eq!(volume.at(seconds(31 * DAY)), Amount::ZERO);
}

proptest! {
    #![proptest_config(quick())]

    /// Against a sum over everything that ever traded.
    #[test]
    fn volume_is_the_sum_over_the_window(
        trades in prop::collection::vec((0_u64..5 * 1_440, 0_i128..1_000), 1..80),
    ) {
        let mut volume = TradedVolume::default();
        let mut all = Vec::new();
        let mut minute = 0;
        for (pause, units) in trades {
            minute += pause;
            volume.add(Amount::from_units(units), seconds(minute * 60));
            all.push((minute, units));
            let counts = |then: u64| minute < then + 30 * 1_440;
            let sum = all.iter().filter(|(then, _)| counts(*then)).map(|(_, units)| units).sum();
            prop_assert_eq!(volume.at(seconds(minute * 60)), Amount::from_units(sum));
        }
    }
}

#[test]
fn a_trade_every_minute_is_counted_for_ever() {
    let mut volume = TradedVolume::default();
    for minute in 0..45_000 {
        volume.add(amount("1"), seconds(minute * 60));
    }
    assert_eq!(volume.sum, amount("43200"));
    assert_eq!(volume.entries.len(), ENTRIES_MAX - 1);
}
