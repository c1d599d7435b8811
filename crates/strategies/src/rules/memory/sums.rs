//! Sums over the last values, as integers: for means, weighted means and standard deviations.

#![expect(clippy::float_arithmetic, reason = "what a rule computes is an opinion, not money")]

use serde::{Deserialize, Serialize};

use super::{Ring, Sample};
use crate::{
    indicators::{floats, wide::Wide},
    rules::node::Window,
};

/// The sums. They are not stored: they follow from the window, and so cannot contradict it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub(in crate::rules) struct Sums {
    kind: Window,
    ring: Ring<Option<i128>>,
    /// Values in the window that are undefined.
    missing: usize,
    sum: i128,
    /// Each value times its weight, for a weighted mean.
    weighted: i128,
    /// The squares, times the number of values, for a deviation.
    squares: Wide,
    /// A value whose amount is above this is undefined here: the sums could not hold it.
    units_max: i128,
}

type Stored = (Window, Ring<Option<i128>>);

impl Sums {
    pub(in crate::rules) fn new(kind: Window, candles: usize) -> Self {
        let ring = Ring::new(candles).expect("a period in a graph is one that indicators accept");
        Self::empty(kind, ring)
    }

    fn empty(kind: Window, ring: Ring<Option<i128>>) -> Self {
        let count = count(ring.length());
        let weights = if kind == Window::WeightedMean { count * (count + 1) / 2 } else { count };
        let units_max = (1_i128 << 126) / weights;
        let squares = Wide::default();
        Self { kind, ring, missing: 0, sum: 0, weighted: 0, squares, units_max }
    }

    pub(super) fn shape(&self) -> (Window, usize) {
        (self.kind, self.ring.length())
    }

    /// Takes the next value and gives what is asked of the last ones.
    pub(in crate::rules) fn update(&mut self, sample: Sample) -> f64 {
        let units = sample.units.filter(|units| units.unsigned_abs() <= self.max());
        let before = self.ring.count();
        let pushed_out = self.ring.push(units);
        self.count_in(units, pushed_out, before);
        if !self.ring.is_full() || self.missing != 0 {
            return f64::NAN;
        }
        let count = count(self.ring.length());
        match self.kind {
            Window::WeightedMean => {
                floats::quotient(self.weighted, count * (count + 1) / 2 * sample.per_one)
            }
            Window::Deviation => {
                let scaled = (self.squares - Wide::product(self.sum, self.sum)).to_f64().sqrt();
                scaled / (floats::units(count) * floats::units(sample.per_one))
            }
            Window::Mean | Window::Highest | Window::Lowest => {
                floats::quotient(self.sum, count * sample.per_one)
            }
        }
    }

    fn max(&self) -> u128 {
        self.units_max.unsigned_abs()
    }

    /// Counts a value that came and one that went; `before` is how many there were.
    #[expect(clippy::option_option, reason = "what went may have been undefined")]
    fn count_in(&mut self, came: Option<i128>, went: Option<Option<i128>>, before: usize) {
        let new = came.unwrap_or(0);
        self.missing += usize::from(came.is_none());
        let old = went.flatten().unwrap_or(0);
        let weight = match went {
            Some(gone) => {
                self.missing -= usize::from(gone.is_none());
                // Every value loses one weight, which takes the oldest out.
                if self.kind == Window::WeightedMean {
                    self.weighted -= self.sum;
                }
                before
            }
            None => before + 1,
        };
        self.sum += new - old;
        match self.kind {
            Window::WeightedMean => self.weighted += new * count(weight),
            Window::Deviation => {
                self.squares = self.squares + self.square(new) - self.square(old);
            }
            Window::Mean | Window::Highest | Window::Lowest => {}
        }
    }

    fn square(&self, units: i128) -> Wide {
        Wide::product(units * count(self.ring.length()), units)
    }
}

fn count(values: usize) -> i128 {
    i128::try_from(values).expect("a count of values")
}

impl TryFrom<Stored> for Sums {
    type Error = &'static str;

    fn try_from((kind, ring): Stored) -> Result<Self, &'static str> {
        let mut sums = Self::empty(kind, ring.clone());
        for (at, units) in ring.iter().enumerate() {
            if units.is_some_and(|units| sums.max() < units.unsigned_abs()) {
                return Err("a value in it is too large to be summed");
            }
            sums.count_in(units, None, at);
        }
        Ok(sums)
    }
}

impl From<Sums> for Stored {
    fn from(sums: Sums) -> Self {
        (sums.kind, sums.ring)
    }
}
