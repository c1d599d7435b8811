//! Tests of the subscribe frames, text by text, and of what may share one.

use super::*;

fn pair(text: &str) -> Pair {
    text.parse().unwrap()
}

fn book(text: &str, depth: BookDepth) -> Subscription {
    Subscription::Book { pair: pair(text), depth }
}

#[track_caller]
fn check(ask: Ask, all: &[Subscription], wanted: &str) {
    let text = frame(ask, all, None, 7);
    // A long text goes on in the next line.
    let wanted: String = wanted.lines().map(str::trim_start).collect();
    assert_eq!(text, wanted);
    serde_json::from_str::<serde_json::Value>(&text).unwrap();
}

#[test]
#[rustfmt::skip] // A table.
fn asks_for_what_is_wanted() {
    let minutes = |minutes| Interval::from_minutes(minutes).unwrap();
    let eth = pair("ETH/USD");
    check(
        Ask::Subscribe,
        &[book("BTC/USD", BookDepth::TwentyFive), book("ETH/USD", BookDepth::TwentyFive)],
        r#"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD","ETH/USD"],
        "depth":25,"snapshot":true},"req_id":7}"#,
    );
    check(
        Ask::Subscribe,
        &[Subscription::Ticker { pair: eth, trigger: TickerTrigger::BestPrices }],
        r#"{"method":"subscribe","params":{"channel":"ticker","symbol":["ETH/USD"],
        "event_trigger":"bbo","snapshot":true},"req_id":7}"#,
    );
    check(
        Ask::Subscribe,
        &[Subscription::Trades { pair: eth }],
        r#"{"method":"subscribe","params":{"channel":"trade","symbol":["ETH/USD"],
        "snapshot":true},"req_id":7}"#,
    );
    check(
        Ask::Subscribe,
        &[Subscription::Candles { pair: eth, interval: minutes(60) }],
        r#"{"method":"subscribe","params":{"channel":"ohlc","symbol":["ETH/USD"],"interval":60,
        "snapshot":true},"req_id":7}"#,
    );
    check(
        Ask::Subscribe,
        &[Subscription::Instruments],
        r#"{"method":"subscribe","params":{"channel":"instrument","snapshot":true},"req_id":7}"#,
    );
}

#[test]
#[rustfmt::skip] // A table.
fn unsubscribing_repeats_depth_and_interval() {
    let minutes = |minutes| Interval::from_minutes(minutes).unwrap();
    let eth = pair("ETH/USD");
    check(
        Ask::Unsubscribe,
        &[book("ETH/USD", BookDepth::Hundred)],
        r#"{"method":"unsubscribe","params":{"channel":"book","symbol":["ETH/USD"],"depth":100},
        "req_id":7}"#,
    );
    check(
        Ask::Unsubscribe,
        &[Subscription::Candles { pair: eth, interval: minutes(5) }],
        r#"{"method":"unsubscribe","params":{"channel":"ohlc","symbol":["ETH/USD"],
        "interval":5},"req_id":7}"#,
    );
    check(
        Ask::Unsubscribe,
        &[Subscription::Level3 { pair: eth, depth: Level3Depth::Thousand }],
        r#"{"method":"unsubscribe","params":{"channel":"level3","symbol":["ETH/USD"],
        "depth":1000},"req_id":7}"#,
    );
}

#[test]
fn private_channels_carry_the_token_and_say_every_default() {
    let token = Token::new("SECRET+/=".to_owned()).unwrap();
    let text = frame(Ask::Subscribe, &[Subscription::Executions], Some(&token), 1);
    let wanted = r#"{"method":"subscribe","params":{"channel":"executions","snap_orders":true,"#
        .to_owned()
        + r#""snap_trades":true,"order_status":true,"ratecounter":true,"token":"SECRET+/="},"#
        + r#""req_id":1}"#;
    assert_eq!(text, wanted);
}

#[test]
fn only_the_same_parameters_share_a_frame() {
    let ten = book("BTC/USD", BookDepth::Ten);
    assert!(ten.shares_frame(&book("ETH/USD", BookDepth::Ten)));
    assert!(!ten.shares_frame(&book("ETH/USD", BookDepth::Hundred)));
    assert!(!ten.shares_frame(&ten), "a pair is named once");
    assert!(!ten.shares_frame(&Subscription::Trades { pair: pair("ETH/USD") }));
    assert!(!Subscription::Executions.shares_frame(&Subscription::Balances));
}

#[test]
fn a_pair_has_one_depth_but_many_candles() {
    let ten = book("BTC/USD", BookDepth::Ten);
    assert!(ten.excludes(&book("BTC/USD", BookDepth::Hundred)));
    assert!(!ten.excludes(&ten));
    assert!(!ten.excludes(&book("ETH/USD", BookDepth::Hundred)));
    let candles = |minutes| Subscription::Candles {
        pair: pair("BTC/USD"),
        interval: Interval::from_minutes(minutes).unwrap(),
    };
    assert!(!candles(1).excludes(&candles(5)));
    assert!(candles(1).exists() && !candles(720).exists());
}

#[test]
fn executions_are_asked_for_first() {
    let mut all = [ten(), Subscription::Balances, Subscription::Executions];
    all.sort();
    assert_eq!(all, [Subscription::Executions, Subscription::Balances, ten()]);
}

fn ten() -> Subscription {
    book("BTC/USD", BookDepth::Ten)
}
