//! Which candles are closed. Kraken only says how each stands now; it sends nothing when one ends
//! and nothing for an interval without trades
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/ohlc>, read on 2026-11-21).
//!
//! A candle is closed when a later one begins or when its interval and the grace are over. Each is
//! told once, in order, and never half: what formed while the connection was lost is told only
//! after Kraken has told it again.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use trading_types::{Candle, Interval, Pair, Timestamp};

use super::{
    MessageKind,
    candle_message::{CandleReport, CandlesMessage},
};

/// How long after the end of its interval a candle may still change: trades of its last moment
/// need some time to reach us.
pub const GRACE: Duration = Duration::from_secs(2);

/// Finds out which candles are closed.
#[derive(Clone, Debug, Default)]
pub struct CandleFeed {
    lines: BTreeMap<(Pair, Interval), Line>,
    news: VecDeque<CandleNews>,
}

/// The candles of one pair and length.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    forming: Option<Forming>,
    /// When the last candle began that was told or given up.
    done: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
struct Forming {
    candle: Candle,
    /// Whether it is as Kraken has it: nothing can have been missed since it was last told.
    is_whole: bool,
    /// Whether its time was over when it was told.
    is_history: bool,
}

/// Something that happened outside.
#[derive(Clone, Copy, Debug)]
pub enum CandleEvent<'a> {
    /// A message of the `ohlc` channel.
    Message(&'a CandlesMessage),
    /// The connection was lost: messages may be missing.
    Disconnected,
}

/// What the feed has found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CandleNews {
    /// A candle is closed.
    Closed {
        /// The candle.
        report: CandleReport,
        /// Whether its time was over when a snapshot told it: it happened before the
        /// subscription, or while the connection was lost.
        is_history: bool,
    },
    /// A candle formed while the connection was lost, and Kraken has not told it again. Fetch it
    /// elsewhere if it matters.
    Missed {
        /// The candle as it was last known, which is not as it ended.
        report: CandleReport,
    },
    /// A candle changed after it was told as closed. The grace is too short, or our clock is fast.
    Late {
        /// The candle as it is now.
        report: CandleReport,
    },
    /// A candle begins later than our clock allows, and is not believed.
    Ahead {
        /// The candle.
        report: CandleReport,
    },
}

impl CandleFeed {
    /// Takes in what happened at `now`.
    pub fn handle(&mut self, event: CandleEvent<'_>, now: Timestamp) {
        match event {
            CandleEvent::Message(message) => {
                let mut reports = message.candles.clone();
                reports.sort_by_key(|report| report.candle.start);
                for report in reports {
                    self.report(report, message.kind, now);
                }
            }
            CandleEvent::Disconnected => {
                let forming = self.lines.values_mut().filter_map(|line| line.forming.as_mut());
                forming.for_each(|forming| forming.is_whole = false);
            }
        }
    }

    fn report(&mut self, report: CandleReport, kind: MessageKind, now: Timestamp) {
        let CandleReport { pair, interval, candle } = report;
        let line = self.lines.entry((pair, interval)).or_default();
        let is_snapshot = kind == MessageKind::Snapshot;
        let is_history = is_snapshot && candle.start + interval.duration() <= now;
        if now + interval.duration() < candle.start {
            self.news.push_back(CandleNews::Ahead { report });
        } else if line.done.is_some_and(|done| candle.start <= done) {
            // A snapshot repeats what was told; an update after the end is another thing.
            if !is_snapshot {
                self.news.push_back(CandleNews::Late { report });
            }
        } else if line.forming.is_some_and(|forming| candle.start < forming.candle.start) {
            line.done = Some(candle.start);
            self.news.push_back(CandleNews::Closed { report, is_history });
        } else {
            if line.forming.is_some_and(|forming| forming.candle.start < candle.start) {
                self.close(pair, interval);
            }
            let line = self.lines.entry((pair, interval)).or_default();
            line.forming = Some(Forming { candle, is_whole: true, is_history });
        }
    }

    /// Ends the forming candle.
    fn close(&mut self, pair: Pair, interval: Interval) {
        let Some(line) = self.lines.get_mut(&(pair, interval)) else { return };
        let Some(forming) = line.forming.take() else { return };
        line.done = Some(forming.candle.start);
        let report = CandleReport { pair, interval, candle: forming.candle };
        self.news.push_back(if forming.is_whole {
            CandleNews::Closed { report, is_history: forming.is_history }
        } else {
            CandleNews::Missed { report }
        });
    }

    /// Closes the candles whose time is over at `now`.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        let over = |(key, line): (&(Pair, Interval), &Line)| {
            line.ends(key.1).is_some_and(|end| end <= now).then_some(*key)
        };
        let over: Vec<(Pair, Interval)> = self.lines.iter().filter_map(over).collect();
        for (pair, interval) in over {
            self.close(pair, interval);
        }
    }

    /// What was found out; call until there is nothing.
    pub fn poll_output(&mut self) -> Option<CandleNews> {
        self.news.pop_front()
    }

    /// When the next candle's time is over.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        self.lines.iter().filter_map(|((_, interval), line)| line.ends(*interval)).min()
    }

    /// Forgets a line that is no longer subscribed, with its forming candle.
    pub fn forget(&mut self, pair: Pair, interval: Interval) {
        self.lines.remove(&(pair, interval));
    }
}

impl Line {
    /// When the forming candle may be told. Not by the clock while something may be missing.
    fn ends(&self, interval: Interval) -> Option<Timestamp> {
        let forming = self.forming.filter(|forming| forming.is_whole)?;
        Some(forming.candle.start + interval.duration() + GRACE)
    }
}

#[cfg(test)]
mod tests;
