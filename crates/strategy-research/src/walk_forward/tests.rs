//! Windows never overlap what is traded in them, and a walk is what its windows are.

use proptest::prelude::*;

use super::*;
use crate::{
    evaluate::{EvaluateError, Unfit, Want},
    grid::Grid,
    kernel::KernelEvaluate,
    metric::Metric,
    samples::{built_in, candles, hourly, settings},
    search::SearchKind,
};

const DAY: Duration = Duration::from_hours(24);

fn folds(train: u32, test: u32, gap: u32, anchored: bool) -> Folds {
    Folds { train: DAY * train, test: DAY * test, gap: DAY * gap, anchored }
}

#[test]
fn windows_roll_or_are_anchored() {
    let candles = candles(1, 24 * 100, 0.0);
    let rolling = folds(40, 20, 2, false).cut(&candles, &(0..2_400)).unwrap();
    let shown: Vec<_> = rolling.iter().map(|it| (it.train.clone(), it.test.clone())).collect();
    let expect = [(0..960, 1_008..1_488), (480..1_440, 1_488..1_968), (960..1_920, 1_968..2_400)];
    assert_eq!(shown, expect);
    let anchored = folds(40, 20, 2, true).cut(&candles, &(0..2_400)).unwrap();
    assert!(anchored.iter().zip(&rolling).all(|(one, other)| one.test == other.test));
    assert!(anchored.iter().all(|it| it.train.start == 0));
}

#[test]
fn what_cannot_be_cut_is_refused() {
    let candles = candles(1, 24 * 50, 0.0);
    let error = folds(40, 30, 0, false).cut(&candles, &(0..1_200)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "49 days of candles are too few for 40 days to choose in, 0 left out and 30 to trade in"
    );
    assert!(folds(10, 5, 0, false).cut(&candles, &(5..5)).is_err());
    let mut holed = candles.clone();
    holed.drain(200..900);
    let error = folds(5, 5, 0, false).cut(&holed, &(0..holed.len())).unwrap_err();
    assert!(matches!(error, FoldError::NoCandles(_)), "{error}");
}

proptest! {
    #[test]
    fn nothing_that_is_traded_was_chosen_in(
        train in 1_u32..20,
        test in 1_u32..20,
        gap in 0_u32..5,
        anchored: bool,
        from in 0_usize..300,
    ) {
        let candles = candles(2, 24 * 60, 0.0);
        let window = from..candles.len();
        if let Ok(folds) = folds(train, test, gap, anchored).cut(&candles, &window) {
            prop_assert!(!folds.is_empty());
            for fold in &folds {
                let gone = candles[fold.test.start].start.since(candles[fold.train.end - 1].start);
                prop_assert!(DAY * gap < gone);
                prop_assert!(from <= fold.train.start && fold.test.end <= candles.len());
            }
            // What is traded lies side by side.
            prop_assert!(folds.windows(2).all(|it| it[0].test.end == it[1].test.start));
        }
    }
}

/// Keeps nothing; stops in a window when it is told to.
struct StopIn(Option<usize>);

impl Rows for StopIn {
    fn known(&self, _window: &Range<usize>, _places: &[u64]) -> Option<Row> {
        None
    }

    fn done(&mut self, fold: usize, _window: &Range<usize>, _done: &Done<'_>) -> ControlFlow<()> {
        if self.0 == Some(fold) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

fn walk(stop_in: Option<usize>) -> WalkForward {
    let candles = candles(3, 24 * 60, 0.2);
    let settings = settings("sma_cross", 5);
    let engine = EngineEvaluate { candles: &candles, settings, build: &built_in };
    let grid = Grid::parse(&["fast=5,10", "slow=20,30"]).unwrap();
    let request = WalkForwardRequest {
        sweep: SweepRequest {
            grid: &grid,
            search: SearchKind::Grid,
            samples: 0,
            seed: 1,
            metric: Metric::NetProfit,
            want: Want::Curve,
            window: 0..0,
            threads: 2,
        },
        folds: folds(20, 10, 0, false).cut(&candles, &(0..candles.len())).unwrap(),
    };
    let never = AtomicBool::new(false);
    let walk = walk_forward(&request, (&engine, &engine), &mut StopIn(stop_in), &never).unwrap();

    // Every window again, by hand.
    let mut cash = engine.settings.cash;
    for (fold, walked) in request.folds.iter().zip(&walk.walked) {
        let best = grid_best(&engine, &grid, fold);
        assert_eq!(walked.variant.as_ref(), Some(&best));
        let settings = BacktestSettings { cash, ..engine.settings.clone() };
        cash = engine.full(&best, &fold.test, &settings).unwrap().row.equity_end;
        assert_eq!(walked.row.as_ref().map(|it| it.equity_end), Some(cash));
    }
    assert_eq!(walk.total.as_ref().map(|it| it.equity_end), Some(cash));
    assert_eq!(walk.equity.last(), Some(&cash));
    walk
}

fn grid_best(engine: &EngineEvaluate<'_>, grid: &Grid, fold: &Fold) -> Variant {
    let mut best: Option<(Amount, Variant)> = None;
    for number in 0..grid.countable().unwrap() {
        let variant = grid.at(&grid.places(number));
        let row = engine.full(&variant, &fold.train, &engine.settings).unwrap().row;
        if 0 < row.trades && best.as_ref().is_none_or(|it| it.0 < row.net_profit) {
            best = Some((row.net_profit, variant));
        }
    }
    best.unwrap().1
}

#[test]
fn a_walk_is_what_its_windows_are() {
    let walk = walk(None);
    assert_eq!((walk.walked.len(), walk.runs, walk.is_partial), (4, 16, false));
    assert_eq!(walk.equity.len(), walk.window.len());
    let profits: Amount = walk.trades.iter().map(|it| it.profit).sum();
    assert_eq!(walk.total.unwrap().net_profit, profits);
    assert_eq!(walk.variants.len(), 4);
}

#[test]
fn what_was_walked_before_it_was_stopped_stays() {
    let walk = walk(Some(2));
    assert_eq!((walk.walked.len(), walk.is_partial), (2, true));
}

/// Every row of every window, as it comes.
#[derive(Default)]
struct Kept(BTreeMap<(usize, Places), Row>);

impl Rows for Kept {
    fn known(&self, _window: &Range<usize>, _places: &[u64]) -> Option<Row> {
        None
    }

    fn done(&mut self, fold: usize, _window: &Range<usize>, done: &Done<'_>) -> ControlFlow<()> {
        self.0.insert((fold, done.places.to_vec()), done.row.clone());
        ControlFlow::Continue(())
    }
}

/// Walks by the kernel and by the engine, with Kraken's fees: every row of every window is the
/// same, and so is everything that comes of it. Says how many rows the kernel knew by itself.
fn twins(settings: &BacktestSettings, grid: &[&str], anchored: bool, seed: u64) -> u64 {
    let mut candles = candles(seed, 24 * 50, 0.2);
    let mut prng = backtest_statistics::Prng::from_seed(seed);
    candles.retain(|_| prng.below(20) != 0);
    let engine =
        || EngineEvaluate { candles: &candles, settings: settings.clone(), build: &built_in };
    let grid = Grid::parse(grid).unwrap();
    let request = WalkForwardRequest {
        sweep: SweepRequest {
            grid: &grid,
            search: SearchKind::Grid,
            samples: 0,
            seed: 1,
            metric: Metric::Sharpe,
            want: Want::Curve,
            window: 0..0,
            threads: 2,
        },
        folds: folds(15, 7, 1, anchored).cut(&candles, &(30..candles.len())).unwrap(),
    };
    let never = AtomicBool::new(false);
    let (engine, kernel) = (engine(), KernelEvaluate::new(engine()));
    let (mut slow, mut fast) = (Kept::default(), Kept::default());
    let by_engine = walk_forward(&request, (&engine, &engine), &mut slow, &never).unwrap();
    let by_kernel = walk_forward(&request, (&kernel, &engine), &mut fast, &never).unwrap();
    assert_eq!(fast.0, slow.0, "{grid:?} {seed}");
    assert_eq!(format!("{by_kernel:?}"), format!("{by_engine:?}"), "{grid:?} {seed}");
    assert!(2 < by_kernel.walked.len());
    let by = kernel.evaluated_by();
    assert_eq!(by.kernel + by.engine.values().sum::<u64>(), fast.0.len() as u64);
    by.kernel
}

#[test]
fn the_kernel_walks_as_the_engine_does() {
    let rules = {
        use strategies::rules::{Rule, RuleSet};
        let texts = [
            (Rule::Enter, "ema(close, fast) > ema(close, 30) and rsi(close, 14) < 70".to_owned()),
            (Rule::Exit, "close < h4.sma(close, 5)".to_owned()),
            (Rule::Stop, "2 * atr(10)".to_owned()),
        ];
        RuleSet::new(&texts, vec![("fast".to_owned(), 5.0)]).unwrap().spec(hourly())
    };
    let mut known = 0;
    for seed in 0..6 {
        for (strategy, grid) in [
            ("sma_cross", vec!["fast=3..9:3", "slow=12,40"]),
            ("donchian", vec!["entry=10,30", "exit=4,9"]),
            ("rsi_reversion", vec!["period=5,14", "low=30,40", "stop=2%,2*atr(9)"]),
            ("rules", vec!["fast=3..12:3"]),
        ] {
            let mut settings = settings(strategy, 0);
            settings.rules.fees = trading_types::FeeSchedule::kraken_spot();
            if strategy == "rules" {
                settings.strategy = rules.clone();
            }
            known += twins(&settings, &grid, seed % 2 == 0, seed);
        }
    }
    assert!(400 < known, "{known} rows by the kernel");
}

/// Makes a little more of everything than the engine does.
struct Liar<'a>(EngineEvaluate<'a>);

impl Evaluate for Liar<'_> {
    fn name(&self) -> &'static str {
        "liar"
    }

    fn check(&self, variant: &Variant) -> Result<(), Unfit> {
        self.0.check(variant)
    }

    fn tile(&self) -> usize {
        1
    }

    fn evaluate(
        &self,
        variants: &[Variant],
        window: &Range<usize>,
        want: Want,
    ) -> Result<Vec<Row>, EvaluateError> {
        let mut rows = self.0.evaluate(variants, window, want)?;
        for row in &mut rows {
            row.net_profit += Amount::from_units(1);
        }
        Ok(rows)
    }
}

#[test]
fn what_is_chosen_has_to_be_what_the_engine_says() {
    let candles = candles(3, 24 * 60, 0.2);
    let engine = || EngineEvaluate {
        candles: &candles,
        settings: settings("sma_cross", 5),
        build: &built_in,
    };
    let grid = Grid::parse(&["fast=5,10"]).unwrap();
    let request = WalkForwardRequest {
        sweep: SweepRequest {
            grid: &grid,
            search: SearchKind::Grid,
            samples: 0,
            seed: 1,
            metric: Metric::NetProfit,
            want: Want::Curve,
            window: 0..0,
            threads: 1,
        },
        folds: folds(20, 10, 0, false).cut(&candles, &(0..candles.len())).unwrap(),
    };
    let (never, mut rows) = (AtomicBool::new(false), StopIn(None));
    let error = walk_forward(&request, (&Liar(engine()), &engine()), &mut rows, &never);
    assert!(matches!(error, Err(SweepError::Differs(_))), "{error:?}");
}
