//! JSON bodies: digits are kept, twice is refused.

use super::{Unreadable, read};
use crate::rest::value::Value;

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[track_caller]
fn check(json: &str, expected: &Value) {
    assert_eq!(read(&format!(r#" {{ "a" : {json} }} "#)).unwrap()["a"], *expected, "{json}");
}

#[track_caller]
fn refused(json: &str, why: Unreadable) {
    assert_eq!(read(json), Err(why), "{json}");
}

#[test]
fn numbers_keep_their_digits() {
    check("1616492376594", &text("1616492376594"));
    check("18446744073709551616", &text("18446744073709551616"));
    check("0.10000000000000000000000001", &text("0.10000000000000000000000001"));
    check("37500.0", &text("37500.0"));
    check("1e-8", &text("1e-8"));
    check("-0", &text("-0"));
}

#[test]
fn other_values() {
    check(r#""x\n\u00e4""#, &text("x\nä"));
    check("true", &text("true"));
    check("false", &text("false"));
    check("null", &Value::Nothing);
    check("[ ]", &Value::List(vec![]));
    check(r#"[1,"b",null]"#, &Value::List(vec![text("1"), text("b"), Value::Nothing]));
    let inner = [("b".to_owned(), text("2"))];
    check(r#"{ "b" : 2 }"#, &Value::Map(inner.into()));
}

#[test]
fn what_cannot_be_read() {
    refused("", Unreadable::Malformed);
    refused("{", Unreadable::Malformed);
    refused("[]", Unreadable::Malformed);
    refused("7", Unreadable::Malformed);
    refused("null", Unreadable::Malformed);
    refused(r#"{"a":1}x"#, Unreadable::Malformed);
    refused(r#"{"a":01}"#, Unreadable::Malformed);
    refused(r#"{"a":'b'}"#, Unreadable::Malformed);
    refused(r#"{"a":1,"a":1}"#, Unreadable::Twice);
    refused(r#"{"a":{"b":1,"\u0062":2}}"#, Unreadable::Twice);
    refused(&format!(r#"{{"a":{}{}}}"#, "[".repeat(9), "]".repeat(9)), Unreadable::TooDeep);
    refused(&"[".repeat(100_000), Unreadable::Malformed);
}
