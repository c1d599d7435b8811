//! The article's model, which some clients keep to: fixed clock minutes, HTTP status 429, headers.

use std::time::Duration;

use serde_json::Value;
use simulated_kraken::{LimitProfile, Settings};
use simulated_limits::Tier;

use crate::client::{Client, KEY, OTHER_KEY, Told, settings};

fn client() -> Client {
    let article = Settings { limits: LimitProfile::Article, ..settings(Tier::Pro) };
    let mut client = Client::new(article);
    // Twenty seconds into a minute.
    client.pass(Duration::from_secs(20));
    client
}

/// Every header that the article names says this.
fn check_headers(told: &Told, used: u32, limit: u32, reset: u64) {
    let wanted = [
        ("x-bs-unit-current", u64::from(used)),
        ("x-bs-unit-limit", u64::from(limit)),
        ("x-bs-unit-reset", reset),
        ("x-ratelimit-limit", u64::from(limit)),
        ("x-ratelimit-remaining", u64::from(limit - used)),
        ("x-ratelimit-reset", reset),
    ];
    for (name, value) in wanted {
        assert_eq!(told.header(name), Some(value.to_string().as_str()), "{name}");
    }
}

/// `limit` calls a minute are good and say how many are left; the next is refused until the minute
/// is over.
fn check(call: impl Fn(&mut Client) -> Told, limit: u32) {
    let mut client = client();
    let reset = client.now().seconds() / 60 * 60 + 60;
    for used in 1..=limit {
        let told = call(&mut client);
        assert!(told.is_done() && told.http.status == 200, "{used}: {}", told.error);
        check_headers(&told, used, limit, reset);
    }
    let refused = call(&mut client);
    assert_eq!(refused.http.status, 429);
    assert_ne!(refused.error, "");
    assert_eq!(refused.result, Value::Null);
    assert_eq!(refused.header("retry-after"), Some("40"));
    check_headers(&refused, limit, limit, reset);
    client.pass(Duration::from_millis(39_999));
    assert_eq!(call(&mut client).http.status, 429);
    client.pass(Duration::from_millis(1));
    check_headers(&call(&mut client), 1, limit, reset + 60);
}

#[test]
fn fifteen_public_calls_of_an_address_in_a_minute() {
    check(|client| client.get("Time", ""), 15);
    check(|client| client.get("Ticker", "pair=XBTUSD"), 15);
    let mut client = client();
    assert!((0..15).all(|_| client.get("Time", "").is_done()));
    assert!(client.get_from("203.0.113.9", "Time", "").is_done());
}

#[test]
fn twenty_private_calls_of_an_account_in_a_minute() {
    check(|client| client.post("Balance", ""), 20);
    check(|client| client.post("Ledgers", ""), 20);
    // Its keys share.
    let mut client = client();
    for call in 0..20 {
        let key = if call % 2 == 0 { KEY } else { OTHER_KEY };
        assert!(client.post_with(key, "Balance", "").is_done());
    }
    assert_eq!(client.post_with(KEY, "Balance", "").http.status, 429);
    assert_eq!(client.post_with(OTHER_KEY, "Balance", "").http.status, 429);
    assert_eq!(client.statistic("/private_rejected_rate"), 2);
}

#[test]
fn the_counters_of_pairs_hold_as_well() {
    let mut client = client();
    let order = "pair=XBTUSD&type=buy&ordertype=limit&price=40000&volume=0.01&timeinforce=IOC";
    for minute in 0..9 {
        for _ in 0..20 {
            let told = client.post("AddOrder", order);
            assert!(told.is_done(), "minute {minute}: {}", told.error);
        }
        client.pass(Duration::from_mins(1));
    }
}
