//! Every frame of the public market side, decoded.
//!
//! A frame is decoded whole or not at all.

use super::{
    book_message::BookMessage,
    candle_message::CandlesMessage,
    envelope::{Envelope, FrameError},
    instrument_message::InstrumentsMessage,
    level3_message::Level3Message,
    system_status::SystemStatus,
    ticker::Ticker,
    trades::TradesMessage,
};

/// A frame of a public channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarketMessage {
    /// Price levels changed.
    Book(BookMessage),
    /// Single orders changed.
    Level3(Level3Message),
    /// Best prices and figures of the day.
    Ticker(Vec<Ticker>),
    /// Others traded.
    Trades(TradesMessage),
    /// Candles as they stand now.
    Candles(CandlesMessage),
    /// Assets and pairs.
    Instruments(InstrumentsMessage),
    /// What Kraken takes at the moment.
    Status(SystemStatus),
    /// Nothing, but the connection lives.
    Heartbeat,
}

/// Decodes a frame of a public channel. A channel that is not one of them is
/// [`FrameError::Unexpected`].
pub fn decode(envelope: &Envelope<'_>) -> Result<MarketMessage, FrameError> {
    match envelope.channel.as_deref() {
        Some("book") => BookMessage::decode(envelope).map(MarketMessage::Book),
        Some("level3") => Level3Message::decode(envelope).map(MarketMessage::Level3),
        Some("ticker") => Ticker::decode(envelope).map(MarketMessage::Ticker),
        Some("trade") => TradesMessage::decode(envelope).map(MarketMessage::Trades),
        Some("ohlc") => CandlesMessage::decode(envelope).map(MarketMessage::Candles),
        Some("instrument") => InstrumentsMessage::decode(envelope).map(MarketMessage::Instruments),
        Some("status") => SystemStatus::decode(envelope).map(MarketMessage::Status),
        Some("heartbeat") => Ok(MarketMessage::Heartbeat),
        other => {
            let channel: String = other.unwrap_or("none").chars().take(40).collect();
            let detail = format!("channel `{channel}`");
            Err(FrameError::Unexpected { channel: "market", detail })
        }
    }
}

#[cfg(test)]
mod tests;
