//! Candles, settings and rows for tests.
#![expect(clippy::float_arithmetic, reason = "made-up prices")]

use std::ops::Range;

use backtest_statistics::Prng;
use backtester::BacktestSettings;
use exchange_simulator::{CandleFill, PartialFills};
use strategies::from_spec;
use trading_engine::{KillLimits, RiskLimits, Sizing, Strategy, StrategySpec};
use trading_types::{
    Amount, Candle, FeeSchedule, Fraction, Interval, KrakenPairs, PairRules, Price, Timestamp,
};

use crate::{
    engine_evaluate::is_contradiction,
    evaluate::{Evaluate, EvaluateError, Row, Unfit, Variant, Want},
};

/// Hourly candles of a random walk, with a drift that turns now and then where `drift` is not zero.
pub(crate) fn candles(seed: u64, count: usize, drift: f64) -> Vec<Candle> {
    let mut prng = Prng::from_seed(seed);
    let mut noise = move || {
        let uniform = |it: u64| f64::from(u32::try_from(it >> 32).unwrap()) / 4_294_967_296.0;
        (0..12).map(|_| uniform(prng.next())).sum::<f64>() - 6.0
    };
    let mut turns = Prng::from_seed(seed ^ 0x5eed);
    let mut price = 20_000.0;
    let mut direction = 1.0;
    (0..count as u64)
        .map(|at| {
            if turns.below(200) == 0 {
                direction = -direction;
            }
            let open = price;
            price *= 1.0 + 0.004 * (noise() + drift * direction);
            let tick = |it: f64| format!("{it:.1}").parse::<Price>().unwrap();
            let start =
                Timestamp::from_seconds(1_500_000_000 / 3_600 * 3_600 + at * 3_600).unwrap();
            let (open, close) = (tick(open), tick(price));
            let (low, high) = (open.min(close), open.max(close));
            Candle { start, open, high, low, close, volume: amount("1"), trades: 1 }
        })
        .collect()
}

pub(crate) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

pub(crate) fn hourly() -> Interval {
    Interval::from_minutes(60).unwrap()
}

/// Settings of a strategy on BTC/USD, all in, with a fee in basis points.
pub(crate) fn settings(strategy: &str, fee: i64) -> BacktestSettings {
    let fee = Fraction::from_basis_points(fee);
    let rules = KrakenPairs::recorded().find("BTC/USD").unwrap();
    BacktestSettings {
        rules: PairRules { fees: FeeSchedule::flat(fee, fee), ..rules },
        interval: hourly(),
        strategy: StrategySpec { name: strategy.to_owned(), settings: Vec::new() },
        cash: amount("10000"),
        sizing: Sizing::AllIn,
        slippage: Fraction::from_basis_points(1),
        fill: CandleFill::NextOpen,
        partial_fills: PartialFills::NONE,
        seed: 1,
        risk: RiskLimits::unlimited(),
        kill: KillLimits {
            drawdown: None,
            daily_loss: None,
            consecutive_losses: None,
            weekly_loss: None,
        },
    }
}

/// The strategies that come with the program.
pub(crate) fn built_in(spec: &StrategySpec) -> Result<Box<dyn Strategy>, Unfit> {
    from_spec(spec, "0.1".parse().unwrap()).map_err(|error| {
        if is_contradiction(&error) {
            Unfit::Contradiction(error.to_string())
        } else {
            Unfit::Wrong { what: error.to_string(), hint: None }
        }
    })
}

/// A row that won so much.
pub(crate) fn row(net_profit: &str, trades: u64) -> Row {
    let net_profit = amount(net_profit);
    Row {
        cash_start: amount("10000"),
        equity_end: amount("10000") + net_profit,
        net_profit,
        gross_profit_before_costs: net_profit,
        fees: Amount::ZERO,
        slippage_cost: Amount::ZERO,
        traded: Amount::ZERO,
        trades,
        wins: trades / 2,
        profit_factor: None,
        curve: None,
    }
}

/// An evaluator that computes a profit from the settings alone: a hill with its top at (7, 40),
/// where the sum of both must not be 20. It counts nothing and looks at no candle.
pub(crate) struct Hill;

impl Evaluate for Hill {
    fn name(&self) -> &'static str {
        "hill"
    }

    fn check(&self, variant: &Variant) -> Result<(), Unfit> {
        let [a, b] = numbers(variant);
        if a + b == 20 {
            return Err(Unfit::Contradiction("a and b come to 20".to_owned()));
        }
        if a < 0 {
            return Err(Unfit::Wrong { what: "a is negative".to_owned(), hint: None });
        }
        Ok(())
    }

    fn tile(&self) -> usize {
        3
    }

    fn evaluate(
        &self,
        variants: &[Variant],
        window: &Range<usize>,
        _want: Want,
    ) -> Result<Vec<Row>, EvaluateError> {
        let height = |variant: &Variant| {
            let [a, b] = numbers(variant);
            let start = i64::try_from(window.start).unwrap();
            row(&(1_000 + start - (a - 7) * (a - 7) - (b - 40) * (b - 40)).to_string(), 40)
        };
        Ok(variants.iter().map(height).collect())
    }
}

fn numbers(variant: &Variant) -> [i64; 2] {
    let value = |key: &str| {
        let found = variant.settings.iter().find(|(name, _)| name == key);
        found.map_or(0, |(_, value)| value.parse().unwrap())
    };
    [value("a"), value("b")]
}
