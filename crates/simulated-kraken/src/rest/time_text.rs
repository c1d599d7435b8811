//! Times as Kraken's REST interface writes and reads them.
//!
//! The invariant: a time goes from nanoseconds to text and back digit by digit, never through a
//! floating number.

use std::{fmt, time::Duration};

use trading_types::Timestamp;

const NANOS_PER_SECOND: u64 = 1_000_000_000;
/// More digits before the point than this are a count of nanoseconds: 100,000,000,000 seconds are
/// the year 5138, and so many nanoseconds a little more than a minute of 1970.
const SECOND_DIGITS_MAX: usize = 11;

/// A time as a JSON number of seconds: `1688583840.8648`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seconds(pub(crate) Timestamp);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.nanos() % NANOS_PER_SECOND;
        let fraction = format!("{nanos:09}");
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{}", self.0.seconds()),
            fraction => write!(f, "{}.{fraction}", self.0.seconds()),
        }
    }
}

/// A moment in seconds, with or without a fraction.
pub(crate) fn parse_seconds(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let seconds = Timestamp::from_seconds(whole.parse().ok()?)?;
    let nanos: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    Some(seconds + Duration::from_nanos(nanos.parse().ok()?))
}

/// A moment in seconds, or in nanoseconds where there are too many digits for that.
pub(crate) fn parse_seconds_or_nanos(text: &str) -> Option<Timestamp> {
    if SECOND_DIGITS_MAX < text.len() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Timestamp::from_nanos);
    }
    parse_seconds(text)
}

/// RFC 3339 without a fraction: `2026-11-21T12:00:00Z`.
pub(crate) fn whole_seconds(at: Timestamp) -> String {
    Timestamp::from_seconds(at.seconds()).unwrap_or(at).to_string()
}

/// RFC 1123 as the time endpoint writes it: `Sun, 21 Mar 21 14:23:14 +0000`.
pub(crate) fn rfc1123(at: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = whole_seconds(at);
    let day_of_week = usize::try_from(at.day() % 7).expect("below seven");
    let month: usize = text[5..7].parse().expect("a month of two digits");
    let (year, day, clock) = (&text[2..4], &text[8..10], &text[11..19]);
    format!("{}, {day} {} {year} {clock} +0000", DAYS[day_of_week], MONTHS[month - 1])
}

#[cfg(test)]
mod tests;
