//! The inside of a channel's frame: snapshot or update, and the rows of `data`.
//!
//! A frame without one of the two is an error; what a row means is its channel's business.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

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

    /// The data, which is an object.
    pub(crate) fn object<T: Deserialize<'a>>(&self) -> Result<T, FrameError> {
        self.read().map(|Object(row)| row)
    }

    /// The data, which is a list of objects.
    pub(crate) fn rows<T: Deserialize<'a>>(&self) -> Result<Vec<T>, FrameError> {
        let rows: Vec<Object<T>> = self.read()?;
        Ok(rows.into_iter().map(|Object(row)| row).collect())
    }

    /// The only row of the data.
    pub(crate) fn only<T: Deserialize<'a>>(&self) -> Result<T, FrameError> {
        let mut rows = self.rows()?;
        match (rows.pop(), rows.is_empty()) {
            (Some(row), true) => Ok(row),
            (_, _) => Err(self.unexpected("not exactly one row of data")),
        }
    }

    fn read<T: Deserialize<'a>>(&self) -> Result<T, FrameError> {
        let channel = self.channel;
        serde_json::from_str(self.data)
            .map_err(|error| FrameError::Malformed(format!("{channel}: {error}")))
    }

    /// The error that says what made no sense.
    pub(crate) fn unexpected(&self, detail: impl Into<String>) -> FrameError {
        FrameError::Unexpected { channel: self.channel, detail: detail.into() }
    }
}

/// A value that is written as an object. Serde would also take a list of the fields' values, and a
/// list where an object should be is a frame that we do not understand.
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields))
            }
        }

        from.deserialize_map(Fields(PhantomData)).map(Self)
    }
}
