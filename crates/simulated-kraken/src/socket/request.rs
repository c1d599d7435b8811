//! What a client says: a method, its parameters, and a number by which it knows the answer again.
//!
//! The invariant: any text becomes a request or is refused; none is a panic.

use super::{fields::Fields, refused::Refused};

/// A request whose parameters have not been looked at.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) method: Method,
    pub(super) params: Fields<'a>,
    pub(super) req_id: Option<&'a str>,
}

/// A text that is no request: what could be read of it, and what is wrong.
#[derive(Debug)]
pub(super) struct NoRequest<'a> {
    pub(super) method: Option<String>,
    pub(super) req_id: Option<&'a str>,
    pub(super) refused: Refused,
}

/// What a client can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Ping,
    Subscribe,
    Unsubscribe,
    AddOrder,
    AmendOrder,
    EditOrder,
    CancelOrder,
    CancelAll,
    CancelAllOrdersAfter,
    BatchAdd,
    BatchCancel,
}

impl Method {
    pub(super) const ALL: [Self; 11] = [
        Self::Ping,
        Self::Subscribe,
        Self::Unsubscribe,
        Self::AddOrder,
        Self::AmendOrder,
        Self::EditOrder,
        Self::CancelOrder,
        Self::CancelAll,
        Self::CancelAllOrdersAfter,
        Self::BatchAdd,
        Self::BatchCancel,
    ];

    /// Kraken's name for it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ping => "ping",
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
            Self::AddOrder => "add_order",
            Self::AmendOrder => "amend_order",
            Self::EditOrder => "edit_order",
            Self::CancelOrder => "cancel_order",
            Self::CancelAll => "cancel_all",
            Self::CancelAllOrdersAfter => "cancel_all_orders_after",
            Self::BatchAdd => "batch_add",
            Self::BatchCancel => "batch_cancel",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

const ENVELOPE: &[&str] = &["method", "params", "req_id"];
const MALFORMED: &str = "Malformed request";

impl<'a> Request<'a> {
    /// Reads a frame.
    pub(super) fn read(text: &'a str) -> Result<Self, NoRequest<'a>> {
        let malformed = || NoRequest {
            method: None,
            req_id: None,
            refused: crate::kraken_error::KrakenError::fixed(MALFORMED).into(),
        };
        let frame = Fields::of(text).ok_or_else(malformed)?;
        let name = frame.text("method").ok().flatten().ok_or_else(malformed)?;
        let req_id = frame.raw("req_id").filter(|raw| is_integer(raw));
        let refuse =
            |refused| NoRequest { method: Some(name.clone().into_owned()), req_id, refused };
        let method = Method::named(&name).ok_or_else(|| refuse(Refused::UNSUPPORTED_EVENT))?;
        let known = if method == Method::Ping { &["method", "req_id"] } else { ENVELOPE };
        frame.only(&[known], method.name()).map_err(&refuse)?;
        let params = frame.object("params").map_err(&refuse)?.unwrap_or_default();
        Ok(Self { method, params, req_id })
    }
}

/// Only integers are echoed; a text does not bring answers together with their requests.
fn is_integer(raw: &str) -> bool {
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
