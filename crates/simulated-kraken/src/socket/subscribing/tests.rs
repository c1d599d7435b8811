//! One answer for each pair, one snapshot after it; what is wrong is told pair by pair.

use trading_types::Side;

use crate::{
    fixture::{self, ALICE, BOB, limit},
    settings::{LimitProfile, Settings},
    socket::harness::{Harness, without_times},
};

fn subscribe(params: &str) -> String {
    format!(r#"{{"method":"subscribe","params":{{{params}}},"req_id":7}}"#)
}

fn unsubscribe(params: &str) -> String {
    format!(r#"{{"method":"unsubscribe","params":{{{params}}},"req_id":8}}"#)
}

/// The answer to a subscription, and what follows it.
fn begin(harness: &mut Harness, params: &str) -> (String, Vec<String>) {
    let mut heard = harness.say(&subscribe(params));
    let answer = without_times(&heard.remove(0));
    (answer, heard)
}

fn check(params: &str, result: &str, snapshot: &str) {
    let mut harness = Harness::new();
    let (answer, rest) = begin(&mut harness, params);
    let expected =
        format!(r#"{{"method":"subscribe","req_id":7,"result":{result},"success":true}}"#);
    assert_eq!(answer, expected);
    match snapshot {
        "" => assert!(rest.is_empty(), "{rest:?}"),
        start => assert!(rest.len() == 1 && rest[0].starts_with(start), "{rest:?}"),
    }
}

fn refused(params: &str, answer: &str) {
    let mut harness = Harness::new();
    let expected =
        format!(r#"{{"error":"{answer}","method":"subscribe","req_id":7,"success":false}}"#);
    assert_eq!(harness.answer(&subscribe(params)), expected, "{params}");
}

#[test]
fn answers_look_like_recorded_ones() {
    check(
        r#""channel":"book","symbol":["BTC/USD"],"depth":25,"snapshot":true"#,
        r#"{"channel":"book","depth":25,"snapshot":true,"symbol":"BTC/USD"}"#,
        r#"{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":"#,
    );
    check(
        r#""channel":"ticker","symbol":["BTC/USD"]"#,
        r#"{"channel":"ticker","event_trigger":"trades","snapshot":true,"symbol":"BTC/USD"}"#,
        r#"{"channel":"ticker","type":"snapshot","data":[{"symbol":"BTC/USD","bid":49"#,
    );
    check(
        r#""channel":"trade","symbol":["BTC/USD"]"#,
        r#"{"channel":"trade","snapshot":false,"symbol":"BTC/USD"}"#,
        "",
    );
    check(
        r#""channel":"ohlc","symbol":["ETH/USD"],"interval":60"#,
        "{\"channel\":\"ohlc\",\"interval\":60,\"snapshot\":true,\"symbol\":\"ETH/USD\",\
            \"warnings\":[\"timestamp is deprecated, use interval_begin\"]}",
        "{\"channel\":\"ohlc\",\"type\":\"snapshot\",\
            \"timestamp\":\"2026-11-21T12:00:30.000000000Z\",\
            \"data\":[{\"symbol\":\"ETH/USD\",\"open\":",
    );
    check(
        r#""channel":"instrument","snapshot":true"#,
        "{\"channel\":\"instrument\",\"snapshot\":true,\
            \"warnings\":[\"tick_size is deprecated, use price_increment\"]}",
        "{\"channel\":\"instrument\",\"type\":\"snapshot\",\
            \"data\":{\"assets\":[{\"id\":\"BTC\",\"status\":\"enabled\",\"precision\":10,\
            \"precision_display\":5,",
    );
    check(
        r#""channel":"balances","token":"TOKEN","snapshot":false"#,
        r#"{"channel":"balances","snapshot":false}"#,
        "",
    );
    check(
        r#""channel":"level3","symbol":["BTC/USD"],"token":"TOKEN""#,
        r#"{"channel":"level3","depth":10,"snapshot":true,"symbol":"BTC/USD"}"#,
        r#"{"channel":"level3","type":"snapshot","data":[{"symbol":"BTC/USD","checksum":"#,
    );
    check(
        r#""channel":"executions","token":"TOKEN","snap_orders":true,"snap_trades":true"#,
        "{\"channel\":\"executions\",\"maxratecount\":180,\"snap_orders\":true,\
            \"snap_trades\":true,\"warnings\":[\"cancel_reason is deprecated, use reason\",\
            \"stop_price is deprecated, use triggers.price\",\
            \"trigger is deprecated use triggers.reference\",\
            \"triggered_price is deprecated use triggers.last_price\"]}",
        r#"{"channel":"executions","type":"snapshot","data":[],"sequence":1}"#,
    );
}

#[test]
fn what_is_wrong_with_the_whole_is_told_once() {
    let pair = r#""symbol":["BTC/USD"]"#;
    refused(&format!(r#""channel":"dance",{pair}"#), "Unsupported event");
    refused(&format!(r#""channel":"book","depth":11,{pair}"#), "Subscription depth not supported");
    refused(
        &format!(r#""channel":"level3","depth":25,"token":"TOKEN",{pair}"#),
        "Subscription depth not supported",
    );
    refused(
        &format!(r#""channel":"ohlc","interval":720,{pair}"#),
        "Subscription ohlc interval not supported",
    );
    refused(
        &format!(r#""channel":"ticker","event_trigger":"x",{pair}"#),
        "EGeneral:Invalid arguments:event_trigger",
    );
    refused(r#""channel":"book""#, "EGeneral:Invalid arguments:symbol");
    refused(r#""channel":"book","symbol":"BTC/USD""#, "Symbol field must be an array");
    refused(r#""channel":"executions""#, "Token(s) not found");
    refused(r#""channel":"executions","token":"x""#, "ESession:Invalid session");
    refused(&format!(r#""channel":"level3",{pair}"#), "Token(s) not found");
}

#[test]
fn an_unknown_field_is_told_without_a_number() {
    let mut harness = Harness::new();
    assert_eq!(
        harness.answer(&subscribe(r#""channel":"book","color":1"#)),
        "{\"error\":\"Unsupported field: 'color' for the given msg type: subscribe\",\
            \"method\":\"subscribe\",\"success\":false}"
    );
}

#[test]
fn each_pair_is_answered_on_its_own() {
    let mut harness = Harness::new();
    let pairs = "\"channel\":\"ticker\",\"symbol\":[\"BTC/USD\",\"WWW/USD\",\
        \"xbt/usd\",\"ETH/USD\",\"BTC/USD\"],\"snapshot\":false";
    let heard = harness.say(&subscribe(pairs));
    let answers: Vec<_> = heard.iter().map(|frame| without_times(frame)).collect();
    let done = |symbol| {
        format!(
            "{{\"method\":\"subscribe\",\"req_id\":7,\"result\":{{\"channel\":\"ticker\",\
                \"event_trigger\":\"trades\",\"snapshot\":false,\"symbol\":\"{symbol}\"}},\
                \"success\":true}}"
        )
    };
    let failed = |error, symbol| {
        format!(
            "{{\"error\":\"{error}\",\"method\":\"subscribe\",\"req_id\":7,\
                \"success\":false,\"symbol\":\"{symbol}\"}}"
        )
    };
    assert_eq!(
        answers,
        [
            done("BTC/USD"),
            failed("Currency pair not supported WWW/USD", "WWW/USD"),
            failed("Currency pair not supported xbt/usd", "xbt/usd"),
            done("ETH/USD"),
            failed("Already subscribed", "BTC/USD"),
        ]
    );
}

#[test]
fn there_is_one_depth_for_each_pair() {
    let mut harness = Harness::new();
    begin(&mut harness, r#""channel":"book","symbol":["BTC/USD"],"depth":10"#);
    let (answer, rest) =
        begin(&mut harness, r#""channel":"book","symbol":["BTC/USD"],"depth":100"#);
    assert!(answer.contains("Already subscribed") && rest.is_empty());
    // Candles of several lengths and both kinds of tickers go together.
    for params in [
        r#""channel":"ohlc","symbol":["BTC/USD"],"interval":1"#,
        r#""channel":"ohlc","symbol":["BTC/USD"],"interval":5"#,
        r#""channel":"ticker","symbol":["BTC/USD"]"#,
        r#""channel":"ticker","symbol":["BTC/USD"],"event_trigger":"bbo""#,
    ] {
        assert!(begin(&mut harness, params).0.contains(r#""success":true"#), "{params}");
    }
}

#[test]
fn giving_up_repeats_the_parameters() {
    let mut harness = Harness::new();
    let check = |harness: &mut Harness, params: &str, expected: &str| {
        assert_eq!(harness.answer(&unsubscribe(params)), expected, "{params}");
    };
    begin(&mut harness, r#""channel":"book","symbol":["BTC/USD"],"depth":25"#);
    check(
        &mut harness,
        r#""channel":"book","symbol":["BTC/USD"]"#,
        "{\"error\":\"Subscription Not Found\",\"method\":\"unsubscribe\",\"req_id\":8,\
            \"success\":false,\"symbol\":\"BTC/USD\"}",
    );
    check(
        &mut harness,
        r#""channel":"book","symbol":["BTC/USD"],"depth":25"#,
        "{\"method\":\"unsubscribe\",\"req_id\":8,\"result\":{\"channel\":\"book\",\
            \"depth\":25,\"symbol\":\"BTC/USD\"},\"success\":true}",
    );
    let silent = harness.place(BOB, &limit(Side::Buy, "49999.9", "0.1"));
    assert!(silent.is_empty(), "{silent:?}");
    begin(&mut harness, r#""channel":"executions","token":"TOKEN""#);
    check(
        &mut harness,
        r#""channel":"executions","token":"TOKEN""#,
        r#"{"method":"unsubscribe","req_id":8,"result":{"channel":"executions"},"success":true}"#,
    );
    check(
        &mut harness,
        r#""channel":"executions","token":"TOKEN""#,
        r#"{"error":"Subscription Not Found","method":"unsubscribe","req_id":8,"success":false}"#,
    );
    check(
        &mut harness,
        r#""channel":"ticker","symbol":["WWW/USD"]"#,
        "{\"error\":\"Currency pair not supported WWW/USD\",\"method\":\"unsubscribe\",\
            \"req_id\":8,\"success\":false,\"symbol\":\"WWW/USD\"}",
    );
}

#[test]
fn the_status_cannot_be_subscribed_to() {
    let mut harness = Harness::new();
    let heard = harness.say(&subscribe(r#""channel":"status""#));
    assert!(heard[0].starts_with(r#"{"channel":"status""#), "{heard:?}");
    assert!(heard[1].starts_with(r#"{"error":"Unsupported event""#), "{heard:?}");
}

#[test]
fn level3_subscriptions_cost() {
    let documented = Settings { limits: LimitProfile::Documented, ..fixture::settings() };
    let mut harness =
        Harness::with(Settings { tier: simulated_limits::Tier::Starter, ..documented });
    let three = "\"channel\":\"level3\",\"symbol\":[\"BTC/USD\",\"ETH/USD\",\"BTC/EUR\"],\
        \"depth\":1000,\"token\":\"TOKEN\",\"snapshot\":false";
    assert_eq!(
        harness.answer(&subscribe(three)),
        r#"{"error":"Exceeded msg rate","method":"subscribe","req_id":7,"success":false}"#
    );
    assert_eq!(harness.world.statistics.ws_rejected_rate, 1);
    let two = three.replace(r#","BTC/EUR""#, r#","WWW/USD""#);
    assert_eq!(harness.say(&subscribe(&two)).len(), 3);
    let params = r#""channel":"level3","symbol":["BTC/USD"],"depth":1000,"token":"TOKEN""#;
    assert!(harness.answer(&unsubscribe(params)).contains(r#""success":true"#));
}

#[test]
fn a_key_that_may_not_look_hears_nothing() {
    let mut harness = Harness::new();
    harness.token = harness.token_of("read-only");
    assert_eq!(harness.say(&subscribe(r#""channel":"executions","token":"TOKEN""#)).len(), 2);
    // Each account hears of its own alone.
    harness.place(BOB, &limit(Side::Buy, "49000", "0.1"));
    assert!(harness.heard().is_empty());
    assert_eq!(harness.place(ALICE, &limit(Side::Buy, "49000", "0.1")).len(), 2);
}
