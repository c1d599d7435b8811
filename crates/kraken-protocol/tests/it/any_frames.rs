//! Takes any bytes as frames of a public socket, line by line, and puts them through everything
//! that reads them. The fuzz target and the test of the corpus call the same function; whatever
//! the bytes, nothing panics, and what is accepted obeys the laws that are asserted here.

use std::str;

use kraken_protocol::stream::{
    MessageKind,
    book::{BookDepth, BookFault},
    book_checksum::PricePrecision,
    book_message::BookMessage,
    books::Books,
    candles::{CandleEvent, CandleFeed},
    envelope::{Envelope, FrameError},
    instruments::Instruments,
    level3::{Level3Books, Level3Depth},
    level3_message::Level3Message,
    market::{MarketMessage, decode, decode_frame},
    trades::TradeSequence,
};
use trading_types::Timestamp;

/// Puts frames through every reader; what came of each line.
pub(crate) fn read_all(bytes: &[u8]) -> Vec<Result<(), FrameError>> {
    let mut readers = Readers::default();
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.filter_map(|line| str::from_utf8(line).ok()).map(|line| readers.read(line)).collect()
}

#[derive(Default)]
struct Readers {
    books: Books,
    level3: Level3Books,
    candles: CandleFeed,
    trades: TradeSequence,
    instruments: Instruments,
    now: Timestamp,
}

impl Readers {
    fn read(&mut self, frame: &str) -> Result<(), FrameError> {
        let slowly = Envelope::open(frame).and_then(|envelope| decode(&envelope));
        if let Some(quickly) = decode_frame(frame) {
            assert_eq!(Ok(&quickly), slowly.as_ref(), "both ways read the same: {frame}");
        }
        match slowly? {
            MarketMessage::Book(message) => self.book(message),
            MarketMessage::Level3(message) => self.level3(message),
            MarketMessage::Trades(message) => {
                for trade in &message.trades {
                    self.trades.note(trade);
                }
            }
            MarketMessage::Candles(message) => {
                for candle in &message.candles {
                    self.now = self.now.max(candle.candle.start);
                }
                self.candles.handle(CandleEvent::Message(&message), self.now);
                self.candles.handle_timeout(self.now);
                while self.candles.poll_output().is_some() {}
            }
            MarketMessage::Instruments(message) => self.instruments.apply(message),
            MarketMessage::Ticker(_) | MarketMessage::Status(_) | MarketMessage::Heartbeat => {}
        }
        Ok(())
    }

    /// Applies a message as it is; after a wrong checksum as a snapshot with the right one, so that
    /// later lines find a book.
    fn book(&mut self, mut message: BookMessage) {
        if self.books.book(message.pair).is_none() {
            let precision = PricePrecision::new(10, 8).expect("decimals we hold");
            self.books.track(message.pair, BookDepth::Ten, precision);
        }
        if let Err(BookFault::Checksum { told, ours }) = self.books.apply(&message, self.now) {
            assert_ne!(told, Some(ours));
            message.checksum = Some(ours);
        } else if self.books.book(message.pair).is_some_and(|book| !book.is_empty()) {
            return;
        }
        message.kind = MessageKind::Snapshot;
        let applied = self.books.apply(&message, self.now);
        let book = self.books.book(message.pair).expect("tracked above");
        assert_eq!(book.is_empty(), applied.is_err());
        let (bids, asks): (Vec<_>, Vec<_>) = (book.bids().collect(), book.asks().collect());
        assert!(bids.is_sorted_by(|one, next| next.price < one.price));
        assert!(asks.is_sorted_by(|one, next| one.price < next.price));
        assert!(bids.len() <= 10 && asks.len() <= 10);
        assert!(book.quote().is_none_or(|quote| quote.is_sane()));
    }

    fn level3(&mut self, mut message: Level3Message) {
        if self.level3.book(message.pair).is_none() {
            let precision = PricePrecision::new(10, 8).expect("decimals we hold");
            self.level3.track(message.pair, Level3Depth::Ten, precision);
        }
        if let Err(BookFault::Checksum { ours, .. }) = self.level3.apply(&message, self.now) {
            message.checksum = Some(ours);
        }
        message.kind = MessageKind::Snapshot;
        let applied = self.level3.apply(&message, self.now);
        let book = self.level3.book(message.pair).expect("tracked above");
        assert_eq!(book.is_empty(), applied.is_err());
        assert!(book.quote().is_none_or(|quote| quote.is_sane()));
        book.bids().chain(book.asks()).for_each(|it| assert!(book.ahead_of(it.id).is_some()));
    }
}
