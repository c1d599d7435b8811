//! Frames of the `ohlc` channel: candles as they stand now
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/ohlc>, read on 2026-11-21).
//!
//! Whether a candle is closed is not said; see [`CandleFeed`](super::candles::CandleFeed).

use serde::Deserialize;
use trading_types::{Amount, Candle, Interval, Pair, Price, Timestamp};

use super::{
    body::{Body, MessageKind},
    envelope::{Envelope, FrameError},
    number::Exact,
};

/// One frame of the `ohlc` channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandlesMessage {
    /// Whether these are the last candles before the subscription.
    pub kind: MessageKind,
    /// The candles as Kraken orders them.
    pub candles: Vec<CandleReport>,
}

/// A candle as it stands now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CandleReport {
    /// On which pair.
    pub pair: Pair,
    /// Of which length.
    pub interval: Interval,
    /// The candle.
    pub candle: Candle,
}

#[derive(Deserialize)]
struct Row {
    symbol: Pair,
    interval: Interval,
    interval_begin: Timestamp,
    open: Exact<Price>,
    high: Exact<Price>,
    low: Exact<Price>,
    close: Exact<Price>,
    volume: Exact<Amount>,
    trades: u32,
}

impl CandlesMessage {
    /// Reads a frame of the `ohlc` channel.
    pub fn decode(envelope: &Envelope<'_>) -> Result<Self, FrameError> {
        let body = Body::of(envelope, "ohlc")?;
        let rows: Vec<Row> = body.rows()?;
        let candles = rows.into_iter().map(|row| row.checked(&body)).collect::<Result<_, _>>()?;
        Ok(Self { kind: body.kind, candles })
    }
}

impl Row {
    fn checked(self, body: &Body<'_>) -> Result<CandleReport, FrameError> {
        let candle = Candle {
            start: self.interval_begin,
            open: self.open.0,
            high: self.high.0,
            low: self.low.0,
            close: self.close.0,
            volume: self.volume.0,
            trades: self.trades,
        };
        candle.check().map_err(|error| body.unexpected(error.to_string()))?;
        Ok(CandleReport { pair: self.symbol, interval: self.interval, candle })
    }
}

#[cfg(test)]
mod tests;
