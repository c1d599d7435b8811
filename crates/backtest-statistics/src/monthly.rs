//! What was won in each month, by the calendar of UTC.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

/// A month and its return.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonthReturn {
    /// The year, as 2026.
    pub year: u32,
    /// The month, from 1.
    pub month: u32,
    /// What was won, as a part of the equity before.
    pub gain: f64,
}

/// The return of every month that has a moment in `curve`, which is in order of time; `start` is
/// the equity before.
pub fn monthly_returns(
    start: f64,
    curve: impl IntoIterator<Item = (Timestamp, f64)>,
) -> Vec<MonthReturn> {
    let mut months: Vec<MonthReturn> = Vec::new();
    let (mut before, mut last) = (start, start);
    for (time, equity) in curve {
        let (year, month) = month_of(time);
        if months.last().is_none_or(|it| (it.year, it.month) != (year, month)) {
            before = last;
            months.push(MonthReturn { year, month, gain: 0.0 });
        }
        if let Some(current) = months.last_mut() {
            current.gain = equity / before - 1.0;
        }
        last = equity;
    }
    months
}

/// Year and month of a moment in UTC: days are counted in eras of 400 years that begin in March,
/// after Howard Hinnant's "chrono-compatible low-level date algorithms".
fn month_of(time: Timestamp) -> (u32, u32) {
    let days = time.day() + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    let narrow = |it: u64| u32::try_from(it).expect("a timestamp ends in the year 2554");
    (narrow(year), narrow(month))
}

#[cfg(test)]
mod tests;
