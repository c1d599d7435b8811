//! How fast the engine goes, as a ratio to a loop written by hand for one strategy and nothing
//! else, in one run; and what an order costs, with few orders and with many.
//!
//! `cargo bench -p backtester --bench engine_speed` makes its own candles;
//! `… -- FILE.csv` takes one-minute candles of BTC/USD from a file.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![expect(clippy::float_arithmetic, reason = "the hand loop and the ratios are floating")]

use std::{hint::black_box, path::PathBuf};

use backtester::{BacktestSettings, CandleFile, CandleRequest, ReadLimits, parse_fees};
use exchange_simulator::{CandleFill, PartialFills};
use rustix::time::{ClockId, clock_gettime};
use strategies::from_spec;
use trading_engine::{Keep, KillLimits, RiskLimits, Sizing, StrategySpec};
use trading_types::{Candle, Fraction, Interval, KrakenPairs, Price, Quantity, Timestamp};

/// As many minutes as four years have, when the benchmark makes its own candles.
const CANDLES: u64 = 2_100_000;
/// Each measurement is the median of this many.
const RUNS: usize = 5;
/// The engine takes at most so many times as long as the hand loop.
const RATIO_GOAL: f64 = 5.0;
/// An order costs with many orders at most so many times what it costs with few.
const ORDERS_RATIO_GOAL: f64 = 1.2;
/// One bitcoin.
const ONE: Quantity = Quantity::from_units(100_000_000);

fn main() {
    // `cargo bench` adds `--bench`; `cargo test` runs this with `--test`, on a small input.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_test = arguments.iter().any(|it| it == "--test");
    let file = arguments.iter().find(|it| !it.starts_with("--"));
    let candles = match file {
        Some(path) => read(path.into()),
        None => make(if is_test { CANDLES / 1_000 } else { CANDLES }),
    };
    let opens: Vec<f64> = candles.iter().map(|it| it.open.to_f64()).collect();
    let closes: Vec<f64> = candles.iter().map(|it| it.close.to_f64()).collect();

    println!("{} candles, SMA 20/50, 1 BTC, fee 0.26 %, fill at the next open", candles.len());
    let (by_hand, hand) = median(|| hand_loop(black_box(&opens), black_box(&closes)));
    println!("hand loop      {:8.1} ms  {hand:?}", by_hand * 1e3);
    let (by_engine, result) = median(|| run(&candles, 20, 50));
    println!("engine         {:8.1} ms  {} round trips", by_engine * 1e3, result.0);
    let ratio = by_engine / by_hand;
    println!("ratio          {ratio:8.2}  {}", verdict(ratio, RATIO_GOAL));
    println!("per candle     {:8.1} ns", by_engine / count(candles.len()) * 1e9);

    println!("\nwhat an order costs, above a run with none:");
    let (without, _) = median(|| run(&candles, 99_999, 100_000));
    let mut per_order = Vec::new();
    // Few enough orders to be few, and enough that their cost stands out from the noise.
    for (fast, slow) in [(20, 50), (5, 15), (2, 5)] {
        let (time, (_, orders)) = median(|| run(&candles, fast, slow));
        let cost = (time - without) / count(usize::try_from(orders).unwrap_or(usize::MAX));
        println!("SMA {fast:>3}/{slow:<3} {orders:>9} orders  {:7.0} ns an order", cost * 1e9);
        per_order.push(cost);
    }
    if let [few, _, many] = per_order.as_slice() {
        let ratio = many / few;
        println!("many to few    {ratio:8.2}  {}", verdict(ratio, ORDERS_RATIO_GOAL));
    }
}

/// Whether a ratio is where it is wanted, in words.
fn verdict(ratio: f64, most: f64) -> String {
    format!("goal at most {most}: {}", if ratio <= most { "reached" } else { "missed" })
}

fn read(path: PathBuf) -> Vec<Candle> {
    let pair = "BTC/USD".parse().expect("a pair");
    let interval = Interval::from_minutes(1).expect("an interval");
    let request = CandleRequest { path, pair, interval, from: None, to: None };
    let mut file = CandleFile::open(&request, &ReadLimits::default()).expect("a candle file");
    std::iter::from_fn(|| file.next_candle().expect("a candle")).collect()
}

/// A seeded random walk in ticks of 0.1.
fn make(count: u64) -> Vec<Candle> {
    let mut state = 20_260_101_u64;
    let mut draw = |span: i64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(state >> 33).expect("31 bits") % span
    };
    let price = |ticks: i64| Price::from_units(ticks * 1_000_000_000);
    let mut open = 300_000;
    let candles = (0..count).map(|minute| {
        let close = (open + draw(401) - 200).max(1_000);
        let (high, low) = (open.max(close) + draw(100), open.min(close) - draw(100));
        let candle = Candle {
            start: Timestamp::from_seconds(1_609_459_200 + minute * 60).expect("a date"),
            open: price(open),
            high: price(high),
            low: price(low),
            close: price(close),
            volume: ONE.into(),
            trades: 1,
        };
        open = close;
        candle
    });
    candles.collect()
}

/// Round trips and orders of one backtest with the engine that trades live.
fn run(candles: &[Candle], fast: u32, slow: u32) -> (u64, u64) {
    let mut rules = KrakenPairs::recorded().find("BTC/USD").expect("a pair");
    rules.fees = parse_fees("0.26/0.26").expect("fees");
    let setting = |name: &str, value: u32| (name.to_owned(), value.to_string());
    let settings = BacktestSettings {
        rules,
        interval: Interval::from_minutes(1).expect("an interval"),
        strategy: StrategySpec {
            name: "sma_cross".to_owned(),
            settings: vec![setting("fast", fast), setting("slow", slow)],
        },
        cash: "100000000000".parse().expect("an amount"),
        sizing: Sizing::Fixed(ONE),
        slippage: Fraction::ZERO,
        fill: CandleFill::NextOpen,
        partial_fills: PartialFills::NONE,
        seed: 1,
        risk: RiskLimits::unlimited(),
        kill: KillLimits::default(),
    };
    let strategy = from_spec(&settings.strategy, settings.rules.tick).expect("a strategy");
    let backtest = settings
        .run(strategy, &mut black_box(candles).iter(), Keep::Hash, |_, _| ())
        .expect("a result");
    (backtest.result.trades, backtest.result.orders)
}

/// The least code that trades one strategy with the same figures: equity, drawdown and returns at
/// every candle.
fn hand_loop(opens: &[f64], closes: &[f64]) -> (u32, f64, f64) {
    const FEE: f64 = 0.0026;
    let (mut fast, mut slow) = (0.0, 0.0);
    let (mut cash, mut held, mut trades, mut wants) = (1e8, 0.0, 0, false);
    let (mut peak, mut before, mut drawdown) = (1e8_f64, 1e8, 0.0_f64);
    let (mut sum, mut squares) = (0.0, 0.0);
    for at in 0..closes.len() {
        if wants != (held > 0.0) {
            let open = opens[at];
            if wants {
                cash -= open * (1.0 + FEE);
                held = 1.0;
            } else {
                cash += open * (1.0 - FEE);
                held = 0.0;
                trades += 1;
            }
        }
        let close = closes[at];
        fast += close;
        slow += close;
        if 20 <= at {
            fast -= closes[at - 20];
        }
        if 50 <= at {
            slow -= closes[at - 50];
        }
        if 49 <= at {
            wants = fast / 20.0 > slow / 50.0;
        }
        let equity = cash + held * close;
        peak = peak.max(equity);
        drawdown = drawdown.max((peak - equity) / peak);
        let gain = equity / before - 1.0;
        sum += gain;
        squares += gain * gain;
        before = equity;
    }
    (trades, before, drawdown + sum * 0.0 + squares * 0.0)
}

fn median<T>(mut what: impl FnMut() -> T) -> (f64, T) {
    let mut times = Vec::new();
    let mut last = None;
    for _ in 0..RUNS {
        let start = cpu_seconds();
        last = Some(black_box(what()));
        times.push(cpu_seconds() - start);
    }
    times.sort_by(f64::total_cmp);
    (times[RUNS / 2], last.expect("at least one run"))
}

#[expect(clippy::cast_precision_loss, reason = "a measurement")]
fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

#[expect(clippy::cast_precision_loss, reason = "a measurement")]
fn count(of: usize) -> f64 {
    of as f64
}
