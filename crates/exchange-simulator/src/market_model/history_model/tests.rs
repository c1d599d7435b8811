//! Candles in, the same candles out; the book around them is a book; then it goes on.

use proptest::prelude::*;
use trading_types::{Amount, Interval};

use super::super::tests::Seen;
use super::*;
use crate::{
    CandleBuilder,
    fixture::{amount, price, quick, rules, seconds},
};

fn settings() -> MarketModelSettings {
    MarketModelSettings { levels: 25, ..MarketModelSettings::demo(rules(), price("60000"), 1) }
}

fn candle(minute: u64, prices: &str, volume: &str, trades: u32) -> Candle {
    let start = minute * 60;
    Candle { volume: amount(volume), trades, ..crate::fixture::candle(start, prices) }
}

/// Up, down, flat, one trade, a gap, nothing traded, and wild.
fn candles() -> Vec<Candle> {
    vec![
        candle(100, "60000 60050 59990 60040.5", "3.25", 12),
        candle(101, "60040.5 60041 59000 59100", "120.00000003", 900),
        candle(102, "59100 59100 59100 59100", "0.5", 5),
        candle(103, "59101.1 59101.1 59101.1 59101.1", "0.00000001", 1),
        candle(106, "59000 59010 59000 59010", "0.7", 2),
        candle(107, "59010 59010 59010 59010", "0", 0),
        candle(108, "59010 70000 50000 61000", "0.0000002", 14),
    ]
}

/// All events until a second of the market, which begins at minute 1,000.
fn events(model: &mut HistoryModel, until: u64) -> Vec<(Timestamp, MarketEvent)> {
    let mut events = Vec::new();
    while model.next_event_at() <= seconds(60_000 + until) {
        let at = model.next_event_at();
        events.push((at, model.poll(at).expect("it has happened")));
    }
    events
}

fn model() -> HistoryModel {
    HistoryModel::new(settings(), candles(), seconds(60_000))
}

fn seen(events: &[(Timestamp, MarketEvent)]) -> Seen {
    let mut seen = Seen::default();
    for (_, event) in events {
        seen.event(event);
    }
    seen
}

/// Trades of the model build the candles that were told, in prices exactly.
fn check_built(told: &[Candle], trades: &[Trade]) -> Result<(), TestCaseError> {
    let mut builder = CandleBuilder::new(Interval::from_minutes(1).unwrap());
    let mut built: Vec<Candle> =
        trades.iter().filter_map(|trade| builder.handle_trade(trade)).collect();
    built.extend(builder.open_candle());
    let first = told[0].start;
    let told: Vec<&Candle> = told.iter().filter(|candle| candle.volume.is_positive()).collect();
    prop_assert_eq!(built.len(), told.len());
    for (built, told) in built.iter().zip(told) {
        let prices = |it: &Candle| [it.open, it.high, it.low, it.close];
        prop_assert_eq!(prices(built), prices(told));
        prop_assert_eq!(built.start.since(seconds(60_000)), told.start.since(first));
        // Each trade is rounded down to a lot, and is at least one.
        let most = Amount::from_units(i128::from(built.trades) * 10_i128.pow(10));
        prop_assert!(built.volume <= told.volume + most && told.volume <= built.volume + most);
        prop_assert!(built.trades <= told.trades.max(4), "{} of {}", built.trades, told.trades);
    }
    Ok(())
}

#[test]
fn the_trades_build_the_recorded_candles() {
    let seen = seen(&events(&mut model(), 539));
    check_built(&candles(), &seen.trades).unwrap();
    // As many trades as there were, if the market usually has as many.
    let first = |trade: &&Trade| trade.time < seconds(60_060);
    assert_eq!(seen.trades.iter().filter(first).count(), 12);
}

/// A candle that fits together, of any minute.
fn any_candle() -> impl Strategy<Value = Candle> {
    let prices = (1_000_i64..1_000_000, 0_i64..5_000, 0_i64..5_000, 0_i64..5_000);
    let volume = prop_oneof![Just(0), 1..10_i128.pow(11), 1..10_i128.pow(20)];
    (prices, volume, 0_u32..40).prop_map(|((low, one, two, three), volume, trades)| {
        let price = |ticks: i64| Price::from_units(ticks * rules().tick.units());
        let high = low + one.max(two).max(three);
        Candle {
            start: Timestamp::EPOCH,
            open: price(low + one),
            high: price(high),
            low: price(low),
            close: price(low + two),
            volume: Amount::from_units(volume),
            trades,
        }
    })
}

proptest! {
    #![proptest_config(quick())]

    #[test]
    fn any_candles_come_out_as_they_went_in(
        rows in prop::collection::vec((1_u64..4, any_candle()), 1..6),
    ) {
        let mut minute = 0;
        let place = |(gap, candle): (u64, Candle)| {
            minute += gap;
            Candle { start: seconds(minute * 60), ..candle }
        };
        let mut told: Vec<Candle> = rows.into_iter().map(place).collect();
        // One more that follows at once, so that the length of all is a minute.
        let last = told[told.len() - 1];
        told.push(Candle { start: last.start + Duration::from_mins(1), ..last });
        let mut model = HistoryModel::new(settings(), told.clone(), seconds(60_000));
        let end = seconds(60_000) + last.start.since(told[0].start) + Duration::from_mins(2);
        let mut seen = Seen::default();
        while model.next_event_at() < end {
            let at = model.next_event_at();
            seen.event(&model.poll(at).expect("it has happened"));
        }
        check_built(&told, &seen.trades)?;
    }
}

#[test]
fn it_goes_on_where_the_candles_end() {
    let all = events(&mut model(), 900);
    let snapshots = all.iter().filter(
        |(_, event)| matches!(event, MarketEvent::Book { update, .. } if update.is_snapshot),
    );
    let snapshots: Vec<Timestamp> = snapshots.map(|(at, _)| *at).collect();
    assert_eq!(snapshots, [seconds(60_000), seconds(60_540)]);
    let seen = seen(&all);
    assert!(seen.trades.iter().any(|trade| seconds(60_540) < trade.time));
    let (bid, ask) = seen.quote();
    assert!(price("60500") < bid && ask < price("61500"), "{bid} {ask}");
}

#[test]
fn the_same_seed_makes_the_same_market_however_late_one_asks() {
    let punctual: Vec<_> = events(&mut model(), 800).into_iter().map(|(_, event)| event).collect();
    let mut model = model();
    let late: Vec<_> = std::iter::from_fn(|| model.poll(seconds(60_800))).collect();
    assert_eq!(late, punctual);
}

#[test]
fn times_do_not_run_backward() {
    let events = events(&mut model(), 800);
    assert!(events.windows(2).all(|pair| pair[0].0 <= pair[1].0));
    assert_eq!(events[0].0, seconds(60_000));
}

#[test]
fn without_candles_it_is_a_model() {
    let mut history = HistoryModel::new(settings(), Vec::new(), seconds(0));
    let mut model = MarketModel::new(settings(), seconds(0));
    for _ in 0..100 {
        assert_eq!(history.poll(seconds(900)), model.poll(seconds(900)));
    }
}

/// The trades of a past, and the model that goes on from it.
fn with_past(past: u64, trades: &mut Vec<Trade>) -> HistoryModel {
    let span = (Duration::from_secs(past), seconds(60_000 + past));
    HistoryModel::with_past(settings(), candles(), span, &mut |trade| trades.push(trade))
}

#[test]
fn recorded_candles_may_lie_in_the_past_in_part_or_wholly() {
    // At their end, in the middle of one, in a gap, past their end.
    for past in [540, 30, 90, 300, 539, 900] {
        let mut trades = Vec::new();
        let mut model = with_past(past, &mut trades);
        let now = seconds(60_000 + past);
        assert!(trades.iter().all(|trade| trade.time < now));
        assert_eq!(model.next_event_at(), now, "the book is told at once");
        let mut seen = seen(&events(&mut model, 1_000));
        assert!(seen.trades.iter().all(|trade| now <= trade.time));
        let (bid, ask) = seen.quote();
        assert!(price("60000") < bid && ask < price("62000"), "{past}: {bid} {ask}");
        trades.append(&mut seen.trades);
        assert!(trades.is_sorted_by_key(|trade| trade.time));
        trades.retain(|trade| trade.time < seconds(60_540));
        check_built(&candles(), &trades).unwrap();
    }
}

#[test]
fn a_shock_moves_history_and_the_rest_follows() {
    let calm = vec![candle(0, "100 101 99 100", "10", 15); 20];
    let calm = calm.into_iter().zip(0..).map(|(candle, minute)| {
        let start = seconds(minute * 60);
        Candle { start, ..candle }
    });
    let mut model = HistoryModel::new(settings(), calm.collect(), seconds(60_000));
    let mut seen = seen(&events(&mut model, 300));
    model.shock("-0.2".parse().unwrap(), seconds(60_300));
    let mut bid_at = |model: &mut HistoryModel, until: u64| {
        for (_, event) in events(model, until) {
            seen.event(&event);
        }
        seen.quote().0
    };
    let low = bid_at(&mut model, 309);
    assert!(price("78") < low && low < price("83"), "{low}");
    let later = bid_at(&mut model, 900);
    assert!(price("89") < later && later < price("94"), "{later}");
    let model_later = bid_at(&mut model, 1_260);
    assert!(price("85") < model_later && model_later < price("98"), "{model_later}");
}

#[test]
fn a_thin_book_and_a_burst_reach_history_too() {
    let mut model = model();
    let quiet = events(&mut model, 60).len();
    model.burst(10, Duration::from_mins(1), seconds(60_060));
    assert!(quiet * 4 < events(&mut model, 120).len());
    model.thin("0.01".parse().unwrap(), seconds(60_120));
    let thin = seen(&events(&mut model, 120));
    assert_eq!(thin.events, 1);
}
