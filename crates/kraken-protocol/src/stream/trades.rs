//! Frames of the `trade` channel, and a memory of which trades were seen
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/trade>, read on 2026-11-21).
//!
//! `trade_id` counts the trades of one pair. A snapshot repeats the last 50, so after every
//! reconnect most of it is old; [`TradeSequence`] passes each trade once and says what is missing.

use std::collections::BTreeMap;

use serde::Deserialize;
use trading_types::{Pair, Price, Quantity, Side, Timestamp, Trade};

use super::{
    body::{Body, MessageKind},
    envelope::{Envelope, FrameError},
    number::Exact,
    scanner::Scanner,
};

/// One frame of the `trade` channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TradesMessage {
    /// Whether these are the last trades before the subscription.
    pub kind: MessageKind,
    /// The trades, oldest first.
    pub trades: Vec<PublicTrade>,
}

/// A trade between others, with its place in line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicTrade {
    /// On which pair.
    pub pair: Pair,
    /// Counts the trades of the pair.
    pub id: u64,
    /// The trade.
    pub trade: Trade,
    /// What kind of order took, where Kraken says so in words we know.
    pub taker_order: Option<TakerOrder>,
}

/// What kind of order took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakerOrder {
    /// A limit order.
    Limit,
    /// A market order.
    Market,
}

impl TakerOrder {
    /// From Kraken's `ord_type`.
    pub fn from_text(text: &str) -> Option<Self> {
        match text {
            "limit" => Some(Self::Limit),
            "market" => Some(Self::Market),
            _ => None,
        }
    }
}

#[derive(Deserialize)]
struct Row {
    symbol: Pair,
    side: Side,
    price: Exact<Price>,
    qty: Exact<Quantity>,
    #[serde(default)]
    ord_type: Option<String>,
    trade_id: u64,
    timestamp: Timestamp,
}

impl TradesMessage {
    /// Reads a frame of the `trade` channel.
    pub fn decode(envelope: &Envelope<'_>) -> Result<Self, FrameError> {
        let body = Body::of(envelope, "trade")?;
        let rows: Vec<Row> = body.rows()?;
        let trades = rows.into_iter().map(|row| row.checked(&body)).collect::<Result<_, _>>()?;
        Ok(Self { kind: body.kind, trades })
    }
}

impl Row {
    fn checked(self, body: &Body<'_>) -> Result<PublicTrade, FrameError> {
        let (price, quantity) = (self.price.0, self.qty.0);
        if !is_possible(price, quantity) {
            return Err(body.unexpected(format!("a trade of {quantity} at the price {price}")));
        }
        Ok(PublicTrade {
            pair: self.symbol,
            id: self.trade_id,
            trade: Trade { time: self.timestamp, price, quantity, taker_side: self.side },
            taker_order: self.ord_type.as_deref().and_then(TakerOrder::from_text),
        })
    }
}

/// Reading without the whole parser; nothing when a frame takes a closer look.
impl TradesMessage {
    /// Reads the data of a `trade` frame.
    pub(crate) fn scan(scanner: &mut Scanner<'_>, kind: MessageKind) -> Option<Self> {
        let mut trades = Vec::new();
        scanner.list(|scanner| {
            trades.push(scan_trade(scanner)?);
            Some(())
        })?;
        Some(Self { kind, trades })
    }
}

fn scan_trade(scanner: &mut Scanner<'_>) -> Option<PublicTrade> {
    let (mut pair, mut side, mut price, mut quantity) = (None, None, None, None);
    let (mut order, mut id, mut time) = (None, None, None);
    scanner.object(|scanner, key| {
        let is_first = match key {
            "symbol" => pair.replace(scanner.pair()?).is_none(),
            "side" => side.replace(scan_side(scanner)?).is_none(),
            "price" => price.replace(scanner.number()?).is_none(),
            "qty" => quantity.replace(scanner.number()?).is_none(),
            "ord_type" => order.replace(scanner.text()?).is_none(),
            "trade_id" => id.replace(scanner.unsigned()?).is_none(),
            "timestamp" => time.replace(scanner.moment()?).is_none(),
            _ => return scanner.skip_scalar(),
        };
        is_first.then_some(())
    })?;
    let (price, quantity) = (price?, quantity?);
    let trade = Trade { time: time?, price, quantity, taker_side: side? };
    let taker_order = order.and_then(TakerOrder::from_text);
    let trade = PublicTrade { pair: pair?, id: id?, trade, taker_order };
    is_possible(price, quantity).then_some(trade)
}

fn scan_side(scanner: &mut Scanner<'_>) -> Option<Side> {
    match scanner.text()? {
        "buy" => Some(Side::Buy),
        "sell" => Some(Side::Sell),
        _ => None,
    }
}

/// Whether anybody can have traded like that.
fn is_possible(price: Price, quantity: Quantity) -> bool {
    price.is_positive() && quantity.is_positive()
}

/// The last trade seen on each pair.
#[derive(Clone, Debug, Default)]
pub struct TradeSequence {
    last: BTreeMap<Pair, u64>,
}

/// What is known of a trade's place in line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TradePlace {
    /// It is the next one, or the first of its pair.
    Next,
    /// It was seen before.
    Repeated,
    /// It is new, and trades before it were not seen.
    AfterGap {
        /// How many.
        missing: u64,
    },
}

impl TradeSequence {
    /// Notes a trade. One that is [`TradePlace::Repeated`] is to be passed over.
    pub fn note(&mut self, trade: &PublicTrade) -> TradePlace {
        let Some(last) = self.last.insert(trade.pair, trade.id) else { return TradePlace::Next };
        if trade.id <= last {
            self.last.insert(trade.pair, last);
            return TradePlace::Repeated;
        }
        match trade.id - last - 1 {
            0 => TradePlace::Next,
            missing => TradePlace::AfterGap { missing },
        }
    }

    /// Forgets a pair that is no longer subscribed.
    pub fn forget(&mut self, pair: Pair) {
        self.last.remove(&pair);
    }
}

#[cfg(test)]
mod tests;
