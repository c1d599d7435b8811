//! The counter of a key, call by call.

use std::time::Duration;

use super::*;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_nanos(millis * 1_000_000)
}

fn counter(tier: Tier) -> PrivateCounter {
    PrivateCounter::new(PrivateLimits::documented(tier))
}

/// How many calls of `endpoint` an idle counter takes at once.
#[track_caller]
fn check_burst(tier: Tier, endpoint: &str, expect: u32) {
    let mut counter = counter(tier);
    let taken = (0..100).take_while(|_| counter.call(endpoint, at(0)).is_ok()).count();
    assert_eq!(u32::try_from(taken), Ok(expect), "{endpoint} on {tier}");
}

/// How many calls of `endpoint` a full counter takes in two minutes, asked every ten milliseconds,
/// when refused calls are free.
#[track_caller]
fn check_sustained(tier: Tier, endpoint: &str, expect: u32) {
    let limits = PrivateLimits { refused_calls_count: false, ..PrivateLimits::documented(tier) };
    let mut counter = PrivateCounter::new(limits);
    while counter.call(endpoint, at(0)).is_ok() {}
    let taken = (1..=12_000).filter(|turn| counter.call(endpoint, at(turn * 10)).is_ok()).count();
    assert_eq!(u32::try_from(taken), Ok(expect), "{endpoint} on {tier}");
    assert!(counter.peak() <= tier.private_max());
}

#[test]
fn an_idle_counter_takes_its_maximum_at_once() {
    check_burst(Tier::Starter, "Balance", 15);
    check_burst(Tier::Intermediate, "Balance", 20);
    check_burst(Tier::Pro, "Balance", 20);
    check_burst(Tier::Starter, "Ledgers", 7);
    check_burst(Tier::Intermediate, "Ledgers", 10);
    check_burst(Tier::Pro, "TradesHistory", 10);
    check_burst(Tier::Starter, "AddOrder", 100);
}

#[test]
fn a_full_counter_takes_what_decays() {
    check_sustained(Tier::Starter, "Balance", 39);
    check_sustained(Tier::Intermediate, "Balance", 60);
    check_sustained(Tier::Pro, "Balance", 120);
    // On Starter a burst of calls of two leaves a point unused.
    check_sustained(Tier::Starter, "Ledgers", 20);
    check_sustained(Tier::Intermediate, "Ledgers", 30);
    check_sustained(Tier::Pro, "Ledgers", 60);
}

#[test]
fn exactly_the_maximum_is_allowed_and_a_hair_more_is_not() {
    let mut counter = counter(Tier::Pro);
    for _ in 0..20 {
        counter.call("Balance", at(0)).unwrap();
    }
    assert_eq!(counter.level(at(0)).to_string(), "20");
    let just_too_early = Timestamp::from_nanos(999_999_999);
    assert_eq!(counter.clone().call("Balance", just_too_early), Err(Exceeded::PrivateCalls));
    assert_eq!(counter.call("Balance", at(1_000)), Ok(()));
}

#[test]
fn refused_calls_count_unless_told_otherwise() {
    for (refused_calls_count, expect) in [(true, false), (false, true)] {
        let limits = PrivateLimits { refused_calls_count, ..PrivateLimits::documented(Tier::Pro) };
        let mut counter = PrivateCounter::new(limits);
        for millis in (0..30_000).step_by(100) {
            let _ = counter.call("Balance", at(millis));
        }
        assert_eq!(counter.peak().to_string(), "20");
        let taken = (300..400).filter(|tenth| counter.call("Balance", at(tenth * 100)).is_ok());
        assert_eq!(0 < taken.count(), expect, "refused calls count: {refused_calls_count}");
    }
}

#[test]
fn who_waits_gets_in_again() {
    let mut counter = counter(Tier::Starter);
    for _ in 0..100 {
        let _ = counter.call("Balance", at(0));
    }
    // A point has drained after 1 / 0.33 seconds.
    assert!(counter.clone().call("Balance", at(3_030)).is_err());
    assert!(counter.call("Balance", at(3_031)).is_ok());
}

#[test]
fn a_counter_that_decays_in_steps_lets_nobody_in_between_them() {
    let decay = DecayMode::Stepwise { tick: Duration::from_secs(3), phase: Duration::from_secs(1) };
    let limits =
        PrivateLimits { decay, refused_calls_count: false, ..PrivateLimits::documented(Tier::Pro) };
    let mut counter = PrivateCounter::new(limits);
    for _ in 0..20 {
        counter.call("Balance", at(1_000)).unwrap();
    }
    assert!(counter.call("Balance", at(3_999)).is_err());
    let taken = (0..5).filter(|_| counter.call("Balance", at(4_000)).is_ok()).count();
    assert_eq!(taken, 3);
}
