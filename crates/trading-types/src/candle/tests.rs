//! Candles: the numbers must fit together.

use super::*;

#[track_caller]
fn check(prices: [&str; 4], volume: &str, expect: Result<(), &str>) {
    let [open, high, low, close] = prices.map(|it| it.parse().unwrap());
    let volume = volume.parse().unwrap();
    let candle = Candle { start: Timestamp::EPOCH, open, high, low, close, volume, trades: 1 };
    assert_eq!(candle.check().map_err(|it| it.to_string()), expect.map_err(str::to_owned));
}

#[test]
fn numbers_that_do_not_fit_together_are_named() {
    check(["2", "3", "1", "2"], "0", Ok(()));
    check(["2", "2", "2", "2"], "5", Ok(()));
    check(["0", "3", "0", "2"], "5", Err("the open price 0 is not above zero"));
    check(["2", "3", "-1", "2"], "5", Err("the low price -1 is not above zero"));
    let high = "the high price 100000000.1 is above 100000000";
    check(["2", "100000000.1", "1", "2"], "5", Err(high));
    check(["2", "1", "1", "1"], "5", Err("the high 1 is below the open 2"));
    check(["2", "3", "1", "4"], "5", Err("the high 3 is below the close 4"));
    check(["2", "3", "2.5", "3"], "5", Err("the low 2.5 is above the open 2"));
    check(["2", "3", "1", "2"], "-5", Err("the volume -5 is negative"));
}

#[test]
fn only_lengths_that_kraken_has() {
    assert_eq!(Interval::from_minutes(60).unwrap().duration().as_secs(), 3_600);
    assert_eq!(Interval::from_minutes(7), Err(IntervalError(7)));
}
