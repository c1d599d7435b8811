//! Texts on the wire: percent-encoded forms, and JSON whose every value is a text.

use std::fmt::Write;

/// `name=value` pairs with `&` between them. Everything that is not unreserved is encoded
/// (<https://www.rfc-editor.org/rfc/rfc3986#section-2.3>): in a form a plain `+` would be a space.
pub(super) fn form(parameters: &[(&'static str, String)]) -> String {
    let mut text = String::new();
    for (name, value) in parameters {
        if !text.is_empty() {
            text.push('&');
        }
        encode(name, &mut text);
        text.push('=');
        encode(value, &mut text);
    }
    text
}

fn encode(text: &str, into: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            write!(into, "%{byte:02X}").expect("a string takes all that is written");
        }
    }
}

/// An object of texts. A name like `close[price]` is the field `price` of an object `close`.
pub(super) fn object(parameters: &[(&'static str, String)]) -> String {
    let is_nested = |name: &str| name.ends_with(']');
    let mut text = String::from("{");
    for (name, value) in parameters.iter().filter(|(name, _)| !is_nested(name)) {
        field(name, &self::text(value), &mut text);
    }
    let mut close = String::from("{");
    for (name, value) in parameters.iter().filter(|(name, _)| is_nested(name)) {
        let inner = name.trim_start_matches("close[").trim_end_matches(']');
        field(inner, &self::text(value), &mut close);
    }
    if 1 < close.len() {
        close.push('}');
        field("close", &close, &mut text);
    }
    text.push('}');
    text
}

/// Adds a field, with a comma before it unless it is the first.
pub(super) fn field(name: &str, json: &str, into: &mut String) {
    if !into.ends_with('{') {
        into.push(',');
    }
    write!(into, "{}:{json}", text(name)).expect("a string takes all that is written");
}

/// A list of what is JSON already.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(","))
}

/// A JSON text.
pub(super) fn text(text: &str) -> String {
    serde_json::to_string(text).expect("a text is always JSON")
}
