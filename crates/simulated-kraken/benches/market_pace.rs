//! How many seconds of market a second of processor time is, for one market and for three, busy and
//! quiet, with nobody listening and with one listener; what a past costs, and what it costs to put
//! a simulation away and to take it out again.
//!
//! `cargo bench -p simulated-kraken --bench market_pace`
#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![expect(clippy::float_arithmetic, reason = "times and ratios are floating")]

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use simulated_kraken::{
    AccountSettings, ConnectionId, Door, Input, LimitProfile, MarketSettings, MarketSource,
    Settings, SimulatedKraken,
};
use trading_types::{KrakenPairs, Price, Timestamp};

/// Each measurement is the least of so many: what else the machine does only makes it longer.
const PASSES: usize = 3;
const PAIRS: [(&str, &str); 3] = [("BTC/USD", "60000"), ("ETH/USD", "3000"), ("SOL/USD", "150")];
const SUBSCRIBE: &str =
    r#"{"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/USD"]}}"#;

type Source = fn(Price) -> MarketSource;

fn main() {
    // `cargo bench` adds `--bench`; `cargo test` runs this with `--test`, on a small input.
    let part = if std::env::args().any(|it| it == "--test") { 100 } else { 1 };
    let busy: Source = |start_price| MarketSource::Model { start_price };
    let quiet: Source = |start_price| MarketSource::Quiet { start_price };
    for (name, source, seconds) in [("busy", busy, 3_600), ("quiet", quiet, 1_000_000)] {
        for (pairs, has_listener) in [(1, false), (3, false), (1, true), (3, true)] {
            let seconds = seconds / part;
            let cost =
                least(|| pace(settings(source, pairs, Duration::ZERO), seconds, has_listener));
            let listener = if has_listener { "one listener" } else { "nobody" };
            #[expect(clippy::cast_precision_loss, reason = "a million")]
            let pace = seconds as f64 / cost;
            println!("{name}, {pairs} pairs, {listener}: {pace:.0} simulated seconds a second");
        }
    }
    put_away(3_600 / part);
    for (name, source) in [("busy", busy), ("quiet", quiet)] {
        for hours in [0, 60, 720] {
            let history = Duration::from_hours(hours / part);
            let cost = least(|| {
                let before = thread_seconds();
                let kraken = SimulatedKraken::new(settings(source, 1, history), start());
                std::hint::black_box(kraken.next_timeout());
                thread_seconds() - before
            });
            println!(
                "{name}, a market with {hours} hours of history begins in {:.1} ms",
                cost * 1e3
            );
        }
    }
}

/// An hour of three markets, put away and taken out again.
fn put_away(seconds: u64) {
    let busy: Source = |start_price| MarketSource::Model { start_price };
    let settings = settings(busy, 3, Duration::ZERO);
    let end = start() + Duration::from_secs(seconds);
    let mut kraken = SimulatedKraken::new(settings.clone(), start());
    kraken.handle_timeout(end);
    let bytes = kraken.save(end);
    let save = least(|| {
        let before = thread_seconds();
        std::hint::black_box(kraken.save(end));
        thread_seconds() - before
    });
    let restore = least(|| {
        let settings = settings.clone();
        let before = thread_seconds();
        let restored = SimulatedKraken::restore(settings, &bytes);
        assert!(restored.is_ok(), "what was written is read");
        thread_seconds() - before
    });
    println!(
        "an hour of three busy markets is {} kB; put away in {:.1} ms, taken out in {:.1} ms",
        bytes.len() / 1_000,
        save * 1e3,
        restore * 1e3
    );
}

/// What so many simulated seconds cost.
fn pace(settings: Settings, seconds: u64, has_listener: bool) -> f64 {
    let mut kraken = SimulatedKraken::new(settings, start());
    let id = ConnectionId(1);
    if has_listener {
        let address = "10.0.0.1".to_owned();
        kraken.handle(Input::Knock { id, address, door: Door::Public }, start());
        kraken.handle(Input::Frame { id, text: SUBSCRIBE.to_owned() }, start());
    }
    let end = start() + Duration::from_secs(seconds);
    let before = thread_seconds();
    let mut outputs = 0_u64;
    while let Some(due) = kraken.next_timeout().filter(|due| *due <= end) {
        kraken.handle_timeout(due);
        while kraken.poll_output().is_some() {
            outputs += 1;
        }
    }
    let cost = thread_seconds() - before;
    assert!(!has_listener || 0 < outputs, "a listener hears something");
    cost
}

fn settings(source: Source, pairs: usize, history: Duration) -> Settings {
    let market = |(pair, price): &(&str, &str)| MarketSettings {
        rules: KrakenPairs::recorded().rules(pair.parse().expect("a pair")).expect("recorded"),
        source: source(price.parse().expect("a price")),
    };
    Settings {
        seed: 7,
        tier: simulated_limits::Tier::Pro,
        limits: LimitProfile::Documented,
        refused_calls_count: true,
        decay: simulated_limits::DecayMode::Continuous,
        boundary: simulated_limits::Boundary::Reached,
        markets: PAIRS[..pairs].iter().map(market).collect(),
        accounts: vec![AccountSettings { name: String::new(), balances: Vec::new() }],
        history,
        faults: Vec::new(),
    }
}

fn least(measure: impl Fn() -> f64) -> f64 {
    (0..PASSES).map(|_| measure()).fold(f64::INFINITY, f64::min)
}

fn thread_seconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    #[expect(clippy::cast_precision_loss, reason = "a time is approximate")]
    let seconds = time.tv_sec as f64 + time.tv_nsec as f64 / 1e9;
    seconds
}

fn start() -> Timestamp {
    "2026-11-22T00:00:00Z".parse().expect("a time")
}
