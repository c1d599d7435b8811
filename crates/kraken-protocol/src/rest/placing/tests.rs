//! Answers to orders, cancels and requests for a token.

use std::fmt;

use super::*;

fn id(text: &str) -> VenueOrderId {
    text.parse().unwrap()
}

#[test]
fn an_added_order_has_a_name() {
    let text = r#"{"txid":["OL7LNO-R4SAD-6UINEU"],"descr":{"order":"buy","close":"close"}}"#;
    let added = added(text, false).unwrap();
    assert_eq!(added.orders, [id("OL7LNO-R4SAD-6UINEU")]);
    assert_eq!(added.description, "buy");
    assert_eq!(added.close.as_deref(), Some("close"));
}

#[track_caller]
fn check_bad<T: fmt::Debug>(read: Result<T, DecodeError>, expect: &str) {
    assert_eq!(read.unwrap_err().to_string(), expect);
}

#[test]
fn an_added_order_without_a_name_is_not_taken_for_one() {
    let missing = "`txid` in kraken's answer is missing";
    for text in [r#"{"descr":{}}"#, r#"{"txid":[]}"#, r#"{"txid":null}"#, "{}"] {
        check_bad(added(text, false), missing);
        assert!(added(text, true).is_ok(), "{text}");
    }
    assert!(added(r#"{"txid":[5]}"#, false).is_err());
    assert!(added(r#"{"txid":[""]}"#, false).is_err());
    assert!(added(r#"{"txid":{"a":1}}"#, false).is_err());
    assert!(added("[]", false).is_err());
}

#[test]
fn each_order_of_a_batch_has_its_own_fate() {
    let text = r#"{"orders":[
        {"txid":"O65KZW-J4AW3-VFS74A","descr":{"order":"buy 1"}},
        {"error":"EOrder:Insufficient funds"},
        {"descr":{"order":"buy 2"}},
        {"txid":["OPTY5I-6XRPU-3XYZ7A"],"close":"later"}]}"#;
    let rows = batch_added(text, false).unwrap();
    let [BatchRow::Added(first), refused, BatchRow::Unclear, BatchRow::Added(last)] = &rows[..]
    else {
        panic!("{rows:?}");
    };
    assert_eq!(first.orders, [id("O65KZW-J4AW3-VFS74A")]);
    assert_eq!(*refused, BatchRow::Refused("EOrder:Insufficient funds".to_owned()));
    assert_eq!(last.close.as_deref(), Some("later"));
    let checked = batch_added(text, true).unwrap();
    assert!(matches!(checked[2], BatchRow::Added(_)));
    check_bad(
        batch_added(r#"{"orders":[5]}"#, false),
        "`orders.0` in kraken's answer is 5 where an object was expected",
    );
}

#[test]
fn cancels_are_counted() {
    let count = |text| canceled(text).map(|it| (it.count, it.is_pending));
    assert_eq!(count(r#"{"count":1}"#), Ok((1, false)));
    assert_eq!(count(r#"{"count":"2","pending":true}"#), Ok((2, true)));
    check_bad(count("{}"), "`count` in kraken's answer is missing");
    check_bad(
        count(r#"{"count":-1}"#),
        "`count` in kraken's answer is -1 where a whole number was expected",
    );
}

#[test]
fn an_amend_has_a_name() {
    assert_eq!(amended(r#"{"amend_id":"TEZI7L-P6UH2"}"#).as_deref(), Ok("TEZI7L-P6UH2"));
    check_bad(amended("{}"), "`amend_id` in kraken's answer is missing");
}

#[test]
fn the_dead_man_switch_is_on_or_off() {
    let on = r#"{"currentTime":"2023-03-24T17:41:56Z","triggerTime":"2023-03-24T17:42:56Z"}"#;
    let on = dead_man_switch(on).unwrap();
    assert_eq!(on.fires_at, Some(on.now + Duration::from_mins(1)));
    let off = r#"{"currentTime":"2023-03-24T17:41:56Z","triggerTime":"0"}"#;
    assert_eq!(dead_man_switch(off).unwrap().fires_at, None);
    assert!(dead_man_switch(r#"{"currentTime":"now","triggerTime":"0"}"#).is_err());
}

#[test]
fn a_token_is_not_shown() {
    let token = socket_token(r#"{"token":"1Dwc4lzSwNWOAwkMdqhssNNFhs1ed606d1WcF3","expires":900}"#);
    let token = token.unwrap();
    assert_eq!(token.token.text(), "1Dwc4lzSwNWOAwkMdqhssNNFhs1ed606d1WcF3");
    assert_eq!(token.valid_for, Duration::from_mins(15));
    assert_eq!(format!("{token:?}"), "SocketToken { token: Token(hidden), valid_for: 900s }");
}

#[test]
fn a_wrong_token_is_not_shown_either() {
    let error = socket_token(r#"{"token":["canary"],"expires":900}"#).unwrap_err();
    assert!(!error.to_string().contains("canary"), "{error}");
    let hidden = "`token` in kraken's answer cannot be read (what it says is not shown)";
    check_bad(socket_token(r#"{"token":"","expires":900}"#), hidden);
    check_bad(socket_token(r#"{"token":"canary with spaces","expires":900}"#), hidden);
    let missing = "`token` in kraken's answer is missing";
    check_bad(socket_token(r#"{"expires":900}"#), missing);
}
