//! The outside of every answer: `{"error":[…],"result":…}`, with the result left as text.
//!
//! Error texts begin with `E`; those that begin with `W` are warnings and change nothing
//! (<https://support.kraken.com/articles/360001491786>, read on 2026-11-21).

use serde::Deserialize;
use serde_json::value::RawValue;

/// An answer, opened as far as every answer is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// Why it failed. Empty when it did not.
    pub errors: Vec<String>,
    /// What Kraken wants us to know besides.
    pub warnings: Vec<String>,
    /// What it came to, as JSON text.
    pub result: Option<&'a str>,
}

/// Bytes that are no answer of Kraken's: a page of the edge before it, half an answer, nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAnswer {
    /// It does not begin like JSON: probably a page of the edge.
    #[error("the answer is a page and no JSON (`{0}`)")]
    Page(String),
    /// It is not whole, or not the object that every answer is.
    #[error("the answer cannot be read ({0})")]
    Malformed(String),
}

#[derive(Deserialize)]
struct Outside<'a> {
    error: Vec<String>,
    #[serde(borrow, default)]
    result: Option<&'a RawValue>,
}

/// How much of a page is shown.
const SHOWN_MAX: usize = 60;

impl<'a> Answer<'a> {
    /// Opens the body of an answer.
    pub fn open(body: &'a [u8]) -> Result<Self, NotAnAnswer> {
        let start = body.trim_ascii_start();
        if !start.starts_with(b"{") {
            let page = String::from_utf8_lossy(&start[..start.len().min(SHOWN_MAX * 4)]);
            let shown = page.chars().filter(|it| !it.is_control()).take(SHOWN_MAX).collect();
            return Err(NotAnAnswer::Page(shown));
        }
        let outside: Outside<'a> = serde_json::from_slice(body)
            .map_err(|error| NotAnAnswer::Malformed(error.to_string()))?;
        let is_warning = |text: &String| text.starts_with('W');
        let (warnings, errors) = outside.error.into_iter().partition(is_warning);
        Ok(Self { errors, warnings, result: outside.result.map(RawValue::get) })
    }
}

#[cfg(test)]
mod tests;
