//! The verdict finds an edge where one was planted, and none where there is none: many seeds, all
//! of them counted.

use std::{ops::ControlFlow, ops::Range, sync::atomic::AtomicBool, time::Duration};

use backtest_statistics::Trials;
use strategy_research::{
    Conclusion, Done, EngineEvaluate, Folds, Grid, KernelEvaluate, Metric, Row, SearchKind,
    Subject, SweepRequest, Verdict, WalkForwardRequest, Want, judge, sweep,
    verdict::Around,
    walk_forward,
    walk_forward::{Rows, judge_walk},
};

use crate::market::{Market, build, candles, settings};

const CANDLES: u64 = 5_000;

fn request(grid: &Grid, window: Range<usize>) -> SweepRequest<'_> {
    SweepRequest {
        grid,
        search: SearchKind::Grid,
        samples: 0,
        seed: 1,
        metric: Metric::Sharpe,
        want: Want::Curve,
        window,
        threads: 2,
    }
}

/// Sweeps a made-up market and returns what is said of the best.
fn verdict(market: Market, seed: u64, strategy: &str, grid: &[&str]) -> Verdict {
    let candles = candles(market, seed, CANDLES);
    let engine =
        || EngineEvaluate { candles: &candles, settings: settings(strategy), build: &build };
    let (evaluator, kernel) = (engine(), KernelEvaluate::new(engine()));
    let grid = Grid::parse(grid).unwrap();
    let request = request(&grid, 0..candles.len());
    let never = AtomicBool::new(false);
    let mut watch = |_: &Done<'_>| ControlFlow::Continue(());
    let swept = sweep(&request, &kernel, &|_| None, &never, &mut watch).unwrap();
    let ratios: Vec<f64> =
        swept.tried.iter().map(|it| walk_forward::ratio_per_candle(&it.row)).collect();
    let subject = Subject {
        evaluator: &evaluator,
        window: request.window.clone(),
        swept: &swept,
        best: swept.best(request.metric).unwrap(),
        metric: request.metric,
        trials: Trials { count: ratios.len() as u64, variance: variance(&ratios) },
        seed: 1,
    };
    let (judgement, _) = judge(&subject).unwrap();
    Verdict::of_sweep(&judgement, &Around { quote: "USD".to_owned(), ..Around::default() })
}

#[expect(clippy::float_arithmetic, reason = "a variance")]
fn variance(values: &[f64]) -> f64 {
    let count = backtest_statistics::functions::real_len(values.len());
    let mean = values.iter().sum::<f64>() / count;
    values.iter().map(|it| (it - mean) * (it - mean)).sum::<f64>() / (count - 1.0)
}

const AVERAGES: [&str; 2] = ["fast=4,8,12", "slow=20,30,40,60"];

/// How many verdicts say that there is an edge, that there is none, that there is too little, that
/// it is doubtful.
fn verdicts(seeds: Range<u64>, run: impl Fn(u64) -> Verdict) -> [usize; 4] {
    let verdicts: Vec<Verdict> = seeds.map(run).collect();
    [Conclusion::Edge, Conclusion::NoEdge, Conclusion::TooLittle, Conclusion::Doubtful]
        .map(|wanted| verdicts.iter().filter(|it| it.conclusion == wanted).count())
}

/// At most one in twenty is wrong by the confidence that is asked for; chance may add one.
#[track_caller]
fn check_none(found: [usize; 4]) {
    assert!(found[0] + found[3] <= 1, "edge, no edge, too little, doubtful: {found:?}");
}

/// An edge is found or there is too little to say so; it is not denied more than once.
#[track_caller]
fn check_found(found: [usize; 4]) {
    assert!(found[1] <= 1 && 8 <= found[0], "edge, no edge, too little, doubtful: {found:?}");
}

#[test]
fn noise_has_no_edge() {
    check_none(verdicts(0..32, |seed| verdict(Market::Noise, seed, "sma_cross", &AVERAGES)));
}

#[test]
fn a_planted_edge_is_found() {
    check_found(verdicts(0..12, |seed| verdict(Market::Trends, seed, "sma_cross", &AVERAGES)));
}

/// In a market that only rises a coin makes money too; that is not its own doing.
#[test]
fn a_coin_has_no_edge_even_in_a_rising_market() {
    check_none(verdicts(0..12, |seed| verdict(Market::Rising, seed, "coin", &["seed=1..12"])));
}

/// Nothing is known, nothing is kept.
pub(crate) struct NoRows;

impl Rows for NoRows {
    fn known(&self, _window: &Range<usize>, _places: &[u64]) -> Option<Row> {
        None
    }

    fn done(&mut self, _fold: usize, _window: &Range<usize>, _done: &Done<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn walked(market: Market, seed: u64) -> Verdict {
    let candles = candles(market, seed, CANDLES);
    let engine =
        || EngineEvaluate { candles: &candles, settings: settings("sma_cross"), build: &build };
    let (evaluator, kernel) = (engine(), KernelEvaluate::new(engine()));
    let grid = Grid::parse(&AVERAGES).unwrap();
    let day = Duration::from_hours(24);
    let folds = Folds { train: 30 * day, test: 15 * day, gap: day, anchored: false };
    let request = WalkForwardRequest {
        sweep: request(&grid, 0..0),
        folds: folds.cut(&candles, &(0..candles.len())).unwrap(),
    };
    let never = AtomicBool::new(false);
    let walk =
        walk_forward::walk_forward(&request, (&kernel, &evaluator), &mut NoRows, &never).unwrap();
    let (judgement, _) =
        judge_walk(&evaluator, &walk, Trials { count: 1, variance: 0.0 }, 1).unwrap();
    let around = Around { quote: "USD".to_owned(), ..Around::default() };
    Verdict::of_walk_forward(&judgement, &walk.walked, &around)
}

#[test]
fn walking_through_noise_finds_no_edge() {
    check_none(verdicts(0..10, |seed| walked(Market::Noise, seed)));
}

#[test]
fn walking_finds_a_planted_edge() {
    check_found(verdicts(0..10, |seed| walked(Market::Trends, seed)));
}
