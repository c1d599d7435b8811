//! The seam between what names variants and what runs them: variants and a window of candles in,
//! one row of figures each out.
//!
//! **Law.** A row depends on its variant and its window and on nothing else: not on the variants
//! beside it, not on the thread, not on what ran before.

use std::ops::Range;

use backtest_statistics::{BlockSums, Sums};
use serde::{Deserialize, Serialize};
use trading_types::Amount;

/// Blocks into which a window is cut, for the probability of overfitting.
pub const BLOCKS: usize = backtest_statistics::overfitting::BLOCKS_MAX;

/// One variant of a strategy: the settings in which it differs from the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Names and values.
    pub settings: Vec<(String, String)>,
}

impl std::fmt::Display for Variant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<_> =
            self.settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
        f.pad(&parts.join(" "))
    }
}

/// How much is wanted of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// What trades say: nothing has to be known between them.
    Trades,
    /// The equity at every candle's close too.
    Curve,
}

/// The figures of one variant in one window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Quote asset at the start.
    pub cash_start: Amount,
    /// What everything was worth at the end, everything sold, all costs paid.
    pub equity_end: Amount,
    /// What was won after all costs.
    pub net_profit: Amount,
    /// What would have been won on the same trades without costs.
    pub gross_profit_before_costs: Amount,
    /// Fees paid.
    pub fees: Amount,
    /// Lost to slippage.
    pub slippage_cost: Amount,
    /// Quote asset that changed hands.
    pub traded: Amount,
    /// Round trips.
    pub trades: u64,
    /// Round trips that won after fees.
    pub wins: u64,
    /// What was won divided by what was lost.
    pub profit_factor: Option<f64>,
    /// What the equity did on the way, where it was wanted.
    pub curve: Option<CurveRow>,
}

/// What the equity of one variant did on the way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurveRow {
    /// Candles in the window.
    pub candles: u64,
    /// The deepest fall from a peak, at candle closes.
    pub max_drawdown: f64,
    /// The part of the candles at whose close something was held.
    pub exposure: f64,
    /// Yearly Sharpe ratio of the returns per candle.
    pub sharpe: Option<f64>,
    /// Yearly Sortino ratio.
    pub sortino: Option<f64>,
    /// The yearly rate of growth.
    pub yearly_growth: f64,
    /// That rate divided by the deepest fall.
    pub calmar: Option<f64>,
    /// Sums of powers of the returns per candle.
    pub sums: Sums,
    /// Sums of each of [`BLOCKS`] blocks of the window.
    pub blocks: Vec<BlockSums>,
}

/// Why a variant cannot be run. Sorted by what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Pass this one over: its values do not fit together, others' may.
    #[error("{0}")]
    Contradiction(String),
    /// Correct the request: no variant can be run like this.
    #[error("{what}")]
    Wrong {
        /// What is wrong.
        what: String,
        /// What to do about it.
        hint: Option<String>,
    },
}

/// Running failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvaluateError {
    /// A variant that was not checked, or not well.
    #[error("the variant {variant} cannot be run: {reason}")]
    Unfit {
        /// Which.
        variant: Variant,
        /// Why.
        reason: Unfit,
    },
    /// The settings that all share do not fit together.
    #[error("{0}")]
    Settings(String),
    /// A window without a candle.
    #[error("there is no candle to test on")]
    NoCandles,
}

/// Runs variants of one strategy over candles that it has.
pub trait Evaluate: Sync {
    /// What it is called in results.
    fn name(&self) -> &'static str;

    /// Whether a variant can be run at all; it costs next to nothing.
    fn check(&self, variant: &Variant) -> Result<(), Unfit>;

    /// How many variants it likes to be given at once. Rows must not depend on it.
    fn tile(&self) -> usize;

    /// Runs checked variants over the candles in `window`, in their order.
    ///
    /// What happened before the window is known to the strategy, as far as it looks back; it begins
    /// to trade with the window's first candle.
    fn evaluate(
        &self,
        variants: &[Variant],
        window: &Range<usize>,
        want: Want,
    ) -> Result<Vec<Row>, EvaluateError>;

    /// Whether its threads share what they compute: then it is given one tile after the other, to
    /// be spread over all threads ([`Self::evaluate_on`]), and not a tile for each thread.
    fn is_threaded(&self) -> bool {
        false
    }

    /// [`Self::evaluate`] on so many threads, if it can. Rows must not depend on them.
    fn evaluate_on(
        &self,
        _threads: usize,
        variants: &[Variant],
        window: &Range<usize>,
        want: Want,
    ) -> Result<Vec<Row>, EvaluateError> {
        self.evaluate(variants, window, want)
    }
}
