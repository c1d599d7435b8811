//! What a sweep prints as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use strategy_research::{Evaluate, Judgement, KernelEvaluate, Metric, Row, Verdict, sweep::Tried};
use trading_types::{Amount, Pair, Timestamp};

/// A sweep. Money is decimal text, statistics are numbers.
#[derive(Serialize)]
pub(crate) struct SweepDocument {
    pub(crate) pair: Pair,
    pub(crate) interval: u32,
    pub(crate) candles: usize,
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    pub(crate) strategy: String,
    pub(crate) grid: Vec<String>,
    pub(crate) search: String,
    pub(crate) metric: Metric,
    #[serde(flatten)]
    pub(crate) evaluated: Evaluated,
    /// Variants that were run.
    pub(crate) tried: usize,
    /// Variants that contradict themselves.
    pub(crate) impossible: u64,
    /// Variants that were ever run on these candles.
    pub(crate) tried_ever: u64,
    pub(crate) partial: bool,
    /// The best, in order.
    pub(crate) rows: Vec<RowView>,
    pub(crate) judgement: Option<Judgement>,
    pub(crate) holdout: HoldoutView,
    pub(crate) verdict: Option<Verdict>,
}

/// What ran the variants.
#[derive(Serialize)]
pub(crate) struct Evaluated {
    pub(crate) evaluated_by: &'static str,
    /// How many variants the engine ran instead, and why.
    pub(crate) left_to_engine: BTreeMap<String, u64>,
}

impl Evaluated {
    pub(crate) fn by(kernel: &KernelEvaluate<'_>) -> Self {
        let by = kernel.evaluated_by();
        let left = by.engine.iter().map(|(why, count)| (why.to_string(), *count));
        Self {
            // Rows that were known from before say nothing against the kernel.
            evaluated_by: if 0 < by.kernel || by.engine.is_empty() {
                kernel.name()
            } else {
                kernel.engine().name()
            },
            left_to_engine: left.collect(),
        }
    }
}

impl std::fmt::Display for Evaluated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { evaluated_by, left_to_engine } = self;
        write!(f, "evaluated by the {evaluated_by}")?;
        for (why, count) in left_to_engine {
            let engine = if *evaluated_by == "engine" { "" } else { " by the engine" };
            write!(f, "; {count}{engine}, because {why}")?;
        }
        Ok(())
    }
}

/// What is kept apart.
#[derive(Serialize)]
pub(crate) struct HoldoutView {
    pub(crate) candles: usize,
    pub(crate) from: Option<Timestamp>,
    /// Variants of sweeps that have seen some of it.
    pub(crate) seen: u64,
    /// How often it was looked at.
    pub(crate) openings: u64,
    /// What the best made of it, where it was looked at.
    pub(crate) row: Option<RowView>,
}

/// A row as people and scripts read it.
#[derive(Clone, Serialize)]
pub(crate) struct RowView {
    pub(crate) settings: BTreeMap<String, String>,
    pub(crate) net_profit: Amount,
    pub(crate) equity_end: Amount,
    pub(crate) gross_profit_before_costs: Amount,
    pub(crate) fees: Amount,
    pub(crate) slippage_cost: Amount,
    pub(crate) trades: u64,
    pub(crate) wins: u64,
    pub(crate) profit_factor: Option<f64>,
    pub(crate) sharpe: Option<f64>,
    pub(crate) sortino: Option<f64>,
    pub(crate) calmar: Option<f64>,
    pub(crate) yearly_growth: Option<f64>,
    pub(crate) max_drawdown: Option<f64>,
    pub(crate) exposure: Option<f64>,
}

impl RowView {
    pub(crate) fn of(tried: &Tried) -> Self {
        Self::of_row(&tried.variant.settings, &tried.row)
    }

    pub(crate) fn of_row(settings: &[(String, String)], row: &Row) -> Self {
        let curve = row.curve.as_ref();
        Self {
            settings: settings.iter().cloned().collect(),
            net_profit: row.net_profit,
            equity_end: row.equity_end,
            gross_profit_before_costs: row.gross_profit_before_costs,
            fees: row.fees,
            slippage_cost: row.slippage_cost,
            trades: row.trades,
            wins: row.wins,
            profit_factor: row.profit_factor,
            sharpe: curve.and_then(|it| it.sharpe),
            sortino: curve.and_then(|it| it.sortino),
            calmar: curve.and_then(|it| it.calmar),
            yearly_growth: curve.map(|it| it.yearly_growth),
            max_drawdown: curve.map(|it| it.max_drawdown),
            exposure: curve.map(|it| it.exposure),
        }
    }
}
