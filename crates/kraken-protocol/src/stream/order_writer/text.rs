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
    while 0 < decimals && left.is_multiple_of(10) {
        left /= 10;
        decimals -= 1;
    }
    let mut text = [b'0'; NUMBER_LENGTH_MAX];
    let mut at = NUMBER_LENGTH_MAX;
    let mut written = 0;
    while 0 < left || written <= decimals {
        if written == decimals && 0 < written {
            at -= 1;
            text[at] = b'.';
        }
        at -= 1;
        text[at] = digit(left);
        left /= 10;
        written += 1;
    }
    if units < 0 {
        at -= 1;
        text[at] = b'-';
    }
    out.push_str(std::str::from_utf8(&text[at..]).expect("digits, a point and a sign"));
}

const fn digit(number: u64) -> u8 {
    b'0' + (number % 10) as u8
}

/// Appends a time as RFC 3339 in UTC with milliseconds, the precision Kraken's examples have.
/// What is finer is cut off: a deadline may be early, never late.
pub(crate) fn push_time(out: &mut String, time: Timestamp) {
    let (year, month, day) = date(time.day());
    let second = time.seconds() % SECONDS_PER_DAY;
    let millis = time.nanos() / 1_000_000 % 1_000;
    let mut text = *b"\"0000-00-00T00:00:00.000Z\"";
    let fields = [
        (1, 4, year),
        (6, 2, month),
        (9, 2, day),
        (12, 2, second / 3_600),
        (15, 2, second / 60 % 60),
        (18, 2, second % 60),
        (21, 3, millis),
    ];
    for (start, length, value) in fields {
        let mut left = value;
        for at in (start..start + length).rev() {
            text[at] = digit(left);
            left /= 10;
        }
    }
    out.push_str(std::str::from_utf8(&text).expect("only ASCII is written"));
}

/// Year, month and day of a day since the epoch, by counting in eras of 400 years that begin in
/// March, so that a leap day is the last day of its year.
const fn date(days: u64) -> (u64, u64, u64) {
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
