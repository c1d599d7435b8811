//! How fast a record of ticks is replayed: two books, latency both ways, queue positions, money.
//!
//! `cargo bench -p backtester --bench replay_speed` makes its own ticks;
//! `… -- FILE` takes a file of ticks, for instance the one that `tests/peers/replay/make_ticks.py`
//! makes. There another replayer can be measured on the same file.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![expect(clippy::float_arithmetic, reason = "times and ratios are floating")]

use std::{convert::Infallible, hint::black_box, path::Path, time::Duration};

use backtester::{
    parse_fees,
    tick_backtest::{FeedLatency, TickLatency, TickOutcome, TickSettings, TickStrategy},
    tick_file::TickFile,
    tick_strategies::{EmaTaker, MarketMaker},
};
use exchange_simulator::{
    Delay, Prng,
    replay::{Fills, QueueModel, ReplaySettings, Tick},
};
use rustix::time::{ClockId, clock_gettime};
use trading_types::{KrakenPairs, Quantity, Side, Timestamp};

/// Trades, when the benchmark makes its own ticks; there are three ticks for each.
const TRADES: u64 = 2_000_000;
/// Each measurement is the median of this many.
const RUNS: usize = 5;

fn main() {
    // `cargo bench` adds `--bench`; `cargo test` runs this with `--test`, on a small input.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_test = arguments.iter().any(|it| it == "--test");
    let file = arguments.iter().find(|it| !it.starts_with("--"));
    let ticks = match file {
        Some(path) => read(Path::new(path)),
        None => make(if is_test { TRADES / 1_000 } else { TRADES }),
    };
    println!("{} ticks; feed 1 ms, orders 2.5 ms there and 2.5 ms back", ticks.len());
    measure("ema taker, whole", &ticks, Fills::Whole, ema);
    measure("market maker, whole", &ticks, Fills::Whole, maker);
    measure("ema taker, partial", &ticks, Fills::Partial, ema);
    measure("market maker, partial", &ticks, Fills::Partial, maker);
}

fn ema() -> Box<dyn TickStrategy> {
    Box::new(EmaTaker::new(100, 1_000, lot()))
}

fn maker() -> Box<dyn TickStrategy> {
    let mut maker = MarketMaker::new(lot(), 5, 10);
    maker.is_post_only = false;
    Box::new(maker)
}

/// 0.01 bitcoin.
const fn lot() -> Quantity {
    Quantity::from_units(1_000_000)
}

fn measure(what: &str, ticks: &[Tick], fills: Fills, strategy: impl Fn() -> Box<dyn TickStrategy>) {
    let settings = settings(fills);
    let (time, outcome) = median(|| run(&settings, black_box(ticks), &mut *strategy()));
    let TickOutcome { account, tally, .. } = &outcome;
    println!(
        "{what:<22} {:7} fills {:8} commands  {:.3} s CPU  {:5.1} ns a tick  \
         cash {} base {} fees {}",
        tally.fills_count(),
        tally.commands,
        time,
        time / count(ticks.len()) * 1e9,
        account.cash(),
        account.base(),
        account.fees(),
    );
}

fn run(settings: &TickSettings, ticks: &[Tick], strategy: &mut dyn TickStrategy) -> TickOutcome {
    let ticks = ticks.iter().copied().map(Ok::<_, Infallible>);
    settings.run(ticks, strategy).expect("nothing to fail")
}

fn settings(fills: Fills) -> TickSettings {
    let mut rules = KrakenPairs::recorded().find("BTC/USD").expect("a pair");
    rules.fees = parse_fees("0.26/0.16").expect("fees");
    let fixed = |micros| {
        let delay = Duration::from_micros(micros);
        Delay { min: delay, max: delay }
    };
    TickSettings {
        replay: ReplaySettings {
            rules,
            // Enough of both, so that no order is refused.
            cash: "1000000000".parse().expect("an amount"),
            base: "10000".parse().expect("a quantity"),
            queue: QueueModel::RiskAverse,
            fills,
            levels_shown: None,
        },
        latency: TickLatency {
            feed: FeedLatency::Drawn(fixed(1_000)),
            entry: fixed(2_500),
            response: fixed(2_500),
        },
        seed: 1,
        equity_every: Duration::from_mins(1),
        keeps_fills: false,
    }
}

fn read(path: &Path) -> Vec<Tick> {
    let file = TickFile::open(path).expect("a file of ticks");
    let rules = KrakenPairs::recorded().find("BTC/USD").expect("a pair");
    assert_eq!(file.head().tick, rules.tick, "the benchmark trades BTC/USD");
    file.map(|tick| tick.expect("a tick")).collect()
}

/// A seeded walk: each trade comes with its best bid and ask.
fn make(number: u64) -> Vec<Tick> {
    let mut prng = Prng::from_seed(20_260_101);
    let (mut time, mut bid) = (Timestamp::from_nanos(1_700_000_000_000_000_000), 600_000);
    let mut ticks = Vec::new();
    for _ in 0..number {
        time = time + prng.duration_between(Duration::ZERO, Duration::from_millis(500));
        bid += i64::try_from(prng.between(0, 40)).expect("a small number") - 20;
        let mut quantity =
            |most| Quantity::from_units(i64::try_from(prng.between(1_000, most)).expect("small"));
        let (at_bid, at_ask, traded) =
            (quantity(100_000_000), quantity(100_000_000), quantity(5_000_000));
        let taker = if prng.below(2) == 0 { Side::Buy } else { Side::Sell };
        let price = if taker == Side::Buy { bid + 1 } else { bid };
        ticks.push(Tick::level(Side::Buy, bid, at_bid, time).unfinished());
        ticks.push(Tick::level(Side::Sell, bid + 1, at_ask, time));
        ticks.push(Tick::trade(taker, price, traded, time));
    }
    ticks
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
