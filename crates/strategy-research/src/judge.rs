//! Everything that is asked about the best of many before it is believed.
//!
//! **Law.** The number of variants is the number that was really tried on the data, as the memory
//! has it, and never only those of today.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use std::ops::Range;

use backtest_statistics::{
    Curve, CurveFigures, MonteCarlo, MonthReturn, Overfitting, Resampling, SameExposure,
    SharpeEstimate, TradeFigures, TradeLuck, Trials,
    curve::{periods_per_year, yearly_growth},
    expected_maximum,
    functions::real,
    monthly_returns, normal, probability_of_overfitting, trade_figures,
};
use backtester::TradeRecord;
use serde::{Deserialize, Serialize};
use trading_types::{Amount, Candle, Liquidity};

use crate::{
    costs::{CostRow, cost_rows},
    engine_evaluate::{EngineEvaluate, FullRun, calendar_years},
    evaluate::{BLOCKS, EvaluateError, Row},
    metric::Metric,
    plateau::Plateau,
    sweep::{Swept, Tried},
    timing::timing,
};

/// Histories that are drawn for each question of chance.
pub(crate) const DRAWS: u32 = 1_000;
/// How sure one wants to be.
pub const CONFIDENCE: f64 = 0.95;

/// Whose best is judged.
pub struct Subject<'a> {
    /// The engine over all candles.
    pub evaluator: &'a EngineEvaluate<'a>,
    /// The window that was swept.
    pub window: Range<usize>,
    /// What was swept.
    pub swept: &'a Swept,
    /// The best of it.
    pub best: &'a Tried,
    /// What made it the best.
    pub metric: Metric,
    /// What was ever tried on these candles.
    pub trials: Trials,
    /// Decides what is left to chance.
    pub seed: u64,
}

/// What came of asking. A figure is missing where it cannot be known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// What the curve and the trades say.
    pub figures: Description,
    /// What luck makes of so many trials.
    pub luck: Option<Luck>,
    /// How often the best of one half was below the middle of the other.
    pub overfitting: Option<Overfitting>,
    /// Entries at random, held as long.
    pub same_exposure: Option<SameExposure>,
    /// The probability that the entries are better than the best of as many random ones as
    /// variants were tried.
    pub timing: Option<f64>,
    /// The best variant's neighbors.
    pub plateau: Option<Plateau>,
    /// Other costs.
    pub costs: Vec<CostRow>,
}

/// One run described.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// Years from the first candle to the last.
    pub years: f64,
    /// What came of the cash at the start.
    pub net_profit: Amount,
    /// What came of one held from the first open to the last close, after two fees.
    pub buy_and_hold_growth: f64,
    /// The curve.
    pub curve: CurveFigures,
    /// The trades.
    pub trades: TradeFigures,
    /// The same trades in other orders.
    pub shuffled: Option<TradeLuck>,
    /// Trades drawn from among them.
    pub drawn: Option<TradeLuck>,
    /// Month by month.
    pub months: Vec<MonthReturn>,
}

/// What luck makes of a Sharpe ratio. Ratios are yearly.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Luck {
    /// The ratio.
    pub sharpe: f64,
    /// The same per candle.
    pub sharpe_per_candle: f64,
    /// Variants ever tried on these candles.
    pub trials: u64,
    /// The variance of their ratios, per year.
    pub variance_of_trials: f64,
    /// The variance of the ratios of strategies without any skill, per year.
    pub variance_without_skill: f64,
    /// The variance that luck alone explains, which is what is used: that of the trials, and not
    /// more than a strategy without any skill has.
    pub variance_used: f64,
    /// The best ratio that luck gives among so many.
    pub sharpe_of_luck: f64,
    /// The probability that the truth is above zero, had only one been tried.
    pub probability_alone: f64,
    /// The probability that it is better than luck: the deflated Sharpe ratio.
    pub deflated: f64,
    /// Years of candles until such a ratio proves to be better than luck.
    pub years_needed: Option<f64>,
    /// Years of candles there are: fewer than the calendar's where candles are missing.
    pub years_of_candles: f64,
}

/// Judges the best of a sweep.
pub fn judge(subject: &Subject<'_>) -> Result<(Judgement, FullRun), EvaluateError> {
    let Subject { evaluator, window, swept, best, metric, trials, seed } = subject;
    let run = evaluator.full(&best.variant, window, &evaluator.settings)?;
    let candles = &evaluator.candles[window.clone()];
    let costs = run.row.fees + run.row.slippage_cost;
    let luck = Luck::of(evaluator, &run.equity, *trials);
    let same_exposure = timing(candles, &run.trades, (costs, run.row.traded), (DRAWS, *seed));
    let judgement = Judgement {
        figures: Description::of(evaluator, candles, &run.row, (&run.equity, &run.trades), *seed),
        timing: timing_after(same_exposure.as_ref(), luck.as_ref()),
        luck,
        overfitting: overfitting(swept),
        same_exposure,
        plateau: Plateau::of(best, swept, *metric),
        costs: cost_rows(evaluator, &best.variant, window)?,
    };
    Ok((judgement, run))
}

/// The probability that timing is better than luck, where the best of all trials is looked at: they
/// lie as far apart in their timing as in their Sharpe ratios, measured by what chance does.
pub(crate) fn timing_after(found: Option<&SameExposure>, luck: Option<&Luck>) -> Option<f64> {
    let (found, luck) = (found?, luck?);
    let apart = if 0.0 < luck.variance_without_skill {
        (luck.variance_used / luck.variance_without_skill).sqrt()
    } else {
        1.0
    };
    let bar = expected_maximum(luck.trials) * apart;
    Some(normal::cumulative(found.deviations - bar))
}

impl Luck {
    /// Of a curve that is the best of so many; nothing where it never moved.
    pub fn of(evaluator: &EngineEvaluate<'_>, equity: &[Amount], trials: Trials) -> Option<Self> {
        let values: Vec<f64> = equity.iter().map(|it| it.to_f64()).collect();
        let per_year = periods_per_year(evaluator.settings.interval.minutes() * 60);
        let start = evaluator.settings.cash.to_f64();
        let estimate = Curve { start, equity: &values, per_year }.sharpe()?;
        Some(Self::of_estimate(&estimate, trials, per_year))
    }

    /// Of an estimate per period.
    pub fn of_estimate(estimate: &SharpeEstimate, trials: Trials, per_year: f64) -> Self {
        // Variants differ by their costs too. What lies further apart than strategies without any
        // skill do is no luck, and must not raise the bar that luck sets.
        let without_skill = 1.0 / real(estimate.observations.saturating_sub(1).max(1));
        let variance = trials.variance.min(without_skill);
        let used = Trials { count: trials.count, variance };
        let deflated = estimate.deflated(used);
        let needed = estimate.minimum_track_record(deflated.luck, CONFIDENCE);
        Self {
            sharpe: estimate.yearly(per_year),
            sharpe_per_candle: estimate.ratio,
            trials: trials.count,
            variance_of_trials: trials.variance * per_year,
            variance_without_skill: without_skill * per_year,
            variance_used: variance * per_year,
            sharpe_of_luck: deflated.luck * per_year.sqrt(),
            probability_alone: estimate.probability_above(0.0),
            deflated: deflated.probability,
            years_needed: needed.map(|it| it / per_year),
            years_of_candles: real(estimate.observations) / per_year,
        }
    }
}

impl Description {
    /// Of one run.
    pub fn of(
        evaluator: &EngineEvaluate<'_>,
        candles: &[Candle],
        row: &Row,
        (equity, trades): (&[Amount], &[TradeRecord]),
        seed: u64,
    ) -> Self {
        let start = row.cash_start.to_f64();
        let interval = evaluator.settings.interval;
        let per_year = periods_per_year(interval.minutes() * 60);
        let mut values: Vec<f64> = equity.iter().map(|it| it.to_f64()).collect();
        // What is held at the end is sold, and that costs something.
        if let Some(last) = values.last_mut() {
            *last = row.equity_end.to_f64();
        }
        let curve = Curve { start, equity: &values, per_year };
        let years = calendar_years(candles, interval);
        let times = candles.iter().map(|it| it.start + interval.duration());
        // A month ends with the candle that closes at its end.
        let times = times.map(|it| it - std::time::Duration::from_nanos(1));
        let profits: Vec<f64> = trades.iter().map(|it| it.profit.to_f64()).collect();
        let returns = returns(start, trades);
        let luck = |resampling| MonteCarlo { resampling, draws: DRAWS, seed }.run(&returns);
        Self {
            years,
            net_profit: row.net_profit,
            buy_and_hold_growth: buy_and_hold(evaluator, candles),
            curve: curve.figures().map_or(NO_CURVE, |it| by_calendar(it, years)),
            trades: trade_figures(&profits),
            shuffled: luck(Resampling::Shuffle),
            drawn: luck(Resampling::Bootstrap),
            months: monthly_returns(start, times.zip(values.iter().copied())),
        }
    }
}

/// The same figures with growth by the calendar.
fn by_calendar(figures: CurveFigures, years: f64) -> CurveFigures {
    let yearly_growth = yearly_growth(figures.growth, years);
    let depth = figures.deepest.depth;
    let calmar = (0.0 < depth).then(|| yearly_growth / depth);
    CurveFigures { yearly_growth, calmar, ..figures }
}

/// A curve without a period.
const NO_CURVE: CurveFigures = CurveFigures {
    growth: 1.0,
    yearly_growth: 0.0,
    deepest: backtest_statistics::Drawdown { depth: 0.0, length: 0 },
    longest: backtest_statistics::Drawdown { depth: 0.0, length: 0 },
    sharpe: None,
    sortino: None,
    calmar: None,
};

/// What each trade won of the equity that trades before it had made.
fn returns(start: f64, trades: &[TradeRecord]) -> Vec<f64> {
    let mut equity = start;
    let gain = |trade: &TradeRecord| {
        let profit = trade.profit.to_f64();
        let gain = if equity <= 0.0 { 0.0 } else { profit / equity };
        equity += profit;
        gain
    };
    trades.iter().map(gain).collect()
}

/// What came of one that was held all the time, after two fees.
fn buy_and_hold(evaluator: &EngineEvaluate<'_>, candles: &[Candle]) -> f64 {
    let (Some(first), Some(last)) = (candles.first(), candles.last()) else { return 1.0 };
    let fee = evaluator.settings.rules.fees.rate(Amount::ZERO, Liquidity::Taker).to_f64();
    last.close.to_f64() / first.open.to_f64() * (1.0 - fee) / (1.0 + fee)
}

/// Over all that was swept; nothing where a curve is not known, or there is one variant only.
fn overfitting(swept: &Swept) -> Option<Overfitting> {
    let mut sums = Vec::with_capacity(swept.tried.len() * BLOCKS);
    for tried in &swept.tried {
        sums.extend_from_slice(&tried.row.curve.as_ref()?.blocks);
    }
    probability_of_overfitting(&sums, BLOCKS).ok()
}

#[cfg(test)]
mod tests;
