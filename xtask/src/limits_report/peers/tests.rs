//! Each peer does what its source says, to the millisecond.

use std::time::Duration;

use simulated_limits::{PrivateCounter, PrivateLimits, Tier};

use super::{
    ccxt_async::CcxtAsync, ccxt_sync::CcxtSync, hummingbot::Hummingbot, kraken_sdk::KrakenSdk,
    nautilus::Nautilus, no_limiter::NoLimiter, *,
};
use crate::limits_report::{
    client::{Call, Client, Outcome, Purpose},
    workload::{Numbers, some_pair},
};

const START: Timestamp = Timestamp::from_nanos(1_000_000_000_000);

fn at(millis: u64) -> Timestamp {
    START + Duration::from_millis(millis)
}

fn call(numbers: &mut Numbers, endpoint: &'static str) -> Call {
    match endpoint {
        "AddOrder" => numbers.placing(some_pair()),
        _ => numbers.call(endpoint, Purpose::Account),
    }
}

/// Asks for calls at given milliseconds and says at which each was sent; each is answered at once.
fn sent(client: &mut dyn Client, asked: &[(u64, &'static str)]) -> Vec<u128> {
    let mut numbers = Numbers::default();
    let mut sent = vec![None; asked.len()];
    let mut now = START;
    let mut next = 0;
    while sent.contains(&None) {
        while let Some((_, endpoint)) = asked.get(next).filter(|(millis, _)| at(*millis) <= now) {
            client.ask(call(&mut numbers, endpoint), now);
            next += 1;
        }
        for started in client.poll(now) {
            let Started::Sent(id) = started else { panic!("{started:?}") };
            sent[usize::try_from(id).unwrap() - 1] = Some(now.since(START).as_millis());
            client.answered(id, Outcome::Accepted, now);
        }
        let ask = asked.get(next).map(|(millis, _)| at(*millis));
        let due = [ask, client.next_timeout()].into_iter().flatten().min();
        now = now.max(due.unwrap_or(now));
    }
    sent.into_iter().flatten().collect()
}

#[track_caller]
fn check(client: &mut dyn Client, asked: &[(u64, &'static str)], expect: &[u128]) {
    assert_eq!(sent(client, asked), expect, "{asked:?}");
}

#[test]
fn ccxt_async_makes_an_order_wait_for_looks_that_are_long_past() {
    let new = CcxtAsync::default;
    check(&mut new(), &[(0, "Balance"), (0, "AddOrder")], &[0, 3_001]);
    check(&mut new(), &[(0, "Ledgers"), (0, "AddOrder")], &[0, 6_001]);
    check(&mut new(), &[(0, "Balance"), (6_000, "AddOrder")], &[0, 9_001]);
    check(&mut new(), &[(0, "TradesHistory"), (10_000, "AddOrder")], &[0, 16_001]);
    check(&mut new(), &[(0, "AddOrder"), (0, "AddOrder")], &[0, 0]);
}

#[test]
fn ccxt_sync_sleeps_what_the_next_call_costs() {
    let new = CcxtSync::default;
    check(&mut new(), &[(0, "Balance"), (0, "Balance"), (0, "Ledgers")], &[0, 3_000, 9_000]);
    check(&mut new(), &[(0, "Ledgers"), (0, "AddOrder")], &[0, 0]);
    check(&mut new(), &[(0, "Balance"), (10_000, "Balance")], &[0, 10_000]);
}

#[test]
fn ccxt_sync_does_one_thing_at_a_time() {
    let mut client = CcxtSync::default();
    let mut numbers = Numbers::default();
    for _ in 0..2 {
        client.ask(call(&mut numbers, "AddOrder"), START);
    }
    assert_eq!(client.poll(START), [Started::Sent(1)]);
    assert_eq!((client.poll(at(60_000)), client.next_timeout()), (vec![], None));
    client.answered(1, Outcome::Lost, at(60_000));
    assert_eq!(client.poll(at(60_000)), [Started::Sent(2)]);
}

#[test]
fn nautilus_sends_five_and_then_one_in_two_tenths_of_a_second() {
    let asked = [(0, "Ledgers"); 7];
    check(&mut Nautilus::default(), &asked, &[0, 0, 0, 0, 0, 200, 400]);
}

#[test]
fn hummingbot_fills_its_window_at_once_and_then_waits_for_it() {
    let mut asked = vec![];
    for _ in 0..12 {
        asked.extend([(0, "Balance"), (0, "OpenOrders"), (0, "QueryOrders")]);
    }
    let mut expect = vec![0; 36];
    expect[35] = 63_100;
    check(&mut Hummingbot::new(Tier::Starter), &asked, &expect);
    asked.push((0, "AddOrder"));
    expect.push(0);
    check(&mut Hummingbot::new(Tier::Starter), &asked, &expect);
}

#[test]
fn hummingbot_limits_an_endpoint_to_half_the_pool() {
    let mut expect = vec![0; 18];
    expect[17] = 63_100;
    check(&mut Hummingbot::new(Tier::Starter), &[(0, "Balance"); 18], &expect);
}

#[test]
fn without_a_limiter_everything_leaves_at_once() {
    check(&mut NoLimiter::default(), &[(0, "Ledgers"), (1, "Ledgers")], &[0, 1]);
}

/// How many calls Kraken's library lets through at each of some moments, if always asked for more.
fn mirrored(client: &mut KrakenSdk, millis: &[u64]) -> Vec<usize> {
    let mut numbers = Numbers::default();
    let burst = |millis: &u64| {
        for _ in 0..100 {
            client.ask(call(&mut numbers, "Balance"), at(*millis));
        }
        let decided = client.poll(at(*millis));
        decided.iter().filter(|decision| matches!(decision, Started::Sent(_))).count()
    };
    millis.iter().map(burst).collect()
}

#[test]
fn kraken_s_library_declines_what_would_breach_its_mirror() {
    let mut client = KrakenSdk::new(Tier::Pro);
    assert_eq!(mirrored(&mut client, &[0, 500, 1_000, 3_500]), [20, 0, 1, 2]);
}

/// The library's mirror decays from the moment of the call. Kraken's counter starts to decay when a
/// call arrives, half a second later here; a call that is faster then finds it fuller than that.
#[test]
fn kraken_s_library_counts_too_low_when_the_network_is_slow_and_then_fast() {
    let mut kraken = PrivateCounter::new(PrivateLimits::documented(Tier::Pro));
    let mut client = KrakenSdk::new(Tier::Pro);
    assert_eq!(mirrored(&mut client, &[0, 1_000]), [20, 1]);
    for _ in 0..20 {
        assert!(kraken.call("Balance", at(500)).is_ok());
    }
    assert!(kraken.call("Balance", at(1_001)).is_err());
}

#[test]
fn kraken_s_library_counts_too_low_after_a_restart() {
    let mut kraken = PrivateCounter::new(PrivateLimits::documented(Tier::Pro));
    let mut client = KrakenSdk::new(Tier::Pro);
    assert_eq!(mirrored(&mut client, &[0]), [20]);
    client.restart(at(2_000));
    assert_eq!(mirrored(&mut client, &[2_000]), [20]);
    for _ in 0..20 {
        assert!(kraken.call("Balance", at(0)).is_ok());
    }
    let accepted = (0..20).filter(|_| kraken.call("Balance", at(2_000)).is_ok()).count();
    assert_eq!(accepted, 2);
}

#[test]
fn kraken_s_library_fills_its_mirror_when_refused() {
    let mut client = KrakenSdk::new(Tier::Pro);
    client.ask(call(&mut Numbers::default(), "Balance"), START);
    assert_eq!(client.poll(START), [Started::Sent(1)]);
    client.answered(1, Outcome::Exceeded(simulated_limits::Exceeded::PrivateCalls), START);
    assert_eq!(mirrored(&mut client, &[0, 1_000]), [0, 1]);
}
