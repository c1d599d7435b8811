//! How far fills are from those of a backtest over the same candles: what was missed, what was
//! extra, and how much worse the prices were.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use trading_types::{Fraction, Price, Side, Timestamp};

/// An order that was filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrackedFill {
    /// Bought or sold.
    pub side: Side,
    /// When it first traded.
    pub time: Timestamp,
    /// Its average price, above zero.
    pub price: Price,
}

/// The distance between two rows of fills.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tracking {
    /// Orders that were filled in both.
    pub matched: u64,
    /// Orders that only the backtest filled.
    pub missed: u64,
    /// Orders that only were filled in earnest.
    pub extra: u64,
    /// How much worse than expected the matched ones traded on average; below zero is better.
    /// Rounded up.
    pub slippage_mean: Fraction,
    /// How much worse the worst of them traded; never below zero.
    pub slippage_worst: Fraction,
}

impl Tracking {
    /// Compares what happened with what was expected. An order is matched with one of the same side
    /// at most `within` before or after it, each with one other only, in the order of time.
    pub fn compare(happened: &[TrackedFill], expected: &[TrackedFill], within: Duration) -> Self {
        let (happened, expected) = (sorted(happened), sorted(expected));
        let mut tracking = Self::default();
        let mut sum = 0_i128;
        let mut worst = 0_i128;
        let (mut real, mut ideal) = (happened.iter().peekable(), expected.iter().peekable());
        while let (Some(one), Some(other)) = (real.peek(), ideal.peek()) {
            let apart = one.time.since(other.time).max(other.time.since(one.time));
            if one.side == other.side && apart <= within {
                let slipped = slippage(one, other.price);
                sum += slipped;
                worst = worst.max(slipped);
                tracking.matched += 1;
                real.next();
                ideal.next();
            } else if one.time < other.time {
                tracking.extra += 1;
                real.next();
            } else {
                tracking.missed += 1;
                ideal.next();
            }
        }
        tracking.extra += real.count() as u64;
        tracking.missed += ideal.count() as u64;
        let count = i128::from(tracking.matched.max(1));
        tracking.slippage_mean = fraction(divided_up(sum, count));
        tracking.slippage_worst = fraction(worst);
        tracking
    }

    /// Orders the backtest filled.
    pub const fn expected(&self) -> u64 {
        self.matched.saturating_add(self.missed)
    }

    /// Orders that only one of the two filled, as a part of all of them, rounded up.
    pub fn mismatched(&self) -> Fraction {
        let apart = i128::from(self.missed) + i128::from(self.extra);
        let all = (apart + i128::from(self.matched)).max(1);
        fraction(divided_up(apart * i128::from(Fraction::ONE.units()), all))
    }
}

fn sorted(fills: &[TrackedFill]) -> Vec<TrackedFill> {
    let mut sorted = fills.to_vec();
    sorted.sort_by_key(|fill| fill.time);
    sorted
}

/// How much worse than `expected` a fill is, in units of a [`Fraction`], rounded up.
fn slippage(fill: &TrackedFill, expected: Price) -> i128 {
    let (real, ideal) = (i128::from(fill.price.units()), i128::from(expected.units().max(1)));
    let worse = match fill.side {
        Side::Buy => real - ideal,
        Side::Sell => ideal - real,
    };
    divided_up(worse * i128::from(Fraction::ONE.units()), ideal)
}

fn divided_up(value: i128, divisor: i128) -> i128 {
    assert!(0 < divisor, "counts and prices are above zero");
    -(-value).div_euclid(divisor)
}

/// What does not fit is as large as can be.
fn fraction(units: i128) -> Fraction {
    let clamped = units.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
    Fraction::from_units(i64::try_from(clamped).expect("clamped"))
}

#[cfg(test)]
mod tests;
