//! The kernel's rows and trades are the engine's, to the last unit.

mod twin;

use strategies::rules::{Rule, RuleSet};

use super::*;
use crate::{
    evaluate::Unfit,
    samples::{built_in, candles, hourly, settings},
};

/// A variant with these settings.
fn variant(settings: &[(&str, &str)]) -> Variant {
    let own = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    Variant { settings: own.collect() }
}

/// All that rules say, as settings of a variant.
fn rules(texts: &[(Rule, &str)]) -> Variant {
    let texts: Vec<_> = texts.iter().map(|(rule, text)| (*rule, (*text).to_owned())).collect();
    let spec = RuleSet::new(&texts, Vec::new()).unwrap().spec(hourly());
    Variant { settings: spec.settings }
}

#[track_caller]
fn check_left(change: impl FnOnce(&mut backtester::BacktestSettings), expect: EngineOnly) {
    let candles = candles(3, 300, 0.1);
    let mut settings = settings("sma_cross", 10);
    change(&mut settings);
    let kernel =
        KernelEvaluate::new(EngineEvaluate { candles: &candles, settings, build: &built_in });
    let variants = [variant(&[("fast", "3"), ("slow", "9")])];
    let rows = kernel.evaluate(&variants, &(0..300), Want::Trades).unwrap();
    let engine = kernel.engine().evaluate(&variants, &(0..300), Want::Trades).unwrap();
    assert_eq!(rows, [Row { curve: None, ..engine[0].clone() }]);
    let by = kernel.evaluated_by();
    assert_eq!((by.kernel, by.engine), (0, BTreeMap::from([(expect, 1)])));
}

#[test]
fn what_it_cannot_do_it_leaves_to_the_engine_and_says_why() {
    use trading_types::{FeeSchedule, Fraction};
    let fee = Fraction::from_basis_points;
    check_left(|it| it.rules.fees = FeeSchedule::flat(fee(-1), fee(-1)), EngineOnly::Fees);
    check_left(|it| it.partial_fills.pieces_max = 3, EngineOnly::PartialFills);
    check_left(|it| it.risk.orders_per_day_max = 3, EngineOnly::RiskLimits);
    check_left(|it| it.kill.drawdown = Some(fee(500)), EngineOnly::KillSwitch);
    let kelly = trading_engine::Sizing::Kelly { cap: fee(1_000), trades_min: 3 };
    check_left(|it| it.sizing = kelly, EngineOnly::Sizing);
}

/// Volume is counted by the minute: what begins in the middle of one is left to the exchange.
#[test]
fn fees_by_volume_need_whole_minutes() {
    let mut candles = candles(3, 300, 0.1);
    let mut settings = settings("sma_cross", 10);
    settings.rules.fees = trading_types::FeeSchedule::kraken_spot();
    let own = variant(&[("fast", "3"), ("slow", "9")]);
    for expect in [Ok(()), Err(EngineOnly::Fees)] {
        let engine =
            EngineEvaluate { candles: &candles, settings: settings.clone(), build: &built_in };
        let kernel = KernelEvaluate::new(engine);
        let alone = kernel.alone(&own, &(0..300), Want::Trades);
        assert_eq!(alone.map(|_| ()), expect);
        let rows = kernel.evaluate(std::slice::from_ref(&own), &(0..300), Want::Curve).unwrap();
        let own = std::slice::from_ref(&own);
        assert_eq!(rows, kernel.engine().evaluate(own, &(0..300), Want::Curve).unwrap());
        for candle in &mut candles {
            candle.start = candle.start + std::time::Duration::from_secs(30);
        }
    }
}

#[track_caller]
fn check_rules_left(texts: &[(Rule, &str)], expect: EngineOnly) {
    let candles = candles(4, 300, 0.1);
    let settings = settings("rules", 10);
    let kernel =
        KernelEvaluate::new(EngineEvaluate { candles: &candles, settings, build: &built_in });
    let own = rules(texts);
    let left = kernel.alone(&own, &(0..300), Want::Trades);
    assert_eq!(left.map(|_| ()), Err(expect));
    let rows = kernel.evaluate(std::slice::from_ref(&own), &(0..300), Want::Curve).unwrap();
    assert_eq!(rows, kernel.engine().evaluate(&[own], &(0..300), Want::Curve).unwrap());
}

#[test]
fn rules_it_cannot_do_it_leaves_to_the_engine() {
    let enter = (Rule::Enter, "close > sma(close, 5)");
    check_rules_left(&[enter, (Rule::Trailing, "2%")], EngineOnly::Trailing);
    check_rules_left(&[enter, (Rule::Size, "0.5")], EngineOnly::SizeRule);
    let old = (Rule::Exit, "candles_held > 4");
    check_rules_left(&[enter, old], EngineOnly::Position);
}

#[test]
fn an_account_that_is_lost_is_left_to_the_engine() {
    let candles = candles(5, 3_000, 0.0);
    let mut settings = settings("sma_cross", 900);
    settings.cash = "40".parse().unwrap();
    let engine = EngineEvaluate { candles: &candles, settings, build: &built_in };
    let kernel = KernelEvaluate::new(engine);
    let own = variant(&[("fast", "2"), ("slow", "5")]);
    let left = kernel.alone(&own, &(0..3_000), Want::Trades);
    assert_eq!(left.map(|_| ()), Err(EngineOnly::Dust));
    let rows = kernel.evaluate(std::slice::from_ref(&own), &(0..3_000), Want::Curve).unwrap();
    assert_eq!(rows, kernel.engine().evaluate(&[own], &(0..3_000), Want::Curve).unwrap());
    assert_eq!(kernel.evaluated_by().engine, BTreeMap::from([(EngineOnly::Dust, 1)]));
}

#[test]
fn what_contradicts_itself_is_told_as_the_engine_tells_it() {
    let candles = candles(3, 300, 0.1);
    let settings = settings("sma_cross", 10);
    let engine = EngineEvaluate { candles: &candles, settings, build: &built_in };
    let kernel = KernelEvaluate::new(engine);
    let upside_down = variant(&[("fast", "9"), ("slow", "3")]);
    assert!(matches!(kernel.check(&upside_down), Err(Unfit::Contradiction(_))));
    let none = kernel.evaluate(&[variant(&[])], &(40..400), Want::Trades);
    assert_eq!(none, Err(EvaluateError::NoCandles));
}
