//! Variants through the engine that trades live: slow, and always right.
//!
//! **Law.** Whatever else evaluates variants is held against this.

use std::ops::Range;

use backtester::{Backtest, BacktestError, BacktestSettings, Onlooker, TradeRecord};
use strategies::{
    BuildError, SpecError,
    rules::{RULES, RuleSet},
};
use trading_engine::{Engine, Keep, Strategy, StrategySpec};
use trading_types::{Amount, Candle, Interval};

use crate::{
    evaluate::{Evaluate, EvaluateError, Row, Unfit, Variant, Want},
    observer::Observer,
    warmed::Warmed,
};

/// How often a strategy's warm-up is shown to it before a window. What an exponential average
/// remembers of its beginning has faded by then.
pub(crate) const WARM_UPS: usize = 4;

/// Whether it is only this variant that cannot be: its values do not fit together.
pub fn is_contradiction(error: &SpecError) -> bool {
    matches!(error, SpecError::Build(BuildError::RuleBroken { .. }))
}

/// Makes a strategy of a description.
pub type Build<'a> = dyn Fn(&StrategySpec) -> Result<Box<dyn Strategy>, Unfit> + Sync + 'a;

/// The engine over candles in memory.
pub struct EngineEvaluate<'a> {
    /// All candles, in order; windows are ranges of them.
    pub candles: &'a [Candle],
    /// What all variants share; the strategy's settings are those that are not varied.
    pub settings: BacktestSettings,
    /// Makes the strategy.
    pub build: &'a Build<'a>,
}

/// Everything about one run.
#[derive(Clone, Debug)]
pub struct FullRun {
    /// The figures.
    pub row: Row,
    /// Every round trip.
    pub trades: Vec<TradeRecord>,
    /// The equity at the close of each candle of the window.
    pub equity: Vec<Amount>,
}

impl EngineEvaluate<'_> {
    /// The description of a variant: what all share, and what it differs in.
    pub fn spec(&self, variant: &Variant) -> StrategySpec {
        let shared = &self.settings.strategy;
        if let Some(spec) = with_parameters(shared, variant) {
            return spec;
        }
        let is_varied = |key: &str| variant.settings.iter().any(|(varied, _)| varied == key);
        let kept = shared.settings.iter().filter(|(key, _)| !is_varied(key));
        let settings = kept.chain(&variant.settings).cloned().collect();
        StrategySpec { name: shared.name.clone(), settings }
    }

    /// One variant over one window with everything there is to know, with `settings` in place of
    /// those that all share.
    pub fn full(
        &self,
        variant: &Variant,
        window: &Range<usize>,
        settings: &BacktestSettings,
    ) -> Result<FullRun, EvaluateError> {
        let mut equity = Vec::with_capacity(window.len());
        let (row, trades) = self.run(variant, window, settings, |it| equity.push(it))?;
        Ok(FullRun { row, trades, equity })
    }

    /// The row of one variant; its curve only where it is wanted, so that no row says which
    /// evaluator it is of.
    pub(crate) fn row(
        &self,
        variant: &Variant,
        window: &Range<usize>,
        want: Want,
    ) -> Result<Row, EvaluateError> {
        let (row, _) = self.run(variant, window, &self.settings, |_| ())?;
        Ok(match want {
            Want::Curve => row,
            Want::Trades => Row { curve: None, ..row },
        })
    }

    fn run(
        &self,
        variant: &Variant,
        window: &Range<usize>,
        settings: &BacktestSettings,
        see: impl FnMut(Amount),
    ) -> Result<(Row, Vec<TradeRecord>), EvaluateError> {
        let candles = self.candles.get(window.clone()).filter(|it| !it.is_empty());
        let first = candles.and_then(<[Candle]>::first).ok_or(EvaluateError::NoCandles)?;
        let spec = self.spec(variant);
        let unfit = |reason| EvaluateError::Unfit { variant: variant.clone(), reason };
        let strategy = (self.build)(&spec).map_err(unfit)?;
        let before = window.start.min(strategy.warm_up().saturating_mul(WARM_UPS));
        let strategy = Box::new(Warmed::new(strategy, first.start));
        let settings = BacktestSettings { strategy: spec, ..settings.clone() };

        let observer = Observer::new(settings.cash, settings.interval, window.len());
        let mut onlooker = InWindow { before, observer, see };
        let mut source = self.candles[window.start - before..window.end].iter();
        let backtest = settings
            .run_watched(strategy, &mut source, Keep::Hash, &mut onlooker)
            .map_err(|error| match error {
                BacktestError::Settings(error) => EvaluateError::Settings(error.to_string()),
                BacktestError::NoCandles => EvaluateError::NoCandles,
                BacktestError::Source(never) => match never {},
            })?;
        let years = calendar_years(&self.candles[window.clone()], settings.interval);
        Ok(split(backtest, onlooker.observer, years))
    }
}

/// Looks at the candles of a window, which come after those that only warm the strategy up.
struct InWindow<F> {
    /// Candles that are still to come before it.
    before: usize,
    observer: Observer,
    see: F,
}

impl<S, F: FnMut(Amount)> Onlooker<S> for InWindow<F> {
    fn see(&mut self, _: &Candle, equity: Amount, is_held: bool) {
        if let Some(before) = self.before.checked_sub(1) {
            self.before = before;
            return;
        }
        self.observer.see(equity, is_held);
        (self.see)(equity);
    }

    fn pause(&mut self, _: &mut S, _: &mut Engine) {}
}

/// Rules with the values that a variant gives to their parameters; nothing for other strategies, or
/// where it gives something else.
fn with_parameters(shared: &StrategySpec, variant: &Variant) -> Option<StrategySpec> {
    if shared.name != RULES {
        return None;
    }
    let (mut rules, interval) = RuleSet::from_settings(&shared.settings).ok()?;
    for (name, value) in &variant.settings {
        rules.set(name, value).ok()?;
    }
    Some(rules.spec(interval))
}

/// Years of 365 days from the first candle's start to the last one's end.
#[expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]
pub(crate) fn calendar_years(candles: &[Candle], interval: Interval) -> f64 {
    let (Some(first), Some(last)) = (candles.first(), candles.last()) else { return 0.0 };
    let days = (last.start + interval.duration()).since(first.start).as_secs_f64() / 86_400.0;
    days / 365.0
}

fn split(backtest: Backtest, observer: Observer, years: f64) -> (Row, Vec<TradeRecord>) {
    let result = backtest.result;
    let row = Row {
        cash_start: result.cash_start,
        equity_end: result.equity_end,
        net_profit: result.net_profit,
        gross_profit_before_costs: result.gross_profit_before_costs,
        fees: result.fees,
        slippage_cost: result.slippage_cost,
        traded: result.traded,
        trades: result.trades,
        wins: result.wins,
        profit_factor: result.profit_factor,
        curve: Some(observer.finish(result.equity_end, years)),
    };
    (row, backtest.trades)
}

impl Evaluate for EngineEvaluate<'_> {
    fn name(&self) -> &'static str {
        "engine"
    }

    fn check(&self, variant: &Variant) -> Result<(), Unfit> {
        (self.build)(&self.spec(variant)).map(|_| ())
    }

    fn tile(&self) -> usize {
        1
    }

    fn evaluate(
        &self,
        variants: &[Variant],
        window: &Range<usize>,
        _want: Want,
    ) -> Result<Vec<Row>, EvaluateError> {
        let run = |variant: &Variant| {
            self.run(variant, window, &self.settings, |_| ()).map(|(row, _)| row)
        };
        variants.iter().map(run).collect()
    }
}

#[cfg(test)]
mod tests;
