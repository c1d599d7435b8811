//! What a rule computes, as nodes of a graph: each names its children by their numbers.
//!
//! A number is a plain double. An undefined one (too few candles, a division by zero, a result too
//! large to be a number, a price of an entry that was not made) is `NaN` and nothing else: infinity
//! does not occur. A comparison with an undefined number is false.

#![expect(clippy::float_arithmetic, reason = "what a rule computes is an opinion, not money")]

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use trading_types::Candle;

use crate::indicators::floats;

/// The number of a node in its graph: children have lower numbers than their parents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId(u32);

impl NodeId {
    /// The node at this place of the graph's list.
    pub(super) fn new(index: usize) -> Self {
        Self(u32::try_from(index).expect("a graph is bounded"))
    }

    /// Its place in the graph's list.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A finite number that is written in a rule. Negative zero is zero.
#[derive(Clone, Copy, Debug)]
pub struct Constant(f64);

impl Constant {
    /// `value`, if it is finite.
    pub fn new(value: f64) -> Option<Self> {
        // Adding zero makes a negative zero a plain one.
        value.is_finite().then_some(Self(value + 0.0))
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl PartialEq for Constant {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Constant {}

impl PartialOrd for Constant {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Constant {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// What a node gives: a number, or true or false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number, undefined where it is `NaN`.
    Number,
    /// True or false.
    Condition,
}

/// A number that a candle has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Field {
    /// The first price.
    Open,
    /// The highest price.
    High,
    /// The lowest price.
    Low,
    /// The last price.
    Close,
    /// Base asset traded.
    Volume,
    /// (high + low) ÷ 2.
    Median,
    /// (high + low + close) ÷ 3.
    Typical,
    /// (open + high + low + close) ÷ 4.
    Average,
}

impl Field {
    /// Its value at a candle as an exact integer, in units of 1 ÷ [`Self::units_per_one`].
    #[inline]
    pub fn units(self, candle: &Candle) -> i128 {
        let Candle { open, high, low, close, volume, .. } = *candle;
        let [open, high, low, close] = [open, high, low, close].map(|it| i128::from(it.units()));
        match self {
            Self::Open => open,
            Self::High => high,
            Self::Low => low,
            Self::Close => close,
            Self::Volume => volume.units(),
            Self::Median => high + low,
            Self::Typical => high + low + close,
            Self::Average => open + high + low + close,
        }
    }

    /// How many of its units are one.
    pub const fn units_per_one(self) -> i128 {
        const PRICE: i128 = 10_i128.pow(10);
        match self {
            Self::Open | Self::High | Self::Low | Self::Close => PRICE,
            Self::Median => 2 * PRICE,
            Self::Typical => 3 * PRICE,
            Self::Average => 4 * PRICE,
            Self::Volume => 10_i128.pow(18),
        }
    }

    /// Its value at a candle, rounded once.
    #[inline]
    pub fn value(self, candle: &Candle) -> f64 {
        floats::quotient(self.units(candle), self.units_per_one())
    }
}

/// What a rule may know of the position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PositionTerm {
    /// Whether anything is held: a condition.
    InPosition,
    /// What it cost per unit on average, without fees; undefined while nothing is held.
    EntryPrice,
    /// (close ÷ entry price − 1) × 100, without costs; undefined while nothing is held.
    ProfitPercent,
    /// At how many candles in a row, this one included, something was held; zero while nothing is.
    CandlesHeld,
}

/// Two numbers made one. All are plain IEEE operations; a result that is not finite is undefined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Arithmetic {
    /// left + right
    Add,
    /// left − right
    Subtract,
    /// left × right
    Multiply,
    /// left ÷ right; undefined when right is zero.
    Divide,
    /// The lesser; undefined when one is.
    Min,
    /// The greater; undefined when one is.
    Max,
}

impl Arithmetic {
    /// The result.
    #[inline]
    pub fn apply(self, left: f64, right: f64) -> f64 {
        defined(match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide => left / right,
            Self::Min | Self::Max if left.is_nan() || right.is_nan() => f64::NAN,
            Self::Min => {
                if right < left {
                    right
                } else {
                    left
                }
            }
            Self::Max => {
                if left < right {
                    right
                } else {
                    left
                }
            }
        })
    }

    /// Whether left and right may change places.
    pub(super) const fn is_symmetric(self) -> bool {
        match self {
            Self::Add | Self::Multiply | Self::Min | Self::Max => true,
            Self::Subtract | Self::Divide => false,
        }
    }
}

/// `value`, or undefined if it is not finite.
#[inline]
pub(super) fn defined(value: f64) -> f64 {
    if value.is_finite() { value } else { f64::NAN }
}

/// How two numbers are compared. False when one of them is undefined; so `a < b` and
/// `not (a >= b)` are not the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Relation {
    /// left > right
    Above,
    /// left ≥ right
    AtLeast,
    /// left = right
    Equal,
    /// left ≠ right, both defined
    NotEqual,
}

impl Relation {
    /// Whether it holds.
    #[inline]
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Above => left > right,
            Self::AtLeast => left >= right,
            Self::Equal => left.partial_cmp(&right) == Some(Ordering::Equal),
            Self::NotEqual => left.partial_cmp(&right).is_some_and(Ordering::is_ne),
        }
    }

    pub(super) const fn is_symmetric(self) -> bool {
        match self {
            Self::Equal | Self::NotEqual => true,
            Self::Above | Self::AtLeast => false,
        }
    }
}

/// What the last values of a number are made into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Window {
    /// Their mean: an exact sum (see [`exact`]), divided and rounded once.
    Mean,
    /// The mean in which the newest of n values counts n times and the oldest once; an exact sum,
    /// divided and rounded once.
    WeightedMean,
    /// Their standard deviation, as of a whole population, from exact sums.
    Deviation,
    /// The greatest.
    Highest,
    /// The least.
    Lowest,
}

/// One step of a computation. Unless it says otherwise a node is undefined where a child is.
///
/// `candles` counts candles of the node's own frame and is from 1 to
/// [`PERIOD_MAX`](crate::indicators::PERIOD_MAX). Where TA-Lib has the same thing, values are
/// TA-Lib's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// A number that never changes. It belongs to every frame.
    Number(Constant),
    /// A condition that never changes. It belongs to every frame.
    Truth(bool),
    /// A number of the candle.
    Field(Field),
    /// Of the position. Only in the base frame.
    Position(PositionTerm),
    /// What `of`, which belongs to a higher frame, was when the last candle of that frame closed.
    /// Only in the base frame; a condition is false until then.
    Higher {
        /// The node of the higher frame.
        of: NodeId,
    },
    /// What `of` was that many candles ago; a condition is false while there was none.
    Back {
        /// The node.
        of: NodeId,
        /// How many candles ago.
        candles: usize,
    },
    /// Something of the last values; undefined while one of them is.
    Window {
        /// What of them.
        window: Window,
        /// The values.
        of: NodeId,
        /// How many.
        candles: usize,
    },
    /// The exponential average: the mean of the first values after `skip` of them, into which each
    /// later one enters with a weight of 2 ÷ (candles + 1).
    Exponential {
        /// The values.
        of: NodeId,
        /// How many seed it.
        candles: usize,
        /// How many of the first are not looked at.
        skip: usize,
    },
    /// Wilder's relative strength index of the changes of the values, from 0 to 100. Undefined
    /// while it remembers no change at all, where TA-Lib has 0.
    Strength {
        /// The values.
        of: NodeId,
        /// How many changes seed it.
        candles: usize,
    },
    /// Wilder's average true range of the frame's candles.
    TrueRange {
        /// How many ranges seed it.
        candles: usize,
    },
    /// The mean typical price of the last candles, weighted by volume; undefined without volume.
    VolumeWeighted {
        /// How many.
        candles: usize,
    },
    /// The number with its sign turned.
    Negate(NodeId),
    /// The number without its sign.
    Absolute(NodeId),
    /// Two numbers made one.
    Arithmetic {
        /// How.
        operation: Arithmetic,
        /// The first.
        left: NodeId,
        /// The second.
        right: NodeId,
    },
    /// So many percent of the close of the base frame: `left` ÷ 100 × close. Only in the base
    /// frame, and only in rules that give distances. [`Program`](super::Program) tells how a plain
    /// percentage becomes an exact price.
    PercentOfClose(NodeId),
    /// Whether two numbers are in a relation.
    Compare {
        /// Which relation.
        relation: Relation,
        /// The first.
        left: NodeId,
        /// The second.
        right: NodeId,
    },
    /// Whether both are true.
    And(NodeId, NodeId),
    /// Whether one is true, or both.
    Or(NodeId, NodeId),
    /// Whether it is false.
    Not(NodeId),
}

impl Node {
    /// Whether it is a number or a condition, where `kind_of` knows its children.
    pub(super) fn kind(&self, kind_of: impl Fn(NodeId) -> Kind) -> Kind {
        match *self {
            Self::Truth(_)
            | Self::Position(PositionTerm::InPosition)
            | Self::Compare { .. }
            | Self::And(..)
            | Self::Or(..)
            | Self::Not(_) => Kind::Condition,
            Self::Higher { of } | Self::Back { of, .. } => kind_of(of),
            Self::Number(_)
            | Self::Field(_)
            | Self::Position(_)
            | Self::Window { .. }
            | Self::Exponential { .. }
            | Self::Strength { .. }
            | Self::TrueRange { .. }
            | Self::VolumeWeighted { .. }
            | Self::Negate(_)
            | Self::Absolute(_)
            | Self::Arithmetic { .. }
            | Self::PercentOfClose(_) => Kind::Number,
        }
    }

    /// The same with its children in the order of their numbers, where their order means nothing.
    pub(super) fn in_order(self) -> Self {
        let in_order = |left: &mut NodeId, right: &mut NodeId| {
            if *right < *left {
                std::mem::swap(left, right);
            }
        };
        let mut node = self;
        if let Self::Arithmetic { operation, left, right } = &mut node
            && operation.is_symmetric()
        {
            in_order(left, right);
        }
        if let Self::Compare { relation, left, right } = &mut node
            && relation.is_symmetric()
        {
            in_order(left, right);
        }
        if let Self::And(left, right) | Self::Or(left, right) = &mut node {
            in_order(left, right);
        }
        node
    }

    /// Its children, in order.
    pub fn children(&self) -> impl Iterator<Item = NodeId> {
        let (first, second) = match *self {
            Self::Number(_)
            | Self::Truth(_)
            | Self::Field(_)
            | Self::Position(_)
            | Self::TrueRange { .. }
            | Self::VolumeWeighted { .. } => (None, None),
            Self::Higher { of }
            | Self::Back { of, .. }
            | Self::Window { of, .. }
            | Self::Exponential { of, .. }
            | Self::Strength { of, .. }
            | Self::Negate(of)
            | Self::Absolute(of)
            | Self::PercentOfClose(of)
            | Self::Not(of) => (Some(of), None),
            Self::Arithmetic { left, right, .. }
            | Self::Compare { left, right, .. }
            | Self::And(left, right)
            | Self::Or(left, right) => (Some(left), Some(right)),
        };
        first.into_iter().chain(second)
    }

    /// How many past values it keeps.
    pub(super) const fn memory(&self) -> usize {
        if let Self::Back { candles, .. }
        | Self::Window { candles, .. }
        | Self::VolumeWeighted { candles } = *self
        {
            candles
        } else {
            0
        }
    }
}

/// How many units of [`exact`] are one: 2^64. Of a number above 0.00025 no digit is lost.
pub const EXACT_UNITS_PER_ONE: i128 = 1 << 64;

/// `value` in units of 2^-64, rounded to the nearest, halves away from zero; none if it is
/// undefined or not below 2^62.
///
/// [`Window::Mean`], [`Window::WeightedMean`] and [`Window::Deviation`] sum their values exactly:
/// those of a [`Node::Field`] in the field's own units, all others in these.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "its limit is checked")]
pub fn exact(value: f64) -> Option<i128> {
    const TWO_TO_62: f64 = 4_611_686_018_427_387_904.0;
    const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;
    // Scaling by a power of two loses nothing.
    (value.abs() < TWO_TO_62).then(|| (value * TWO_TO_64).round() as i128)
}
