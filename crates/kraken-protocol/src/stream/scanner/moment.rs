//! RFC 3339 times in the form that Kraken writes, `2026-11-21T09:30:00.123456Z`, without a
//! calendar library.
//!
//! Any other form is `None` and left to the library; what is read is the same moment.

use trading_types::Timestamp;

/// The moment that `text` writes.
pub(super) fn parse(text: &[u8]) -> Option<Timestamp> {
    let (date, rest) = text.split_first_chunk::<19>()?;
    let fraction = rest.strip_suffix(b"Z")?;
    let nanos = match fraction.strip_prefix(b".") {
        Some(fraction) => nanos(fraction)?,
        None if fraction.is_empty() => 0,
        None => return None,
    };
    let (day, clock) = date.split_first_chunk::<10>()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = day else { return None };
    let [b'T', h1, h2, b':', n1, n2, b':', s1, s2] = clock else { return None };
    let year = two(*y1, *y2)? * 100 + two(*y3, *y4)?;
    let (month, day) = (two(*m1, *m2)?, two(*d1, *d2)?);
    let (hour, minute, second) = (two(*h1, *h2)?, two(*n1, *n2)?, two(*s1, *s2)?);
    let is_usual = (1970..2500).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in(month, year)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !is_usual {
        return None;
    }
    let days = days_before_year(year) + days_before_month(month, year) + (day - 1);
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    Some(Timestamp::from_nanos(seconds * 1_000_000_000 + nanos))
}

fn two(tens: u8, ones: u8) -> Option<u64> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens <= 9 && ones <= 9).then(|| u64::from(tens) * 10 + u64::from(ones))
}

/// A fraction of a second, of one to nine digits.
fn nanos(digits: &[u8]) -> Option<u64> {
    const SCALES: [u64; 10] =
        [1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
    let scale = SCALES.get(digits.len()).filter(|_| !digits.is_empty())?;
    let value = digits.iter().try_fold(0, |value, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit <= 9).then(|| value * 10 + u64::from(digit))
    })?;
    Some(value * scale)
}

const fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// Days from 1970 to the first of January of `year`.
const fn days_before_year(year: u64) -> u64 {
    let past = year - 1;
    // 477 leap days lie before 1970.
    (year - 1970) * 365 + past / 4 - past / 100 + past / 400 - 477
}

const DAYS_BEFORE_MONTH: [u64; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

fn days_before_month(month: u64, year: u64) -> u64 {
    let leap_day = u64::from(2 < month && is_leap(year));
    DAYS_BEFORE_MONTH[place(month - 1)] + leap_day
}

fn days_in(month: u64, year: u64) -> u64 {
    if month == 2 && is_leap(year) {
        return 29;
    }
    DAYS_BEFORE_MONTH[place(month)] - DAYS_BEFORE_MONTH[place(month - 1)]
}

fn place(month: u64) -> usize {
    usize::try_from(month).expect("a month")
}
