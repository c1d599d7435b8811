//! The outside of a frame: which channel or method it belongs to, with the inside left as text.
//!
//! Unknown fields are passed over; a known field of the wrong type is an error.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::body::Object;

/// A frame, opened as far as is needed to know whose it is. Everything is optional, because in
/// Kraken's frames everything is.
#[derive(Debug, Default, Deserialize)]
pub struct Envelope<'a> {
    /// The channel it belongs to: `book`, `executions`, `heartbeat` and so on.
    #[serde(borrow, default)]
    pub channel: Option<Cow<'a, str>>,
    /// `snapshot` or `update`.
    #[serde(borrow, default, rename = "type")]
    pub kind: Option<Cow<'a, str>>,
    /// The method it answers: `subscribe`, `add_order`, `pong` and so on.
    #[serde(borrow, default)]
    pub method: Option<Cow<'a, str>>,
    /// The number of the request it answers.
    #[serde(default)]
    pub req_id: Option<u64>,
    /// Whether the request succeeded. An answer without it failed.
    #[serde(default)]
    pub success: Option<bool>,
    /// Why it failed: on the socket a text, not a list.
    #[serde(borrow, default)]
    pub error: Option<Cow<'a, str>>,
    /// The pair it is about, in refusals.
    #[serde(borrow, default)]
    pub symbol: Option<Cow<'a, str>>,
    /// What a request came to, as text.
    #[serde(borrow, default)]
    pub result: Option<&'a RawValue>,
    /// What a channel tells, as text.
    #[serde(borrow, default)]
    pub data: Option<&'a RawValue>,
    /// Counts the messages of a private subscription from its snapshot on.
    #[serde(default)]
    pub sequence: Option<u64>,
}

/// A frame that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// No JSON object, or a known field of the wrong type.
    #[error("a frame cannot be read ({0})")]
    Malformed(String),
    /// A value that means nothing to us where we need to know it.
    #[error("the {channel} channel says something unknown ({detail})")]
    Unexpected {
        /// Which channel.
        channel: &'static str,
        /// What it said.
        detail: String,
    },
}

impl<'a> Envelope<'a> {
    /// Opens a frame.
    pub fn open(frame: &'a str) -> Result<Self, FrameError> {
        let envelope: Result<Object<Self>, _> = serde_json::from_str(frame);
        match envelope {
            Ok(Object(envelope)) => Ok(envelope),
            Err(error) => Err(FrameError::Malformed(error.to_string())),
        }
    }
}
