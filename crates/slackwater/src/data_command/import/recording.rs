//! Ticks of a recording of `slackwater data record`: trades, and the book as it changed.
//!
//! A recording is read once to see of which pairs it has what, and once for each of those series:
//! memory does not grow with it. What a new connection repeats is passed over by its number.

use std::{
    collections::{BTreeSet, VecDeque},
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use kraken_protocol::stream::{
    MessageKind,
    book_message::BookMessage,
    envelope::Envelope,
    market::{self, MarketMessage},
    trades::{PublicTrade, TakerOrder},
};
use market_history::{BookRow, BookSide, Hash, OrderKind, RowSource, SeriesName, TradeRow};
use serde::Deserialize;
use serde_json::value::RawValue;
use trading_types::{Amount, Pair, Price, Timestamp};

use crate::{failure::Failure, files, progress::Progress};

/// The longest line that is looked at. A snapshot of a thousand levels has some 100,000 bytes.
const LINE_BYTES_MAX: u64 = 4 << 20;

/// Why a recording cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum RecordingError {
    #[error("line {line}: {error}")]
    Disk { line: u64, error: std::io::Error },
    #[error("line {line}: it is no line of a recording: {what}")]
    Line { line: u64, what: String },
}

impl From<RecordingError> for Failure {
    fn from(error: RecordingError) -> Self {
        let hint =
            "recordings are made by `slackwater data record`; remove the line, or record anew";
        Self::wrong_hint(error, hint)
    }
}

/// Whether a path is that of a recording, by its name: `x.jsonl`, or `x.jsonl.3` when it was full.
pub(super) fn is_recording(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let whole = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('.');
    Path::new(whole).extension().is_some_and(|it| it == "jsonl")
}

/// Which series a recording has rows of.
pub(super) fn series(path: &Path) -> Result<Vec<SeriesName>, Failure> {
    let mut frames = Frames::open(path)?;
    let mut found = BTreeSet::new();
    while let Some(frame) = frames.next().map_err(|it| in_place(path, it))? {
        match frame.message {
            MarketMessage::Book(book) => {
                found.insert(SeriesName::book(book.pair));
            }
            MarketMessage::Trades(trades) => {
                found.extend(trades.trades.iter().map(|it| SeriesName::trades(it.pair)));
            }
            MarketMessage::Level3(_)
            | MarketMessage::Ticker(_)
            | MarketMessage::Candles(_)
            | MarketMessage::Instruments(_)
            | MarketMessage::Status(_)
            | MarketMessage::Heartbeat => (),
        }
    }
    Ok(found.into_iter().collect())
}

fn in_place(path: &Path, error: RecordingError) -> Failure {
    Failure::from(error).in_place(&path.display().to_string())
}

/// A line of a recording.
#[derive(Deserialize)]
struct Line<'a> {
    at: u64,
    way: &'a str,
    #[serde(borrow)]
    frame: &'a RawValue,
}

/// A frame of the market, and when it was received.
struct Frame {
    number: u64,
    at: Timestamp,
    message: MarketMessage,
}

/// Frames of the market, one at a time.
struct Frames {
    input: BufReader<File>,
    line: Vec<u8>,
    number: u64,
    bytes: u64,
    /// The last time: the clock of the machine may have been set back.
    last: u64,
}

impl Frames {
    fn open(path: &Path) -> Result<Self, Failure> {
        let input = files::open_if_any(path)?;
        let missing = || std::io::Error::from(std::io::ErrorKind::NotFound);
        let input = input.ok_or_else(|| files::failed("read", path, &missing()))?;
        Ok(Self { input, line: Vec::new(), number: 0, bytes: 0, last: 0 })
    }

    /// The next frame of the market that is understood.
    fn next(&mut self) -> Result<Option<Frame>, RecordingError> {
        loop {
            self.line.clear();
            self.number += 1;
            let line = self.number;
            let mut limited = self.input.by_ref().take(LINE_BYTES_MAX);
            let read = limited
                .read_until(b'\n', &mut self.line)
                .map_err(|error| RecordingError::Disk { line, error })?;
            if read == 0 {
                return Ok(None);
            }
            self.bytes += read as u64;
            // A crash while recording leaves a last line without its end.
            if !self.line.ends_with(b"\n") && (read as u64) < LINE_BYTES_MAX {
                return Ok(None);
            }
            let wrong = |what: String| RecordingError::Line { line, what };
            let parsed: Line<'_> =
                serde_json::from_slice(&self.line).map_err(|error| wrong(error.to_string()))?;
            if parsed.way != "received" {
                continue;
            }
            self.last = self.last.max(parsed.at);
            if let Some(message) = message(parsed.frame.get()) {
                let at = Timestamp::from_nanos(self.last);
                return Ok(Some(Frame { number: self.number, at, message }));
            }
        }
    }
}

/// A frame that is not of the market is none of ours.
fn message(frame: &str) -> Option<MarketMessage> {
    market::decode_frame(frame).or_else(|| market::decode(&Envelope::open(frame).ok()?).ok())
}

/// Trades of one pair of a recording.
pub(super) struct RecordedTrades<'a> {
    frames: Frames,
    pair: Pair,
    last: u64,
    ready: VecDeque<TradeRow>,
    progress: &'a mut Progress,
}

/// Levels of the book of one pair of a recording.
pub(super) struct RecordedBook<'a> {
    frames: Frames,
    pair: Pair,
    ready: VecDeque<BookRow>,
    progress: &'a mut Progress,
}

impl<'a> RecordedTrades<'a> {
    pub(super) fn open(
        path: &Path,
        pair: Pair,
        progress: &'a mut Progress,
    ) -> Result<Self, Failure> {
        progress.next_file();
        Ok(Self { frames: Frames::open(path)?, pair, last: 0, ready: VecDeque::new(), progress })
    }

    fn add(&mut self, trade: &PublicTrade) {
        if trade.pair != self.pair || trade.id <= self.last {
            return;
        }
        self.last = trade.id;
        self.ready.push_back(TradeRow {
            time: trade.trade.time,
            price: trade.trade.price,
            volume: trade.trade.quantity.into(),
            side: Some(trade.trade.taker_side),
            order: trade.taker_order.map(|order| match order {
                TakerOrder::Limit => OrderKind::Limit,
                TakerOrder::Market => OrderKind::Market,
            }),
            id: Some(trade.id),
        });
    }
}

impl RowSource<TradeRow> for RecordedTrades<'_> {
    type Error = RecordingError;

    fn next_row(&mut self) -> Result<Option<TradeRow>, RecordingError> {
        while self.ready.is_empty() {
            let Some(frame) = self.frames.next()? else { return Ok(None) };
            self.progress.see(self.frames.bytes);
            if let MarketMessage::Trades(message) = frame.message {
                for trade in &message.trades {
                    self.add(trade);
                }
            }
        }
        Ok(self.ready.pop_front())
    }

    fn sha256(&mut self) -> Option<Hash> {
        None
    }
}

impl<'a> RecordedBook<'a> {
    pub(super) fn open(
        path: &Path,
        pair: Pair,
        progress: &'a mut Progress,
    ) -> Result<Self, Failure> {
        progress.next_file();
        Ok(Self { frames: Frames::open(path)?, pair, ready: VecDeque::new(), progress })
    }

    fn add(&mut self, number: u64, at: Timestamp, book: &BookMessage) {
        let row = |side, price, volume| BookRow {
            received: at,
            time: book.time.unwrap_or(at),
            message: number,
            is_snapshot: book.kind == MessageKind::Snapshot,
            side,
            price,
            volume,
            checksum: book.checksum.unwrap_or(0),
        };
        for (side, levels) in [(BookSide::Bid, &book.bids), (BookSide::Ask, &book.asks)] {
            let rows = levels.iter().map(|it| row(Some(side), it.price, it.quantity.into()));
            self.ready.extend(rows);
        }
        if self.ready.is_empty() {
            self.ready.push_back(row(None, Price::ZERO, Amount::ZERO));
        }
    }
}

impl RowSource<BookRow> for RecordedBook<'_> {
    type Error = RecordingError;

    fn next_row(&mut self) -> Result<Option<BookRow>, RecordingError> {
        while self.ready.is_empty() {
            let Some(frame) = self.frames.next()? else { return Ok(None) };
            self.progress.see(self.frames.bytes);
            if let MarketMessage::Book(book) = frame.message
                && book.pair == self.pair
            {
                self.add(frame.number, frame.at, &book);
            }
        }
        Ok(self.ready.pop_front())
    }

    fn sha256(&mut self) -> Option<Hash> {
        None
    }
}
