//! How fast sweeps go: ten thousand crosses of averages, and other strategies, over a year of
//! one-minute candles; and whether the rows are the same on one thread, on two, and again.
//!
//! `cargo bench -p strategy-research --bench sweep_speed`; with a word, as `… -- rsi`, only the
//! sweeps whose name has it.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![expect(clippy::float_arithmetic, reason = "made-up prices and measured times are floating")]

use std::{ops::ControlFlow, sync::atomic::AtomicBool};

use backtest_statistics::Prng;
use backtester::{BacktestSettings, parse_fees};
use exchange_simulator::{CandleFill, PartialFills};
use rustix::time::{ClockId, clock_gettime};
use strategies::{
    from_spec,
    rules::{Rule, RuleSet},
};
use strategy_research::{
    EngineEvaluate, Evaluate, Grid, KernelEvaluate, Metric, SearchKind, SweepRequest, Swept, Unfit,
    Want, sweep,
};
use trading_engine::{KillLimits, RiskLimits, Sizing, Strategy, StrategySpec};
use trading_types::{Candle, Fraction, Interval, KrakenPairs, Price, Quantity, Timestamp};

/// A year of minutes.
const CANDLES: usize = 525_600;
/// Each time is the least of this many: others use the machine too.
const RUNS: usize = 3;
/// One bitcoin.
const ONE: Quantity = Quantity::from_units(100_000_000);

/// What is swept: a name, a strategy with its fixed settings, and a grid.
struct Case {
    name: &'static str,
    strategy: StrategySpec,
    grid: Grid,
    slippage: i64,
    want: Want,
    fees: &'static str,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_test = arguments.iter().any(|it| it == "--test");
    let wanted = arguments.iter().find(|it| !it.starts_with("--"));
    let candles = make(if is_test { 3_000 } else { CANDLES });
    println!("{} candles, 1 BTC, fee 0.26 % or Kraken's, fill at the next open", candles.len());
    println!("bytes of candles in memory: {}", size_of_val(candles.as_slice()));
    println!("memory so far: {}", peak_memory());
    println!("exact ties of SMA 20 and 50: {}", ties(&candles, 20, 50));
    for case in cases(is_test) {
        if wanted.is_none_or(|word| case.name.contains(word.as_str())) {
            measure(&candles, &case);
            println!("  peak memory of the process so far: {}", peak_memory());
        }
    }
}

fn cases(is_test: bool) -> Vec<Case> {
    let spec = |name: &str| StrategySpec { name: name.to_owned(), settings: Vec::new() };
    let grid = |small: &[&str], large: &[&str]| {
        Grid::parse(if is_test { small } else { large }).expect("a grid")
    };
    let with_stop = |name: &str, stop: &str| StrategySpec {
        name: name.to_owned(),
        settings: vec![("stop".to_owned(), stop.to_owned())],
    };
    let case = |name, strategy, grid, slippage| {
        let want = Want::Trades;
        Case { name, strategy, grid, slippage, want, fees: "0.26/0.26" }
    };
    let crosses = grid(&["fast=5..9", "slow=20..60:10"], &["fast=5..104", "slow=110..605:5"]);
    let some = grid(&["fast=5..9", "slow=20..60:10"], &["fast=5..54", "slow=110..305:5"]);
    let more = grid(&["fast=5..9", "slow=20..60:10"], &["fast=5..54", "slow=110..305:5"]);
    let bands =
        grid(&["period=9,20", "deviations=2"], &["period=10..89", "deviations=1.5,2,2.5,3"]);
    let channels = grid(&["entry=10..12", "exit=5..7"], &["entry=10..108:2", "exit=5..43:2"]);
    let indices =
        || grid(&["period=5,9", "low=30,35"], &["period=7..26", "low=20..38:2", "high=60..78:2"]);
    let parameters = grid(&["fast=5,6", "slow=30"], &["fast=5..44", "slow=60..255:5"]);
    let few = grid(&["fast=5,6", "slow=20"], &["fast=5..24", "slow=110..205:5"]);
    vec![
        case("sma_cross", spec("sma_cross"), crosses, 0),
        case("sma_cross with slippage", spec("sma_cross"), some, 1),
        Case {
            fees: "kraken",
            ..case("sma_cross with fees by volume", spec("sma_cross"), more, 0)
        },
        case("donchian", spec("donchian"), channels, 0),
        case("rsi_reversion", spec("rsi_reversion"), indices(), 0),
        case("rsi_reversion with a stop", with_stop("rsi_reversion", "2%"), indices(), 0),
        case("bollinger", spec("bollinger"), bands, 0),
        case("rules", rules(), parameters, 0),
        Case { want: Want::Curve, ..case("sma_cross with its curve", spec("sma_cross"), few, 0) },
    ]
}

/// Rules of several indicators, with a stop and a target, and two parameters.
fn rules() -> StrategySpec {
    let texts = [
        (Rule::Enter, "cross_above(ema(close, fast), sma(close, slow)) and rsi(close, 14) < 70"),
        (Rule::Exit, "close < sma(close, slow) and close < open"),
        (Rule::Stop, "3 * atr(14)"),
        (Rule::TakeProfit, "2%"),
    ];
    let texts = texts.map(|(rule, text)| (rule, text.to_owned()));
    let parameters = [("fast", 10.0), ("slow", 50.0)].map(|(name, value)| (name.to_owned(), value));
    let set = RuleSet::new(&texts, parameters.to_vec()).expect("rules");
    set.spec(Interval::from_minutes(1).expect("an interval"))
}

fn measure(candles: &[Candle], case: &Case) {
    let settings = settings(case);
    let engine = EngineEvaluate { candles, settings, build: &build };
    let kernel = KernelEvaluate::new(engine);
    let mut rows: Option<Swept> = None;
    let mut is_same = true;
    let mut best = [[f64::INFINITY; 3]; 2];
    for _ in 0..RUNS {
        for (threads, best) in (1..).zip(&mut best) {
            let (wall, cpu, own) = (wall_seconds(), cpu_seconds(), own_seconds());
            let swept = run(candles, case, &kernel, threads);
            let (cpu, own) = (cpu_seconds() - cpu, own_seconds() - own);
            // This thread works with the others. Processors are shared with other programs, and
            // what two threads would take of free ones is not what they take of these.
            let times = [wall_seconds() - wall, cpu, own.max(cpu - own)];
            for (best, took) in best.iter_mut().zip(times) {
                *best = best.min(took);
            }
            is_same &= rows.as_ref().is_none_or(|rows| *rows == swept);
            rows.get_or_insert(swept);
        }
    }
    let swept = rows.expect("it ran");
    let variants = swept.tried.len();
    let trades: u64 = swept.tried.iter().map(|it| it.row.trades).sum();
    let combinations = count(variants) * count(candles.len());
    let [[wall_1, cpu_1, _], [wall_2, cpu_2, longest]] = best;
    println!("\n{}: {variants} variants, {trades} trades, {:?}", case.name, kernel.evaluated_by());
    println!("  1 thread   {cpu_1:8.3} s CPU {wall_1:8.3} s wall");
    println!("  2 threads  {cpu_2:8.3} s CPU {wall_2:8.3} s wall, {:.2} times", wall_1 / wall_2);
    let parts = cpu_1 / longest;
    println!("  the longer of two threads works for {longest:.3} s CPU: {parts:.2} times less");
    println!("  {:.3} ns CPU a candle and variant", cpu_1 / combinations * 1e9);
    println!("  the same rows in all {} runs: {is_same}", 2 * RUNS);
    let top: Vec<_> = swept.ranked(Metric::NetProfit).into_iter().take(5).collect();
    let differences = kernel.recheck(&top, &(0..candles.len())).expect("the engine runs");
    println!("  the best five by the engine: {} differ", differences.len());
    assert!(is_same && differences.is_empty());
}

fn run(candles: &[Candle], case: &Case, evaluator: &dyn Evaluate, threads: usize) -> Swept {
    let request = SweepRequest {
        grid: &case.grid,
        search: SearchKind::Grid,
        samples: 0,
        seed: 1,
        metric: Metric::NetProfit,
        want: case.want,
        window: 0..candles.len(),
        threads,
    };
    let never = AtomicBool::new(false);
    let mut watch = |_: &strategy_research::Done<'_>| ControlFlow::Continue(());
    sweep(&request, evaluator, &|_| None, &never, &mut watch).expect("a sweep")
}

fn settings(case: &Case) -> BacktestSettings {
    let mut rules = KrakenPairs::recorded().find("BTC/USD").expect("a pair");
    rules.fees = parse_fees(case.fees).expect("fees");
    BacktestSettings {
        rules,
        interval: Interval::from_minutes(1).expect("an interval"),
        strategy: case.strategy.clone(),
        cash: "1000000000".parse().expect("an amount"),
        sizing: Sizing::Fixed(ONE),
        slippage: Fraction::from_basis_points(case.slippage),
        fill: CandleFill::NextOpen,
        partial_fills: PartialFills::NONE,
        seed: 1,
        risk: RiskLimits::unlimited(),
        kill: KillLimits::default(),
    }
}

fn build(spec: &StrategySpec) -> Result<Box<dyn Strategy>, Unfit> {
    let tick = Price::from_units(1_000_000_000);
    from_spec(spec, tick).map_err(|error| Unfit::Contradiction(error.to_string()))
}

/// Minutes as `gen_data.py` among the peers makes them: a volatility of 60 % a year that comes in
/// clusters, in ticks of 0.1, each candle opening where the one before closed.
fn make(count: usize) -> Vec<Candle> {
    let mut prng = Prng::from_seed(20_260_101);
    let mut noise = move || {
        let uniform =
            |it: u64| f64::from(u32::try_from(it >> 32).expect("32 bits")) / 4_294_967_296.0;
        (0..12).map(|_| uniform(prng.next())).sum::<f64>() - 6.0
    };
    let (mut level, mut price) = (0.0, 30_000.0);
    let mut open = tick(price);
    (0_u64..)
        .take(count)
        .map(|minute| {
            level = 0.995 * level + 0.05 * noise();
            let deviation = 0.60 / 525_600.0_f64.sqrt() * libm::exp(level);
            price *= libm::exp(noise() * deviation);
            let close = tick(price);
            let up = 1.0 + (noise() * deviation * 0.6).abs();
            let down = 1.0 - (noise() * deviation * 0.6).abs();
            let candle = Candle {
                start: Timestamp::from_seconds(1_609_459_200 + minute * 60).expect("a date"),
                open,
                high: tick(open.max(close).to_f64() * up).max(open.max(close)),
                low: tick(open.min(close).to_f64() * down).min(open.min(close)),
                close,
                volume: ONE.into(),
                trades: 1,
            };
            open = close;
            candle
        })
        .collect()
}

#[expect(clippy::cast_possible_truncation, reason = "a price is far below the largest")]
fn tick(price: f64) -> Price {
    Price::from_units((price * 10.0).round() as i64 * 1_000_000_000)
}

/// At how many candles two averages are exactly equal.
fn ties(candles: &[Candle], fast: usize, slow: usize) -> usize {
    let sum = |of: &[Candle]| of.iter().map(|it| i128::from(it.close.units())).sum::<i128>();
    let [fast_count, slow_count] = [fast, slow].map(|it| i128::try_from(it).expect("a count"));
    let windows = candles.windows(slow);
    windows.filter(|it| sum(&it[slow - fast..]) * slow_count == sum(it) * fast_count).count()
}

fn cpu_seconds() -> f64 {
    seconds(ClockId::ProcessCPUTime)
}

fn own_seconds() -> f64 {
    seconds(ClockId::ThreadCPUTime)
}

fn wall_seconds() -> f64 {
    seconds(ClockId::Monotonic)
}

#[expect(clippy::cast_precision_loss, reason = "a measurement")]
fn seconds(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

#[expect(clippy::cast_precision_loss, reason = "a measurement")]
fn count(of: usize) -> f64 {
    of as f64
}

#[expect(clippy::disallowed_methods, reason = "the system keeps this figure in a file")]
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.replace("VmHWM:", "").trim().to_owned())
}
