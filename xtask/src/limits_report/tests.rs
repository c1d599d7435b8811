//! The peers come out as they did when they were measured: the comparison that this report repeats
//! had them in another simulation, in another language.

#![expect(clippy::float_arithmetic, reason = "statistics are compared within a margin")]

use super::*;
use crate::limits_report::{figures::Figures, report::Row};

fn bare(length: Duration, seed: u64) -> Options {
    Options { length, seed, behind: Behind::BareLimits }
}

fn run(who: &str, scenario: &str, tier: Tier, minutes: u64) -> Figures {
    let contender = CONTENDERS.iter().find(|contender| contender.who == who).unwrap();
    let scenario = scenarios::of(Profile::Documented, Behind::BareLimits)
        .find(|found| found.name == scenario)
        .unwrap();
    scenario.run(contender.new, tier, bare(Duration::from_mins(minutes), 1))
}

/// How often each tier is refused in an hour of saturation, within so many percent.
#[track_caller]
fn check_violations(who: &str, expect: [f64; 3], percent: f64) {
    for (tier, expect) in Tier::ALL.into_iter().zip(expect) {
        let found = run(who, "saturation", tier, 30).violations_per_hour;
        let margin = expect / 100.0 * percent;
        assert!((found - expect).abs() <= margin, "{who} on {tier}: {found}, not {expect}");
    }
}

/// What share of the budget each tier puts to use in saturation, within two percent of it.
#[track_caller]
fn check_budget(who: &str, expect: [f64; 3]) {
    for (tier, expect) in Tier::ALL.into_iter().zip(expect) {
        let found = run(who, "saturation", tier, 60).budget_used;
        assert!((found - expect).abs() <= 0.02, "{who} on {tier}: {found}, not {expect}");
    }
}

#[test]
fn ccxt_uses_a_third_of_what_pro_grants() {
    check_budget("ccxt async", [0.998, 0.659, 0.331]);
    check_budget("ccxt sync", [0.998, 0.659, 0.331]);
    check_violations("ccxt async", [0.0; 3], 0.0);
    check_violations("ccxt sync", [0.0; 3], 0.0);
}

#[test]
fn nautilus_and_no_limiter_are_refused_most_calls() {
    check_violations("nautilus", [16_804.0, 16_188.0, 14_390.0], 2.0);
    check_violations("no limiter", [70_800.0, 70_183.0, 68_383.0], 2.0);
}

#[test]
fn hummingbot_is_refused_more_the_higher_its_tier() {
    check_violations("hummingbot", [1_250.0, 1_890.0, 3_668.0], 10.0);
}

#[test]
fn kraken_s_own_library_is_refused_too() {
    let saturated = run("kraken sdk", "saturation", Tier::Pro, 10).violations_total();
    assert!(0 < saturated);
    assert!(saturated < run("kraken sdk", "restarts", Tier::Pro, 60).violations_total());
}

#[test]
fn ccxt_makes_a_reconnect_long_and_orders_wait_behind_it() {
    for (who, order_expect) in [("ccxt async", 45.0), ("ccxt sync", 42.0)] {
        let figures = run(who, "reconnect", Tier::Pro, 10);
        let done = figures.account_done_s.unwrap();
        assert!((done - 42.0).abs() < 0.1, "{who} reconnects in {done} s");
        let order = figures.delay("order").unwrap().max_s;
        assert!((order - order_expect).abs() < 0.1, "{who} lets an order wait {order} s");
    }
    let figures = run("nautilus", "reconnect", Tier::Pro, 10);
    assert_eq!(figures.account_done_s, Some(1.2));
}

/// The comparison had 4.1 and 47.7 seconds for one, nothing and 43 for the other, whose single
/// thread did not have to wait for answers there.
#[test]
fn on_an_ordinary_day_orders_wait_for_ccxt() {
    let delay = run("ccxt async", "realistic", Tier::Pro, 120).delay("order").unwrap();
    assert!((3.0..6.0).contains(&delay.p50_s), "{delay:?}");
    assert!((40.0..55.0).contains(&delay.p99_s), "{delay:?}");
    let delay = run("ccxt sync", "realistic", Tier::Pro, 120).delay("order").unwrap();
    assert!((0.0..2.5).contains(&delay.p50_s), "{delay:?}");
    assert!((38.0..50.0).contains(&delay.p99_s), "{delay:?}");
}

/// The promise of the whole program, in short runs of every scenario and with several seeds; the
/// command runs them for a day.
#[test]
fn ours_is_never_refused_and_wastes_nothing() {
    let ours = CONTENDERS.iter().find(|contender| contender.who == OURS).unwrap();
    for (profile, tier) in CASES {
        for scenario in scenarios::of(profile, Behind::BareLimits) {
            for seed in 1..=2 {
                let figures = scenario.run(ours.new, tier, bare(Duration::from_mins(30), seed));
                let name = format!("{tier}, {}, {}, seed {seed}", profile.name(), scenario.name);
                assert_eq!(figures.violations_total(), 0, "{name}");
                let least = match scenario.name {
                    "saturation" | "saturation_steps" | "saturation_clock_behind" => 0.98,
                    // It is down for seconds, and waits for what may have been under way.
                    "restarts" => 0.95,
                    _ => 0.0,
                };
                assert!(least <= figures.budget_used, "{name}: {}", figures.budget_used);
                for (kind, most) in [("halt", 0.0), ("cancel", 0.0)] {
                    let waited = figures.delay(kind).map_or(0.0, |delay| delay.max_s);
                    assert!(waited <= most, "{name}: a {kind} waited {waited} s");
                }
            }
        }
    }
}

#[test]
fn with_ours_no_order_waits_for_the_account_and_a_reconnect_is_over_at_once() {
    for tier in Tier::ALL {
        let waited = run(OURS, "realistic", tier, 60).delay("order").unwrap();
        // One in hundreds waits for the counter of its own pair.
        assert!(waited.p99_s <= 0.0 && waited.max_s < 5.0, "{tier}: {waited:?}");
        let reconnect = run(OURS, "reconnect", tier, 10);
        assert!(reconnect.account_done_s.unwrap() <= 2.0, "{tier}");
        assert_eq!(reconnect.violations_total(), 0, "{tier}");
    }
}

fn short_report(seed: u64) -> Report {
    Report::new(bare(Duration::from_mins(1), seed), |_| {})
}

#[test]
fn every_row_says_what_others_rely_on() {
    let report = short_report(1);
    let json = report.as_json();
    let rows = json.as_array().unwrap();
    assert_eq!(rows.len(), CONTENDERS.len() * CASES.len());
    for row in rows {
        for text in ["who", "profile", "tier"] {
            assert!(row[text].is_string(), "{text} of {row}");
        }
        for number in ["budget_used", "order_delay_p99_s", "reconnect_burst_s"] {
            assert!(row[number].is_f64(), "{number} of {row}");
        }
        let of_scenarios = row["scenarios"].as_array().unwrap().iter();
        let sum: u64 = of_scenarios.map(|found| found["violations"].as_u64().unwrap()).sum();
        assert_eq!(row["violations_anywhere"].as_u64(), Some(sum));
        assert!(row["violations"].as_u64() <= Some(sum));
    }
    let table = report.as_table();
    assert_eq!(table.lines().take_while(|line| !line.is_empty()).count(), rows.len() + 1);
}

#[test]
fn a_report_is_a_function_of_its_seed() {
    let text = |seed| short_report(seed).as_json().to_string();
    assert_eq!(text(1), text(1));
    assert_ne!(text(1), text(2));
}

#[test]
fn only_ours_decides_whether_it_passes() {
    let mut report = short_report(1);
    assert!(report.passed());
    let refused = report.rows.iter().find(|row| 0 < row.violations_anywhere()).unwrap();
    let ours = Row { who: OURS, ..refused.clone() };
    report.rows.push(ours);
    assert!(!report.passed());
}

/// What the simulated Kraken itself counted in every scenario of a client: calls refused for a
/// limit, and calls that arrived.
fn counted_on_the_wire(who: &str, profile: Profile, tier: Tier) -> (u64, u64) {
    let contender = CONTENDERS.iter().find(|contender| contender.who == who).unwrap();
    let length = Duration::from_mins(10);
    let options = Options { length, seed: 1, behind: Behind::Wire };
    let (mut refused, mut arrived) = (0, 0);
    for scenario in scenarios::of(profile, Behind::Wire) {
        let figures = scenario.run(contender.new, tier, options);
        let counted = figures.statistics.clone().unwrap();
        let count = |name: &str| counted[name].as_u64().unwrap();
        let limits = ["private", "public", "pair", "ws"].map(|it| format!("{it}_rejected_rate"));
        let counted: u64 = limits.iter().map(|name| count(name)).sum();
        assert_eq!(counted, figures.violations_total(), "{who}: as it was told");
        refused += counted;
        arrived += count("requests");
    }
    (refused, arrived)
}

#[test]
fn ours_is_refused_nothing_on_the_wire() {
    for (profile, tier) in CASES {
        let (refused, arrived) = counted_on_the_wire(OURS, profile, tier);
        assert_eq!(refused, 0, "{}, {tier}", profile.name());
        assert!(300 < arrived, "{}, {tier}: {arrived}", profile.name());
    }
}

#[test]
fn whoever_does_not_wait_is_refused_on_the_wire() {
    for (profile, tier) in CASES {
        let (refused, _) = counted_on_the_wire("no limiter", profile, tier);
        assert!(1_000 < refused, "{}, {tier}: {refused}", profile.name());
    }
}
