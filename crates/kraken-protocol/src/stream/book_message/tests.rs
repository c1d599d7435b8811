//! What a book frame holds, and what no book can hold.

use super::*;

#[track_caller]
fn check(frame: &str, expect: Result<BookMessage, &str>) {
    let message = Envelope::open(frame).and_then(|envelope| BookMessage::decode(&envelope));
    match (message, expect) {
        (Ok(message), Ok(expect)) => assert_eq!(message, expect),
        (Err(error), Err(expect)) => assert!(error.to_string().contains(expect), "{error}"),
        (message, expect) => panic!("{message:?} instead of {expect:?}"),
    }
}

fn level(price: &str, quantity: &str) -> BookLevel {
    BookLevel { price: price.parse().unwrap(), quantity: quantity.parse().unwrap() }
}

fn update(bids: &[BookLevel], asks: &[BookLevel]) -> BookMessage {
    BookMessage {
        kind: MessageKind::Update,
        pair: "BTC/USD".parse().unwrap(),
        bids: bids.to_vec(),
        asks: asks.to_vec(),
        checksum: Some(4_294_967_295),
        time: Some("2023-07-30T15:29:58.343415Z".parse().unwrap()),
    }
}

fn frame(rows: &str) -> String {
    format!(r#"{{"channel":"book","type":"update","data":{rows}}}"#)
}

const REST: &str = r#""checksum":4294967295,"timestamp":"2023-07-30T15:29:58.343415Z""#;

#[test]
fn levels_keep_their_order_and_every_digit() {
    let rows = format!(
        r#"[{{"symbol":"BTC/USD","bids":[],"asks":[{{"price":29431.1,"qty":0.0}},
        {{"qty":4.4e-7,"price":"29433.3"}},{{"price":29431.1,"qty":1}}],{REST},"new":[1]}}]"#
    );
    let asks = [level("29431.1", "0"), level("29433.3", "0.00000044"), level("29431.1", "1")];
    check(&frame(&rows), Ok(update(&[], &asks)));
}

#[test]
fn an_older_snapshot_lacks_checksum_and_time() {
    let expect = BookMessage {
        kind: MessageKind::Snapshot,
        checksum: None,
        time: None,
        ..update(&[level("1", "2")], &[])
    };
    let text = r#"{"type":"snapshot","channel":"book","data":[{"symbol":"BTC/USD",
        "bids":[{"price":1,"qty":2}]}]}"#;
    check(text, Ok(expect));
}

#[test]
fn refuses_what_no_book_can_hold() {
    let one = |level: &str| frame(&format!(r#"[{{"symbol":"BTC/USD","asks":[{level}],{REST}}}]"#));
    check(&one(r#"{"price":0,"qty":1}"#), Err("1 at the price 0"));
    check(&one(r#"{"price":-1,"qty":1}"#), Err("1 at the price -1"));
    check(&one(r#"{"price":1,"qty":-1}"#), Err("-1 at the price 1"));
    check(&one(r#"{"price":1,"qty":0.000000001}"#), Err("more decimals"));
    check(&one(r#"{"price":1e99,"qty":1}"#), Err("too large"));
    check(&one(r#"{"price":1}"#), Err("missing field `qty`"));
    check(&one(r#"{"price":1,"qty":true}"#), Err("not a number"));
    check(&frame(r#"[{"symbol":"BTC/USD","asks":null}]"#), Err("book: invalid type: null"));
    check(&frame(r#"[{"symbol":"BTCUSD"}]"#), Err("`BTCUSD` is not a pair"));
    check(&frame(r#"[{"symbol":"BTC/USD","checksum":4294967296}]"#), Err("4294967296"));
    check(&frame(r#"[{"symbol":"BTC/USD","timestamp":"yesterday"}]"#), Err("yesterday"));
}

#[test]
fn refuses_a_frame_that_is_not_about_one_book() {
    check(&frame("[]"), Err("not exactly one row"));
    check(&frame(r#"[{"symbol":"BTC/USD"},{"symbol":"BTC/USD"}]"#), Err("not exactly one row"));
    check(&frame("{}"), Err("book: invalid type: map"));
    check(r#"{"channel":"book","type":"update"}"#, Err("no data"));
    check(r#"{"channel":"book","data":[]}"#, Err("type ``"));
    check(r#"{"channel":"book","type":"delta","data":[]}"#, Err("type `delta`"));
}
