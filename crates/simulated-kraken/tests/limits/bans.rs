//! Bans: after too many bad keys, and after too many attempts to connect.

use std::time::Duration;

use simulated_limits::Tier;

use crate::client::{Client, HOME, KEY, OTHER_KEY, settings};

/// A private key that is none of ours.
const WRONG: &str = "d3JvbmcgYnV0IGxvbmcgZW5vdWdoIHRvIGJlIGEga2V5IG9mIHNvbWVib2R5";
const LOCKED_OUT: &str = "EGeneral:Temporary lockout";
/// Kraken names no number of failures.
const FAILURES_MAX: usize = 10;

#[test]
fn bad_signatures_lock_key_and_address_out_for_a_quarter_of_an_hour() {
    let mut client = Client::new(settings(Tier::Pro));
    for _ in 0..FAILURES_MAX {
        let told = client.post_signed(KEY, WRONG, "Balance", "");
        assert_eq!(told.error, "EAPI:Invalid signature");
    }
    // Also a good call, and one with another key from the same address.
    assert_eq!(client.post("Balance", "").error, LOCKED_OUT);
    assert_eq!(client.post_with(OTHER_KEY, "Balance", "").error, LOCKED_OUT);
    assert_eq!(client.statistic("/lockouts"), 1);
    client.pass(Duration::from_nanos(900_000_000_000 - 1));
    assert_eq!(client.post("Balance", "").error, LOCKED_OUT);
    client.pass(Duration::from_nanos(1));
    assert!(client.post("Balance", "").is_done());
    assert!(client.get("Time", "").is_done(), "public calls need no key");
}

#[test]
fn a_good_call_forgives_the_failures_before_it() {
    let mut client = Client::new(settings(Tier::Pro));
    for round in 0..4 {
        for _ in 1..FAILURES_MAX {
            assert_eq!(
                client.post_signed(KEY, WRONG, "Balance", "").error,
                "EAPI:Invalid signature"
            );
        }
        assert!(client.post("Balance", "").is_done(), "round {round}");
        client.pass(Duration::from_mins(1));
    }
    assert_eq!(client.statistic("/lockouts"), 0);
}

#[test]
fn a_hundred_and_fifty_attempts_in_ten_minutes_and_then_a_ban_of_ten() {
    let mut client = Client::new(settings(Tier::Pro));
    for attempt in 1..=150 {
        assert!(client.knock(HOME), "attempt {attempt}");
        client.pass(Duration::from_secs(2));
    }
    assert!(!client.knock(HOME));
    assert!(client.knock("203.0.113.9"), "another address is not banned");
    client.pass(Duration::from_nanos(600_000_000_000 - 1));
    assert!(!client.knock(HOME));
    client.pass(Duration::from_nanos(1));
    assert!(client.knock(HOME));
    assert_eq!(client.statistic("/ws_rejected_rate"), 2);
}
