//! A bot that did what the backtest does is told from one that did not.

use trading_engine::{Engine, Input, JournalHeader, Keep};
use trading_ladder::Tracking;
use trading_types::{Candle, Fraction, MarketEvent, Timestamp, VenueEvent};

use super::{Fills, Seen, backtest};
use crate::config::{self, Config, DEMO};

fn config() -> Config {
    config::parse(DEMO, "test").expect("the demo")
}

/// Candles that go up and down, so that averages cross.
fn candles(config: &Config) -> Vec<Candle> {
    let length = config.engine.interval.duration().as_secs();
    let price = |at: u64| {
        let place = at % 80;
        let height = if place < 40 { place } else { 80 - place };
        format!("{}", 60_000 + 100 * height)
    };
    (0..800)
        .map(|at| {
            let price = price(at).parse().expect("a price");
            Candle {
                start: Timestamp::from_seconds(1_780_000_000 / length * length + at * length)
                    .expect("a time"),
                open: price,
                high: price,
                low: price,
                close: price,
                volume: "1".parse().expect("a quantity"),
                trades: 1,
            }
        })
        .collect()
}

#[test]
fn the_backtest_of_a_backtest_is_itself() {
    let config = config();
    let all = candles(&config).into_iter().map(|it| (it.start, it)).collect();
    let fills = backtest(&all, &config).expect("a backtest");
    let window = (Timestamp::EPOCH, Timestamp::NEVER);
    let tracked = fills.within(window);
    assert!(10 < tracked.len(), "{} orders", tracked.len());
    let same = Tracking::compare(&tracked, &tracked, config.engine.interval.duration());
    assert_eq!((same.matched, same.missed, same.extra), (tracked.len() as u64, 0, 0));
    assert_eq!(same.slippage_worst, Fraction::ZERO);
    // Only what traded since the rung was entered counts.
    let middle = tracked.iter().map(|it| it.time).max().expect("some");
    assert_eq!(fills.within((middle, Timestamp::NEVER)).len(), 1);
}

#[test]
fn candles_are_read_from_a_journal() {
    let config = config();
    let header = JournalHeader {
        settings: config.engine.clone(),
        strategies: vec![config.strategy.clone()],
    };
    let strategy = strategies::from_spec(&config.strategy, config.rules.tick).expect("a strategy");
    let mut engine = Engine::new(&header, vec![strategy], Keep::Bytes).expect("an engine");
    let all = candles(&config);
    for candle in &all {
        let pair = config.rules.pair;
        let event = MarketEvent::Candle { pair, candle: *candle };
        let end = candle.start + config.engine.interval.duration();
        engine.handle(&Input::Venue(VenueEvent::Market(event)), end);
        while engine.poll_output().is_some() {}
    }
    let mut seen = Seen {
        candles: std::collections::BTreeMap::new(),
        fills: Fills::default(),
        hash: String::new(),
    };
    let bytes = engine.journal().take_bytes();
    seen.read(&bytes, config.rules.pair).expect("our own journal");
    assert!(seen.candles.values().eq(&all), "each once, in order");
}
