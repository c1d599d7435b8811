//! A recording of `slackwater data record` as ticks: Kraken's own frames, read by the decoder that
//! trades live.
//!
//! Trades and books come on channels of their own, so they are sorted by Kraken's clock, a trade
//! before the changes of the same moment: what traded explains what became smaller. Kraken does not
//! say which levels fall out of the subscribed depth; they are told as forgotten, not as gone.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use exchange_simulator::replay::{Tick, TickKind};
use kraken_protocol::stream::{
    MessageKind,
    book_message::BookMessage,
    envelope::Envelope,
    market::{self, MarketMessage},
    trades::PublicTrade,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use trading_types::{BookLevel, Pair, PairRules, Price, Quantity, Side, Timestamp};

use crate::failure::Failure;

/// The most ticks of one recording: 1.6 GB of memory.
const TICKS_MAX: usize = 50_000_000;
/// The longest line that is read: a snapshot of a thousand levels a side has 100 kB.
const LINE_BYTES_MAX: u64 = 1 << 24;

/// What a recording holds of one pair.
#[derive(Debug, Default)]
pub(crate) struct Recording {
    /// Sorted by time.
    pub(crate) ticks: Vec<Tick>,
    /// How many levels of each side were subscribed.
    pub(crate) levels_shown: Option<u32>,
    /// Trades.
    pub(crate) trades: u64,
    /// Messages about the book.
    pub(crate) books: u64,
    /// Lines of other pairs, channels and directions, and those that are no frames of Kraken's.
    pub(crate) other_lines: u64,
}

#[derive(Deserialize)]
struct Line<'a> {
    at: u64,
    way: &'a str,
    #[serde(borrow)]
    frame: &'a RawValue,
}

/// Reads a recording to its end.
pub(crate) fn read(path: &Path, from: impl Read, rules: &PairRules) -> Result<Recording, Failure> {
    let mut reading = Reading {
        pair: rules.pair,
        tick: rules.tick,
        recording: Recording::default(),
        sides: [BTreeMap::new(), BTreeMap::new()],
        is_known: false,
        depth: 0,
        last_book: Timestamp::EPOCH,
        last_trade: None,
    };
    let mut lines = BufReader::new(from);
    let mut line = String::new();
    for number in 1_u64.. {
        line.clear();
        let place = || format!("{}:{number}", path.display());
        let read = Read::by_ref(&mut lines).take(LINE_BYTES_MAX).read_line(&mut line);
        let bytes = read.map_err(|error| Failure::wrong(format_args!("{}: {error}", place())))?;
        if bytes == 0 || (1 < number && is_torn(&line)) {
            break;
        }
        reading.line(&line).map_err(|what| {
            let what = format!("{}: {what}", place());
            Failure::wrong_hint(what, "--data takes a recording of `slackwater data record`")
        })?;
    }
    let mut recording = reading.recording;
    // Stable, so the levels of one message stay together and in their order.
    let order = |tick: &Tick| (tick.time(), !matches!(tick.kind(), TickKind::Trade(_)));
    recording.ticks.sort_by_key(order);
    Ok(recording)
}

/// Whether it is what a crash while recording leaves: the beginning of a line, without its end.
fn is_torn(line: &str) -> bool {
    let whole = || serde_json::from_str::<serde::de::IgnoredAny>(line);
    !line.ends_with('\n') && whole().is_err_and(|error| error.is_eof())
}

struct Reading {
    pair: Pair,
    tick: Price,
    recording: Recording,
    /// The bids and the asks as they stand, by their rank from the best.
    sides: [BTreeMap<i64, i64>; 2],
    /// Whether there was a snapshot.
    is_known: bool,
    /// How many levels of each side are subscribed; nothing until it is known.
    depth: usize,
    last_book: Timestamp,
    last_trade: Option<u64>,
}

impl Reading {
    fn line(&mut self, line: &str) -> Result<(), String> {
        let line = line.trim();
        if line.is_empty() {
            return Ok(());
        }
        let Line { at, way, frame } = serde_json::from_str(line)
            .map_err(|error| format!("this is no line of a recording: {error}"))?;
        let message = (way == "received").then(|| decode(frame.get())).flatten();
        let received = Timestamp::from_nanos(at);
        match message {
            Some(MarketMessage::Book(message)) if message.pair == self.pair => {
                self.book(&message, received)?;
            }
            Some(MarketMessage::Trades(message)) => {
                // A snapshot repeats trades from before the recording.
                if message.kind == MessageKind::Update {
                    let pair = self.pair;
                    for trade in message.trades.iter().filter(|it| it.pair == pair) {
                        self.trade(trade, received)?;
                    }
                }
            }
            Some(_) => self.recording.other_lines += 1,
            None => {
                self.recording.other_lines += 1;
                if let Some(depth) = acknowledged_depth(frame.get()) {
                    self.depth = depth;
                }
            }
        }
        if TICKS_MAX < self.recording.ticks.len() {
            return Err(format!("more than {TICKS_MAX} ticks are too many at once"));
        }
        Ok(())
    }

    fn trade(&mut self, trade: &PublicTrade, received: Timestamp) -> Result<(), String> {
        if self.last_trade.is_some_and(|last| trade.id <= last) {
            return Ok(());
        }
        self.last_trade = Some(trade.id);
        let steps = self.steps(trade.trade.price)?;
        let tick =
            Tick::trade(trade.trade.taker_side, steps, trade.trade.quantity, trade.trade.time);
        self.recording.trades += 1;
        self.recording.ticks.push(tick.received_at(received));
        Ok(())
    }

    fn book(&mut self, message: &BookMessage, received: Timestamp) -> Result<(), String> {
        // A book that was lost is right again with its next snapshot.
        if message.kind == MessageKind::Update && !self.is_known {
            return Ok(());
        }
        // Old snapshots carry no time; and no message is before the one it follows.
        let time = message.time.unwrap_or(received).max(self.last_book);
        self.last_book = time;
        let first = self.recording.ticks.len();
        if message.kind == MessageKind::Snapshot {
            self.is_known = true;
            self.sides = [BTreeMap::new(), BTreeMap::new()];
            self.recording.ticks.push(Tick::new(TickKind::Clear, 0, Quantity::ZERO, time));
            // Where nobody said how deep it is, it is as deep as it looks.
            let levels = message.bids.len().max(message.asks.len());
            self.depth = self.depth.max(levels);
            self.recording.levels_shown = u32::try_from(self.depth).ok();
        }
        for (side, levels) in [(Side::Buy, &message.bids), (Side::Sell, &message.asks)] {
            for level in levels {
                self.level(side, *level, time)?;
            }
            self.forget(side, time);
        }
        let ticks = &mut self.recording.ticks[first..];
        let last = ticks.len().saturating_sub(1);
        for (place, tick) in ticks.iter_mut().enumerate() {
            let whole = tick.received_at(received);
            *tick = if place == last { whole } else { whole.unfinished() };
        }
        self.recording.books += 1;
        Ok(())
    }

    fn level(&mut self, side: Side, level: BookLevel, time: Timestamp) -> Result<(), String> {
        let steps = self.steps(level.price)?;
        let levels = &mut self.sides[usize::from(side == Side::Sell)];
        if level.quantity.is_zero() {
            levels.remove(&rank(side, steps));
        } else {
            levels.insert(rank(side, steps), steps);
        }
        self.recording.ticks.push(Tick::level(side, steps, level.quantity, time));
        Ok(())
    }

    /// Levels beyond the subscribed depth are not told any more.
    fn forget(&mut self, side: Side, time: Timestamp) {
        let levels = &mut self.sides[usize::from(side == Side::Sell)];
        while self.depth < levels.len() {
            let (_, steps) = levels.pop_last().expect("there are more than none");
            let gone = Tick::new(TickKind::Forget(side), steps, Quantity::ZERO, time);
            self.recording.ticks.push(gone);
        }
    }

    fn steps(&self, price: Price) -> Result<i64, String> {
        let (steps, rest) = (price.units() / self.tick.units(), price.units() % self.tick.units());
        if rest == 0 && 0 < steps && steps <= Tick::STEPS_MAX {
            Ok(steps)
        } else {
            Err(format!("the price {price} is no multiple of the pair's tick {}", self.tick))
        }
    }
}

/// Better prices have lower ranks.
const fn rank(side: Side, steps: i64) -> i64 {
    match side {
        Side::Buy => -steps,
        Side::Sell => steps,
    }
}

fn decode(frame: &str) -> Option<MarketMessage> {
    market::decode_frame(frame)
        .or_else(|| Envelope::open(frame).ok().and_then(|it| market::decode(&it).ok()))
}

/// The depth of a book whose subscription this frame acknowledges.
fn acknowledged_depth(frame: &str) -> Option<usize> {
    #[derive(Deserialize)]
    struct Acknowledgement {
        result: Subscribed,
    }
    #[derive(Deserialize)]
    struct Subscribed {
        channel: String,
        depth: usize,
    }
    let Acknowledgement { result } = serde_json::from_str(frame).ok()?;
    (result.channel == "book").then_some(result.depth)
}

#[cfg(test)]
mod tests;
