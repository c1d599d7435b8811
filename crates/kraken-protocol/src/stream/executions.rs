//! Frames of the `executions` channel: what happens to the orders of an account, decoded leniently
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/executions>, read on
//! 2026-11-21).
//!
//! A report tells what changed: only `pending_new` tells all. So every field is optional here, and
//! a report that cannot be read does not take its neighbors with it.

mod cancel_reason;
mod known_fills;
mod order_reports;

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use trading_types::{
    Amount, Asset, ClientOrderId, Liquidity, Pair, Price, Quantity, Side, Timestamp, TradeId,
    VenueOrderId,
};

use super::{body::MessageKind, envelope::FrameError, number::Exact};
use crate::limits::Points;

pub use self::{
    cancel_reason::cancel_reason,
    known_fills::KnownFills,
    order_reports::{ForeignReport, OpenOrder, OrderReport, OrderReports},
};

/// One frame of the `executions` channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutionsMessage {
    /// Whether it shows all open orders and the last fills, or what happened just now.
    pub kind: MessageKind,
    /// Counts the messages of the subscription.
    pub sequence: Option<u64>,
    /// The reports that could be read.
    pub reports: Vec<ExecutionReport>,
    /// Why the others could not be.
    pub unreadable: Vec<String>,
    /// Kraken's trading counter, where the message itself tells it.
    pub counter: Option<Points>,
}

/// What happened to one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutionReport {
    /// What happened.
    pub kind: ReportKind,
    /// The venue's name for the order.
    pub venue_order: VenueOrderId,
    /// Our name for it, if it has one of ours.
    pub client: Option<ClientOrderId>,
    /// Where it is in its life.
    pub status: Option<OrderStatus>,
    /// On which pair.
    pub pair: Option<Pair>,
    /// Buy or sell.
    pub side: Option<Side>,
    /// Whether what cannot trade at once is canceled. Known from full reports only.
    pub is_immediate: Option<bool>,
    /// The whole quantity of the order.
    pub quantity: Option<Quantity>,
    /// How much of it has traded.
    pub total_traded: Option<Quantity>,
    /// Its limit price.
    pub limit: Option<Price>,
    /// Its trigger price.
    pub trigger: Option<Price>,
    /// Whether its trigger has been reached.
    pub is_triggered: bool,
    /// The trade, if it is about one.
    pub trade: Option<ReportedTrade>,
    /// Why it ended or changed.
    pub reason: Option<String>,
    /// When, by Kraken's clock.
    pub time: Option<Timestamp>,
    /// Kraken's trading counter of the pair after it.
    pub counter: Option<Points>,
}

/// A trade in a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportedTrade {
    /// The venue's id of the trade.
    pub id: TradeId,
    /// At which price.
    pub price: Price,
    /// How much base asset.
    pub quantity: Quantity,
    /// Quote asset that changed hands, before fees.
    pub cost: Amount,
    /// The fees by asset; on Kraken in the quote asset only.
    pub fees: Vec<(Asset, Amount)>,
    /// Whether our order rested or took.
    pub liquidity: Liquidity,
}

/// What happened to an order (`exec_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// The venue has received it.
    PendingNew,
    /// It is on the book, or armed.
    New,
    /// Some of it traded.
    Trade,
    /// All of it has traded.
    Filled,
    /// It left the book.
    Canceled,
    /// Its time was up.
    Expired,
    /// We changed it, or the engine did.
    Amended,
    /// Something else, for instance the next part of an iceberg; its status may tell more.
    Other,
}

/// Where an order is in its life (`order_status`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderStatus {
    /// Received.
    PendingNew,
    /// On the book, or armed.
    New,
    /// Partly traded, perhaps wholly: Kraken says so of the last trade too.
    PartiallyFilled,
    /// Wholly traded.
    Filled,
    /// Gone.
    Canceled,
    /// Gone.
    Expired,
    /// Its trigger was reached.
    Triggered,
    /// A word we do not know.
    Other,
}

#[derive(Deserialize)]
struct RawMessage<'a> {
    #[serde(rename = "type")]
    kind: Cow<'a, str>,
    #[serde(default)]
    sequence: Option<u64>,
    #[serde(borrow)]
    data: Vec<&'a RawValue>,
    #[serde(default)]
    ratecount: Option<Exact<Amount>>,
    #[serde(default)]
    ratecounter: Option<Exact<Amount>>,
}

#[derive(Deserialize)]
struct RawReport<'a> {
    exec_type: Cow<'a, str>,
    order_id: VenueOrderId,
    #[serde(borrow, default)]
    cl_ord_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    order_status: Option<Cow<'a, str>>,
    #[serde(default)]
    symbol: Option<Pair>,
    #[serde(default)]
    side: Option<Side>,
    #[serde(borrow, default)]
    order_type: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    time_in_force: Option<Cow<'a, str>>,
    #[serde(default)]
    order_qty: Option<Exact<Quantity>>,
    #[serde(default)]
    cum_qty: Option<Exact<Quantity>>,
    #[serde(default)]
    limit_price: Option<Exact<Price>>,
    #[serde(borrow, default)]
    triggers: Option<RawTriggers<'a>>,
    #[serde(borrow, default)]
    exec_id: Option<Cow<'a, str>>,
    #[serde(default)]
    last_qty: Option<Exact<Quantity>>,
    #[serde(default)]
    last_price: Option<Exact<Price>>,
    #[serde(default)]
    cost: Option<Exact<Amount>>,
    #[serde(default)]
    fees: Option<Vec<RawFee>>,
    #[serde(borrow, default)]
    liquidity_ind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    reason: Option<Cow<'a, str>>,
    // The older name of `reason`.
    #[serde(borrow, default)]
    cancel_reason: Option<Cow<'a, str>>,
    #[serde(default)]
    timestamp: Option<Timestamp>,
    #[serde(default)]
    ratecount: Option<Exact<Amount>>,
    #[serde(default)]
    ratecounter: Option<Exact<Amount>>,
}

#[derive(Default, Deserialize)]
struct RawTriggers<'a> {
    #[serde(default)]
    price: Option<Exact<Price>>,
    #[serde(borrow, default)]
    status: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct RawFee {
    asset: Asset,
    qty: Exact<Amount>,
}

impl ExecutionsMessage {
    /// Reads a frame of the `executions` channel.
    pub fn decode(frame: &str) -> Result<Self, FrameError> {
        let raw: RawMessage<'_> = serde_json::from_str(frame)
            .map_err(|error| FrameError::Malformed(format!("executions: {error}")))?;
        let kind = MessageKind::from_text(&raw.kind).ok_or_else(|| FrameError::Unexpected {
            channel: "executions",
            detail: format!("type `{}`", raw.kind.chars().take(40).collect::<String>()),
        })?;
        let (mut reports, mut unreadable) = (Vec::with_capacity(raw.data.len()), Vec::new());
        for row in raw.data {
            match ExecutionReport::decode(row.get()) {
                Ok(report) => reports.push(report),
                Err(why) => unreadable.push(why),
            }
        }
        let counter = raw.ratecount.or(raw.ratecounter).map(|count| points(count.0));
        Ok(Self { kind, sequence: raw.sequence, reports, unreadable, counter })
    }
}

impl ExecutionReport {
    fn decode(row: &str) -> Result<Self, String> {
        let raw: RawReport<'_> = serde_json::from_str(row).map_err(|error| error.to_string())?;
        let kind = ReportKind::from_text(&raw.exec_type);
        let trade = if kind == ReportKind::Trade { Some(reported_trade(&raw)?) } else { None };
        let triggers = raw.triggers.unwrap_or_default();
        let status = raw.order_status.as_deref().map(OrderStatus::from_text);
        let is_triggered = status == Some(OrderStatus::Triggered)
            || triggers.status.as_deref() == Some("triggered");
        Ok(Self {
            kind,
            venue_order: raw.order_id,
            client: raw.cl_ord_id.and_then(|id| id.parse().ok()),
            status,
            pair: raw.symbol,
            side: raw.side,
            is_immediate: is_immediate(raw.order_type.as_deref(), raw.time_in_force.as_deref()),
            quantity: raw.order_qty.map(|it| it.0),
            total_traded: raw.cum_qty.map(|it| it.0),
            // A market order has the price zero.
            limit: raw.limit_price.map(|it| it.0).filter(|price| price.is_positive()),
            trigger: triggers.price.map(|it| it.0).filter(|price| price.is_positive()),
            is_triggered,
            trade,
            reason: raw.reason.or(raw.cancel_reason).map(Cow::into_owned),
            time: raw.timestamp,
            counter: raw.ratecount.or(raw.ratecounter).map(|count| points(count.0)),
        })
    }
}

/// Without an id, a price and a quantity a trade is none.
fn reported_trade(raw: &RawReport<'_>) -> Result<ReportedTrade, String> {
    let missing = |name: &str| format!("a trade of order {} has no {name}", raw.order_id);
    let id = raw.exec_id.as_deref().ok_or_else(|| missing("exec_id"))?;
    let id = id.parse::<TradeId>().map_err(|error| error.to_string())?;
    let price = raw.last_price.as_ref().ok_or_else(|| missing("last_price"))?.0;
    let quantity = raw.last_qty.as_ref().ok_or_else(|| missing("last_qty"))?.0;
    if !price.is_positive() || !quantity.is_positive() {
        return Err(format!("trade {id} is of {quantity} at {price}"));
    }
    Ok(ReportedTrade {
        id,
        price,
        quantity,
        cost: raw.cost.as_ref().map_or(price * quantity, |cost| cost.0),
        fees: raw.fees.iter().flatten().map(|fee| (fee.asset, fee.qty.0)).collect(),
        liquidity: match raw.liquidity_ind.as_deref() {
            Some("m") => Liquidity::Maker,
            Some("t") => Liquidity::Taker,
            // The dearer of the two.
            Some(_) | None => Liquidity::Taker,
        },
    })
}

/// A trade names the kind of its order and not how long it may rest, so only a market order is
/// known by its kind alone.
fn is_immediate(order_type: Option<&str>, time_in_force: Option<&str>) -> Option<bool> {
    if order_type == Some("market") {
        return Some(true);
    }
    let is = |word: &str| ["ioc", "fok"].iter().any(|it| word.eq_ignore_ascii_case(it));
    time_in_force.map(is)
}

/// A counter of Kraken's in our unit, rounded up: our picture is never below Kraken's.
fn points(count: Amount) -> Points {
    const HALF: i128 = 10_i128.pow(18) / 2;
    let halves = count.units().max(0).div_euclid(HALF)
        + i128::from(count.units().max(0).rem_euclid(HALF) != 0);
    Points::from_halves(u32::try_from(halves).unwrap_or(u32::MAX))
}

impl ReportKind {
    fn from_text(text: &str) -> Self {
        match text {
            "pending_new" => Self::PendingNew,
            "new" => Self::New,
            "trade" => Self::Trade,
            "filled" => Self::Filled,
            "canceled" => Self::Canceled,
            "expired" => Self::Expired,
            "amended" | "restated" => Self::Amended,
            _ => Self::Other,
        }
    }
}

impl OrderStatus {
    fn from_text(text: &str) -> Self {
        match text {
            "pending_new" => Self::PendingNew,
            "new" => Self::New,
            "partially_filled" => Self::PartiallyFilled,
            "filled" => Self::Filled,
            "canceled" => Self::Canceled,
            "expired" => Self::Expired,
            "triggered" => Self::Triggered,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests;
