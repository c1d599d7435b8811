//! What an alert is about, so that the same thing is not said twice.

use crate::output::AlertKind;

/// A kind, and its words without the numbers and times in them: `12 orders` and `13 orders` are the
/// same matter, `BTC/EUR` and `ETH/EUR` are not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Matter {
    kind: AlertKind,
    words: String,
}

/// Longer texts are the same when they begin alike.
const WORDS_LENGTH_MAX: usize = 500;

impl Matter {
    pub(super) fn of(kind: AlertKind, text: &str) -> Self {
        let mut words = String::new();
        for word in text.split_whitespace() {
            if WORDS_LENGTH_MAX < words.len() {
                break;
            }
            words.push_str(if is_number(word) { "#" } else { word });
            words.push(' ');
        }
        Self { kind, words }
    }
}

/// Whether it is a number, a time, or one in brackets.
fn is_number(word: &str) -> bool {
    let in_numbers = |c: char| c.is_ascii_digit() || "+-.,:;%~TZ()".contains(c);
    word.chars().any(|c| c.is_ascii_digit()) && word.chars().all(in_numbers)
}
