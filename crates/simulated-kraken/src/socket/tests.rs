//! Connections: who is let in, who is told what by itself, who is sent away; and that no frame is
//! too strange.

use proptest::prelude::*;

use super::harness::{Harness, endings, without_times};
use crate::{
    fixture::{self, BOB, limit},
    message::{ConnectionId, Door, Ending, Output},
    settings::{LimitProfile, Settings},
};

fn documented() -> Settings {
    Settings { limits: LimitProfile::Documented, ..fixture::settings() }
}

const SUBSCRIBE: &str = r#"{"method":"subscribe","params":{"channel":"heartbeat"},"req_id":1}"#;

#[test]
fn the_first_frame_is_the_status() {
    let mut harness = Harness::new();
    let outputs = harness.knock(2, Door::Private);
    assert_eq!(outputs[0], Output::LetIn { id: ConnectionId(2) });
    let Output::Send { frame, .. } = &outputs[1] else { panic!("{outputs:?}") };
    let text = frame.as_str();
    let (start, rest) = text.split_once(r#""connection_id":"#).unwrap();
    assert_eq!(start, r#"{"channel":"status","type":"update","data":[{"api_version":"v2","#);
    let (number, rest) = rest.split_once(',').unwrap();
    assert_eq!(rest, r#""system":"online","version":"2.0.10"}]}"#);
    assert!(i64::MAX.unsigned_abs() < number.parse::<u64>().unwrap());
}

#[test]
fn a_ping_is_answered() {
    let mut harness = Harness::new();
    assert_eq!(
        harness.answer(r#"{"method":"ping","req_id":7}"#),
        r#"{"method":"pong","req_id":7}"#
    );
    assert_eq!(harness.answer(r#"{"method":"ping"}"#), r#"{"method":"pong"}"#);
}

#[test]
fn a_new_status_is_told_to_everybody() {
    let mut harness = Harness::new();
    harness.knock(2, Door::Private);
    harness.world.venue.set_status(trading_types::VenueStatus::CancelOnly, harness.now);
    let heard = harness.heard();
    assert_eq!(heard.len(), 2);
    assert!(heard.iter().all(|frame| frame.contains(r#""system":"cancel_only""#)), "{heard:?}");
}

#[test]
fn heartbeats_come_once_a_second_when_nothing_else_does() {
    let mut harness = Harness::new();
    assert!(harness.wait(10_000).is_empty(), "not before a subscription");
    let ack =
        r#"{"method":"subscribe","req_id":1,"result":{"channel":"heartbeat"},"success":true}"#;
    assert_eq!(harness.answer(SUBSCRIBE), ack);
    assert_eq!(harness.wait(3_500).len(), 3);
    harness.answer(r#"{"method":"ping"}"#);
    assert_eq!(harness.wait(999).len(), 0);
    assert_eq!(harness.wait(1).len(), 1);
}

#[test]
fn what_a_topic_tells_puts_the_heartbeat_off() {
    let mut harness = Harness::new();
    harness.say(r#"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]}}"#);
    for _ in 0..10 {
        assert_eq!(harness.wait(600).len(), 0);
        let heard = harness.place(BOB, &limit(trading_types::Side::Buy, "49999.9", "0.1"));
        assert_eq!(heard.len(), 1, "{heard:?}");
    }
    assert_eq!(harness.wait(1_000).len(), 1);
}

#[test]
fn who_says_nothing_and_wants_nothing_is_closed_after_a_minute() {
    let mut harness = Harness::new();
    assert!(harness.wait(40_000).is_empty());
    harness.answer(r#"{"method":"ping"}"#);
    assert!(endings(&harness.wait(59_999)).is_empty());
    let closed = Ending::Close { code: 1000, reason: String::new() };
    assert_eq!(endings(&harness.wait(1)), [closed]);
    assert!(harness.say(r#"{"method":"ping"}"#).is_empty());
    assert_eq!(harness.sockets.next_timeout(), None);
}

#[test]
fn who_has_subscribed_stays() {
    let mut harness = Harness::new();
    harness.answer(SUBSCRIBE);
    assert!(endings(&harness.wait(300_000)).is_empty());
    harness.answer(r#"{"method":"unsubscribe","params":{"channel":"heartbeat"}}"#);
    assert_eq!(endings(&harness.wait(61_000)).len(), 1);
}

#[test]
fn an_address_that_connects_too_often_is_banned() {
    let mut harness = Harness::with(documented());
    let refused = |outputs: &[Output]| matches!(outputs, [Output::Refuse { .. }]);
    assert!((2..=150).all(|id| !refused(&harness.knock(id, Door::Public))));
    assert!(refused(&harness.knock(151, Door::Public)));
    assert_eq!(harness.world.statistics.ws_rejected_rate, 1);
    harness.now = fixture::at(599_999);
    assert!(refused(&harness.knock(152, Door::Public)));
    harness.now = fixture::at(600_000);
    assert!(!refused(&harness.knock(153, Door::Public)));
}

#[test]
fn too_many_messages_are_not_carried_out() {
    let mut harness = Harness::with(documented());
    for _ in 0..100 {
        assert_eq!(harness.say(r#"{"method":"ping"}"#).len(), 1);
    }
    assert_eq!(harness.say("{"), [r#"{"Error":"Exceeded msg rate"}"#]);
    assert_eq!(
        harness.answer(SUBSCRIBE),
        r#"{"error":"Exceeded msg rate","method":"subscribe","req_id":1,"success":false}"#
    );
    assert_eq!(harness.world.statistics.ws_rejected_rate, 2);
    harness.now = fixture::at(1_000);
    assert_eq!(harness.say(r#"{"method":"ping"}"#).len(), 1);
}

#[test]
fn a_connection_that_is_gone_hears_nothing_and_holds_nothing() {
    let mut harness = Harness::new();
    let token = harness.token.clone();
    for channel in ["executions", "balances"] {
        let subscribe = format!(
            r#"{{"method":"subscribe","params":{{"channel":"{channel}","token":"TOKEN"}}}}"#
        );
        assert_eq!(harness.say(&subscribe).len(), 2);
    }
    harness.say(r#"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]}}"#);
    harness.now = fixture::at(3_600_000);
    assert!(harness.world.keys.session_of(&token, harness.now).is_some(), "it is held");
    harness.sockets.gone(ConnectionId(1));
    harness.sockets.gone(ConnectionId(1));
    harness.wait(0);
    harness.sockets.handle_timeout(&mut harness.world, harness.now);
    assert_eq!(harness.world.keys.session_of(&token, harness.now), None);
    assert!(harness.place(BOB, &limit(trading_types::Side::Buy, "49999.9", "0.1")).is_empty());
    assert!(harness.sockets.books.is_empty());
    assert_eq!(harness.sockets.next_timeout(), None);
}

#[test]
fn the_private_door_has_no_market_data() {
    let mut harness = Harness::new();
    harness.knock(2, Door::Private);
    let book =
        r#"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]},"req_id":1}"#;
    let answer = harness.say_on(2, book);
    assert_eq!(
        without_times(&answer[0]),
        r#"{"error":"Unsupported event","method":"subscribe","req_id":1,"success":false}"#
    );
    let balances = r#"{"method":"subscribe","params":{"channel":"balances","token":"TOKEN"}}"#;
    assert_eq!(harness.say_on(2, balances).len(), 2);
}

/// Something that looks like a request.
fn request() -> impl Strategy<Value = String> {
    let method = prop::sample::select(vec![
        "ping",
        "subscribe",
        "unsubscribe",
        "add_order",
        "amend_order",
        "edit_order",
        "cancel_order",
        "cancel_all",
        "cancel_all_orders_after",
        "batch_add",
        "batch_cancel",
    ]);
    let name = prop::sample::select(vec![
        "channel",
        "symbol",
        "depth",
        "interval",
        "token",
        "order_id",
        "cl_ord_id",
        "order_qty",
        "limit_price",
        "order_type",
        "side",
        "orders",
        "timeout",
        "order_userref",
        "snapshot",
        "triggers",
        "trigger_price",
        "trigger_price_type",
        "limit_price_type",
        "validate",
    ]);
    let value = prop::sample::select(vec![
        r#""book""#,
        r#""level3""#,
        r#""executions""#,
        r#"["BTC/USD","BTC/USD"]"#,
        r#""BTC/USD""#,
        r#"["X"]"#,
        "10",
        "1e300",
        "-5",
        "0.001",
        "49999.9",
        "true",
        "null",
        r#""TOKEN""#,
        "[]",
        r#""limit""#,
        r#""market""#,
        r#""trailing-stop-limit""#,
        r#""buy""#,
        r#""sell""#,
        r#""pct""#,
        r#"{"price":5,"price_type":"pct"}"#,
        r#"[{"order_type":"market"},{}]"#,
        r#"["OAAAAA-BBBBB-CCCCCC",7]"#,
        "[7]",
        "9223372036854775807",
        r#"["a","a"]"#,
    ]);
    let fields = prop::collection::vec((name, value), 0..9);
    (method, fields).prop_map(|(method, fields)| {
        let fields: Vec<_> =
            fields.into_iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!(r#"{{"method":"{method}","params":{{{}}},"req_id":1}}"#, fields.join(","))
    })
}

proptest! {
    // A world takes a while to make, so few of them are asked much.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn no_frame_is_a_panic(texts in prop::collection::vec(prop_oneof![request(), ".*"], 1..60)) {
        let mut harness = Harness::new();
        for text in texts {
            prop_assert!(!harness.say(&text).is_empty(), "{}", text);
        }
        harness.sockets.gone(ConnectionId(1));
        prop_assert!(harness.sockets.books.is_empty() && harness.sockets.level3.is_empty());
    }
}
