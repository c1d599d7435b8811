//! Quantiles of numbers: linear between neighbors, as `NumPy`, R (type 7) and Excel do by default.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use serde::{Deserialize, Serialize};

use crate::functions::real_len;

/// The spread of a number in five figures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantiles {
    /// A twentieth is at or below.
    pub p05: f64,
    /// A quarter is at or below.
    pub p25: f64,
    /// Half is at or below.
    pub p50: f64,
    /// Three quarters are at or below.
    pub p75: f64,
    /// All but a twentieth are at or below.
    pub p95: f64,
}

impl Quantiles {
    /// Of `values`, which are sorted by this; nothing of nothing.
    pub fn of(values: &mut [f64]) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        Some(Self {
            p05: quantile(values, 0.05)?,
            p25: quantile(values, 0.25)?,
            p50: quantile(values, 0.5)?,
            p75: quantile(values, 0.75)?,
            p95: quantile(values, 0.95)?,
        })
    }
}

/// The quantile `part` (0 to 1) of values that are sorted; nothing of nothing.
pub fn quantile(sorted: &[f64], part: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = part.clamp(0.0, 1.0) * real_len(last);
    let below = floor_index(at).min(last);
    let above = (below + 1).min(last);
    let rest = at - real_len(below);
    Some(sorted[below] + (sorted[above] - sorted[below]) * rest)
}

/// The median of values, which are sorted by this; nothing of nothing.
pub fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    quantile(values, 0.5)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index it is")]
const fn floor_index(at: f64) -> usize {
    at as usize
}

#[cfg(test)]
mod tests;
