//! How much a price moves in a year, for sizing by volatility. An opinion, so floating numbers;
//! plain IEEE operations in a fixed order, so that two machines hold the same opinion.
#![expect(clippy::float_arithmetic, reason = "volatility is an opinion, not money")]

use std::collections::VecDeque;

use trading_types::{Fraction, Interval, Price};

/// Remembers a close, and one more than `candles` in all.
pub(crate) fn remember(closes: &mut VecDeque<Price>, close: Price, candles: u32) {
    closes.push_back(close);
    if candles as usize + 1 < closes.len() {
        closes.pop_front();
    }
}

/// The part of the equity at which a position has the `target` yearly volatility, at most all of
/// it; nothing before `candles` returns are known.
pub(crate) fn part_for(
    closes: &VecDeque<Price>,
    candles: u32,
    target: Fraction,
    interval: Interval,
) -> Option<Fraction> {
    if candles < 2 || closes.len() <= candles as usize {
        return None;
    }
    let returns = || {
        closes.iter().zip(closes.iter().skip(1)).map(|(old, new)| new.to_f64() / old.to_f64() - 1.0)
    };
    let count = f64::from(candles);
    let mean = returns().sum::<f64>() / count;
    let variance = returns().map(|one| (one - mean) * (one - mean)).sum::<f64>() / count;
    let per_year = f64::from(MINUTES_PER_YEAR) / f64::from(interval.minutes());
    let yearly = (variance * per_year).sqrt();
    let part = target.to_f64() / yearly;
    Some(to_fraction(part))
}

/// Minutes of a year of 365 days.
const MINUTES_PER_YEAR: u32 = 365 * 24 * 60;

/// A part as a fraction, at most all and rounded toward nothing.
#[expect(clippy::cast_possible_truncation, reason = "clamped to the whole just before")]
pub(crate) fn to_fraction(part: f64) -> Fraction {
    // Not a number, from a price that never moved: all of it.
    let part = if part.is_nan() { 1.0 } else { part.clamp(0.0, 1.0) };
    Fraction::from_units((part * 1e8) as i64)
}

#[cfg(test)]
mod tests;
