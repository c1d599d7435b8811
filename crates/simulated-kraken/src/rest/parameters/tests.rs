//! Parameters by name, whichever way they came.

use bytes::Bytes;

use super::{BODY_MAX, Parameters};
use crate::{message::HttpRequest, rest::value::Unreadable};

fn request(kind: Option<&str>, query: &str, body: &str) -> HttpRequest {
    let header = kind.map(|kind| ("content-type".to_owned(), kind.to_owned()));
    HttpRequest {
        query: query.to_owned(),
        headers: header.into_iter().collect(),
        body: Bytes::copy_from_slice(body.as_bytes()),
        ..HttpRequest::default()
    }
}

pub(crate) fn form(body: &str) -> Parameters {
    Parameters::of_body(&request(None, "", body)).unwrap()
}

#[test]
fn the_content_type_decides() {
    #[track_caller]
    fn check(kind: Option<&str>, body: &str, is_good: bool) {
        let read = Parameters::of_body(&request(kind, "", body));
        let found = read.as_ref().ok().and_then(|read| read.text("a").unwrap());
        assert_eq!(found == Some("1"), is_good, "{kind:?} {body}");
    }
    const FORM: &str = "application/x-www-form-urlencoded";
    check(Some(FORM), "a=1", true);
    check(Some("application/x-www-form-urlencoded; charset=utf-8"), "a=1", true);
    check(Some(FORM), r#"{"a":1}"#, false);
    check(Some("application/json"), r#"{"a":1}"#, true);
    check(Some("Application/JSON; charset=utf-8"), r#"{"a":1}"#, true);
    check(Some("application/json"), "a=1", false);
    check(None, "a=1", true);
    check(None, r#" {"a":"1"}"#, true);
    check(Some("text/plain"), "a=1", true);
}

#[test]
fn a_public_call_is_read_from_both_places() {
    let read = Parameters::of_public(&request(None, "pair=XBTUSD&count=2", "")).unwrap();
    assert_eq!(read.text("pair").unwrap(), Some("XBTUSD"));
    let read = Parameters::of_public(&request(None, "pair=XBTUSD", "count=2")).unwrap();
    assert_eq!(read.parsed::<u32>("count").unwrap(), Some(2));
    let twice = Parameters::of_public(&request(None, "a=1", "a=1"));
    assert_eq!(twice, Err(Unreadable::Twice));
    let json = request(Some("application/json"), "a=1", "");
    assert!(Parameters::of_public(&json).unwrap().has("a"), "a GET that says it is JSON");
}

#[test]
fn a_body_has_an_end() {
    let body = "a".repeat(BODY_MAX + 1);
    assert_eq!(Parameters::of_body(&request(None, "", &body)), Err(Unreadable::TooLarge));
}

#[test]
fn texts_flags_and_lists() {
    let read = form("a=&t=True&f=FALSE&n=-7&l=A,%20B,,C&m[]=A&m[]=B&o[x]=1&y=yes");
    assert_eq!(read.text("a").unwrap(), None);
    assert_eq!(read.text("missing").unwrap(), None);
    assert_eq!(
        read.required("missing").unwrap_err().as_str(),
        "EGeneral:Invalid arguments:missing"
    );
    assert!(read.flag("t").unwrap());
    assert_eq!(read.optional_flag("f").unwrap(), Some(false));
    assert!(!read.flag("missing").unwrap());
    assert_eq!(read.flag("y").unwrap_err().as_str(), "EGeneral:Invalid arguments:y");
    assert_eq!(read.parsed::<i64>("n").unwrap(), Some(-7));
    assert_eq!(read.parsed::<u64>("n").unwrap_err().as_str(), "EGeneral:Invalid arguments:n");
    assert_eq!(read.list("l").unwrap(), ["A", "B", "C"]);
    assert_eq!(read.list("m").unwrap(), ["A", "B"]);
    assert!(read.list("missing").unwrap().is_empty());
    assert!(read.list("o").is_err());
    assert!(read.text("o").is_err());
    assert_eq!(read.nested("o").unwrap().unwrap().text("x").unwrap(), Some("1"));
    assert!(read.nested("t").is_err());
    assert!(read.rows("m").is_err());
    assert!(read.rows("missing").is_err());
}
