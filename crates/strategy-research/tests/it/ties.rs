//! Candles at which two averages are exactly equal: neither is above the other, whatever the order
//! in which they were added up. Averages kept as floating sums say otherwise at some of them, and
//! trade on it.
//!
//! With `PEERS_CANDLES=…/btcusd_1m.csv` the candles of the peers are looked at, too: 22 ties of SMA
//! 20 and 50 among 2,100,000.
#![expect(clippy::float_arithmetic, reason = "made-up prices, and sums that drift")]
#![expect(clippy::print_stderr, reason = "a test that passes over says so")]

use std::{ops::ControlFlow, sync::atomic::AtomicBool};

use backtest_statistics::Prng;
use backtester::{BacktestSettings, CandleFile, CandleRequest, ReadLimits};
use strategy_research::{
    Done, EngineEvaluate, EvaluatedBy, Grid, KernelEvaluate, Metric, Row, SearchKind, SweepRequest,
    Variant, Want, sweep,
};
use trading_types::{Candle, Interval, Price, Timestamp};

use crate::market::{build, settings};

const FAST: usize = 20;
const SLOW: usize = 50;

/// One-minute candles in the manner of the peers' data: a volatility of 60 % a year that comes in
/// clusters, prices in tenths. The lower the price, the coarser they are for it, and the more ties.
fn minutes(seed: u64, count: u32, mut price: f64) -> Vec<Candle> {
    let mut prng = Prng::from_seed(seed);
    let mut noise = move || {
        let uniform = |it: u64| f64::from(u32::try_from(it >> 32).unwrap()) / 4_294_967_296.0;
        (0..12).map(|_| uniform(prng.next())).sum::<f64>() - 6.0
    };
    let mut level = 0.0;
    let tick = |it: f64| format!("{it:.1}").parse::<Price>().unwrap();
    let mut open = tick(price);
    let candle = |minute: u32| {
        level = 0.995 * level + 0.05 * noise();
        let deviation = 0.60 / 725.0 * libm::exp(level);
        price *= libm::exp(noise() * deviation);
        let close = tick(price);
        let start = Timestamp::from_seconds(1_609_459_200 + u64::from(minute) * 60).unwrap();
        let (low, high) = (open.min(close), open.max(close));
        let volume = "1".parse().unwrap();
        let candle = Candle { start, open, high, low, close, volume, trades: 1 };
        open = close;
        candle
    };
    (0..count).map(candle).collect()
}

fn one_coin() -> BacktestSettings {
    BacktestSettings {
        interval: Interval::from_minutes(1).unwrap(),
        cash: "100000000".parse().unwrap(),
        sizing: trading_engine::Sizing::Fixed("1".parse().unwrap()),
        ..settings("sma_cross")
    }
}

/// At each candle the fast average less the slow one, times both counts: exact.
fn above(candles: &[Candle]) -> Vec<Option<i128>> {
    let sum = |of: &[Candle]| of.iter().map(|it| i128::from(it.close.units())).sum::<i128>();
    let at = |end: usize| {
        let window = candles[..end].len().checked_sub(SLOW).map(|from| &candles[from..end])?;
        Some(sum(&window[SLOW - FAST..]) * 50 - sum(window) * 20)
    };
    (1..=candles.len()).map(at).collect()
}

/// When something is bought and when it is sold by exact averages: at the open after.
fn round_trips(candles: &[Candle], above: &[Option<i128>]) -> Vec<[Timestamp; 2]> {
    let (mut bought, mut trips) = (None, Vec::new());
    for (at, above) in above[..candles.len() - 1].iter().enumerate() {
        let Some(above) = above else { continue };
        let next = candles[at + 1].start;
        match bought {
            None if 0 < *above => bought = Some(next),
            Some(entry) if *above <= 0 => {
                trips.push([entry, next]);
                bought = None;
            }
            None | Some(_) => {}
        }
    }
    let end = candles[candles.len() - 1].start + Interval::from_minutes(1).unwrap().duration();
    trips.extend(bought.map(|entry| [entry, end]));
    trips
}

/// At how many ties floating sums that grow and shrink find the fast average above the slow one.
fn wrong_by_floating_sums(candles: &[Candle], above: &[Option<i128>]) -> usize {
    let closes: Vec<f64> = candles.iter().map(|it| it.close.to_f64()).collect();
    let (mut fast, mut slow, mut wrong) = (0.0, 0.0, 0);
    for (at, close) in closes.iter().enumerate() {
        fast += close - at.checked_sub(FAST).map_or(0.0, |it| closes[it]);
        slow += close - at.checked_sub(SLOW).map_or(0.0, |it| closes[it]);
        wrong += usize::from(above[at] == Some(0) && slow / 50.0 < fast / 20.0);
    }
    wrong
}

/// Neither the engine nor the kernel is wrong at one of the ties. Says how many there are, and at
/// how many floating sums are.
fn check(candles: &[Candle]) -> [usize; 2] {
    let above = above(candles);
    let trips = round_trips(candles, &above);
    let engine = || EngineEvaluate { candles, settings: one_coin(), build: &build };
    let (engine, kernel) = (engine(), KernelEvaluate::new(engine()));
    let own = [("fast", "20"), ("slow", "50")];
    let settings = own.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let variant = Variant { settings: settings.to_vec() };
    let window = 0..candles.len();
    let full = engine.full(&variant, &window, &engine.settings).unwrap();
    let (row, by_kernel) = kernel.alone(&variant, &window, Want::Curve).unwrap();
    for trades in [&full.trades, &by_kernel] {
        let found: Vec<_> = trades.iter().map(|it| [it.entry_time, it.exit_time]).collect();
        assert!(found == trips, "a tie was taken for a cross, or a cross for a tie");
    }
    assert_eq!(row, full.row);
    let ties = above.iter().filter(|it| **it == Some(0)).count();
    [ties, wrong_by_floating_sums(candles, &above)]
}

/// A sweep around these averages, as bytes.
fn bytes(candles: &[Candle], threads: usize) -> Vec<u8> {
    let engine = EngineEvaluate { candles, settings: one_coin(), build: &build };
    let kernel = KernelEvaluate::new(engine);
    let grid = Grid::parse(&["fast=10,19,20", "slow=40,50,55"]).unwrap();
    let request = SweepRequest {
        grid: &grid,
        search: SearchKind::Grid,
        samples: 0,
        seed: 1,
        metric: Metric::Sharpe,
        want: Want::Curve,
        window: 0..candles.len(),
        threads,
    };
    let never = AtomicBool::new(false);
    let mut watch = |_: &Done<'_>| ControlFlow::Continue(());
    let swept = sweep(&request, &kernel, &|_| None, &never, &mut watch).unwrap();
    assert_eq!(kernel.evaluated_by(), EvaluatedBy { kernel: 9, ..EvaluatedBy::default() });
    let rows: Vec<(&Variant, &Row)> = swept.tried.iter().map(|it| (&it.variant, &it.row)).collect();
    serde_json::to_vec(&rows).unwrap()
}

#[test]
fn no_tie_is_taken_for_a_cross() {
    let candles = minutes(20_260_101, 200_000, 300.0);
    let [ties, wrong] = check(&candles);
    eprintln!("{ties} ties, floating sums wrong at {wrong}");
    assert!(22 <= ties && 3 <= wrong, "{ties} ties, floating sums wrong at {wrong}");
}

#[test]
fn threads_and_repetition_change_no_byte() {
    let candles = minutes(3, 60_000, 300.0);
    let one = bytes(&candles, 1);
    assert_eq!(bytes(&candles, 2), one);
    assert_eq!(bytes(&candles, 1), one);
    assert_eq!(bytes(&candles, 2), one);
}

#[test]
fn no_tie_of_the_peers_candles_is_taken_for_a_cross() {
    #[expect(clippy::disallowed_methods, reason = "the file is given by whoever has it")]
    let Some(path) = std::env::var_os("PEERS_CANDLES") else {
        eprintln!("passed over: PEERS_CANDLES does not say where the peers' candles are");
        return;
    };
    let (pair, interval) = ("BTC/USD".parse().unwrap(), Interval::from_minutes(1).unwrap());
    let request = CandleRequest { path: path.into(), pair, interval, from: None, to: None };
    let mut file = CandleFile::open(&request, &ReadLimits::default()).unwrap();
    let candles: Vec<Candle> = std::iter::from_fn(|| file.next_candle().unwrap()).collect();
    let [ties, wrong] = check(&candles);
    eprintln!("{} candles, {ties} ties, floating sums wrong at {wrong}", candles.len());
    assert_eq!((candles.len(), ties), (2_100_000, 22));
    let one = bytes(&candles, 1);
    assert!(bytes(&candles, 2) == one && bytes(&candles, 1) == one, "every byte the same");
}
