//! Answers to what we asked on the socket: subscriptions, trading methods, pings. A success without
//! the word is a failure, and a success that does not say what was done is not taken for one.
//!
//! Shapes: <https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/add_order> and its
//! neighbors, read on 2026-11-21. `batch_cancel` has two in the wild; both are read.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use trading_types::{ClientOrderId, Timestamp, VenueOrderId};

use super::envelope::{Envelope, FrameError};

/// An answer to a request of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// Which method it answers, in Kraken's words.
    pub method: String,
    /// Which of our requests. Some refusals name none.
    pub request: Option<u64>,
    /// The pair it is about, as it stands there: upper case, to be matched exactly.
    pub pair: Option<String>,
    /// The order it is about, by our name, where the answer names it outside the result.
    pub client: Option<ClientOrderId>,
    /// The order it is about, by the venue's name, where the answer names it outside the result.
    pub venue_order: Option<VenueOrderId>,
    /// What was achieved, or why nothing was.
    pub outcome: Result<Achieved, String>,
}

/// What a request achieved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Achieved {
    /// A subscription was taken or given back.
    Subscription {
        /// What the venue warns of.
        warnings: Vec<String>,
        /// The highest the trading counter may be: 60, 125 or 180 by the account's tier.
        counter_max: Option<u32>,
    },
    /// Something was done to these orders, in the order they were sent.
    Orders(Vec<OrderAnswer>),
    /// So many orders are being canceled.
    Count(u32),
    /// The dead-man switch was set.
    Switch {
        /// When it fires; never, when it was switched off.
        fires: Option<Timestamp>,
    },
    /// The other side is there.
    Pong,
    /// The answer does not say what was done.
    Nothing,
}

/// The part of an answer that is about one order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderAnswer {
    /// The venue's name for it. A check has none.
    pub venue_order: Option<VenueOrderId>,
    /// Our name for it.
    pub client: Option<ClientOrderId>,
    /// Whether the venue named the change it made.
    pub is_amended: bool,
    /// Why this one was refused while others were not.
    pub error: Option<String>,
}

/// What stands in some answers beside what all have.
#[derive(Default, Deserialize)]
struct RawBeside<'a> {
    #[serde(borrow, default)]
    cl_ord_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    order_id: Option<Cow<'a, str>>,
    #[serde(default)]
    orders_cancelled: Option<u32>,
}

#[derive(Default, Deserialize)]
struct RawSubscription<'a> {
    #[serde(borrow, default)]
    symbol: Option<Cow<'a, str>>,
    #[serde(default)]
    warnings: Option<Vec<String>>,
    #[serde(default)]
    maxratecount: Option<u32>,
}

#[derive(Deserialize)]
struct RawOrder<'a> {
    #[serde(borrow, default)]
    order_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    cl_ord_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    amend_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    error: Option<Cow<'a, str>>,
    #[serde(default)]
    success: Option<bool>,
}

#[derive(Deserialize)]
struct RawOrders<'a> {
    #[serde(borrow)]
    orders: Vec<RawOrder<'a>>,
}

#[derive(Deserialize)]
struct RawCount {
    count: u32,
}

#[derive(Deserialize)]
struct RawSwitch<'a> {
    #[serde(rename = "triggerTime", alias = "trigger_time", borrow, default)]
    trigger_time: Option<Cow<'a, str>>,
}

impl Acknowledgement {
    /// Reads an answer. `envelope` is the outside of `frame` and has a method.
    pub fn decode(frame: &str, envelope: &Envelope<'_>) -> Result<Self, FrameError> {
        let method = envelope.method.as_deref().unwrap_or_default().to_owned();
        // A field of an unknown form beside the result must not cost us the answer.
        let beside: RawBeside<'_> = serde_json::from_str(frame).unwrap_or_default();
        let result = envelope.result.map(RawValue::get);
        let has_succeeded =
            envelope.error.is_none() && (envelope.success == Some(true) || method == "pong");
        let mut pair = envelope.symbol.as_deref().map(str::to_owned);
        let outcome = if has_succeeded {
            let achieved = achieved(&method, result, &beside);
            if pair.is_none()
                && let Some(result) = result
            {
                let raw: RawSubscription<'_> = serde_json::from_str(result).unwrap_or_default();
                pair = raw.symbol.map(Cow::into_owned);
            }
            Ok(achieved)
        } else {
            Err(envelope.error.as_deref().unwrap_or("no reason given").to_owned())
        };
        Ok(Self {
            method,
            request: envelope.req_id,
            pair,
            client: beside.cl_ord_id.and_then(|id| id.parse().ok()),
            venue_order: beside.order_id.and_then(|id| id.parse().ok()),
            outcome,
        })
    }
}

fn achieved(method: &str, result: Option<&str>, beside: &RawBeside<'_>) -> Achieved {
    let result = result.unwrap_or_default();
    match method {
        "subscribe" | "unsubscribe" => {
            let raw: RawSubscription<'_> = serde_json::from_str(result).unwrap_or_default();
            Achieved::Subscription {
                warnings: raw.warnings.unwrap_or_default(),
                counter_max: raw.maxratecount,
            }
        }
        "add_order" | "amend_order" | "edit_order" | "cancel_order" => {
            // A list would be read as the fields in their order.
            let object = if result.starts_with('{') { result } else { "" };
            let raw = serde_json::from_str::<RawOrder<'_>>(object);
            raw.map_or(Achieved::Nothing, |raw| Achieved::Orders(vec![order(raw)]))
        }
        "batch_add" => {
            let rows = serde_json::from_str::<Vec<RawOrder<'_>>>(result)
                .or_else(|_| serde_json::from_str::<RawOrders<'_>>(result).map(|raw| raw.orders));
            rows.map_or(Achieved::Nothing, |rows| {
                Achieved::Orders(rows.into_iter().map(order).collect())
            })
        }
        "cancel_all" | "batch_cancel" => {
            let count = serde_json::from_str::<RawCount>(result).ok().map(|raw| raw.count);
            count.or(beside.orders_cancelled).map_or(Achieved::Nothing, Achieved::Count)
        }
        "cancel_all_orders_after" | "cancel_after" => serde_json::from_str::<RawSwitch<'_>>(result)
            .ok()
            .and_then(|raw| switch(&raw))
            .unwrap_or(Achieved::Nothing),
        "pong" => Achieved::Pong,
        _ => Achieved::Nothing,
    }
}

fn order(raw: RawOrder<'_>) -> OrderAnswer {
    let has_failed = raw.success == Some(false);
    let error = raw.error.map(Cow::into_owned);
    OrderAnswer {
        venue_order: raw.order_id.and_then(|id| id.parse().ok()),
        client: raw.cl_ord_id.and_then(|id| id.parse().ok()),
        is_amended: raw.amend_id.is_some(),
        error: error.or_else(|| has_failed.then(|| "no reason given".to_owned())),
    }
}

/// The time is `0` when the switch was switched off.
fn switch(raw: &RawSwitch<'_>) -> Option<Achieved> {
    match raw.trigger_time.as_deref() {
        None | Some("0" | "") => Some(Achieved::Switch { fires: None }),
        Some(text) => text.parse().ok().map(|at| Achieved::Switch { fires: Some(at) }),
    }
}

#[cfg(test)]
mod tests;
