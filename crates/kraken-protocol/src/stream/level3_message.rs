//! Frames of the `level3` channel: single orders that came, changed or left
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/level3>, read on
//! 2026-11-21).
//!
//! The order of the rows is the order in which orders stand in line; it is kept.

use serde::Deserialize;
use trading_types::{Pair, Price, Quantity, Timestamp, VenueOrderId};

use super::{
    body::{Body, MessageKind, Object},
    envelope::{Envelope, FrameError},
    number::Exact,
};

/// One frame of the `level3` channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level3Message {
    /// Whether the orders replace all that was known.
    pub kind: MessageKind,
    /// On which pair.
    pub pair: Pair,
    /// What happened to buy orders, in the order it is to be applied.
    pub bids: Vec<Level3Change>,
    /// What happened to sell orders, in the order it is to be applied.
    pub asks: Vec<Level3Change>,
    /// CRC-32 over the orders of the ten best levels of each side after the change.
    pub checksum: Option<u32>,
    /// When the book changed, by Kraken's clock.
    pub time: Option<Timestamp>,
}

/// Something that happened to one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level3Change {
    /// What.
    pub event: Level3Event,
    /// The order as it is now; a deleted one as it last was.
    pub order: Level3Order,
}

/// What happened to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level3Event {
    /// It came to rest, or its level came into the subscribed depth.
    #[serde(rename = "add")]
    Added,
    /// It was amended or partly filled.
    #[serde(rename = "modify")]
    Modified,
    /// It left.
    #[serde(rename = "delete")]
    Deleted,
}

/// An order on the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level3Order {
    /// Kraken's name for it.
    pub id: VenueOrderId,
    /// Its price.
    pub price: Price,
    /// How much of it is visible and open.
    pub quantity: Quantity,
    /// When it was placed or amended, by Kraken's clock.
    pub time: Timestamp,
}

#[derive(Deserialize)]
struct Row {
    symbol: Pair,
    #[serde(default)]
    bids: Vec<Object<OrderRow>>,
    #[serde(default)]
    asks: Vec<Object<OrderRow>>,
    #[serde(default)]
    checksum: Option<u32>,
    #[serde(default)]
    timestamp: Option<Timestamp>,
}

#[derive(Deserialize)]
struct OrderRow {
    #[serde(default)]
    event: Option<Level3Event>,
    order_id: VenueOrderId,
    limit_price: Exact<Price>,
    order_qty: Exact<Quantity>,
    timestamp: Timestamp,
}

impl Level3Message {
    /// Reads a frame of the `level3` channel.
    pub fn decode(envelope: &Envelope<'_>) -> Result<Self, FrameError> {
        let body = Body::of(envelope, "level3")?;
        let Row { symbol: pair, bids, asks, checksum, timestamp: time } = body.only()?;
        let side = |orders: Vec<Object<OrderRow>>| -> Result<Vec<Level3Change>, FrameError> {
            orders.into_iter().map(|Object(order)| order.checked(&body)).collect()
        };
        let (bids, asks) = (side(bids)?, side(asks)?);
        Ok(Self { kind: body.kind, pair, bids, asks, checksum, time })
    }
}

impl OrderRow {
    fn checked(self, body: &Body<'_>) -> Result<Level3Change, FrameError> {
        let event = match (body.kind, self.event) {
            (_, Some(event)) => event,
            (MessageKind::Snapshot, None) => Level3Event::Added,
            (MessageKind::Update, None) => return Err(body.unexpected("an order without event")),
        };
        let order = Level3Order {
            id: self.order_id,
            price: self.limit_price.0,
            quantity: self.order_qty.0,
            time: self.timestamp,
        };
        if !order.price.is_positive() || order.quantity < Quantity::ZERO {
            let Level3Order { id, price, quantity, .. } = order;
            return Err(body.unexpected(format!("order {id} for {quantity} at the price {price}")));
        }
        Ok(Level3Change { event, order })
    }
}

#[cfg(test)]
mod tests;
