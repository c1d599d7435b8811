//! Forms, held against the JSON that means the same.

use super::{Unreadable, read};
use crate::rest::{json_body, value::Value};

/// The form means what the JSON means.
#[track_caller]
fn check(form: &str, json: &str) {
    assert_eq!(read(form.as_bytes()), json_body::read(json), "{form}");
}

#[track_caller]
fn refused(form: &[u8], why: Unreadable) {
    assert_eq!(read(form), Err(why), "{}", form.escape_ascii());
}

#[test]
fn forms() {
    check("", "{}");
    check("&&", "{}");
    check("a=1&b=two", r#"{"a":"1","b":"two"}"#);
    check("a", r#"{"a":""}"#);
    check("=x", "{}");
    check("a=b=c", r#"{"a":"b=c"}"#);
    check("price=%2B1.5%25", r#"{"price":"+1.5%"}"#);
    check("price=+5", r#"{"price":" 5"}"#);
    check("a=%zz%4", r#"{"a":"%zz%4"}"#);
    check("a=%c3%A4", r#"{"a":"ä"}"#);
    check(
        "close[ordertype]=limit&close[price]=5",
        r#"{"close":{"ordertype":"limit","price":"5"}}"#,
    );
    check("close%5Bprice%5D=%23+5", r##"{"close":{"price":"# 5"}}"##);
    check("orders[0]=A&orders[1]=B", r#"{"orders":["A","B"]}"#);
    check("orders[]=A&orders[]=B", r#"{"orders":["A","B"]}"#);
    check("o[0][p]=1&o[0][c][q]=2&o[1][p]=3", r#"{"o":[{"p":"1","c":{"q":"2"}},{"p":"3"}]}"#);
    check("a[=1&b]=2&[c]=3&d[e=4", r#"{"a[":"1","b]":"2","[c]":"3","d[e":"4"}"#);
    check("a[1]=x", r#"{"a":{"1":"x"}}"#);
}

#[test]
fn eleven_elements_keep_their_order() {
    let form: Vec<_> = (0..11).map(|place| format!("a[{place}]={place}")).collect();
    let elements = (0..11).map(|place| Value::Text(place.to_string())).collect();
    assert_eq!(read(form.join("&").as_bytes()).unwrap()["a"], Value::List(elements));
}

#[test]
fn what_cannot_be_read() {
    refused(b"a=1&a=2", Unreadable::Twice);
    refused(b"a=1&a[b]=2", Unreadable::Twice);
    refused(b"a[b]=1&a=2", Unreadable::Twice);
    refused(b"a[b]=1&a[b]=2", Unreadable::Twice);
    refused(b"a=%ff", Unreadable::NotText);
    refused(b"a=\xff", Unreadable::NotText);
    refused(b"a[b][c][d][e][f][g][h][i]=1", Unreadable::TooDeep);
}
