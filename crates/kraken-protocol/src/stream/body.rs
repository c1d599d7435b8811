//! The inside of a channel's frame: snapshot or update, and the rows of `data`.
//!
//! A frame without one of the two is an error; what a row means is its channel's business.

use serde::Deserialize;

use super::envelope::{Envelope, FrameError};

/// Whether a message replaces what was known or changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageKind {
    /// All there is, or the most recent of it.
    Snapshot,
    /// What changed.
    Update,
}

impl MessageKind {
    /// From Kraken's `type`.
    pub fn from_text(text: &str) -> Option<Self> {
        match text {
            "snapshot" => Some(Self::Snapshot),
            "update" => Some(Self::Update),
            _ => None,
        }
    }
}

/// The inside of a frame of a channel of which both parts are known to be there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Body<'a> {
    channel: &'static str,
    pub(crate) kind: MessageKind,
    data: &'a str,
}

impl<'a> Body<'a> {
    /// Takes `type` and `data` out of a frame of `channel`.
    pub(crate) fn of(envelope: &Envelope<'a>, channel: &'static str) -> Result<Self, FrameError> {
        let kind = envelope.kind.as_deref().unwrap_or_default();
        let kind = MessageKind::from_text(kind).ok_or_else(|| FrameError::Unexpected {
            channel,
            detail: format!("type `{}`", kind.chars().take(40).collect::<String>()),
        })?;
        let data = envelope
            .data
            .ok_or_else(|| FrameError::Unexpected { channel, detail: "no data".to_owned() })?;
        Ok(Self { channel, kind, data: data.get() })
    }

    /// The data as `T`.
    pub(crate) fn read<T: Deserialize<'a>>(&self) -> Result<T, FrameError> {
        let channel = self.channel;
        serde_json::from_str(self.data)
            .map_err(|error| FrameError::Malformed(format!("{channel}: {error}")))
    }

    /// The only row of the data.
    pub(crate) fn only<T: Deserialize<'a>>(&self) -> Result<T, FrameError> {
        let mut rows: Vec<T> = self.read()?;
        match (rows.pop(), rows.is_empty()) {
            (Some(row), true) => Ok(row),
            (_, _) => Err(self.unexpected("not exactly one row of data")),
        }
    }

    /// The error that says what made no sense.
    pub(crate) fn unexpected(&self, detail: impl Into<String>) -> FrameError {
        FrameError::Unexpected { channel: self.channel, detail: detail.into() }
    }
}
