//! Whole days of simulated market: the same seed is the same run, and the engine never finds that
//! its picture contradicts the venue's.

use super::*;
use crate::config;

/// What happened in a run, as it would be printed.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    reports: Vec<(Timestamp, Report)>,
    hash: String,
}

fn configured(seed: u64, text: &str) -> Config {
    let mut config = config::parse(text, "a test's config").unwrap();
    (config.simulated.seed, config.engine.session) = (seed, seed);
    config
}

fn run(config: &Config, length: Duration) -> Outcome {
    let mut market = RunMarket::new(config).unwrap();
    let end = market.start() + length;
    let mut reports = Vec::new();
    while market.next_at() <= end {
        let before = market.now();
        market.step(&mut |report, now| reports.push((now, report.clone())));
        assert!(before <= market.now(), "time never goes back");
    }
    Outcome { reports, hash: market.engine().journal().hash() }
}

const HOUR: Duration = Duration::from_hours(1);

fn is_alarm(report: &Report) -> bool {
    matches!(report, Report::Alarm(_))
}

#[track_caller]
fn three_days_without_an_alarm(seed: u64) {
    let done = run(&configured(seed, config::DEMO), 72 * HOUR);
    let alarms: Vec<_> = done.reports.iter().filter(|(_, it)| is_alarm(it)).collect();
    assert!(alarms.is_empty(), "seed {seed}: {alarms:?}");
    let halted = |it: &Report| matches!(it, Report::Halted { .. });
    assert!(!done.reports.iter().any(|(_, it)| halted(it)), "seed {seed} halted");
    let fills = done.reports.iter().filter(|(_, it)| matches!(it, Report::OrderFilled { .. }));
    assert!(10 < fills.count(), "seed {seed} hardly traded");
}

// One test a seed, so that they run beside each other.

#[test]
fn seed_1_contradicts_nothing() {
    three_days_without_an_alarm(1);
}

#[test]
fn seed_2_contradicts_nothing() {
    three_days_without_an_alarm(2);
}

#[test]
fn seed_3_contradicts_nothing() {
    three_days_without_an_alarm(3);
}

#[test]
fn seed_4_contradicts_nothing() {
    three_days_without_an_alarm(4);
}

#[test]
fn seed_5_contradicts_nothing() {
    three_days_without_an_alarm(5);
}

#[test]
fn the_same_seed_is_the_same_run() {
    let config = configured(7, config::DEMO);
    let first = run(&config, 3 * HOUR);
    assert!(!first.reports.is_empty(), "nothing happened that could be compared");
    assert_eq!(first, run(&config, 3 * HOUR));
    assert_ne!(first.hash, run(&configured(8, config::DEMO), 3 * HOUR).hash);
}

#[test]
fn what_is_told_does_not_change_what_happens() {
    let config = configured(7, config::DEMO);
    let told = run(&config, HOUR);
    let mut market = RunMarket::new(&config).unwrap();
    while market.next_at() <= market.start() + HOUR {
        market.step(&mut |_, _| {});
    }
    assert_eq!(market.engine().journal().hash(), told.hash);
}

#[test]
fn the_strategy_is_warm_when_the_account_opens() {
    let config = configured(3, config::DEMO);
    let market = RunMarket::new(&config).unwrap();
    assert_eq!(market.start(), config.simulated.start);
    assert_eq!(market.now(), config.simulated.start);
    // Without a warm-up nothing could be placed before the slow average of 20 candles is known.
    let done = run(&config, 20 * config.engine.interval.duration());
    let placed = |it: &Report| matches!(it, Report::OrderPlaced { .. });
    assert!(done.reports.iter().any(|(_, it)| placed(it)), "{done:?}");
}

/// The demo with a kill switch that trips at the first losses.
fn nervous(seed: u64) -> Config {
    configured(seed, &config::DEMO.replace("drawdown = \"20%\"", "drawdown = \"0.2%\""))
}

#[test]
fn a_halt_sells_everything_and_nothing_follows() {
    for seed in 1..=3 {
        let done = run(&nervous(seed), 8 * HOUR);
        let reports: Vec<_> = done.reports.iter().map(|(_, it)| it).collect();
        let halted = reports.iter().position(|it| matches!(it, Report::Halted { .. }));
        let flat = reports.iter().position(|it| matches!(it, Report::Flattened));
        let (halted, flat) = halted.zip(flat).expect("it halts and sells");
        assert!(halted < flat, "seed {seed}");
        for (at, report) in reports.iter().enumerate() {
            if let Report::OrderPlaced { side, .. } = report {
                assert!(at < flat, "seed {seed}: placed after it was flat");
                assert!(at < halted || *side == trading_types::Side::Sell, "seed {seed}");
            }
        }
        assert!(!reports.iter().any(|it| is_alarm(it)), "seed {seed}");
    }
}

/// Money and coins: the account's worth moves by what was traded and by nothing else.
#[test]
fn the_equity_of_a_flat_account_is_the_cash_and_its_profits() {
    let config = nervous(2);
    let mut market = RunMarket::new(&config).unwrap();
    let mut profits = Amount::ZERO;
    while market.next_at() <= market.start() + 8 * HOUR {
        market.step(&mut |report, _| {
            if let Report::LotClosed { lot, .. } = report {
                profits += lot.profit();
            }
        });
    }
    assert!(!market.engine().holds_position());
    assert_eq!(market.engine().equity(), config.simulated.cash + profits);
}

#[test]
fn the_warm_up_is_as_long_as_the_slowest_average() {
    let demo = configured(1, config::DEMO);
    let warm_up = RunMarket::warm_up(&demo).unwrap();
    assert!(20 * demo.engine.interval.duration() <= warm_up && warm_up <= 3 * HOUR, "{warm_up:?}");
    let daily = configured(1, &config::DEMO.replace("interval = 5 ", "interval = 1440 "));
    assert_eq!(RunMarket::warm_up(&daily).unwrap(), 288 * warm_up);
}
