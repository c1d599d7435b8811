//! What a client says, whether as a form or as JSON: texts, lists and maps. Numbers stay the texts
//! they were, digit for digit; a form says everything in texts, so that nothing is lost.

use std::collections::BTreeMap;

/// A value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// JSON's `null`: as if the parameter were not there.
    Nothing,
    /// A text, a number, or `true` or `false`.
    Text(String),
    List(Vec<Self>),
    Map(BTreeMap<String, Self>),
}

impl Value {
    /// A text that is not empty.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.as_str()).filter(|text| !text.is_empty()),
            Self::Nothing | Self::List(_) | Self::Map(_) => None,
        }
    }
}

/// Parameters that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("the text is not UTF-8")]
    NotText,
    #[error("the body is neither a form nor a JSON object")]
    Malformed,
    #[error("a parameter stands there twice")]
    Twice,
    #[error("parameters are nested too deeply")]
    TooDeep,
    #[error("the body is too large")]
    TooLarge,
}
