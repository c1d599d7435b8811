//! Numbers, times and names as JSON text, appended to a buffer without allocating. What is written
//! reads back as exactly what was given.

use std::fmt::Write;

use trading_types::{Amount, ClientOrderId, Price, Quantity, Timestamp};

/// Room for any 64-bit number with its sign, its point and the zeros before a small one.
const NUMBER_LENGTH_MAX: usize = 32;
const SECONDS_PER_DAY: u64 = 86_400;

/// Appends a price as a plain number.
pub(crate) fn push_price(out: &mut String, price: Price) {
    push_units(out, price.units(), Price::DECIMALS);
}

/// Appends a quantity as a plain number.
pub(crate) fn push_quantity(out: &mut String, quantity: Quantity) {
    push_units(out, quantity.units(), Quantity::DECIMALS);
}

/// Appends an amount as a plain number.
pub(crate) fn push_amount(out: &mut String, amount: Amount) {
    write!(out, "{amount}").expect("a text takes any text");
}

/// Appends `units` of 10^-`decimals` in the shortest plain form.
pub(crate) fn push_units(out: &mut String, units: i64, decimals: usize) {
    let mut left = units.unsigned_abs();
    let mut decimals = decimals;
    // Zeros at the end go in large steps first: most prices have eight of them.
    for (zeros, power) in [(8, 100_000_000), (4, 10_000), (2, 100), (1, 10), (1, 10)] {
        if zeros <= decimals && left.is_multiple_of(power) {
            left /= power;
            decimals -= zeros;
        }
    }
    let mut text = [b'0'; NUMBER_LENGTH_MAX];
    let mut at = NUMBER_LENGTH_MAX;
    while 0 < left {
        at -= 2;
        text[at..at + 2].copy_from_slice(&two_digits(low(left % 100)));
        left /= 100;
    }
    let start = match text[at..].first() {
        // The pairs may have begun with a zero too many.
        Some(b'0') => at + 1,
        Some(_) | None => at,
    };
    let start = start.min(NUMBER_LENGTH_MAX - 1 - decimals);
    if units < 0 {
        out.push('-');
    }
    let text = std::str::from_utf8(&text[start..]).expect("digits");
    let (whole, fraction) = text.split_at(text.len() - decimals);
    out.push_str(whole);
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
}

/// Two decimal digits of a number below a hundred.
#[expect(clippy::cast_possible_truncation, reason = "a digit fits")]
const fn two_digits(number: u32) -> [u8; 2] {
    [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]
}

/// A number that is known to fit.
#[expect(clippy::cast_possible_truncation, reason = "a remainder below a hundred million fits")]
const fn low(number: u64) -> u32 {
    number as u32
}

/// Appends a time as RFC 3339 in UTC with milliseconds, the precision Kraken's examples have.
/// What is finer is cut off: a deadline may be early, never late.
pub(crate) fn push_time(out: &mut String, time: Timestamp) {
    let (year, month, day) = date(low(time.day()));
    let second = low(time.seconds() % SECONDS_PER_DAY);
    let millis = low(time.nanos() / 1_000_000 % 1_000);
    let mut text = *b"\"0000-00-00T00:00:00.000Z\"";
    let fields = [
        (1, year / 100),
        (3, year % 100),
        (6, month),
        (9, day),
        (12, second / 3_600),
        (15, second / 60 % 60),
        (18, second % 60),
        (22, millis % 100),
    ];
    text[21] = two_digits(millis / 100)[1];
    for (at, value) in fields {
        text[at..at + 2].copy_from_slice(&two_digits(value));
    }
    out.push_str(std::str::from_utf8(&text).expect("only ASCII is written"));
}

/// Year, month and day of a day since the epoch, by counting in eras of 400 years that begin in
/// March, so that a leap day is the last day of its year.
const fn date(days: u32) -> (u32, u32, u32) {
    let days = days + 719_468;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = days / 146_097 * 400 + year_of_era;
    (if month <= 2 { year + 1 } else { year }, month, day)
}

/// Appends our name for an order.
pub(crate) fn push_client_id(out: &mut String, id: ClientOrderId) {
    write!(out, "{id}").expect("a text takes any text");
}

/// Appends a text in quotes.
pub(crate) fn push_text(out: &mut String, text: &str) {
    out.push('"');
    push_escaped(out, text);
    out.push('"');
}

/// Appends a text that stands in quotes. A name with a quote in it must not end the text it is in.
pub(crate) fn push_escaped(out: &mut String, text: &str) {
    if text.bytes().all(|byte| byte != b'"' && byte != b'\\' && 0x20 <= byte) {
        out.push_str(text);
        return;
    }
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            '\0'..'\x20' => {
                write!(out, "\\u{:04x}", u32::from(char)).expect("a text takes any text");
            }
            _ => out.push(char),
        }
    }
}

#[cfg(test)]
mod tests;
