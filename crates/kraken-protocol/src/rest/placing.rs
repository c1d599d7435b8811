//! Answers to what changes something: placing, amending, canceling, the dead-man switch, the token.
//!
//! An answer that does not say which order it placed is an error here, and for the caller an order
//! whose outcome has to be looked up.

use std::time::Duration;

use trading_types::{Timestamp, VenueOrderId};

use super::fields::{DecodeError, Fields, Problem, Read, Value, whole};
use crate::stream::token::Token;

/// What `AddOrder` came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Kraken's names for what it placed. Empty when the order was only to be checked.
    pub orders: Vec<VenueOrderId>,
    /// The order in Kraken's words.
    pub description: String,
    /// Its conditional close in Kraken's words.
    pub close: Option<String>,
}

/// What became of one order of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchRow {
    /// It was placed, or would have been.
    Added(Added),
    /// It was refused with this text; the others live on.
    Refused(String),
    /// Neither an id nor an error. It has to be looked up.
    Unclear,
}

/// What a cancel came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Canceled {
    /// How many orders.
    pub count: u64,
    /// Whether they are still being canceled.
    pub is_pending: bool,
}

/// The state of the dead-man switch, `CancelAllOrdersAfter`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadManSwitch {
    /// When Kraken answered, by its clock.
    pub now: Timestamp,
    /// When it will cancel every order of the account; nothing when it is off.
    pub fires_at: Option<Timestamp>,
}

/// What opens the private channels of a WebSocket.
#[derive(Debug)]
pub struct SocketToken {
    /// The token.
    pub token: Token,
    /// How long it can be used to connect.
    pub valid_for: Duration,
}

/// Reads the result of `AddOrder`. Unless `is_check_only`, it has to name an order.
pub fn added(result: &str, is_check_only: bool) -> Result<Added, DecodeError> {
    let added = one_added(&whole(result)?.object()?)?;
    if added.orders.is_empty() && !is_check_only {
        return Err(missing("txid"));
    }
    Ok(added)
}

fn one_added(fields: &Fields<'_>) -> Read<Added> {
    let close_beside = fields.read_if_any("close", Value::string)?;
    let (description, close) = fields
        .read_if_any("descr", |descr| {
            let descr = descr.object()?;
            let order = descr.read_if_any("order", Value::string)?;
            Ok((order, descr.read_if_any("close", Value::string)?))
        })?
        .unwrap_or_default();
    Ok(Added {
        orders: fields.read_if_any("txid", ids)?.unwrap_or_default(),
        description: description.unwrap_or_default(),
        close: close.or(close_beside),
    })
}

/// `AddOrder` names its orders in a list, a row of a batch as a plain text.
fn ids(value: Value<'_>) -> Read<Vec<VenueOrderId>> {
    match value.text() {
        Ok(_) => Ok(vec![value.parsed()?]),
        Err(_) => value.each(Value::parsed),
    }
}

fn missing(field: &str) -> DecodeError {
    DecodeError { field: field.to_owned(), problem: Problem::Missing }
}

/// Reads the result of `AddOrderBatch`: a row for each order, in the order they were sent. Should
/// there be fewer rows than orders, the outcome of the others is unclear.
pub fn batch_added(result: &str, is_check_only: bool) -> Result<Vec<BatchRow>, DecodeError> {
    let rows = |rows: Value<'_>| rows.each(|row| batch_row(row, is_check_only));
    whole(result)?.object()?.read("orders", rows)
}

fn batch_row(row: Value<'_>, is_check_only: bool) -> Read<BatchRow> {
    let fields = row.object()?;
    if let Some(error) = fields.read_if_any("error", Value::string)? {
        return Ok(BatchRow::Refused(error));
    }
    let added = one_added(&fields)?;
    let is_clear = is_check_only || !added.orders.is_empty();
    Ok(if is_clear { BatchRow::Added(added) } else { BatchRow::Unclear })
}

/// Reads the result of `AmendOrder`: Kraken's name for the change.
pub fn amended(result: &str) -> Result<String, DecodeError> {
    whole(result)?.object()?.read("amend_id", Value::string)
}

/// Reads the result of `CancelOrder`, `CancelOrderBatch` and `CancelAll`.
pub fn canceled(result: &str) -> Result<Canceled, DecodeError> {
    let fields = whole(result)?.object()?;
    Ok(Canceled {
        count: fields.read("count", Value::integer)?,
        is_pending: fields.read_if_any("pending", Value::boolean)?.unwrap_or(false),
    })
}

/// Reads the result of `CancelAllOrdersAfter`.
pub fn dead_man_switch(result: &str) -> Result<DeadManSwitch, DecodeError> {
    let fields = whole(result)?.object()?;
    let fires_at = |value: Value<'_>| match &*value.digits()? {
        "0" => Ok(None),
        _ => value.parsed().map(Some),
    };
    Ok(DeadManSwitch {
        now: fields.read("currentTime", Value::parsed)?,
        fires_at: fields.read("triggerTime", fires_at)?,
    })
}

/// Reads the result of `GetWebSocketsToken`.
pub fn socket_token(result: &str) -> Result<SocketToken, DecodeError> {
    let fields = whole(result)?.object()?;
    // What is wrong with a token is not shown together with it.
    let hidden = |_| {
        let problem = Problem::Malformed("what it says is not shown".to_owned());
        DecodeError { field: String::new(), problem }
    };
    let token = |value: Value<'_>| {
        let text = value.string().map_err(hidden)?;
        Token::new(text).map_err(|_| hidden(missing("token")))
    };
    let token = fields.read("token", token)?;
    let seconds = fields.read("expires", Value::integer)?;
    Ok(SocketToken { token, valid_for: Duration::from_secs(seconds) })
}

#[cfg(test)]
mod tests;
