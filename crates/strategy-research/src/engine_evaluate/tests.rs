//! The engine's rows are the backtest's figures, and a window is warmed up by what came before it.

use backtester::BacktestResult;
use trading_engine::StrategySpec;

use super::*;
use crate::samples::{built_in, candles, settings};

fn variant(settings: &[(&str, &str)]) -> Variant {
    let own = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    Variant { settings: own.collect() }
}

fn backtest(settings: &BacktestSettings, spec: StrategySpec, candles: &[Candle]) -> BacktestResult {
    let strategy = built_in(&spec).unwrap();
    let settings = BacktestSettings { strategy: spec, ..settings.clone() };
    settings.run(strategy, &mut candles.iter(), Keep::Hash, |_, _| ()).unwrap().result
}

#[test]
fn a_row_is_the_backtest() {
    let candles = candles(11, 2_000, 0.1);
    for (strategy, own) in [
        ("sma_cross", variant(&[("fast", "7"), ("slow", "30")])),
        ("donchian", variant(&[("entry", "20"), ("stop", "2*atr(14)")])),
        ("rsi_reversion", variant(&[])),
    ] {
        let settings = settings(strategy, 10);
        let evaluator = EngineEvaluate { candles: &candles, settings, build: &built_in };
        let row = evaluator.full(&own, &(0..2_000), &evaluator.settings).unwrap().row;
        let spec = evaluator.spec(&own);
        let result = backtest(&evaluator.settings, spec, &candles);
        assert!(0 < result.trades, "{strategy}");
        assert_eq!((row.equity_end, row.fees), (result.equity_end, result.fees), "{strategy}");
        assert_eq!((row.trades, row.wins), (result.trades, result.wins), "{strategy}");
        let curve = row.curve.unwrap();
        assert_eq!(curve.candles, result.candles);
        // Bit for bit.
        assert_eq!(
            (curve.sharpe, curve.sortino, curve.max_drawdown, curve.exposure),
            (result.sharpe, result.sortino, result.max_drawdown, result.exposure),
            "{strategy}"
        );
        assert_eq!(curve.blocks.iter().map(|it| it.count).sum::<u64>(), 2_000);
    }
}

/// What a strategy knows when its window begins is what it would have known had it run all along;
/// what it holds is nothing.
#[test]
fn a_window_is_warmed_up_by_what_came_before() {
    let candles = candles(12, 1_500, 0.2);
    let own = variant(&[("fast", "10"), ("slow", "40")]);
    let settings = settings("sma_cross", 0);
    let evaluator = EngineEvaluate { candles: &candles, settings, build: &built_in };
    let whole = evaluator.full(&own, &(0..1_500), &evaluator.settings).unwrap();
    let part = evaluator.full(&own, &(700..1_500), &evaluator.settings).unwrap();
    assert_eq!(part.equity.len(), 800);
    let from = candles[700].start;
    assert!(part.trades.iter().all(|it| from <= it.entry_time));
    // From the first entry that both make on, they make the same.
    let entries = |run: &FullRun| -> Vec<_> { run.trades.iter().map(|it| it.entry_time).collect() };
    let (whole, part) = (entries(&whole), entries(&part));
    let later = |times: &[_]| times.iter().filter(|it| candles[760].start < **it).count();
    assert_eq!(whole[whole.len() - later(&whole)..], part[part.len() - later(&part)..]);
    assert!(3 < later(&part));
}

#[test]
fn what_cannot_be_run_says_so() {
    let candles = candles(1, 50, 0.0);
    let settings = settings("sma_cross", 0);
    let evaluator = EngineEvaluate { candles: &candles, settings, build: &built_in };
    let check = |own: &[(&str, &str)]| evaluator.check(&variant(own));
    assert_eq!(check(&[("fast", "3"), ("slow", "9")]), Ok(()));
    assert!(matches!(check(&[("fast", "9"), ("slow", "3")]), Err(Unfit::Contradiction(_))));
    assert!(matches!(check(&[("quick", "9")]), Err(Unfit::Wrong { .. })));
    assert!(matches!(check(&[("fast", "0")]), Err(Unfit::Wrong { .. })));
    let none = evaluator.evaluate(&[variant(&[])], &(50..50), Want::Curve);
    assert_eq!(none, Err(EvaluateError::NoCandles));
    let beyond = evaluator.evaluate(&[variant(&[])], &(40..60), Want::Curve);
    assert_eq!(beyond, Err(EvaluateError::NoCandles));
}
