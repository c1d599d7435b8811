//! The greatest or the least of the last numbers, in constant time on average: only those are kept
//! that nothing later reaches.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// The most extreme of the last `period` numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub(in crate::rules) struct Extreme {
    is_highest: bool,
    period: u64,
    /// How many numbers it has seen.
    seen: u64,
    /// The number of the last one that was undefined.
    undefined: Option<u64>,
    /// Numbers still in the window that nothing later reaches, each with its own number, from 0.
    candidates: VecDeque<(u64, f64)>,
}

type Stored = (bool, u64, u64, Option<u64>, VecDeque<(u64, f64)>);

/// More numbers than anybody will ever see; a stored count beyond it is not a count.
const SEEN_MAX: u64 = u64::MAX / 2;

impl Extreme {
    pub(in crate::rules) fn new(is_highest: bool, period: usize) -> Self {
        let period = u64::try_from(period).expect("a count of candles");
        Self { is_highest, period, seen: 0, undefined: None, candidates: VecDeque::new() }
    }

    pub(super) fn shape(&self) -> (bool, u64) {
        (self.is_highest, self.period)
    }

    /// Takes the next number and gives the most extreme of the last ones.
    pub(in crate::rules) fn update(&mut self, value: f64) -> f64 {
        let number = self.seen;
        self.seen += 1;
        if self.candidates.front().is_some_and(|(oldest, _)| self.is_outside(*oldest)) {
            self.candidates.pop_front();
        }
        if value.is_nan() {
            self.undefined = Some(number);
            return f64::NAN;
        }
        while self.candidates.back().is_some_and(|(_, earlier)| self.reaches(value, *earlier)) {
            self.candidates.pop_back();
        }
        self.candidates.push_back((number, value));
        let is_known =
            self.period <= self.seen && self.undefined.is_none_or(|it| self.is_outside(it));
        let front = self.candidates.front().map(|(_, value)| *value);
        front.filter(|_| is_known).unwrap_or(f64::NAN)
    }

    /// Whether a later value makes an earlier one forgotten.
    fn reaches(&self, later: f64, earlier: f64) -> bool {
        if self.is_highest { earlier <= later } else { later <= earlier }
    }

    /// Whether the value with this number is no longer among the last ones.
    fn is_outside(&self, number: u64) -> bool {
        self.period < self.seen - number
    }
}

impl TryFrom<Stored> for Extreme {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, &'static str> {
        let (is_highest, period, seen, undefined, candidates) = stored;
        let extreme = Self { is_highest, period, seen, undefined, candidates };
        if SEEN_MAX < seen || period == 0 {
            return Err("it counts more numbers than there can be, or looks at none");
        }
        let numbers = extreme.candidates.iter().map(|(number, _)| *number);
        if numbers.chain(undefined).any(|number| seen <= number) {
            return Err("it keeps a number that it has not seen");
        }
        let pairs = extreme.candidates.iter().zip(extreme.candidates.iter().skip(1));
        for ((earlier_number, earlier), (number, value)) in pairs {
            if number <= earlier_number || value.is_nan() || extreme.reaches(*value, *earlier) {
                return Err("its candidates are out of order");
            }
        }
        Ok(extreme)
    }
}

impl From<Extreme> for Stored {
    fn from(extreme: Extreme) -> Self {
        let Extreme { is_highest, period, seen, undefined, candidates } = extreme;
        (is_highest, period, seen, undefined, candidates)
    }
}
