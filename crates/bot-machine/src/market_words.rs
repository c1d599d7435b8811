//! What a market socket tells, in the bot's words. Of candles only the closed ones are told, each
//! once; a book is its best prices, or nothing when it is broken.

use kraken_protocol::stream::{
    MessageKind,
    book::BookApplied,
    candle_message::CandleReport,
    candles::{CandleEvent, CandleFeed, CandleNews},
    instrument_message::PairStatus,
    market::MarketMessage,
    subscription::Subscription,
};
use trading_types::{Pair, Timestamp, VenueStatus};

use crate::{guard::StatusSource, input::BotInput};

/// Translates what one market socket tells.
#[derive(Clone, Debug, Default)]
pub struct MarketWords {
    candles: CandleFeed,
}

impl MarketWords {
    /// A message came, whose book is right if it has one.
    pub fn message(&mut self, message: &MarketMessage, now: Timestamp) -> Vec<BotInput> {
        match message {
            // A snapshot repeats the past.
            MarketMessage::Trades(message) if message.kind == MessageKind::Snapshot => Vec::new(),
            MarketMessage::Trades(message) => message
                .trades
                .iter()
                .map(|it| BotInput::Trade { pair: it.pair, trade: it.trade })
                .collect(),
            MarketMessage::Candles(message) => {
                self.candles.handle(CandleEvent::Message(message), now);
                self.closed()
            }
            MarketMessage::Status(status) => {
                let source = StatusSource::Socket;
                vec![BotInput::Status { source, status: status.status }]
            }
            MarketMessage::Instruments(message) => message
                .pairs
                .iter()
                .map(|it| BotInput::PairStatus { pair: it.pair, status: pair_status(&it.status) })
                .collect(),
            MarketMessage::Book(_)
            | MarketMessage::Level3(_)
            | MarketMessage::Ticker(_)
            | MarketMessage::Heartbeat => Vec::new(),
        }
    }

    /// A book changed and is as Kraken has it.
    pub fn book(&self, pair: Pair, applied: &BookApplied) -> Option<BotInput> {
        let quote = applied.quote;
        applied.is_quote_new.then_some(BotInput::Quote { pair, quote })
    }

    /// The data of a subscription is broken.
    pub fn broken(&self, subscription: &Subscription) -> Option<BotInput> {
        subscription.pair().map(|pair| BotInput::Quote { pair, quote: None })
    }

    /// The connection was lost.
    pub fn disconnected(&mut self, now: Timestamp) -> Vec<BotInput> {
        self.candles.handle(CandleEvent::Disconnected, now);
        self.closed()
    }

    /// A candle's time may be over.
    pub fn handle_timeout(&mut self, now: Timestamp) -> Vec<BotInput> {
        self.candles.handle_timeout(now);
        self.closed()
    }

    /// When a candle's time may be over.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        self.candles.next_timeout()
    }

    /// A hole that is left by a candle nobody told whole is found by whoever puts them in a row.
    fn closed(&mut self) -> Vec<BotInput> {
        let mut told = Vec::new();
        while let Some(news) = self.candles.poll_output() {
            match news {
                CandleNews::Closed { report: CandleReport { pair, candle, .. }, .. } => {
                    told.push(BotInput::Candle { pair, candle });
                }
                CandleNews::Missed { .. } | CandleNews::Ahead { .. } | CandleNews::Late { .. } => {}
            }
        }
        told
    }
}

/// What a pair takes, in the words for the whole venue. What is not surely more is maintenance.
const fn pair_status(status: &PairStatus) -> VenueStatus {
    match status {
        PairStatus::Online => VenueStatus::Online,
        PairStatus::PostOnly => VenueStatus::PostOnly,
        PairStatus::LimitOnly => VenueStatus::LimitOnly,
        PairStatus::CancelOnly | PairStatus::ReduceOnly => VenueStatus::CancelOnly,
        PairStatus::Delisted
        | PairStatus::Maintenance
        | PairStatus::WorkInProgress
        | PairStatus::Unknown(_) => VenueStatus::Maintenance,
    }
}
