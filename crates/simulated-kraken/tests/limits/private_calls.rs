//! The counter of a key.

use std::time::Duration;

use simulated_kraken::{LimitProfile, Settings};
use simulated_limits::{DecayMode, Tier};

use crate::client::{Client, KEY, OTHER_KEY, settings};

const REFUSED: &str = "EAPI:Rate limit exceeded";

/// So many calls are done from rest, and the next is refused.
fn check(tier: Tier, endpoint: &str, parameters: &str, calls: usize) {
    let mut client = Client::new(settings(tier));
    let told = client.count_until(REFUSED, |client| client.post(endpoint, parameters));
    assert_eq!(told, calls, "{endpoint}, {tier}");
    assert_eq!(client.statistic("/private_rejected_rate"), 1);
}

#[test]
fn calls_to_the_first_refusal_from_rest() {
    for (endpoint, parameters) in [("Balance", ""), ("OpenOrders", ""), ("TradeBalance", "")] {
        check(Tier::Starter, endpoint, parameters, 15);
        check(Tier::Intermediate, endpoint, parameters, 20);
        check(Tier::Pro, endpoint, parameters, 20);
    }
    for (endpoint, parameters) in [("TradesHistory", ""), ("Ledgers", "")] {
        check(Tier::Starter, endpoint, parameters, 7);
        check(Tier::Intermediate, endpoint, parameters, 10);
        check(Tier::Pro, endpoint, parameters, 10);
    }
    check(Tier::Starter, "GetWebSocketsToken", "", 15);
    check(Tier::Starter, "GetApiKeyInfo", "", 15);
    check(Tier::Starter, "CancelAll", "", 15);
    check(Tier::Starter, "ClosedOrders", "ofs=0", 15);
}

#[test]
fn orders_and_cancels_cost_nothing_here() {
    let mut client = Client::new(settings(Tier::Pro));
    let order = "pair=XBTUSD&type=buy&ordertype=limit&price=40000&volume=0.01";
    for _ in 0..15 {
        let placed = client.post("AddOrder", order);
        let name = placed.result["txid"][0].as_str().expect("a name").to_owned();
        assert!(client.post("CancelOrder", &format!("txid={name}")).is_done());
    }
    let calls = client.count_until(REFUSED, |client| client.post("Balance", ""));
    assert_eq!(calls, 20);
}

#[test]
fn each_key_has_a_counter_of_its_own() {
    let mut client = Client::new(settings(Tier::Starter));
    for key in [KEY, OTHER_KEY] {
        let calls = client.count_until(REFUSED, |client| client.post_with(key, "Balance", ""));
        assert_eq!(calls, 15);
    }
}

/// A counter that was filled with calls of one endpoint takes the next one after exactly so long.
fn check_wait(settings: &Settings, endpoint: &str, refusals: u32, wait: Duration) {
    let after = |wait: Duration| {
        let mut client = Client::new(settings.clone());
        client.count_until(REFUSED, |client| client.post(endpoint, ""));
        for _ in 1..refusals {
            assert!(!client.post(endpoint, "").is_done());
        }
        client.pass(wait);
        client.post(endpoint, "").is_done()
    };
    let early = wait.saturating_sub(Duration::from_nanos(1));
    assert!(!after(early), "{endpoint} passes before {wait:?}, {:?}", settings.tier);
    assert!(after(wait), "{endpoint} does not pass after {wait:?}, {:?}", settings.tier);
}

#[test]
fn a_full_counter_decays_at_the_rate_of_its_tier() {
    let nanos = Duration::from_nanos;
    check_wait(&settings(Tier::Starter), "Balance", 1, nanos(3_030_303_031));
    check_wait(&settings(Tier::Intermediate), "Balance", 1, nanos(2_000_000_000));
    check_wait(&settings(Tier::Pro), "Balance", 1, nanos(1_000_000_000));
    check_wait(&settings(Tier::Intermediate), "Ledgers", 1, nanos(4_000_000_000));
    check_wait(&settings(Tier::Pro), "Ledgers", 1, nanos(2_000_000_000));
}

#[test]
fn refused_calls_are_counted_if_they_are_to_be() {
    let nanos = Duration::from_nanos;
    let counted = settings(Tier::Starter);
    let forgiven = Settings { refused_calls_count: false, ..counted.clone() };
    // Seven calls of two points leave room for one: a refused eighth takes it, or it does not.
    check_wait(&counted, "Ledgers", 1, nanos(6_060_606_061));
    check_wait(&forgiven, "Ledgers", 1, nanos(3_030_303_031));
    check_wait(&forgiven, "Ledgers", 5, nanos(3_030_303_031));
}

/// Whether a client that asks every second is ever let in again.
fn knocks_in_vain(settings: Settings) -> bool {
    let mut client = Client::new(settings);
    client.count_until(REFUSED, |client| client.post("Balance", ""));
    (0..120).all(|_| {
        client.pass(Duration::from_secs(1));
        !client.post("Balance", "").is_done()
    })
}

#[test]
fn who_keeps_calling_stays_shut_out() {
    let counted = settings(Tier::Starter);
    assert!(knocks_in_vain(counted.clone()));
    assert!(!knocks_in_vain(Settings { refused_calls_count: false, ..counted }));
}

#[test]
fn a_counter_may_decay_in_steps() {
    let (tick, phase) = (Duration::from_secs(3), Duration::from_secs(1));
    let stepwise = Settings { decay: DecayMode::Stepwise { tick, phase }, ..settings(Tier::Pro) };
    // It is noon, and the steps are a second after every third.
    check_wait(&stepwise, "Balance", 1, Duration::from_secs(1));
    check_wait(&stepwise, "Ledgers", 1, Duration::from_secs(1));
    let mut client = Client::new(stepwise);
    client.count_until(REFUSED, |client| client.post("Balance", ""));
    client.pass(Duration::from_secs(1));
    assert_eq!(client.count_until(REFUSED, |client| client.post("Balance", "")), 3);
}

#[test]
fn the_peak_of_a_counter_is_told_and_never_above_its_maximum() {
    for (tier, peak) in [(Tier::Starter, "15"), (Tier::Intermediate, "20"), (Tier::Pro, "20")] {
        let mut client = Client::new(settings(tier));
        for _ in 0..50 {
            client.post("Balance", "");
            client.pass(Duration::from_millis(100));
        }
        let peaks = client.statistic("/counter_peak");
        let told: Vec<_> = peaks.as_object().expect("by key").values().collect();
        assert_eq!(told.iter().filter(|told| **told == peak).count(), 1, "{peaks}");
    }
}

#[test]
fn without_limits_nothing_is_refused() {
    let mut client = Client::new(Settings { limits: LimitProfile::Off, ..settings(Tier::Starter) });
    assert!((0..200).all(|_| client.post("Ledgers", "").is_done()));
    assert!((0..200).all(|_| client.get("Time", "").is_done()));
}
