//! What nodes keep of past values, each in constant time and space per candle.
//!
//! Sums are exact integers, so nothing drifts; a value that is undefined makes a window undefined
//! for as long as it is in it, and is not seen by averages with an endless memory.

#![expect(clippy::float_arithmetic, reason = "what a rule computes is an opinion, not money")]

mod extreme;
mod sums;

use serde::{Deserialize, Serialize};
use trading_types::Candle;

pub(super) use self::{extreme::Extreme, sums::Sums};
use super::node::{EXACT_UNITS_PER_ONE, Field, Node, Window, defined, exact};
use crate::indicators::{
    AverageTrueRange, VolumeWeightedAveragePrice, floats,
    seeded_average::{SeededAverage, Smoothing},
    window::Window as Ring,
};

/// What one node keeps. Most keep nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Memory {
    /// Nothing.
    None,
    /// The last values.
    Ring(Ring<f64>),
    /// Sums of the last values.
    Sums(Sums),
    /// The most extreme of the last values.
    Extreme(Extreme),
    /// An exponential average, and how many first values it has passed over.
    Average(SeededAverage, usize),
    /// A relative strength index.
    Strength(Strength),
    /// An average true range.
    TrueRange(AverageTrueRange),
    /// An average weighted by volume.
    VolumeWeighted(VolumeWeightedAveragePrice),
}

/// Wilder's relative strength index of any number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Strength {
    previous: Option<Sample>,
    gain: SeededAverage,
    loss: SeededAverage,
}

/// A value that is summed or subtracted exactly where it can be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Sample {
    /// As an integer; none where it is undefined or too large.
    pub(super) units: Option<i128>,
    /// How many units are one.
    pub(super) per_one: i128,
    /// As a number.
    pub(super) value: f64,
    /// Whether the units say all: those of a field do.
    is_field: bool,
}

impl Sample {
    /// A field, whose number at this candle is `value`.
    pub(super) fn of_field(field: Field, candle: &Candle, value: f64) -> Self {
        let units = Some(field.units(candle));
        Self { units, per_one: field.units_per_one(), value, is_field: true }
    }

    pub(super) fn of_number(value: f64) -> Self {
        Self { units: exact(value), per_one: EXACT_UNITS_PER_ONE, value, is_field: false }
    }

    /// This one less `earlier`.
    fn less(self, earlier: Self) -> f64 {
        match (self.units, earlier.units) {
            (Some(units), Some(before)) if self.is_field => {
                floats::quotient(units.saturating_sub(before), self.per_one)
            }
            _ => defined(self.value - earlier.value),
        }
    }
}

impl Memory {
    /// What `node` keeps before it has seen anything.
    pub(super) fn of(node: Node) -> Self {
        const BOUNDED: &str = "a period in a graph is one that indicators accept";
        let average = |candles| SeededAverage::new(candles).expect(BOUNDED);
        match node {
            Node::Back { candles, .. } => Self::Ring(Ring::new(candles).expect(BOUNDED)),
            Node::Window { window, candles, .. } => match window {
                Window::Mean | Window::WeightedMean | Window::Deviation => {
                    Self::Sums(Sums::new(window, candles))
                }
                Window::Highest => Self::Extreme(Extreme::new(true, candles)),
                Window::Lowest => Self::Extreme(Extreme::new(false, candles)),
            },
            Node::Exponential { candles, .. } => Self::Average(average(candles), 0),
            Node::Strength { candles, .. } => {
                let (gain, loss) = (average(candles), average(candles));
                Self::Strength(Strength { previous: None, gain, loss })
            }
            Node::TrueRange { candles } => {
                Self::TrueRange(AverageTrueRange::new(candles).expect(BOUNDED))
            }
            Node::VolumeWeighted { candles } => {
                Self::VolumeWeighted(VolumeWeightedAveragePrice::new(candles).expect(BOUNDED))
            }
            Node::Number(_)
            | Node::Truth(_)
            | Node::Field(_)
            | Node::Position(_)
            | Node::Higher { .. }
            | Node::Negate(_)
            | Node::Absolute(_)
            | Node::Arithmetic { .. }
            | Node::PercentOfClose(_)
            | Node::Compare { .. }
            | Node::And(..)
            | Node::Or(..)
            | Node::Not(_) => Self::None,
        }
    }

    /// Whether it can be what `node` keeps after some candles.
    pub(super) fn fits(&self, node: Node) -> bool {
        match (self, Self::of(node)) {
            (Self::None, Self::None) => true,
            (Self::Ring(one), Self::Ring(other)) => one.length() == other.length(),
            (Self::Sums(one), Self::Sums(other)) => one.shape() == other.shape(),
            (Self::Extreme(one), Self::Extreme(other)) => one.shape() == other.shape(),
            (Self::Average(one, skipped), Self::Average(other, _)) => {
                let Node::Exponential { skip, .. } = node else { return false };
                one.period() == other.period() && *skipped <= skip
            }
            (Self::Strength(one), Self::Strength(other)) => {
                one.gain.period() == other.gain.period() && one.loss.period() == other.loss.period()
            }
            (Self::TrueRange(one), Self::TrueRange(other)) => one.period() == other.period(),
            (Self::VolumeWeighted(one), Self::VolumeWeighted(other)) => {
                one.period() == other.period()
            }
            _ => false,
        }
    }
}

/// An exponential average that passes over the first `skip` values.
pub(super) fn average(
    average: &mut SeededAverage,
    skipped: &mut usize,
    skip: usize,
    value: f64,
) -> f64 {
    if value.is_nan() {
        return f64::NAN;
    }
    if *skipped < skip {
        *skipped += 1;
        return f64::NAN;
    }
    average.update(value, Smoothing::Exponential);
    average.value().map_or(f64::NAN, defined)
}

impl Strength {
    pub(super) fn update(&mut self, sample: Sample) -> f64 {
        if sample.value.is_nan() {
            return f64::NAN;
        }
        if let Some(previous) = self.previous.replace(sample) {
            let change = sample.less(previous);
            if change.is_nan() {
                return f64::NAN;
            }
            let (gain, loss) = if change < 0.0 { (0.0, -change) } else { (change, 0.0) };
            self.gain.update(gain, Smoothing::Wilder);
            self.loss.update(loss, Smoothing::Wilder);
        }
        self.value().unwrap_or(f64::NAN)
    }

    fn value(&self) -> Option<f64> {
        let (gain, loss) = (self.gain.value()?, self.loss.value()?);
        let movement = gain + loss;
        // Nothing that moved has no strength either way.
        (0.0 < movement).then(|| defined(100.0 * (gain / movement)))
    }
}
