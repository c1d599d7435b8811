//! Every frame of the public market side, decoded.
//!
//! The session asks [`decode_frame`] first, which reads the frames that come most straight from
//! their text, and opens the envelope for all others. Both ways give the same values.

use super::{
    MessageKind,
    book_message::BookMessage,
    candle_message::CandlesMessage,
    envelope::{Envelope, FrameError},
    instrument_message::InstrumentsMessage,
    level3_message::Level3Message,
    scanner::Scanner,
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

impl MarketMessage {
    /// Whether it replaces what was known or changes it, where that makes a difference.
    pub const fn kind(&self) -> Option<MessageKind> {
        match self {
            Self::Book(message) => Some(message.kind),
            Self::Level3(message) => Some(message.kind),
            Self::Trades(message) => Some(message.kind),
            Self::Candles(message) => Some(message.kind),
            Self::Instruments(message) => Some(message.kind),
            Self::Ticker(_) | Self::Status(_) | Self::Heartbeat => None,
        }
    }
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

/// Reads a book or trade frame of Kraken's usual shape straight from its text. Nothing means that
/// it is another frame, or one that takes a closer look: open its [`Envelope`].
pub fn decode_frame(frame: &str) -> Option<MarketMessage> {
    let mut scanner = Scanner::new(frame);
    if let Some(message) = scanner.attempt(BookMessage::scan_usual) {
        return Some(MarketMessage::Book(message));
    }
    let (mut channel, mut kind, mut message) = (None, None, None);
    scanner.object(|scanner, key| {
        let is_first = match key {
            "channel" => channel.replace(scanner.text()?).is_none(),
            "type" => kind.replace(MessageKind::from_text(scanner.text()?)?).is_none(),
            "data" => {
                let data = match channel? {
                    "book" => MarketMessage::Book(BookMessage::scan(scanner, kind?)?),
                    "trade" => MarketMessage::Trades(TradesMessage::scan(scanner, kind?)?),
                    _ => return None,
                };
                message.replace(data).is_none()
            }
            // What else the envelope knows, it judges.
            "method" | "req_id" | "success" | "error" | "symbol" | "result" | "sequence" => false,
            _ => return scanner.skip_scalar(),
        };
        is_first.then_some(())
    })?;
    scanner.end()?;
    message
}

#[cfg(test)]
mod tests;
