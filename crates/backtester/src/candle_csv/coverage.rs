//! What a sequence of candles covers, and which intervals inside it have none.

use std::time::Duration;

use trading_types::{Interval, Timestamp};

use super::Window;
use crate::read_error::{ContentFault, Fault, RequestFault};

/// So many candles in a row that all stand where only longer ones would are longer ones.
const LONGER_CANDLES_PROOF: u64 = 200;

/// Intervals without a candle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MissingIntervals {
    /// How many there are.
    pub count: u64,
    /// The longest row of them; the earliest when several are equally long.
    pub longest: Option<Gap>,
}

/// Intervals in a row without a candle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The start of the first of them.
    pub from: Timestamp,
    /// The end of the last.
    pub to: Timestamp,
}

/// All rows so far, those outside the window too.
#[derive(Debug)]
pub(super) struct Coverage {
    window: Window,
    interval_nanos: u64,
    rows: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    /// The largest step on which all rows stand, until it is one interval; then it stays.
    step_nanos: u64,
    missing: MissingIntervals,
}

impl Coverage {
    pub(super) fn new(window: Window) -> Self {
        let interval_nanos = window.interval.duration().as_secs() * 1_000_000_000;
        Self {
            window,
            interval_nanos,
            rows: 0,
            first: None,
            last: None,
            step_nanos: 0,
            missing: MissingIntervals::default(),
        }
    }

    /// Counts the row at `start` in, or says why it cannot follow the rows before it.
    pub(super) fn count_in(&mut self, start: Timestamp) -> Result<(), Fault> {
        if let Some(last) = self.last {
            if start <= last {
                let fault = if start == last {
                    ContentFault::TimeRepeated(start)
                } else {
                    ContentFault::TimeBackward { time: start, last }
                };
                return Err(fault.into());
            }
            if self.interval_nanos < start.nanos() - last.nanos() {
                self.count_gap(last + Duration::from_nanos(self.interval_nanos), start);
            }
        } else {
            self.first = Some(start);
        }
        self.last = Some(start);
        self.rows += 1;
        if self.step_nanos != self.interval_nanos {
            self.step_nanos = greatest_common_divisor(start.nanos(), self.step_nanos);
            if self.rows == LONGER_CANDLES_PROOF {
                return self.check_length();
            }
        }
        Ok(())
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn missing(&self) -> MissingIntervals {
        self.missing
    }

    /// What is wrong when no candle of a whole file is in the window.
    pub(super) fn nothing_found(&self) -> Fault {
        match self.first.zip(self.last) {
            Some((first, last)) => {
                let Window { from, to, .. } = self.window;
                RequestFault::NothingInRange { from, to, first, last }.into()
            }
            None => ContentFault::Empty.into(),
        }
    }

    /// The part of the gap that is inside the window.
    fn count_gap(&mut self, from: Timestamp, to: Timestamp) {
        let from = self.window.from.map_or(from, |it| from.max(self.grid_at_or_after(it)));
        let to = self.window.to.map_or(to, |it| to.min(self.grid_at_or_after(it)));
        if to <= from {
            return;
        }
        self.missing.count += (to.nanos() - from.nanos()) / self.interval_nanos;
        if self.missing.longest.is_none_or(|gap| gap.to.since(gap.from) < to.since(from)) {
            self.missing.longest = Some(Gap { from, to });
        }
    }

    fn grid_at_or_after(&self, time: Timestamp) -> Timestamp {
        let past = time.nanos() % self.interval_nanos;
        if past == 0 { time } else { time + Duration::from_nanos(self.interval_nanos - past) }
    }

    fn check_length(&self) -> Result<(), Fault> {
        let asked = self.window.interval;
        let fits = |longer: &Interval| {
            let longer = longer.duration().as_secs() * 1_000_000_000;
            self.interval_nanos < longer && self.step_nanos.is_multiple_of(longer)
        };
        match KRAKEN_INTERVALS.iter().flat_map(|it| Interval::from_minutes(*it)).rfind(fits) {
            Some(found) => Err(RequestFault::LongerCandles { found, asked }.into()),
            None => Ok(()),
        }
    }
}

/// Candle lengths that another one may be mistaken for, in minutes.
const KRAKEN_INTERVALS: [u32; 9] = [5, 15, 30, 60, 240, 720, 1_440, 10_080, 21_600];

fn greatest_common_divisor(mut one: u64, mut other: u64) -> u64 {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

#[cfg(test)]
mod tests;
