//! Frames of the `book` channel: changed price levels and the checksum of what they lead to
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/book>, read on 2026-11-21).
//!
//! A price that is not above zero or a quantity below zero is refused, whichever way it is read.

use serde::Deserialize;
use trading_types::{BookLevel, Pair, Price, Quantity, Timestamp};

use super::{
    body::{Body, MessageKind, Object},
    envelope::{Envelope, FrameError},
    number::Exact,
    scanner::Scanner,
};

/// One frame of the `book` channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookMessage {
    /// Whether the levels replace all that was known.
    pub kind: MessageKind,
    /// On which pair.
    pub pair: Pair,
    /// Changed buy levels in the order they are to be applied; quantity zero removes.
    pub bids: Vec<BookLevel>,
    /// Changed sell levels in the order they are to be applied; quantity zero removes.
    pub asks: Vec<BookLevel>,
    /// CRC-32 of the ten best levels of each side after the change.
    pub checksum: Option<u32>,
    /// When the book changed, by Kraken's clock. Older snapshots have none.
    pub time: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Row {
    symbol: Pair,
    #[serde(default)]
    bids: Vec<Object<Level>>,
    #[serde(default)]
    asks: Vec<Object<Level>>,
    #[serde(default)]
    checksum: Option<u32>,
    #[serde(default)]
    timestamp: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Level {
    price: Exact<Price>,
    qty: Exact<Quantity>,
}

impl BookMessage {
    /// Reads a frame of the `book` channel.
    pub fn decode(envelope: &Envelope<'_>) -> Result<Self, FrameError> {
        let body = Body::of(envelope, "book")?;
        let Row { symbol: pair, bids, asks, checksum, timestamp: time } = body.only()?;
        let side = |levels: Vec<Object<Level>>| -> Result<Vec<BookLevel>, FrameError> {
            levels.into_iter().map(|Object(level)| level.checked(&body)).collect()
        };
        let (bids, asks) = (side(bids)?, side(asks)?);
        Ok(Self { kind: body.kind, pair, bids, asks, checksum, time })
    }
}

impl Level {
    fn checked(self, body: &Body<'_>) -> Result<BookLevel, FrameError> {
        let level = BookLevel { price: self.price.0, quantity: self.qty.0 };
        if is_possible(level) {
            Ok(level)
        } else {
            let BookLevel { price, quantity } = level;
            Err(body.unexpected(format!("{quantity} at the price {price}")))
        }
    }
}

/// Reading without the whole parser; nothing when a frame takes a closer look.
impl BookMessage {
    /// Reads a whole frame written exactly as Kraken writes it today, without looking for anything
    /// else.
    pub(crate) fn scan_usual(scanner: &mut Scanner<'_>) -> Option<Self> {
        scanner.literal(b"{\"channel\":\"book\",\"type\":\"")?;
        let kind = match scanner.literal(b"update\"") {
            Some(()) => MessageKind::Update,
            None => scanner.literal(b"snapshot\"").map(|()| MessageKind::Snapshot)?,
        };
        scanner.literal(b",\"data\":[{\"symbol\":")?;
        let pair = scanner.pair()?;
        scanner.literal(b",\"bids\":")?;
        let bids = scan_levels(scanner)?;
        scanner.literal(b",\"asks\":")?;
        let asks = scan_levels(scanner)?;
        scanner.literal(b",\"checksum\":")?;
        let checksum = u32::try_from(scanner.unsigned()?).ok();
        scanner.literal(b",\"timestamp\":")?;
        let time = Some(scanner.moment()?);
        scanner.literal(b"}]}")?;
        scanner.end()?;
        checksum.map(|checksum| Self { kind, pair, bids, asks, checksum: Some(checksum), time })
    }

    /// Reads the data of a `book` frame, which is a list of one row.
    pub(crate) fn scan(scanner: &mut Scanner<'_>, kind: MessageKind) -> Option<Self> {
        let mut message = None;
        scanner.list(|scanner| {
            let is_first = message.is_none();
            message = Some(Self::scan_row(scanner, kind)?);
            is_first.then_some(())
        })?;
        message
    }

    fn scan_row(scanner: &mut Scanner<'_>, kind: MessageKind) -> Option<Self> {
        let (mut pair, mut bids, mut asks) = (None, None, None);
        let (mut checksum, mut time) = (None, None);
        scanner.object(|scanner, key| {
            let is_first = match key {
                "symbol" => pair.replace(scanner.pair()?).is_none(),
                "bids" => bids.replace(scan_levels(scanner)?).is_none(),
                "asks" => asks.replace(scan_levels(scanner)?).is_none(),
                "checksum" => checksum.replace(u32::try_from(scanner.unsigned()?).ok()?).is_none(),
                "timestamp" => time.replace(scanner.moment()?).is_none(),
                _ => return scanner.skip_scalar(),
            };
            is_first.then_some(())
        })?;
        let (bids, asks) = (bids.unwrap_or_default(), asks.unwrap_or_default());
        Some(Self { kind, pair: pair?, bids, asks, checksum, time })
    }
}

fn scan_levels(scanner: &mut Scanner<'_>) -> Option<Vec<BookLevel>> {
    let mut levels = Vec::new();
    scanner.list(|scanner| {
        levels.push(scan_level(scanner)?);
        Some(())
    })?;
    Some(levels)
}

fn scan_level(scanner: &mut Scanner<'_>) -> Option<BookLevel> {
    let usual = scanner.attempt(|scanner| {
        scanner.literal(b"{\"price\":")?;
        let price = scanner.number()?;
        scanner.literal(b",\"qty\":")?;
        let quantity = scanner.number()?;
        scanner.literal(b"}")?;
        Some(BookLevel { price, quantity })
    });
    let level = usual.or_else(|| scan_fields_of_level(scanner))?;
    is_possible(level).then_some(level)
}

fn scan_fields_of_level(scanner: &mut Scanner<'_>) -> Option<BookLevel> {
    let (mut price, mut quantity) = (None, None);
    scanner.object(|scanner, key| {
        let is_first = match key {
            "price" => price.replace(scanner.number()?).is_none(),
            "qty" => quantity.replace(scanner.number()?).is_none(),
            _ => return scanner.skip_scalar(),
        };
        is_first.then_some(())
    })?;
    Some(BookLevel { price: price?, quantity: quantity? })
}

/// Whether a level can stand in a book or be removed from one.
fn is_possible(level: BookLevel) -> bool {
    level.price.is_positive() && Quantity::ZERO <= level.quantity
}

#[cfg(test)]
mod tests;
