//! A request that is not carried out, and how its answer looks.
//!
//! The invariant: every refusal has exactly one text, never a list of them.

use crate::kraken_error::KrakenError;

/// A request that is not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) error: KrakenError,
    /// Kraken leaves `req_id` out of its answer to an unknown field of an order
    /// (recorded in ccxt 4.5.90, read on 2026-11-21).
    pub(super) echoes_req_id: bool,
}

impl Refused {
    /// No token where one is needed.
    pub(super) const NO_TOKEN: Self = Self::fixed("Token(s) not found");
    /// A method or channel that there is not, or not at this door.
    pub(super) const UNSUPPORTED_EVENT: Self = Self::fixed("Unsupported event");
    /// More messages than the connection may send.
    pub(super) const MESSAGE_RATE: Self = Self::fixed("Exceeded msg rate");

    const fn fixed(text: &'static str) -> Self {
        Self { error: KrakenError::fixed(text), echoes_req_id: true }
    }

    /// A field that there is not. A `ping` is told with its `req_id` (recorded by kraken-async-rs),
    /// an order without.
    pub(super) fn unsupported_field(name: &str, method: &str) -> Self {
        let method = method.replace('_', " ");
        let text = format!("Unsupported field: '{name}' for the given msg type: {method}");
        Self { error: KrakenError::new(text), echoes_req_id: method == "ping" }
    }
}

impl From<KrakenError> for Refused {
    fn from(error: KrakenError) -> Self {
        Self { error, echoes_req_id: true }
    }
}
