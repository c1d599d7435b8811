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
mod board;
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
mod walk;

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{
        Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use backtester::TradeRecord;
use trading_engine::{KillLimits, RiskLimits};

use self::{
    account::{Account, Shared},
    columns::Columns,
    curve::Curve,
    market::{Closes, Facts},
    money::Money,
    plan::Planner,
    walk::{Run, Walk},
};
pub use self::{check::Difference, refusal::EngineOnly};
use crate::{
    engine_evaluate::{EngineEvaluate, calendar_years},
    evaluate::{Evaluate, EvaluateError, Row, Unfit, Variant, Want},
};

/// Candles times variants that one call likes to be given: a second's work.
const WORK: usize = 1_400_000_000;
/// The most variants at once: what they share then stays within some megabytes.
const VARIANTS_MAX: usize = 2_500;
/// Variants at once where the engine has to run each of them.
const LEFT_TO_ENGINE: usize = 16;

/// Variants by columns and bits, with the engine for those that need it.
pub struct KernelEvaluate<'a> {
    engine: EngineEvaluate<'a>,
    money: Result<Money, EngineOnly>,
    closes: Option<Closes>,
    facts: Facts,
    by_kernel: AtomicU64,
    left: [AtomicU64; EngineOnly::ALL.len()],
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
            left: std::array::from_fn(|_| AtomicU64::new(0)),
        }
    }

    /// The engine behind it.
    pub const fn engine(&self) -> &EngineEvaluate<'a> {
        &self.engine
    }

    /// Which variants were evaluated by what, so far.
    pub fn evaluated_by(&self) -> EvaluatedBy {
        let counts = EngineOnly::ALL.into_iter().zip(&self.left);
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
        let mut answers = self.answers(std::slice::from_ref(variant), window, want, (true, 1));
        let (row, trades) = answers.pop().unwrap_or(Err(EngineOnly::Strategy))?;
        Ok((row, trades.unwrap_or_default()))
    }

    /// What the kernel knows of variants, in their order.
    fn answers(
        &self,
        variants: &[Variant],
        window: &Range<usize>,
        want: Want,
        (lists, threads): (bool, usize),
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
        let interval = planner.interval;
        let (mut answers, mut runs) = (Vec::with_capacity(variants.len()), Vec::new());
        for (place, variant) in variants.iter().enumerate() {
            let plan = planner.plan(&self.engine.spec(variant)).and_then(|plan| {
                let is_level = plan.stop.is_some() || plan.target.is_some();
                let is_known = !is_level || self.facts.is_sane;
                if is_known { Ok(plan) } else { Err(EngineOnly::Candles) }
            });
            // Whoever walks has no answer yet.
            answers.push(Err(plan.err().unwrap_or(EngineOnly::Strategy)));
            if let Ok(plan) = plan {
                let mut account = Account::new(money, plan.from);
                account.list = lists.then(Vec::new);
                account.curve = (want == Want::Curve)
                    .then(|| Box::new(Curve::new(money.cash, interval, window.len())));
                runs.push(Run { place, plan, account });
            }
        }
        if runs.is_empty() {
            return answers;
        }
        let candles = self.engine.candles;
        let shared = Shared { money, candles, interval, least: self.facts.least };
        let Planner { columns, ref graph, tick, .. } = planner;
        let closes = self.closes.as_ref();
        let walk = Walk { shared, closes, graph, tick, window: window.clone() };
        let runs = walk.run(columns, runs, threads);
        let years = calendar_years(&candles[window.clone()], interval);
        for Run { place, mut account, .. } in runs {
            account.finish(shared, &candles[window.end - 1]);
            answers[place] = match account.abandoned() {
                Some(reason) => Err(reason),
                None => Ok(account.row(money, years)),
            };
        }
        answers
    }

    /// Rows by the engine of those to which the kernel has no answer, on as many threads.
    #[expect(clippy::disallowed_methods, reason = "each of them takes long")]
    fn by_engine(
        &self,
        left: &[&Variant],
        window: &Range<usize>,
        want: Want,
        threads: usize,
    ) -> Vec<Result<Row, EvaluateError>> {
        let next = AtomicUsize::new(0);
        let rows: Vec<_> = left.iter().map(|_| Mutex::new(None)).collect();
        let work = || {
            while let Some((variant, row)) = {
                let at = next.fetch_add(1, Ordering::Relaxed);
                left.get(at).zip(rows.get(at))
            } {
                let found = self.engine.row(variant, window, want);
                *row.lock().expect("nobody panics who has it") = Some(found);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads.min(left.len()) {
                scope.spawn(work);
            }
            work();
        });
        let row = |row: Mutex<Option<_>>| row.into_inner().expect("nobody panics who has it");
        rows.into_iter().map(|it| row(it).expect("each was run")).collect()
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
        if self.money.is_err() || !plan::is_known(&self.engine.settings.strategy.name) {
            return LEFT_TO_ENGINE;
        }
        (WORK / self.engine.candles.len().max(1)).clamp(1, VARIANTS_MAX)
    }

    fn is_threaded(&self) -> bool {
        true
    }

    fn evaluate(
        &self,
        variants: &[Variant],
        window: &Range<usize>,
        want: Want,
    ) -> Result<Vec<Row>, EvaluateError> {
        self.evaluate_on(1, variants, window, want)
    }

    fn evaluate_on(
        &self,
        threads: usize,
        variants: &[Variant],
        window: &Range<usize>,
        want: Want,
    ) -> Result<Vec<Row>, EvaluateError> {
        if window.is_empty() || self.engine.candles.len() < window.end {
            return Err(EvaluateError::NoCandles);
        }
        let answers = self.answers(variants, window, want, (false, threads));
        let left = answers.iter().zip(variants).filter(|(answer, _)| answer.is_err());
        let left: Vec<&Variant> = left.map(|(_, variant)| variant).collect();
        let mut left = self.by_engine(&left, window, want, threads).into_iter();
        let row = |answer: Answer| match answer {
            Ok((row, _)) => {
                self.by_kernel.fetch_add(1, Ordering::Relaxed);
                Ok(row)
            }
            Err(reason) => {
                self.left[reason.index()].fetch_add(1, Ordering::Relaxed);
                left.next().expect("each that is left was run")
            }
        };
        answers.into_iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests;
