//! What a frame is: data of a channel, an answer to something we asked, or an error that belongs to
//! nothing.

use std::borrow::Cow;

use serde::Deserialize;

use crate::stream::{
    acknowledgement::Acknowledgement,
    balances::BalancesMessage,
    body::MessageKind,
    envelope::{Envelope, FrameError},
    executions::ExecutionsMessage,
    market::{self, MarketMessage},
};

/// A frame, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// Data of a public channel.
    Market {
        /// Whether it shows all there is.
        is_snapshot: bool,
        /// The data.
        message: MarketMessage,
    },
    /// Our orders and fills.
    Executions(ExecutionsMessage),
    /// Our balances.
    Balances(BalancesMessage),
    /// An answer to something we asked.
    Acknowledgement(Acknowledgement),
    /// An error that belongs to nothing we asked, `Exceeded msg rate` for instance.
    VenueError(String),
}

/// `{"Error":"Exceeded msg rate"}`, and an error without a method.
#[derive(Deserialize)]
struct RawError<'a> {
    #[serde(rename = "Error", alias = "errorMessage", borrow, default)]
    capital: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    error: Option<Cow<'a, str>>,
}

/// Decodes any frame of a WebSocket v2 session.
pub fn decode_any(frame: &str) -> Result<Incoming, FrameError> {
    // What comes most is read straight from its text.
    if let Some(message) = market::decode_frame(frame) {
        let is_snapshot = message.kind() == Some(MessageKind::Snapshot);
        return Ok(Incoming::Market { is_snapshot, message });
    }
    let envelope = Envelope::open(frame)?;
    match envelope.channel.as_deref() {
        Some("executions") => return ExecutionsMessage::decode(frame).map(Incoming::Executions),
        Some("balances") => return BalancesMessage::decode(frame).map(Incoming::Balances),
        Some(_) => {
            let kind = envelope.kind.as_deref().and_then(MessageKind::from_text);
            let is_snapshot = kind == Some(MessageKind::Snapshot);
            let message = market::decode(&envelope)?;
            return Ok(Incoming::Market { is_snapshot, message });
        }
        None => {}
    }
    if envelope.method.is_some() || envelope.req_id.is_some() {
        return Acknowledgement::decode(frame, &envelope).map(Incoming::Acknowledgement);
    }
    let raw: RawError<'_> =
        serde_json::from_str(frame).map_err(|error| FrameError::Malformed(error.to_string()))?;
    // A refusal may name nothing but its pair.
    if raw.error.is_some() && envelope.symbol.is_some() {
        return Acknowledgement::decode(frame, &envelope).map(Incoming::Acknowledgement);
    }
    match raw.capital.or(raw.error) {
        Some(error) => Ok(Incoming::VenueError(error.into_owned())),
        None => Err(FrameError::Malformed("neither channel, method nor error".to_owned())),
    }
}

#[cfg(test)]
mod tests;
