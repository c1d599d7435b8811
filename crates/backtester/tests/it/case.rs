//! One run described in texts, from which the program's settings and the twin's trial are made.

use backtester::{Backtest, BacktestSettings};
use exchange_simulator::{CandleFill, PartialFills};
use trading_engine::{Keep, KillLimits, RiskFraction, RiskLimits, Sizing, StrategySpec};
use trading_types::{
    Candle, FeeSchedule, Fraction, Interval, KrakenPairs, PairRules, Price, Timestamp,
};

use crate::twin::{
    Bar, Size, Trial, When,
    account::Terms,
    decimal::{MONEY_ONE, PRICE_ONE, percent, units},
    wishes::{Distance, Plan},
};

/// Least 30-day volume in dollars and taker fee in hundredths of a percent
/// (<https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs>, read on 2026-11-21).
#[rustfmt::skip] // A table is easier to check when its columns line up.
const TIERS: [(i128, i128); 10] = [
    (         0, 40),
    (    10_000, 35),
    (    50_000, 24),
    (   100_000, 22),
    (   250_000, 20),
    (   500_000, 18),
    ( 1_000_000, 16),
    ( 2_500_000, 14),
    ( 5_000_000, 12),
    (10_000_000, 10),
];

/// A run, in texts.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) pair: &'static str,
    pub(crate) minutes: u32,
    pub(crate) strategy: &'static str,
    pub(crate) settings: Vec<(&'static str, String)>,
    pub(crate) cash: String,
    /// `all_in`, a quantity, or a percentage at risk.
    pub(crate) sizing: String,
    /// In percent.
    pub(crate) slippage: &'static str,
    pub(crate) when: When,
    /// Taker fee in percent, or `kraken`.
    pub(crate) fees: &'static str,
}

impl Case {
    /// The program's settings.
    pub(crate) fn settings(&self) -> BacktestSettings {
        let sizing = match self.sizing.as_str() {
            "all_in" => Sizing::AllIn,
            text if text.ends_with('%') => {
                Sizing::Risk(RiskFraction::new(Fraction::from_percent(text).unwrap()).unwrap())
            }
            text => Sizing::Fixed(text.parse().unwrap()),
        };
        let own = |(name, value): &(&str, String)| ((*name).to_owned(), value.clone());
        BacktestSettings {
            rules: self.rules(),
            interval: Interval::from_minutes(self.minutes).unwrap(),
            strategy: StrategySpec {
                name: self.strategy.to_owned(),
                settings: self.settings.iter().map(own).collect(),
            },
            cash: self.cash.parse().unwrap(),
            sizing,
            slippage: Fraction::from_percent(self.slippage).unwrap(),
            fill: match self.when {
                When::NextOpen => CandleFill::NextOpen,
                When::Close => CandleFill::Close,
            },
            partial_fills: PartialFills::NONE,
            seed: 7,
            risk: RiskLimits::unlimited(),
            kill: KillLimits::default(),
        }
    }

    fn rules(&self) -> PairRules {
        let mut rules = KrakenPairs::recorded().find(self.pair).unwrap();
        if self.fees != "kraken" {
            let taker = Fraction::from_percent(self.fees).unwrap();
            rules.fees = FeeSchedule::flat(taker, Fraction::from_percent("0.25").unwrap());
        }
        rules
    }

    /// The twin's trial.
    pub(crate) fn trial(&self) -> Trial {
        let rules = KrakenPairs::recorded().find(self.pair).unwrap();
        let fees = match self.fees {
            "kraken" => {
                TIERS.map(|(dollars, points)| (dollars * MONEY_ONE, points * 10_000)).to_vec()
            }
            taker => vec![(0, percent(taker))],
        };
        Trial {
            seconds: i128::from(self.minutes) * 60,
            terms: Terms {
                tick: rules.tick.units().into(),
                quantity_min: rules.quantity_min.units().into(),
                cost_min: rules.cost_min.units(),
                cost_decimals: rules.cost_decimals.into(),
                fees,
                slippage: percent(self.slippage),
            },
            cash: units(&self.cash, 18),
            size: match self.sizing.as_str() {
                "all_in" => Size::AllIn,
                text if text.ends_with('%') => Size::Risk(percent(text)),
                text => Size::Fixed(units(text, 8)),
            },
            when: self.when,
            plan: self.plan(),
            stop: self.setting("stop").map(distance),
            target: self.setting("take_profit").map(distance),
        }
    }

    fn plan(&self) -> Plan {
        let count = |name, usual: usize| self.setting(name).map_or(usual, |it| it.parse().unwrap());
        let number = |name, usual| units(self.setting(name).unwrap_or(usual), 8);
        match self.strategy {
            "sma_cross" => Plan::SmaCross { fast: count("fast", 20), slow: count("slow", 50) },
            "donchian" => Plan::Donchian { entry: count("entry", 20), exit: count("exit", 10) },
            "rsi_reversion" => Plan::RsiReversion {
                period: count("period", 14),
                low: number("low", "30"),
                high: number("high", "70"),
            },
            "bollinger" => Plan::Bollinger {
                period: count("period", 20),
                deviations: number("deviations", "2"),
            },
            "dca" => Plan::Dca {
                every: count("every", 24),
                amount: units(self.setting("amount").unwrap_or("100"), 18),
            },
            other => panic!("the twin knows no strategy {other}"),
        }
    }

    fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    /// What the program makes of the candles.
    pub(crate) fn backtest(&self, bars: &[Bar]) -> Backtest {
        let candles: Vec<Candle> = bars.iter().map(candle).collect();
        let settings = self.settings();
        let strategy = strategies::from_spec(&settings.strategy, settings.rules.tick).unwrap();
        settings.run(strategy, &mut candles.iter(), Keep::Hash, |_, _| ()).unwrap()
    }

    /// How many candles the program says it needs before its first wish.
    pub(crate) fn warm_up(&self) -> usize {
        let settings = self.settings();
        strategies::from_spec(&settings.strategy, settings.rules.tick).unwrap().warm_up()
    }
}

fn distance(text: &str) -> Distance {
    let Some((factor, rest)) = text.split_once("*atr(") else {
        return Distance::Part(percent(text));
    };
    let candles = rest.trim_end_matches(')').parse().unwrap();
    Distance::Ranges { factor: units(factor, 8), candles }
}

pub(crate) fn candle(bar: &Bar) -> Candle {
    let price = |units: i128| Price::from_units(i64::try_from(units).unwrap());
    Candle {
        start: Timestamp::from_seconds(u64::try_from(bar.start).unwrap()).unwrap(),
        open: price(bar.open),
        high: price(bar.high),
        low: price(bar.low),
        close: price(bar.close),
        volume: "1".parse().unwrap(),
        trades: 1,
    }
}

const _: () = assert!(Price::DECIMALS == 10 && PRICE_ONE == 10_i128.pow(10));
