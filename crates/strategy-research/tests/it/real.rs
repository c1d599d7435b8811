//! Sweeps and walk-forwards over Kraken's own hourly candles, where they are at hand.

#![expect(clippy::print_stderr, reason = "a test that passes over says so")]

use std::{ops::ControlFlow, path::PathBuf, sync::atomic::AtomicBool, time::Duration};

use backtester::{CandleFile, CandleRequest, ReadLimits};
use strategy_research::{
    Done, EngineEvaluate, EvaluatedBy, Folds, Grid, KernelEvaluate, Metric, SearchKind,
    SweepRequest, Variant, WalkForwardRequest, Want, sweep,
    walk_forward::{judge_walk, walk_forward},
};
use trading_types::{Candle, FeeSchedule, Interval, Timestamp};

use crate::{
    edges::NoRows,
    market::{build, settings},
};

/// Half a year of hourly candles, some hours missing, or nothing where there is no data.
fn candles(pair: &str) -> Option<Vec<Candle>> {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/kraken-ohlcvt");
    let path = PathBuf::from(data).join("Kraken_OHLCVT_sample.zip");
    if !path.exists() {
        eprintln!("passed over: there is no {}", path.display());
        return None;
    }
    let interval = Interval::from_minutes(60).unwrap();
    let pair = pair.parse().unwrap();
    let from: Timestamp = "2018-01-01T00:00:00Z".parse().unwrap();
    let to = Some(from + Duration::from_hours(24 * 182));
    let request = CandleRequest { path, pair, interval, from: Some(from), to };
    let mut file = CandleFile::open(&request, &ReadLimits::default()).unwrap();
    let candles: Vec<Candle> = std::iter::from_fn(|| file.next_candle().unwrap()).collect();
    Some(candles)
}

#[test]
fn real_candles_are_swept_and_walked() {
    for pair in ["BTC/USD", "ETH/USD"] {
        let Some(candles) = candles(pair) else { return };
        let mut settings = settings("donchian");
        settings.rules.fees = FeeSchedule::kraken_spot();
        let evaluator =
            EngineEvaluate { candles: &candles, settings: settings.clone(), build: &build };
        let kernel =
            KernelEvaluate::new(EngineEvaluate { candles: &candles, settings, build: &build });
        let grid = Grid::parse(&["entry=20,40", "exit=10,20"]).unwrap();
        let request = SweepRequest {
            grid: &grid,
            search: SearchKind::Grid,
            samples: 0,
            seed: 1,
            metric: Metric::Sharpe,
            want: Want::Curve,
            window: 0..candles.len(),
            threads: 2,
        };
        let never = AtomicBool::new(false);
        let mut watch = |_: &Done<'_>| ControlFlow::Continue(());
        let swept = sweep(&request, &evaluator, &|_| None, &never, &mut watch).unwrap();
        assert!(swept.tried.iter().all(|it| 10 < it.row.trades), "{pair}");
        assert_eq!(sweep(&request, &kernel, &|_| None, &never, &mut watch).unwrap(), swept);

        let day = Duration::from_hours(24);
        let folds = Folds { train: 60 * day, test: 30 * day, gap: day, anchored: true };
        let folds = folds.cut(&candles, &(0..candles.len())).unwrap();
        let request = WalkForwardRequest { sweep: request, folds };
        let walk = walk_forward(&request, (&evaluator, &evaluator), &mut NoRows, &never).unwrap();
        let by_kernel = walk_forward(&request, (&kernel, &evaluator), &mut NoRows, &never).unwrap();
        assert_eq!(format!("{by_kernel:?}"), format!("{walk:?}"), "{pair}");
        assert_eq!(kernel.evaluated_by(), EvaluatedBy { kernel: 20, ..EvaluatedBy::default() });
        let procedures = backtest_statistics::Trials { count: 1, variance: 0.0 };
        let (judgement, total) = judge_walk(&evaluator, &walk, procedures, 1).unwrap();
        assert_eq!(walk.walked.len(), 4, "{pair}");
        assert_eq!(judgement.figures.trades.count, total.trades, "{pair}");
        assert!(judgement.costs.is_sorted_by(|one, other| other.net_profit <= one.net_profit));
    }
}

/// What the kernel says of a variant is what the engine says, with Kraken's fees: every figure,
/// every trade.
#[test]
fn the_kernel_is_the_engine_on_real_candles() {
    for pair in ["BTC/USD", "ETH/USD"] {
        let Some(candles) = candles(pair) else { return };
        let mut trades = 0;
        for (strategy, own) in [
            ("sma_cross", vec![("fast", "10"), ("slow", "40")]),
            ("sma_cross", vec![("stop", "3%"), ("take_profit", "4*atr(14)")]),
            ("donchian", vec![("entry", "30"), ("stop", "2*atr(14)")]),
            ("rsi_reversion", vec![("low", "35"), ("high", "65"), ("stop", "5%")]),
        ] {
            let mut settings = settings(strategy);
            settings.rules.fees = FeeSchedule::kraken_spot();
            let engine = EngineEvaluate { candles: &candles, settings, build: &build };
            let kernel = KernelEvaluate::new(engine);
            let own = own.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
            let variant = Variant { settings: own.collect() };
            for window in [0..candles.len(), 1_000..3_000] {
                let engine = kernel.engine();
                let full = engine.full(&variant, &window, &engine.settings).unwrap();
                let (row, list) = kernel.alone(&variant, &window, Want::Curve).unwrap();
                assert_eq!(list, full.trades, "{pair} {strategy} {variant}");
                assert_eq!(row, full.row, "{pair} {strategy} {variant}");
                trades += list.len();
            }
        }
        assert!(200 < trades, "{pair}: {trades} trades");
    }
}
