//! Windows never overlap what is traded in them, and a walk is what its windows are.

use proptest::prelude::*;

use super::*;
use crate::{
    evaluate::Want,
    grid::Grid,
    metric::Metric,
    samples::{built_in, candles, settings},
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
