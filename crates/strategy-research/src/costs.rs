//! The same variant with other costs: an edge that dies of twice the fees was an edge of rounding.

use std::ops::Range;

use backtester::BacktestSettings;
use serde::{Deserialize, Serialize};
use trading_types::{Amount, Fraction, PairRules};

use crate::{
    engine_evaluate::EngineEvaluate,
    evaluate::{EvaluateError, Variant},
};

/// Fees and slippage in hundredths of what was asked for.
pub const COSTS: [u32; 4] = [50, 100, 150, 200];

/// One variant with costs multiplied.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostRow {
    /// Fees and slippage in hundredths of what was asked for.
    pub percent: u32,
    /// What was won after all costs.
    pub net_profit: Amount,
    /// Fees and slippage paid.
    pub costs: Amount,
    /// Yearly Sharpe ratio.
    pub sharpe: Option<f64>,
}

/// A variant over a window with each of [`COSTS`].
pub fn cost_rows(
    evaluator: &EngineEvaluate<'_>,
    variant: &Variant,
    window: &Range<usize>,
) -> Result<Vec<CostRow>, EvaluateError> {
    let rows = COSTS.map(|percent| {
        let settings = with_costs(&evaluator.settings, percent);
        let row = evaluator.full(variant, window, &settings)?.row;
        let sharpe = row.curve.as_ref().and_then(|it| it.sharpe);
        Ok(CostRow {
            percent,
            net_profit: row.net_profit,
            costs: row.fees + row.slippage_cost,
            sharpe,
        })
    });
    rows.into_iter().collect()
}

/// Settings with costs in hundredths of what they were.
pub fn with_costs(settings: &BacktestSettings, percent: u32) -> BacktestSettings {
    let fees = settings.rules.fees.scaled(percent);
    let slippage = settings.slippage.units() * i64::from(percent) / 100;
    BacktestSettings {
        rules: PairRules { fees, ..settings.rules.clone() },
        slippage: Fraction::from_units(slippage).min(Fraction::ONE),
        ..settings.clone()
    }
}
