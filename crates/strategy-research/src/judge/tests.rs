//! What stands beside a strategy is of the same candles and pays the same fees.

use trading_engine::Keep;
use trading_types::FeeSchedule;

use super::*;
use crate::samples::{amount, built_in, candles, settings};

/// Buying and holding is that of the window and not of the history, and pays fees: what a backtest
/// of the same candles says.
#[test]
fn buy_and_hold_is_of_the_same_window_after_fees() {
    let candles = candles(4, 1_500, 0.1);
    let mut grown = Vec::new();
    for fee in [0, 26, 500] {
        for window in [0..1_500, 200..900] {
            let settings = settings("sma_cross", fee);
            let engine = EngineEvaluate { candles: &candles, settings, build: &built_in };
            let strategy = built_in(&engine.settings.strategy).unwrap();
            let held = &candles[window.clone()];
            let backtest =
                engine.settings.run(strategy, &mut held.iter(), Keep::Hash, |_, _| ()).unwrap();
            let row = engine
                .full(&crate::Variant { settings: Vec::new() }, &window, &engine.settings)
                .unwrap()
                .row;
            let of = Description::of(&engine, held, &row, (&[], &[]), 1);
            let expect = backtest.result.buy_and_hold_end.to_f64() / 10_000.0;
            assert!((of.buy_and_hold_growth - expect).abs() < 1e-7, "{of:?} {expect}");
            grown.push(of.buy_and_hold_growth);
        }
    }
    // Fees of five percent cost a tenth, and another window is another growth.
    assert!(grown[4] < grown[0] * 0.91 && grown[5] < grown[1] * 0.91, "{grown:?}");
    assert!(0.01 < (grown[0] - grown[1]).abs(), "{grown:?}");
}

/// By Kraken's schedule, who holds pays the first tier twice: no less than it would cost.
#[test]
fn who_holds_pays_the_first_tier() {
    let candles = candles(4, 1_500, 0.1);
    let mut settings = settings("sma_cross", 0);
    settings.rules.fees = FeeSchedule::kraken_spot();
    settings.cash = amount("10000");
    let engine = EngineEvaluate { candles: &candles, settings, build: &built_in };
    let growth = buy_and_hold(&engine, &candles);
    let plain = candles[1_499].close.to_f64() / candles[0].open.to_f64();
    assert!((growth - plain * 0.996 / 1.004).abs() < 1e-12, "{growth}");
}
