//! Frames of the `status` channel: what Kraken takes at the moment
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/status>, read on 2026-11-21).
//!
//! A state that is missing or unknown counts as maintenance: nobody trades on a word they do not
//! understand.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use trading_types::VenueStatus;

use super::{
    body::Body,
    envelope::{Envelope, FrameError},
};

/// One frame of the `status` channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemStatus {
    /// What Kraken takes.
    pub status: VenueStatus,
    /// The word for it, when it is one that we do not know.
    pub unknown_state: Option<String>,
    /// Kraken's number of the connection. Needs all 64 bits; missing during maintenance.
    pub connection: Option<u64>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow, default)]
    system: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    connection_id: Option<&'a RawValue>,
}

impl SystemStatus {
    /// Reads a frame of the `status` channel.
    pub fn decode(envelope: &Envelope<'_>) -> Result<Self, FrameError> {
        let mut rows: Vec<Row<'_>> = Body::of(envelope, "status")?.rows()?;
        let row = rows.pop();
        let state = row.as_ref().and_then(|row| row.system.as_deref());
        let known = state.and_then(status_from_text);
        // Only for the log: a number of a form we do not know must not cost us the state.
        let connection = row.as_ref().and_then(|row| row.connection_id);
        Ok(Self {
            status: known.unwrap_or(VenueStatus::Maintenance),
            unknown_state: state.filter(|_| known.is_none()).map(str::to_owned),
            connection: connection.and_then(|raw| raw.get().parse().ok()),
        })
    }
}

/// From Kraken's `system`.
fn status_from_text(text: &str) -> Option<VenueStatus> {
    match text {
        "online" => Some(VenueStatus::Online),
        "post_only" => Some(VenueStatus::PostOnly),
        "limit_only" => Some(VenueStatus::LimitOnly),
        "cancel_only" => Some(VenueStatus::CancelOnly),
        "maintenance" => Some(VenueStatus::Maintenance),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
