//! What is written, and that it is JSON.

use super::Json;

#[test]
fn fields_stand_in_the_order_of_the_code() {
    let inner = Json::array().push_raw(1).push_text("a\"b\n").close();
    let text = Json::object()
        .text("b", "x")
        .raw("a", "0.10")
        .raw("inner", inner)
        .text_or_null("none", None::<&str>)
        .close();
    assert_eq!(text, r#"{"b":"x","a":0.10,"inner":[1,"a\"b\n"],"none":null}"#);
    assert_eq!(Json::object().close(), "{}");
    let _: serde_json::Value = serde_json::from_str(&text).unwrap();
}
