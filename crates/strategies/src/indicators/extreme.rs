//! The highest or the lowest of the last n prices, in constant time on average.
//!
//! A price that is followed by a more extreme one will never be the most extreme again. So only
//! those that nothing later reaches are kept: a queue whose front is the answer.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use trading_types::Price;

use super::{IndicatorError, StoredStateError, checked_period};

/// Which end of the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum End {
    /// The top.
    Highest,
    /// The bottom.
    Lowest,
}

/// The most extreme of the last `period` prices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub(super) struct Extreme {
    end: End,
    period: usize,
    /// How many prices it has seen.
    seen: u64,
    /// Prices still in the window that nothing later reaches, each with its number, from 0.
    candidates: VecDeque<(u64, Price)>,
}

/// What was read back, not yet believed.
#[derive(Deserialize)]
struct Stored {
    end: End,
    period: usize,
    seen: u64,
    candidates: VecDeque<(u64, Price)>,
}

/// More prices than anybody will ever see; a stored count beyond it is not a count.
const SEEN_MAX: u64 = u64::MAX / 2;

impl Extreme {
    pub(super) fn new(end: End, period: usize) -> Result<Self, IndicatorError> {
        let period = checked_period(period)?;
        Ok(Self { end, period, seen: 0, candidates: VecDeque::with_capacity(period) })
    }

    /// Takes the next price.
    pub(super) fn update(&mut self, price: Price) {
        let number = self.seen;
        self.seen += 1;
        if self.candidates.front().is_some_and(|(oldest, _)| self.is_outside(*oldest)) {
            self.candidates.pop_front();
        }
        while self
            .candidates
            .back()
            .is_some_and(|(_, earlier)| !self.end.is_beyond(*earlier, price))
        {
            self.candidates.pop_back();
        }
        self.candidates.push_back((number, price));
    }

    /// The most extreme price.
    pub(super) fn value(&self) -> Option<Price> {
        let is_warm = u64::try_from(self.period).is_ok_and(|period| period <= self.seen);
        self.candidates.front().filter(|_| is_warm).map(|(_, price)| *price)
    }

    pub(super) fn end(&self) -> End {
        self.end
    }

    pub(super) fn period(&self) -> usize {
        self.period
    }

    pub(super) fn seen(&self) -> u64 {
        self.seen
    }

    /// Whether the price with this number is no longer among the last ones.
    fn is_outside(&self, number: u64) -> bool {
        let age = self.seen - number;
        usize::try_from(age).map_or(true, |age| self.period < age)
    }
}

impl End {
    /// Whether `one` is strictly nearer to this end than `other`.
    fn is_beyond(self, one: Price, other: Price) -> bool {
        match self {
            Self::Highest => other < one,
            Self::Lowest => one < other,
        }
    }
}

impl TryFrom<Stored> for Extreme {
    type Error = StoredStateError;

    fn try_from(stored: Stored) -> Result<Self, StoredStateError> {
        let Stored { end, period, seen, candidates } = stored;
        checked_period(period)?;
        let refused = |reason| Err(StoredStateError::inconsistent("extreme", reason));
        if SEEN_MAX < seen {
            return refused("it counts more prices than there can be");
        }
        if candidates.back().map(|(number, _)| *number) != seen.checked_sub(1) {
            return refused("the newest price is missing");
        }
        let pairs = candidates.iter().zip(candidates.iter().skip(1));
        for ((earlier_number, earlier), (number, price)) in pairs {
            if number <= earlier_number || !end.is_beyond(*earlier, *price) {
                return refused("its candidates are out of order");
            }
        }
        let extreme = Self { end, period, seen, candidates };
        if extreme.candidates.front().is_some_and(|(oldest, _)| extreme.is_outside(*oldest)) {
            return refused("it keeps a price that is too old");
        }
        Ok(extreme)
    }
}

#[cfg(test)]
mod tests;
