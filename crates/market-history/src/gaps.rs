//! Intervals without a candle.

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

/// The most gaps of a part that are listed; of more, the longest.
pub const GAPS_LISTED_MAX: usize = 100;

/// Intervals in a row without a candle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The start of the first of them.
    pub from: Timestamp,
    /// The end of the last.
    pub to: Timestamp,
}

/// Gaps between candles that come in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Gaps {
    /// How many intervals have no candle.
    pub(crate) missing: u64,
    /// The longest gaps, in order.
    pub(crate) listed: Vec<Gap>,
    last: Option<u64>,
}

impl Gaps {
    /// Counts a candle in that begins at so many nanoseconds.
    pub(crate) fn see(&mut self, start: u64, step: u64) {
        if let Some(last) = self.last
            && step < start.saturating_sub(last)
        {
            let gap =
                Gap { from: Timestamp::from_nanos(last + step), to: Timestamp::from_nanos(start) };
            self.add(gap, step);
        }
        self.last = Some(start);
    }

    /// Adds a gap that comes after all others.
    pub(crate) fn add(&mut self, gap: Gap, step: u64) {
        self.missing += gap.nanos() / step;
        self.list(gap);
    }

    /// Adds gaps that were counted before.
    pub(crate) fn add_counted(&mut self, missing: u64, listed: &[Gap]) {
        self.missing += missing;
        for gap in listed {
            self.list(*gap);
        }
    }

    fn list(&mut self, gap: Gap) {
        self.listed.push(gap);
        if GAPS_LISTED_MAX < self.listed.len() {
            let lengths = self.listed.iter().enumerate();
            let shortest = lengths.rev().min_by_key(|(_, gap)| gap.nanos()).map(|(at, _)| at);
            self.listed.remove(shortest.expect("there is more than one"));
        }
    }
}

impl Gap {
    /// How long it is, in nanoseconds.
    pub const fn nanos(self) -> u64 {
        self.to.nanos().saturating_sub(self.from.nanos())
    }
}
