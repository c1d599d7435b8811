//! What is tried: candles in a row, prices when they matter.

use proptest::{collection::vec, prelude::*};
use trading_types::{Amount, BookLevel, Direction, Price, Quantity};

use super::*;

const MINUTE: u64 = 60;

fn pair() -> Pair {
    "BTC/USD".parse().expect("a pair")
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(1_780_000_020 + seconds).expect("a time")
}

fn candle(minute: u64) -> Candle {
    let price: Price = "100".parse().expect("a price");
    Candle {
        start: at(minute * MINUTE),
        open: price,
        high: price,
        low: price,
        close: price,
        volume: Amount::ZERO,
        trades: 0,
    }
}

fn feed() -> MarketFeed {
    let interval = Interval::from_minutes(1).expect("a minute");
    MarketFeed::new([pair()].into_iter(), interval, Duration::from_secs(1))
}

fn minutes(candles: &[Candle]) -> Vec<u64> {
    candles.iter().map(|it| it.start.since(at(0)).as_secs() / MINUTE).collect()
}

fn quote(bid: &str, ask: &str) -> Quote {
    let level = |price: &str| BookLevel {
        price: price.parse().expect("a price"),
        quantity: Quantity::from_units(1),
    };
    Quote { bid: level(bid), ask: level(ask) }
}

#[test]
fn the_past_comes_first_and_a_live_candle_waits_for_it() {
    let mut feed = feed();
    assert_eq!(feed.missing().len(), 1);
    assert_eq!(feed.missing().len(), 0, "it is asked once");
    assert!(feed.candle(pair(), candle(5)).is_empty());
    let past: Vec<Candle> = (2..5).map(candle).collect();
    assert_eq!(minutes(&feed.past(pair(), &past)), [2, 3, 4, 5]);
    assert!(feed.has_past());
    assert_eq!(minutes(&feed.candle(pair(), candle(6))), [6]);
}

#[test]
fn a_hole_is_asked_for_and_filled() {
    let mut feed = feed();
    feed.missing();
    feed.past(pair(), &[candle(1)]);
    assert!(feed.missing().is_empty());
    assert!(feed.candle(pair(), candle(4)).is_empty(), "two are missing");
    let calls = feed.missing();
    let after = Some(at(MINUTE));
    let interval = Interval::from_minutes(1).expect("a minute");
    assert_eq!(calls, [Call::Candles { pair: pair(), interval, after }]);
    assert_eq!(minutes(&feed.past(pair(), &[candle(2), candle(3)])), [2, 3, 4]);
}

#[test]
fn a_call_that_failed_is_made_again() {
    let mut feed = feed();
    assert_eq!(feed.missing().len(), 1);
    feed.not_told(pair());
    assert_eq!(feed.missing().len(), 1);
}

#[test]
fn what_nobody_can_tell_any_more_does_not_stop_the_row() {
    let mut feed = feed();
    feed.past(pair(), &[candle(1)]);
    feed.candle(pair(), candle(9));
    assert_eq!(minutes(&feed.past(pair(), &[])), [9]);
}

#[test]
fn a_restart_goes_on_behind_the_last_candle_of_the_journal() {
    let mut feed = feed();
    feed.recall(&MarketEvent::Candle { pair: pair(), candle: candle(7) });
    let past: Vec<Candle> = (5..10).map(candle).collect();
    assert_eq!(minutes(&feed.past(pair(), &past)), [8, 9]);
}

#[test]
fn prices_pass_when_they_matter() {
    let mut feed = feed();
    let idle = Attention { is_held: false, watches: &[] };
    let held = Attention { is_held: true, ..idle };
    let first = quote("99", "101");
    assert_eq!(feed.quote(pair(), Some(first), &idle, at(0)), Some(first), "the first one");
    assert_eq!(feed.quote(pair(), Some(first), &held, at(9)), None, "the same is no news");
    let second = quote("98", "100");
    assert_eq!(feed.quote(pair(), Some(second), &idle, at(10)), None, "nothing is held");
    assert_eq!(feed.newest_quote(pair(), at(10)), Some(second), "before a decision it is");
    assert_eq!(feed.newest_quote(pair(), at(10)), None, "once");
    let third = quote("97", "99");
    assert_eq!(feed.quote(pair(), Some(third), &held, at(11)), Some(third));
    let price = "120".parse().expect("a price");
    let watches = [PriceWatch { pair: pair(), price, direction: Direction::Rising }];
    let watching = Attention { is_held: true, watches: &watches };
    let fourth = quote("121", "122");
    assert_eq!(feed.quote(pair(), Some(fourth), &watching, at(11)), Some(fourth), "at once");
}

proptest! {
    /// Whatever comes late, twice or not at all: candles pass in order, each once, and after the
    /// past was told without a hole that had been told.
    #[test]
    fn candles_pass_in_a_row(
        live in vec(0..40_u64, 0..60),
        told in vec((0..60_usize, vec(0..40_u64, 0..20)), 0..6),
    ) {
        let mut feed = feed();
        let mut passed = Vec::new();
        for (step, minute) in live.iter().enumerate() {
            for (_, past) in told.iter().filter(|(at, _)| *at == step) {
                let mut past = past.clone();
                past.sort_unstable();
                let past: Vec<Candle> = past.into_iter().map(candle).collect();
                passed.extend(minutes(&feed.past(pair(), &past)));
            }
            passed.extend(minutes(&feed.candle(pair(), candle(*minute))));
        }
        prop_assert!(passed.is_sorted_by(|one, other| one < other), "{passed:?}");
    }
}
