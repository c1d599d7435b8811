//! A past looks like what comes after it, and nothing of it changes what comes without one.

use std::time::Duration;

use trading_types::{Fraction, Interval, Trade};

use super::super::{HistoryModel, MarketModel, MarketModelSettings};
use crate::{
    CandleBuilder,
    fixture::{price, rules, seconds},
};

const DAY: u64 = 86_400;

fn demo(seed: u64) -> MarketModelSettings {
    MarketModelSettings::demo(rules(), price("60000"), seed)
}

fn with_past(settings: MarketModelSettings, days: u64) -> (MarketModel, Vec<Trade>) {
    let mut trades = Vec::new();
    let past = Duration::from_secs(days * DAY);
    let mut tell = |trade| trades.push(trade);
    let model = MarketModel::with_past(settings, past, seconds(100 * DAY), &mut tell);
    (model, trades)
}

#[test]
fn trades_of_the_past_are_in_order_on_the_tick_and_before_the_present() {
    let (model, trades) = with_past(demo(1), 2);
    assert!(trades.is_sorted_by_key(|trade| trade.time));
    assert!(seconds(98 * DAY) < trades[0].time);
    assert!(trades[trades.len() - 1].time < seconds(100 * DAY));
    assert_eq!(model.next_event_at(), seconds(100 * DAY), "the book is told at once");
    let rules = rules();
    for trade in &trades {
        assert!(trade.price.is_positive() && trade.price.is_multiple_of(rules.tick));
        assert!(rules.quantity_min <= trade.quantity);
        assert!(trade.quantity.is_multiple_of(rules.lot));
    }
    let expected = 2 * DAY / 4;
    let count = u64::try_from(trades.len()).unwrap();
    assert!((expected * 19 / 20..expected * 21 / 20).contains(&count), "{count}");
}

#[test]
fn the_present_goes_on_where_the_past_ends() {
    for seed in 0..20 {
        let (mut model, trades) = with_past(demo(seed), 5);
        let mut now = seconds(100 * DAY);
        let first = loop {
            now = now.max(model.next_event_at());
            if let Some(trading_types::MarketEvent::Trade { trade, .. }) = model.poll(now) {
                break trade;
            }
        };
        let last = trades[trades.len() - 1];
        let away = first.price.distance(last.price);
        assert!(away.units() * 200 < last.price.units(), "{seed}: {last:?} {first:?}");
    }
}

#[test]
fn it_moves_as_much_as_it_is_told_to() {
    let settings = MarketModelSettings { spread: Fraction::ZERO, ..demo(3) };
    let (_, trades) = with_past(settings, 30);
    let mut builder = CandleBuilder::new(Interval::from_minutes(60).unwrap());
    let hours: Vec<_> = trades.iter().filter_map(|trade| builder.handle_trade(trade)).collect();
    assert_eq!(hours.len(), 719);
    let returns = hours.windows(2).map(|two| two[1].close.to_f64() / two[0].close.to_f64() - 1.0);
    let squares: Vec<f64> = returns.map(|it| it * it).collect();
    let variance = squares.iter().sum::<f64>() / f64::from(u32::try_from(squares.len()).unwrap());
    let year = (variance * 24.0 * 365.25).sqrt();
    assert!((0.4..0.9).contains(&year), "it is told to move 60 % a year: {year}");
}

#[test]
fn the_same_seed_has_the_same_past_and_no_past_is_none() {
    assert_eq!(with_past(demo(1), 1).1, with_past(demo(1), 1).1);
    assert_ne!(with_past(demo(1), 1).1, with_past(demo(2), 1).1);
    let (mut none, trades) = with_past(demo(1), 0);
    assert!(trades.is_empty());
    let mut plain = MarketModel::new(demo(1), seconds(100 * DAY));
    for _ in 0..200 {
        let later = seconds(101 * DAY);
        assert_eq!(none.poll(later), plain.poll(later));
    }
}

#[test]
fn a_past_without_candles_is_that_of_a_model() {
    let mut trades = Vec::new();
    let span = (Duration::from_hours(2), seconds(DAY));
    let mut history =
        HistoryModel::with_past(demo(4), Vec::new(), span, &mut |trade| trades.push(trade));
    let mut expected = Vec::new();
    let mut model =
        MarketModel::with_past(demo(4), span.0, span.1, &mut |trade| expected.push(trade));
    assert_eq!(trades, expected);
    for _ in 0..50 {
        assert_eq!(history.poll(seconds(2 * DAY)), model.poll(seconds(2 * DAY)));
    }
}

#[test]
fn a_quiet_market_has_little_to_do_and_moves_as_much() {
    let settings = MarketModelSettings::quiet(rules(), price("60000"), 7);
    let mut model = MarketModel::new(settings, seconds(0));
    let (mut events, mut prices) = (0_u32, Vec::new());
    while model.next_event_at() <= seconds(DAY) {
        let at = model.next_event_at();
        events += 1;
        if let Some(trading_types::MarketEvent::Trade { trade, .. }) = model.poll(at) {
            prices.push(trade.price);
        }
    }
    // A trade also changes the book.
    assert!((10_000..14_000).contains(&events), "{events} events in a day");
    let (low, high) = (prices.iter().min().unwrap(), prices.iter().max().unwrap());
    assert!(*low + price("300") < *high, "{low} to {high}");
}
