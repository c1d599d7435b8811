//! A node by itself has the values it has in its program.

use trading_engine::Strategy;
use trading_types::{Amount, Price, Timestamp};

use super::*;
use crate::{
    rules::{Rule, RuleSet, RuleStrategy},
    samples::EMPTY,
};

/// Hourly candles of a random walk.
fn random_walk(count: u64) -> Vec<Candle> {
    let mut state = 7_u64;
    let mut draw = |span: i64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(state >> 33).unwrap() % span
    };
    let price = |ticks: i64| Price::from_units(ticks * 1_000_000_000);
    let mut last = 10_000;
    (0..count)
        .map(|hour| {
            let (open, close) = (last, last + draw(201) - 100);
            last = close;
            let (high, low) = (open.max(close) + draw(50), open.min(close) - draw(50));
            let start = Timestamp::from_seconds(hour * 3_600).unwrap();
            let volume = Amount::from_units(i128::from(draw(9)) * 10_i128.pow(18));
            let [open, high, low, close] = [open, high, low, close].map(price);
            Candle { start, open, high, low, close, volume, trades: 1 }
        })
        .collect()
}

/// What is undefined is undefined, whatever its bits.
fn bits(value: f64) -> Option<u64> {
    (!value.is_nan()).then_some(value.to_bits())
}

#[track_caller]
fn check(enter: &str) {
    let interval = Interval::from_minutes(60).unwrap();
    let rules = RuleSet::new(&[(Rule::Enter, enter.to_owned())], Vec::new()).unwrap();
    let mut strategy = RuleStrategy::new(rules, interval, "0.1".parse().unwrap()).unwrap();
    let graph = strategy.program().graph().clone();
    let below = graph.below([strategy.program().roots().enter]);
    let mut series: Vec<_> = graph
        .iter()
        .filter(|(id, _)| below[id.index()])
        .map(|(id, _)| (id, NodeSeries::new(&graph, id, interval).unwrap()))
        .collect();
    for candle in random_walk(400) {
        strategy.handle_candle(&candle, &EMPTY);
        for (id, series) in &mut series {
            let (alone, together) = (series.update(&candle), strategy.value(*id));
            // Of a higher frame's node the value between its candles is nobody's business.
            if graph.frame(*id) == FrameId::BASE {
                assert_eq!(bits(alone), bits(together), "{enter}: {:?}", graph.node(*id));
            }
        }
    }
}

#[test]
fn it_has_the_values_it_has_in_a_program() {
    check("close > sma(close, 10) and rsi(close, 7) < 40");
    check("cross_above(ema(close, 5), highest(high, 9)[2]) or close < lowest(low, 4)[1]");
    check("atr(14) > 0.01 * close and not (volume < 3)");
}

#[test]
fn what_depends_on_the_position_has_no_series() {
    let interval = Interval::from_minutes(60).unwrap();
    let texts = [(Rule::Enter, "not in_position".to_owned())];
    let program = RuleSet::new(&texts, Vec::new()).unwrap().compile(interval).unwrap();
    assert!(NodeSeries::new(program.graph(), program.roots().enter, interval).is_none());
}
