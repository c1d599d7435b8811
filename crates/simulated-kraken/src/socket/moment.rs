//! Times as Kraken writes them on the socket: RFC 3339 in UTC with a fixed number of digits.
//!
//! The invariant: the same moment is the same text, always of the same length.

use std::fmt;

use trading_types::Timestamp;

/// With microseconds, as most frames have it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Micros(pub(super) Timestamp);

/// With nanoseconds, as `level3` and the beginning of a candle have it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nanos(pub(super) Timestamp);

/// Without a fraction, as the dead man's switch has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seconds(pub(super) Timestamp);

impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(MICROS_LENGTH);
        push_micros(&mut text, self.0);
        f.write_str(std::str::from_utf8(&text).expect("digits are ASCII"))
    }
}

impl fmt::Display for Nanos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:09}Z", DateTime(self.0), self.0.nanos() % NANOS_PER_SECOND)
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", DateTime(self.0))
    }
}

const NANOS_PER_SECOND: u64 = 1_000_000_000;
const MICROS_LENGTH: usize = "2026-11-21T00:00:00.000000Z".len();

struct DateTime(Timestamp);

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(MICROS_LENGTH);
        push_date_time(&mut text, self.0);
        f.write_str(std::str::from_utf8(&text).expect("digits are ASCII"))
    }
}

/// Appends a moment with microseconds. Each update of a book ends with one, so nothing is
/// formatted twice here.
pub(super) fn push_micros(text: &mut Vec<u8>, at: Timestamp) {
    push_date_time(text, at);
    text.push(b'.');
    push_padded(text, at.nanos() % NANOS_PER_SECOND / 1_000, 6);
    text.push(b'Z');
}

fn push_date_time(text: &mut Vec<u8>, at: Timestamp) {
    let (year, month, day) = date(at.day());
    let second = at.seconds() % 86_400;
    push_padded(text, year, 4);
    text.push(b'-');
    push_padded(text, month, 2);
    text.push(b'-');
    push_padded(text, day, 2);
    text.push(b'T');
    push_padded(text, second / 3_600, 2);
    text.push(b':');
    push_padded(text, second / 60 % 60, 2);
    text.push(b':');
    push_padded(text, second % 60, 2);
}

fn push_padded(text: &mut Vec<u8>, number: u64, width: usize) {
    let start = text.len();
    text.resize(start + width, b'0');
    let mut rest = number;
    for place in text[start..].iter_mut().rev() {
        *place = b'0' + u8::try_from(rest % 10).expect("a digit");
        rest /= 10;
    }
}

/// Year, month and day of the Gregorian calendar. Counted in years that begin in March, so that
/// the leap day is the last one, and in eras of 400 years, which all have the same length.
const fn date(days_since_1970: u64) -> (u64, u64, u64) {
    const DAYS_FROM_YEAR_0: u64 = 719_468;
    const DAYS_PER_ERA: u64 = 146_097;
    let days = days_since_1970 + DAYS_FROM_YEAR_0;
    let day_of_era = days % DAYS_PER_ERA;
    let leaps = day_of_era / 1_460 + day_of_era / (DAYS_PER_ERA - 1);
    let year_of_era = (day_of_era + day_of_era / 36_524 - leaps) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + days / DAYS_PER_ERA * 400;
    (if month <= 2 { year + 1 } else { year }, month, day)
}

#[cfg(test)]
mod tests;
