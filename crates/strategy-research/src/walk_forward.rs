//! Walk-forward: the best of one window is traded in the next, which it has never seen.
//!
//! **Law.** Nothing of a test window, and nothing of the gap before it, reaches the choice that is
//! traded in it. The money goes on from window to window.

mod judged;

use std::{
    collections::BTreeMap,
    ops::{ControlFlow, Range},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use backtester::{BacktestSettings, TradeRecord};
use serde::Serialize;
use trading_types::{Amount, Candle, Timestamp};

use crate::{
    engine_evaluate::EngineEvaluate,
    evaluate::{Evaluate, Row, Variant, Want},
    kernel::Difference,
    search::Places,
    sweep::{Done, SweepError, SweepRequest, Tried, sweep},
};

pub use self::judged::judge_walk;

/// The most windows of one walk-forward.
const FOLDS_MAX: usize = 10_000;

/// How a history is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Folds {
    /// The length of a window that is chosen in.
    pub train: Duration,
    /// The length of a window that is traded in.
    pub test: Duration,
    /// Left out between the two, from the end of the first: purge and embargo together.
    pub gap: Duration,
    /// Whether choosing always looks back to the beginning.
    pub anchored: bool,
}

/// A window that is chosen in, and the one that is traded in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Candles that are chosen from.
    pub train: Range<usize>,
    /// Candles that are traded.
    pub test: Range<usize>,
}

/// Why a history cannot be cut like that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// Shorter windows, or more candles.
    #[error(
        "{have} days of candles are too few for {train} days to choose in, {gap} left out and \
         {test} to trade in"
    )]
    TooLittle {
        /// Days there are.
        have: u64,
        /// Days asked for.
        train: u64,
        /// Days asked for.
        gap: u64,
        /// Days asked for.
        test: u64,
    },
    /// Longer windows.
    #[error(
        "there would be {0} windows, more than the {FOLDS_MAX} that are walked; make --test longer"
    )]
    TooMany(u64),
    /// Longer windows.
    #[error("the window from {0} has no candle; make --train and --test longer")]
    NoCandles(Timestamp),
}

impl Folds {
    /// Cuts candles, which are in order, within `window`.
    ///
    /// The last window that is traded is what is left; it is walked when it is half as long as the
    /// others or longer.
    pub fn cut(&self, candles: &[Candle], window: &Range<usize>) -> Result<Vec<Fold>, FoldError> {
        let days = |it: Duration| it.as_secs() / 86_400;
        let span = &candles[window.clone()];
        let (Some(first), Some(last)) = (span.first(), span.last()) else {
            return Err(FoldError::NoCandles(Timestamp::EPOCH));
        };
        let have = last.start.since(first.start);
        let before = self.train + self.gap;
        if have < before + self.test / 2 {
            let Self { train, test, gap, .. } = *self;
            let (train, test, gap) = (days(train), days(test), days(gap));
            return Err(FoldError::TooLittle { have: days(have), train, gap, test });
        }
        let count = (have.saturating_sub(before)).as_nanos() / self.test.as_nanos().max(1) + 1;
        if (FOLDS_MAX as u128) < count {
            return Err(FoldError::TooMany(u64::try_from(count).unwrap_or(u64::MAX)));
        }
        let place = |time: Timestamp| window.start + span.partition_point(|it| it.start < time);
        let mut folds = Vec::new();
        let mut test_from = first.start + before;
        while test_from <= last.start && self.test / 2 <= last.start.since(test_from) {
            let train_to = test_from - self.gap;
            let train_from = if self.anchored { first.start } else { train_to - self.train };
            let train = place(train_from)..place(train_to);
            let test = place(test_from)..place(test_from + self.test);
            if train.is_empty() || test.is_empty() {
                let from = if train.is_empty() { train_from } else { test_from };
                return Err(FoldError::NoCandles(from));
            }
            folds.push(Fold { train, test });
            test_from = test_from + self.test;
        }
        Ok(folds)
    }
}

/// What is to be walked.
pub struct WalkForwardRequest<'a> {
    /// What is swept in each window; its own window is not looked at.
    pub sweep: SweepRequest<'a>,
    /// The windows.
    pub folds: Vec<Fold>,
}

/// One window that was chosen in and one that was traded.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Walked {
    /// Where it was chosen.
    pub train_from: Timestamp,
    /// The end of that window.
    pub train_to: Timestamp,
    /// Where it was traded.
    pub test_from: Timestamp,
    /// The end of that window.
    pub test_to: Timestamp,
    /// Variants it was chosen from.
    pub tried: u64,
    /// What was chosen; nothing where none had the figure, and then nothing was traded.
    pub variant: Option<Variant>,
    /// The figure by which it was chosen.
    pub train_figure: Option<f64>,
    /// The same figure where it was traded.
    pub test_figure: Option<f64>,
    /// Yearly Sharpe ratio where it was chosen.
    pub train_sharpe: Option<f64>,
    /// Yearly Sharpe ratio where it was traded.
    pub test_sharpe: Option<f64>,
    /// What came of it.
    pub row: Option<Row>,
}

/// What came of walking.
#[derive(Clone, Debug, Default)]
pub struct WalkForward {
    /// Window by window.
    pub walked: Vec<Walked>,
    /// The equity at the close of every candle that was traded, from window to window.
    pub equity: Vec<Amount>,
    /// Every round trip.
    pub trades: Vec<TradeRecord>,
    /// Sums over all windows.
    pub total: Option<Row>,
    /// The candles that were traded.
    pub window: Range<usize>,
    /// What was traded in each window.
    pub chosen: Vec<(Range<usize>, Option<Variant>)>,
    /// Of each variant that was tried its Sharpe ratio per candle, in each of its windows.
    pub variants: Vec<(Variant, Vec<f64>)>,
    /// Variants of all windows together that were run.
    pub runs: u64,
    /// Whether it was stopped before its end.
    pub is_partial: bool,
}

/// Asks for and keeps the rows of one window.
pub trait Rows {
    /// A row that is known from before.
    fn known(&self, window: &Range<usize>, places: &[u64]) -> Option<Row>;

    /// A row that was run; it may end everything.
    fn done(&mut self, fold: usize, window: &Range<usize>, done: &Done<'_>) -> ControlFlow<()>;
}

/// Walks. `fast` evaluates the variants to choose from, `engine` looks at what was chosen once more
/// and trades it.
pub fn walk_forward(
    request: &WalkForwardRequest<'_>,
    (fast, engine): (&dyn Evaluate, &EngineEvaluate<'_>),
    rows: &mut dyn Rows,
    stop: &AtomicBool,
) -> Result<WalkForward, SweepError> {
    let mut walk = Walk {
        is_checked: fast.name() != engine.name(),
        engine,
        cash: engine.settings.cash,
        result: WalkForward::default(),
        variants: BTreeMap::new(),
    };
    for (at, fold) in request.folds.iter().enumerate() {
        let train = SweepRequest { window: fold.train.clone(), ..request.sweep.clone() };
        let rows = std::cell::RefCell::new(&mut *rows);
        let known = |places: &[u64]| rows.borrow().known(&fold.train, places);
        // Also said of the last row of a window, after which nothing is missing there.
        let mut is_over = false;
        let mut watch = |done: &Done<'_>| {
            let flow = rows.borrow_mut().done(at, &fold.train, done);
            is_over |= flow.is_break();
            flow
        };
        let swept = sweep(&train, fast, &known, stop, &mut watch)?;
        if swept.is_partial || is_over || stop.load(Ordering::Relaxed) {
            walk.result.is_partial = true;
            break;
        }
        walk.trade(request, fold, &swept)?;
    }
    Ok(walk.finish())
}

struct Walk<'a> {
    /// Whether what is chosen was evaluated by something else than the engine.
    is_checked: bool,
    engine: &'a EngineEvaluate<'a>,
    cash: Amount,
    result: WalkForward,
    variants: BTreeMap<Places, (Variant, Vec<f64>)>,
}

impl Walk<'_> {
    fn trade(
        &mut self,
        request: &WalkForwardRequest<'_>,
        fold: &Fold,
        swept: &crate::sweep::Swept,
    ) -> Result<(), SweepError> {
        let metric = request.sweep.metric;
        self.result.runs += swept.tried.len() as u64;
        for tried in &swept.tried {
            let entry = self.variants.entry(tried.places.clone());
            let (_, ratios) = entry.or_insert_with(|| (tried.variant.clone(), Vec::new()));
            ratios.push(ratio_per_candle(&tried.row));
        }
        let sharpe = |row: &Row| row.curve.as_ref().and_then(|it| it.sharpe);
        let best = swept.best(metric);
        let row = if let Some(best) = best {
            self.check(best, &fold.train)?;
            Some(self.trade_one(&best.variant, fold)?)
        } else {
            self.result.equity.extend(fold.test.clone().map(|_| self.cash));
            None
        };
        self.result.chosen.push((fold.test.clone(), best.map(|it| it.variant.clone())));
        let [train_from, train_to] = self.times(&fold.train);
        let [test_from, test_to] = self.times(&fold.test);
        self.result.walked.push(Walked {
            train_from,
            train_to,
            test_from,
            test_to,
            tried: swept.tried.len() as u64,
            variant: best.map(|it| it.variant.clone()),
            train_figure: best.and_then(|it| metric.figure(&it.row)),
            test_figure: row.as_ref().and_then(|it| metric.figure(it)),
            train_sharpe: best.and_then(|it| sharpe(&it.row)),
            test_sharpe: row.as_ref().and_then(sharpe),
            row: row.map(|it| Row { curve: None, ..it }),
        });
        let from =
            if self.result.window.is_empty() { fold.test.start } else { self.result.window.start };
        self.result.window = from..fold.test.end;
        Ok(())
    }

    /// What is chosen was chosen for its figures: the engine has to say the same.
    fn check(&self, best: &Tried, window: &Range<usize>) -> Result<(), SweepError> {
        if !self.is_checked {
            return Ok(());
        }
        let engine = self.engine.row(&best.variant, window, Want::Trades)?;
        match Difference::between(best, engine) {
            Some(difference) => Err(SweepError::Differs(difference.to_string())),
            None => Ok(()),
        }
    }

    fn trade_one(&mut self, variant: &Variant, fold: &Fold) -> Result<Row, SweepError> {
        let settings = BacktestSettings { cash: self.cash, ..self.engine.settings.clone() };
        let mut run = self.engine.full(variant, &fold.test, &settings)?;
        // What is held at the end of a window is sold there.
        if let Some(last) = run.equity.last_mut() {
            *last = run.row.equity_end;
        }
        self.cash = run.row.equity_end;
        self.result.equity.append(&mut run.equity);
        self.result.trades.append(&mut run.trades);
        let total = self.result.total.take();
        self.result.total = Some(match total {
            Some(total) => joined(&total, &run.row),
            None => Row { curve: None, ..run.row.clone() },
        });
        Ok(run.row)
    }

    fn times(&self, window: &Range<usize>) -> [Timestamp; 2] {
        let candles = &self.engine.candles[window.clone()];
        let end = self.engine.settings.interval.duration();
        let first = candles.first().map_or(Timestamp::EPOCH, |it| it.start);
        [first, candles.last().map_or(Timestamp::EPOCH, |it| it.start + end)]
    }

    fn finish(mut self) -> WalkForward {
        self.result.variants = self.variants.into_values().collect();
        self.result
    }
}

/// Both in a row.
fn joined(one: &Row, other: &Row) -> Row {
    Row {
        cash_start: one.cash_start,
        equity_end: other.equity_end,
        net_profit: one.net_profit + other.net_profit,
        gross_profit_before_costs: one.gross_profit_before_costs + other.gross_profit_before_costs,
        fees: one.fees + other.fees,
        slippage_cost: one.slippage_cost + other.slippage_cost,
        traded: one.traded + other.traded,
        trades: one.trades + other.trades,
        wins: one.wins + other.wins,
        profit_factor: None,
        curve: None,
    }
}

/// The Sharpe ratio per candle of a row; zero where nothing moved.
#[expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]
pub fn ratio_per_candle(row: &Row) -> f64 {
    let moments = row.curve.as_ref().and_then(|it| it.sums.moments());
    moments.map_or(0.0, |it| it.mean / it.deviation)
}

#[cfg(test)]
mod tests;
