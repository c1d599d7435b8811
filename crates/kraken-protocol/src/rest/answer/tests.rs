//! The outside of answers, and what is none.

use super::*;

#[track_caller]
fn check(body: &str, errors: &[&str], warnings: &[&str], result: Option<&str>) {
    let answer = Answer::open(body.as_bytes()).unwrap();
    assert_eq!(answer.errors, errors);
    assert_eq!(answer.warnings, warnings);
    assert_eq!(answer.result, result);
}

#[test]
fn answers() {
    check(r#"{"error":[],"result":{"a":1.50}}"#, &[], &[], Some(r#"{"a":1.50}"#));
    check(r#" {"result":[],"error":["EOrder:X"]}"#, &["EOrder:X"], &[], Some("[]"));
    check(r#"{"error":["WGeneral:Danger"],"result":1}"#, &[], &["WGeneral:Danger"], Some("1"));
    check(r#"{"error":["EA","WB","EC"]}"#, &["EA", "EC"], &["WB"], None);
    check(r#"{"error":[],"result":null,"new":[1]}"#, &[], &[], None);
}

#[track_caller]
fn check_bad(body: &[u8], expect: &str) {
    let error = Answer::open(body).unwrap_err().to_string();
    assert!(error.contains(expect), "{error}");
}

#[test]
fn what_is_no_answer() {
    check_bad(b"", "a page and no JSON (``)");
    check_bad(b"<html>\n<h1>502 Bad Gateway</h1>", "<html><h1>502 Bad Gateway</h1>");
    check_bad(b"error code: 1015", "error code: 1015");
    check_bad(b"\xff\xfe\x00", "a page and no JSON");
    check_bad(br#"["EGeneral:Internal error"]"#, "a page and no JSON");
    check_bad(br#"{"error":[],"result":{"a":1"#, "cannot be read");
    check_bad(br#"{"error":[],"result":1}}"#, "trailing");
    check_bad(br#"{"result":{}}"#, "missing field `error`");
    check_bad(br#"{"error":"EOrder:X"}"#, "expected a sequence");
    check_bad(br#"{"error":[1]}"#, "expected a string");
    check_bad(br#"{"error":[],"error":["EOrder:X"]}"#, "duplicate field");
    check_bad(b"{\"error\":[\"E\xff\"]}", "cannot be read");
}
