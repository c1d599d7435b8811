//! Made-up markets, and a strategy that tosses a coin.
#![expect(clippy::float_arithmetic, reason = "made-up prices")]

use backtest_statistics::Prng;
use backtester::BacktestSettings;
use exchange_simulator::{CandleFill, PartialFills};
use strategies::from_spec;
use strategy_research::{Unfit, is_contradiction};
use trading_engine::{
    Exits, KillLimits, RestoreError, RiskLimits, Sizing, Strategy, StrategySpec, View, Wish,
};
use trading_types::{
    Amount, Candle, FeeSchedule, Fraction, Interval, KrakenPairs, PairRules, Price, Timestamp,
};

/// What a market does besides chance.
#[derive(Clone, Copy)]
pub(crate) enum Market {
    /// Nothing.
    Noise,
    /// It goes one way for a while and then the other: a trend that averages can follow.
    Trends,
    /// It rises.
    Rising,
}

/// Hourly candles.
pub(crate) fn candles(market: Market, seed: u64, count: u64) -> Vec<Candle> {
    let mut prng = Prng::from_seed(seed.wrapping_mul(0x9e37_79b9).wrapping_add(17));
    let mut noise = move || {
        let uniform = |it: u64| f64::from(u32::try_from(it >> 32).unwrap()) / 4_294_967_296.0;
        (0..12).map(|_| uniform(prng.next())).sum::<f64>() - 6.0
    };
    let mut turns = Prng::from_seed(seed ^ 0x5eed);
    let (mut price, mut direction) = (20_000.0, 1.0);
    let candle = |at: u64| {
        let drift = match market {
            Market::Noise => 0.0,
            Market::Trends => {
                if turns.below(100) == 0 {
                    direction = -direction;
                }
                0.3 * direction
            }
            Market::Rising => 0.1,
        };
        let open = price;
        price *= 1.0 + 0.005 * (noise() + drift);
        let tick = |it: f64| format!("{it:.1}").parse::<Price>().unwrap();
        let start = Timestamp::from_seconds((400_000 + at) * 3_600).unwrap();
        let (open, close) = (tick(open), tick(price));
        let (low, high) = (open.min(close), open.max(close));
        let volume = "1".parse().unwrap();
        Candle { start, open, high, low, close, volume, trades: 1 }
    };
    (0..count).map(candle).collect()
}

/// All in, with a fee of five basis points.
pub(crate) fn settings(strategy: &str) -> BacktestSettings {
    let fee = Fraction::from_basis_points(5);
    let rules = KrakenPairs::recorded().find("BTC/USD").unwrap();
    BacktestSettings {
        rules: PairRules { fees: FeeSchedule::flat(fee, fee), ..rules },
        interval: Interval::from_minutes(60).unwrap(),
        strategy: StrategySpec { name: strategy.to_owned(), settings: Vec::new() },
        cash: "10000".parse::<Amount>().unwrap(),
        sizing: Sizing::AllIn,
        slippage: Fraction::ZERO,
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

/// The strategies that come with the program, and the coin.
pub(crate) fn build(spec: &StrategySpec) -> Result<Box<dyn Strategy>, Unfit> {
    if spec.name == "coin" {
        let seed = spec.settings.iter().find(|(key, _)| key == "seed").unwrap().1.parse().unwrap();
        return Ok(Box::new(Coin { prng: Prng::from_seed(seed), is_long: false }));
    }
    from_spec(spec, "0.1".parse().unwrap()).map_err(|error| {
        if is_contradiction(&error) {
            Unfit::Contradiction(error.to_string())
        } else {
            Unfit::Wrong { what: error.to_string(), hint: None }
        }
    })
}

/// Changes its mind once in thirty candles, for no reason.
struct Coin {
    prng: Prng,
    is_long: bool,
}

impl Strategy for Coin {
    fn name(&self) -> &'static str {
        "coin"
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    fn warm_up(&self) -> usize {
        0
    }

    fn handle_candle(&mut self, _candle: &Candle, _view: &View) -> Wish {
        self.is_long ^= self.prng.below(30) == 0;
        if self.is_long { Wish::BeLong(Exits::default()) } else { Wish::BeFlat }
    }

    fn save(&self) -> Vec<u8> {
        Vec::new()
    }

    fn restore(&mut self, _state: &[u8]) -> Result<(), RestoreError> {
        Ok(())
    }
}
