//! What a frame must be, and what is said of one that is not.

use proptest::prelude::*;
use trading_types::Timestamp;

use super::{Method, Request};
use crate::socket::reply;

fn answer_to(text: &str) -> String {
    let wrong = Request::read(text).unwrap_err();
    let answer = reply::no_request(&wrong, Timestamp::EPOCH);
    let times =
        r#","time_in":"1970-01-01T00:00:00.000000Z","time_out":"1970-01-01T00:00:00.000000Z"}"#;
    answer.as_str().strip_suffix(times).unwrap().to_owned()
}

#[test]
fn a_request_has_three_parts() {
    let request =
        Request::read(r#"{"method":"subscribe","params":{"channel":"book"},"req_id":7}"#).unwrap();
    assert_eq!(request.method, Method::Subscribe);
    assert_eq!(request.params.raw("channel"), Some("\"book\""));
    assert_eq!(request.req_id, Some("7"));
}

#[test]
fn an_echo_is_an_integer_or_nothing() {
    for (sent, echoed) in [
        ("12345678901234567890", Some("12345678901234567890")),
        ("-3", Some("-3")),
        ("\"7\"", None),
        ("1.5", None),
        ("null", None),
    ] {
        let text = format!(r#"{{"method":"ping","req_id":{sent}}}"#);
        assert_eq!(Request::read(&text).unwrap().req_id, echoed);
    }
}

#[test]
fn what_is_no_request_is_told_so() {
    let malformed = r#"{"error":"Malformed request","success":false"#;
    for text in ["", "x", "[]", "{}", "{\"method\":7}", "{\"req_id\":1}", "\u{0}"] {
        assert_eq!(answer_to(text), malformed, "{text}");
    }
    assert_eq!(
        answer_to(r#"{"method":"dance","req_id":3}"#),
        r#"{"error":"Unsupported event","method":"dance","req_id":3,"success":false"#
    );
    // As recorded from Kraken: with `req_id` for a ping, without it for an order.
    assert_eq!(
        answer_to(r#"{"method":"ping","params":{},"req_id":0}"#),
        "{\"error\":\"Unsupported field: 'params' for the given msg type: ping\",\
            \"method\":\"ping\",\"req_id\":0,\"success\":false"
    );
    assert_eq!(
        answer_to(r#"{"method":"add_order","price":1,"params":{},"req_id":0}"#),
        "{\"error\":\"Unsupported field: 'price' for the given msg type: add order\",\
            \"method\":\"add_order\",\"success\":false"
    );
    assert_eq!(
        answer_to(r#"{"method":"subscribe","params":[],"req_id":1}"#),
        "{\"error\":\"Params field must be an object\",\"method\":\"subscribe\",\
            \"req_id\":1,\"success\":false"
    );
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".*") {
        let _ = Request::read(&text);
    }
}
