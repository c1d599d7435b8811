//! Every type, right and wrong.

use super::Fields;

const OBJECT: &str = r#"{"a":"x\n","n":1,"f":26500.10,"small":6.4e-9,"s":"1.5","yes":true,
    "list":["p","q\""],"ids":[1,2],"in":{"b":1},"a":"last","at":"2026-11-21T00:00:00Z"}"#;

fn error<T: std::fmt::Debug>(read: Result<T, super::Refused>) -> String {
    read.unwrap_err().error.as_str().to_owned()
}

#[test]
fn values() {
    let fields = Fields::of(OBJECT).unwrap();
    assert_eq!(fields.text("a").unwrap().unwrap(), "last");
    assert_eq!(fields.text("none"), Ok(None));
    assert_eq!(fields.integer("n"), Ok(Some(1)));
    assert_eq!(fields.price("f").unwrap().unwrap().to_string(), "26500.1");
    assert_eq!(fields.price("small").unwrap().unwrap().to_string(), "0.0000000064");
    assert_eq!(fields.flag("yes", false), Ok(true));
    assert_eq!(fields.flag("none", true), Ok(true));
    assert_eq!(fields.texts("list").unwrap().unwrap(), ["p", "q\""]);
    assert_eq!(fields.integers("ids"), Ok(Some(vec![1, 2])));
    assert_eq!(fields.object("in").unwrap().unwrap().raw("b"), Some("1"));
    assert_eq!(fields.time("at").unwrap().unwrap().day(), 20_778);
}

#[test]
fn wrong_types_are_told_in_krakens_words() {
    let fields = Fields::of(OBJECT).unwrap();
    assert_eq!(error(fields.price("s")), "S field must be a number_float");
    assert_eq!(error(fields.flag("n", true)), "N field must be a boolean");
    assert_eq!(error(fields.texts("a")), "A field must be an array");
    assert_eq!(error(fields.texts("ids")), "Ids field must be an array");
    assert_eq!(error(fields.object("n")), "N field must be an object");
    assert_eq!(error(fields.text("n")), "N field must be a string");
    assert_eq!(error(fields.integer("f")), "F field must be an integer");
    assert_eq!(error(fields.quantity("small")), "EGeneral:Invalid arguments:small");
    assert_eq!(error(fields.time("a")), "EGeneral:Invalid arguments:a");
    assert_eq!(error(fields.needed_text("none")), "EGeneral:Invalid arguments:none");
}

#[test]
fn only_objects_have_fields() {
    for text in ["", "[]", "1", "\"a\"", "{", "{\"a\":}", "null"] {
        assert!(Fields::of(text).is_none(), "{text}");
    }
}
