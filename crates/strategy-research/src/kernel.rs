//! Many variants over the same candles at once: what they share is computed once, and where nothing
//! is decided nothing is done.
//!
//! **Law.** A row is the row of the engine that trades live, to the last cent. Whatever the kernel
//! cannot be sure of it leaves to that engine, and says why.
//!
//! Candles are gone through tile by tile. Each number that variants compare is a column of the
//! tile, each condition a row of bits; an account looks only at the candles at which its wishes
//! change, and at the candles it holds something through where there is a stop or a target.

mod account;
mod bollinger;
mod check;
mod columns;
mod curve;
mod exits;
mod market;
mod money;
mod plan;
mod refusal;
mod volume;

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
};

use backtester::TradeRecord;
use trading_engine::{KillLimits, RiskLimits};

use self::{
    account::{Account, Shared, Wishes},
    columns::Columns,
    curve::Curve,
    exits::levels,
    market::{Closes, Facts, TILE, Tile},
    money::Money,
    plan::{Plan, Planner},
};
pub use self::{check::Difference, refusal::EngineOnly};
use crate::{
    engine_evaluate::{EngineEvaluate, calendar_years},
    evaluate::{Evaluate, EvaluateError, Row, Unfit, Variant, Want},
};

/// Candles times variants that one call likes to be given: half a second's work.
const WORK: usize = 1_400_000_000;
/// The most variants at once: what they share then stays within some megabytes.
const VARIANTS_MAX: usize = 2_500;

/// Variants by columns and bits, with the engine for those that need it.
pub struct KernelEvaluate<'a> {
    engine: EngineEvaluate<'a>,
    money: Result<Money, EngineOnly>,
    closes: Option<Closes>,
    facts: Facts,
    by_kernel: AtomicU64,
    by_engine: [AtomicU64; EngineOnly::ALL.len()],
}

/// Which variants were evaluated by what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EvaluatedBy {
    /// By the kernel.
    pub kernel: u64,
    /// By the engine, and why.
    pub engine: BTreeMap<EngineOnly, u64>,
}

/// One variant by the kernel: its row and trades, or why it has none.
type Answer = Result<(Row, Option<Vec<TradeRecord>>), EngineOnly>;

impl<'a> KernelEvaluate<'a> {
    /// The kernel in front of an engine.
    pub fn new(engine: EngineEvaluate<'a>) -> Self {
        let settings = &engine.settings;
        let money = if settings.partial_fills != exchange_simulator::PartialFills::NONE {
            Err(EngineOnly::PartialFills)
        } else if settings.risk != RiskLimits::unlimited() {
            Err(EngineOnly::RiskLimits)
        } else if settings.kill != KillLimits::default() {
            Err(EngineOnly::KillSwitch)
        } else {
            Money::new(settings)
        };
        let facts = Facts::of(engine.candles);
        let money = match money {
            Ok(money) if !money.is_flat() && !facts.is_on_minutes => Err(EngineOnly::Fees),
            known => known,
        };
        let is_bands = settings.strategy.name == plan::BOLLINGER;
        let closes = money.as_ref().ok().and_then(|_| Closes::new(engine.candles, is_bands));
        Self {
            engine,
            money,
            closes,
            facts,
            by_kernel: AtomicU64::new(0),
            by_engine: std::array::from_fn(|_| AtomicU64::new(0)),
        }
    }

    /// The engine behind it.
    pub const fn engine(&self) -> &EngineEvaluate<'a> {
        &self.engine
    }

    /// Which variants were evaluated by what, so far.
    pub fn evaluated_by(&self) -> EvaluatedBy {
        let counts = EngineOnly::ALL.into_iter().zip(&self.by_engine);
        let counts = counts.map(|(reason, count)| (reason, count.load(Ordering::Relaxed)));
        EvaluatedBy {
            kernel: self.by_kernel.load(Ordering::Relaxed),
            engine: counts.filter(|(_, count)| 0 < *count).collect(),
        }
    }

    /// The row and the trades of a variant, by the kernel alone; or why it has none.
    pub fn alone(
        &self,
        variant: &Variant,
        window: &Range<usize>,
        want: Want,
    ) -> Result<(Row, Vec<TradeRecord>), EngineOnly> {
        let mut answers = self.answers(std::slice::from_ref(variant), window, want, true);
        let (row, trades) = answers.pop().unwrap_or(Err(EngineOnly::Strategy))?;
        Ok((row, trades.unwrap_or_default()))
    }

    /// What the kernel knows of variants, in their order.
    fn answers(
        &self,
        variants: &[Variant],
        window: &Range<usize>,
        want: Want,
        lists: bool,
    ) -> Vec<Answer> {
        let money = match &self.money {
            Ok(money) => money,
            Err(reason) => return vec![Err(*reason); variants.len()],
        };
        let mut planner = Planner {
            columns: Columns::default(),
            graph: strategies::rules::Graph::new(),
            interval: self.engine.settings.interval,
            closes: self.closes.as_ref(),
            start: window.start,
            tick: self.engine.settings.rules.tick,
            is_exact: self.facts.is_exact,
        };
        let mut runs: Vec<Result<(Plan, Account), EngineOnly>> = variants
            .iter()
            .map(|variant| {
                let plan = planner.plan(&self.engine.spec(variant))?;
                if (plan.stop.is_some() || plan.target.is_some()) && !self.facts.is_sane {
                    return Err(EngineOnly::Candles);
                }
                let mut account = Account::new(money, plan.from);
                account.list = lists.then(Vec::new);
                account.curve = (want == Want::Curve)
                    .then(|| Curve::new(money.cash, planner.interval, window.len()));
                Ok((plan, account))
            })
            .collect();
        let interval = planner.interval;
        if runs.iter().any(Result::is_ok) {
            self.walk(planner, &mut runs, window, money);
        }
        let years = calendar_years(&self.engine.candles[window.clone()], interval);
        let answer = |run: Result<(Plan, Account), EngineOnly>| {
            let (_, account) = run?;
            match account.abandoned() {
                Some(reason) => Err(reason),
                None => Ok(account.row(money, years)),
            }
        };
        runs.into_iter().map(answer).collect()
    }

    /// Goes through the candles of a window, tile by tile.
    fn walk(
        &self,
        planner: Planner<'_>,
        runs: &mut [Result<(Plan, Account), EngineOnly>],
        window: &Range<usize>,
        money: &Money,
    ) {
        let candles = self.engine.candles;
        let Planner { mut columns, graph, interval, tick, .. } = planner;
        let shared = Shared { money, candles, interval, least: self.facts.least };
        let mut tile = Tile::default();
        for start in window.clone().step_by(TILE) {
            let range = start..window.end.min(start + TILE);
            tile.fill(money, candles, &range, window.end);
            columns.fill(candles, self.closes.as_ref(), &range);
            for (plan, account) in runs.iter_mut().flatten() {
                let (enter, exit) = (columns.words(plan.enter), columns.words(plan.exit));
                let levels =
                    |at: usize| levels(plan, (&columns, &graph), tick, (at, tile.close[at]));
                account.walk(shared, &tile, Wishes { enter, exit, plan, levels: &levels });
            }
        }
        for (_, account) in runs.iter_mut().flatten() {
            account.finish(shared, &candles[window.end - 1]);
        }
    }
}

impl Evaluate for KernelEvaluate<'_> {
    fn name(&self) -> &'static str {
        "kernel"
    }

    fn check(&self, variant: &Variant) -> Result<(), Unfit> {
        self.engine.check(variant)
    }

    fn tile(&self) -> usize {
        (WORK / self.engine.candles.len().max(1)).clamp(1, VARIANTS_MAX)
    }

    fn evaluate(
        &self,
        variants: &[Variant],
        window: &Range<usize>,
        want: Want,
    ) -> Result<Vec<Row>, EvaluateError> {
        if window.is_empty() || self.engine.candles.len() < window.end {
            return Err(EvaluateError::NoCandles);
        }
        let answers = self.answers(variants, window, want, false);
        let row = |(variant, answer): (&Variant, Answer)| match answer {
            Ok((row, _)) => {
                self.by_kernel.fetch_add(1, Ordering::Relaxed);
                Ok(row)
            }
            Err(reason) => {
                self.by_engine[reason.index()].fetch_add(1, Ordering::Relaxed);
                self.engine.row(variant, window, want)
            }
        };
        variants.iter().zip(answers).map(row).collect()
    }
}

#[cfg(test)]
mod tests;
