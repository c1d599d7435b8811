//! Kraken's counters, the article's windows, and none.

use super::{Client, error, get, header, parse};
use crate::{fixture, settings::LimitProfile};
use simulated_limits::Tier;

fn client(limits: LimitProfile) -> Client {
    let mut settings = fixture::settings();
    settings.limits = limits;
    settings.tier = Tier::Starter;
    Client::new(settings)
}

#[test]
fn the_counter_of_a_key() {
    let mut client = client(LimitProfile::Documented);
    for _ in 0..7 {
        client.good("TradesHistory", "");
    }
    client.good("Balance", "");
    assert_eq!(client.bad("Balance", ""), "EAPI:Rate limit exceeded");
    assert_eq!(client.bad("CancelOrder", "txid=OAAAAA-BBBBB-CCCCCC"), "EOrder:Unknown order");
    client.use_key("read-only");
    client.good("Balance", "");
    client.use_key("trade");
    // 15 points, and a third of a point a second.
    client.wait(3_031);
    client.good("Balance", "");
    let stats = parse(&client.send(get("/simulator/stats", "")));
    assert_eq!(stats["private_rejected_rate"], 1);
    assert_eq!(stats["counter_peak"][client.key_text()], "15");
}

#[test]
fn public_calls_of_an_address() {
    let mut client = client(LimitProfile::Documented);
    for _ in 0..5 {
        client.ask("Time", "");
    }
    let refused = error(&client.public("Time", ""));
    assert_eq!(refused, "EAPI:Rate limit exceeded");
    client.wait(1_000);
    client.ask("Trades", "pair=XBTUSD");
    let stats = parse(&client.send(get("/simulator/stats", "")));
    assert_eq!(stats["public_rejected_rate"], 1);
    let elsewhere =
        crate::message::HttpRequest { address: "10.0.0.9".to_owned(), ..get("/0/public/Time", "") };
    assert_eq!(parse(&client.send(elsewhere))["error"], serde_json::json!([]));
}

#[test]
fn trades_and_candles_count_for_their_pair_too() {
    let mut client = client(LimitProfile::Documented);
    for _ in 0..5 {
        client.ask("OHLC", "pair=XBTUSD");
    }
    client.wait(900);
    assert_eq!(error(&client.public("OHLC", "pair=XBTUSD")), "EAPI:Rate limit exceeded");
}

#[test]
fn the_article_has_windows_and_headers() {
    let mut client = client(LimitProfile::Article);
    for used in 1..=15 {
        let answer = client.send(get("/0/public/Time", ""));
        assert_eq!(answer.status, 200);
        assert_eq!(header(&answer, "x-bs-unit-current"), Some(used.to_string().as_str()));
        assert_eq!(header(&answer, "x-bs-unit-limit"), Some("15"));
        let left = (15 - used).to_string();
        assert_eq!(header(&answer, "x-ratelimit-remaining"), Some(left.as_str()));
    }
    let answer = client.send(get("/0/public/Time", ""));
    assert_eq!(answer.status, 429);
    assert_eq!(error(&parse(&answer)), "EAPI:Rate limit exceeded");
    // The fixture begins half a minute into one.
    assert_eq!(header(&answer, "retry-after"), Some("30"));
    let reset = (fixture::start().seconds() / 60 + 1) * 60;
    assert_eq!(header(&answer, "x-bs-unit-reset"), Some(reset.to_string().as_str()));
    client.wait(30_000);
    client.ask("Time", "");
}

#[test]
fn the_article_counts_an_account() {
    let mut client = client(LimitProfile::Article);
    for key in ["trade", "read-only"] {
        client.use_key(key);
        for _ in 0..10 {
            client.good("Balance", "");
        }
    }
    let request = client.signed("/0/private/Balance", "");
    let answer = client.send(request);
    assert_eq!(answer.status, 429);
    assert_eq!(header(&answer, "x-ratelimit-limit"), Some("20"));
    client.use_key("second-trade");
    client.good("Balance", "");
    let stats = parse(&client.send(get("/simulator/stats", "")));
    assert_eq!(stats["private_rejected_rate"], 1);
}

#[test]
fn an_order_with_leverage_counts_twice_in_the_article() {
    let mut client = client(LimitProfile::Article);
    for _ in 0..10 {
        client.bad("AddOrder", "leverage=2");
    }
    let request = client.signed("/0/private/Balance", "");
    assert_eq!(client.send(request).status, 429);
}

#[test]
fn no_limits_at_all() {
    let mut client = client(LimitProfile::Off);
    for _ in 0..100 {
        client.good("Ledgers", "");
        client.ask("OHLC", "pair=XBTUSD");
    }
    let answer = client.send(get("/0/public/Time", ""));
    assert_eq!(header(&answer, "x-bs-unit-limit"), None);
}
