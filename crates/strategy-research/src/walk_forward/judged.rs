//! What is asked about a walk-forward before it is believed.

use backtest_statistics::Trials;

use crate::{
    costs::{COSTS, CostRow, with_costs},
    engine_evaluate::EngineEvaluate,
    evaluate::{EvaluateError, Row},
    judge::{DRAWS, Description, Judgement, Luck, timing_after},
    timing::timing,
    walk_forward::WalkForward,
};

/// Judges what was traded in windows that nothing was chosen in, and the sum of its rows. Nothing
/// was traded: no judgement.
pub fn judge_walk(
    evaluator: &EngineEvaluate<'_>,
    walk: &WalkForward,
    procedures: Trials,
    seed: u64,
) -> Result<(Judgement, Row), EvaluateError> {
    let total = walk.total.clone().ok_or(EvaluateError::NoCandles)?;
    let candles = &evaluator.candles[walk.window.clone()];
    let costs = total.fees + total.slippage_cost;
    let curve = (walk.equity.as_slice(), walk.trades.as_slice());
    let luck = Luck::of(evaluator, &walk.equity, procedures);
    let same_exposure = timing(candles, &walk.trades, (costs, total.traded), (DRAWS, seed));
    let judgement = Judgement {
        figures: Description::of(evaluator, candles, &total, curve, seed),
        timing: timing_after(same_exposure.as_ref(), luck.as_ref()),
        luck,
        overfitting: None,
        same_exposure,
        plateau: None,
        costs: cost_rows(evaluator, walk)?,
    };
    Ok((judgement, total))
}

/// The same choices traded with other costs.
fn cost_rows(
    evaluator: &EngineEvaluate<'_>,
    walk: &WalkForward,
) -> Result<Vec<CostRow>, EvaluateError> {
    let rows = COSTS.map(|percent| {
        let mut settings = with_costs(&evaluator.settings, percent);
        let start = settings.cash;
        let mut costs = trading_types::Amount::ZERO;
        let mut equity = Vec::with_capacity(walk.equity.len());
        for (fold, variant) in &walk.chosen {
            if let Some(variant) = variant {
                let mut run = evaluator.full(variant, fold, &settings)?;
                settings.cash = run.row.equity_end;
                costs += run.row.fees + run.row.slippage_cost;
                equity.append(&mut run.equity);
            } else {
                equity.extend(fold.clone().map(|_| settings.cash));
            }
        }
        let luck = Luck::of(evaluator, &equity, Trials { count: 1, variance: 0.0 });
        let sharpe = luck.map(|it| it.sharpe);
        Ok(CostRow { percent, net_profit: settings.cash - start, costs, sharpe })
    });
    rows.into_iter().collect()
}
