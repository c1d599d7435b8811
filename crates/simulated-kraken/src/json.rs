//! JSON written field by field, in the order of the code, so that the same values are the same
//! bytes and a number is written as exactly as it is known.

use std::fmt::{Display, Write};

/// An object or array under construction.
#[derive(Clone, Debug)]
pub(crate) struct Json {
    text: String,
    end: char,
    is_empty: bool,
}

impl Json {
    pub(crate) fn object() -> Self {
        Self { text: String::from("{"), end: '}', is_empty: true }
    }

    pub(crate) fn array() -> Self {
        Self { text: String::from("["), end: ']', is_empty: true }
    }

    /// A field whose value is a JSON string.
    pub(crate) fn text(mut self, name: &str, value: impl Display) -> Self {
        self.name(name);
        self.write_text(value);
        self
    }

    /// A field whose value is JSON already: a number, `true`, an object that was closed.
    pub(crate) fn raw(mut self, name: &str, value: impl Display) -> Self {
        self.name(name);
        self.write_raw(value);
        self
    }

    /// A field whose value is a JSON string, or `null`.
    pub(crate) fn text_or_null(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self.raw(name, "null"),
        }
    }

    /// An element that is JSON already.
    pub(crate) fn push_raw(mut self, value: impl Display) -> Self {
        self.separate();
        self.write_raw(value);
        self
    }

    /// An element that is a JSON string.
    pub(crate) fn push_text(mut self, value: impl Display) -> Self {
        self.separate();
        self.write_text(value);
        self
    }

    /// The finished text.
    pub(crate) fn close(mut self) -> String {
        self.text.push(self.end);
        self.text
    }

    fn separate(&mut self) {
        if !std::mem::take(&mut self.is_empty) {
            self.text.push(',');
        }
    }

    fn name(&mut self, name: &str) {
        self.separate();
        self.write_text(name);
        self.text.push(':');
    }

    fn write_raw(&mut self, value: impl Display) {
        write!(self.text, "{value}").expect("a text grows");
    }

    fn write_text(&mut self, value: impl Display) {
        self.text.push('"');
        let start = self.text.len();
        write!(self.text, "{value}").expect("a text grows");
        let needs_escape = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
        if self.text.as_bytes()[start..].iter().copied().any(needs_escape) {
            let plain = self.text.split_off(start);
            let escaped = serde_json::to_string(&plain).expect("any text is JSON once escaped");
            self.text.push_str(&escaped[1..escaped.len() - 1]);
        }
        self.text.push('"');
    }
}

#[cfg(test)]
mod tests;
