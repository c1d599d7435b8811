//! The usual line, read in one pass, eight characters at a time: digits, one point at the most, a
//! comma, seven times.
//!
//! Whatever is not exactly that, or lies too near the end of what has been read, is given up; then
//! `row.rs` decides. So this never says what is wrong with a line, and a property test holds it to
//! the same candle wherever it says one.

use trading_types::{Amount, Candle, Price, Timestamp};

use super::{number::POWERS, row::SECONDS};

/// A line that was read, and how many bytes it takes, its end included.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct QuickRow {
    pub(super) candle: Candle,
    pub(super) length: usize,
}

/// The candle of the line at the beginning of `bytes`, if the line is one of the usual ones.
/// `step` is the interval in seconds.
#[inline]
pub(super) fn row(bytes: &[u8], step: u64) -> Option<QuickRow> {
    let mut scan = Scan { bytes, at: 0 };
    let seconds = scan.whole(b',')?;
    if !SECONDS.contains(&seconds) || !is_multiple(seconds, step) {
        return None;
    }
    let start = Timestamp::from_seconds(seconds)?;
    let (open, high) = (scan.price()?, scan.price()?);
    let (low, close) = (scan.price()?, scan.price()?);
    let (whole, fraction) = scan.decimal(Amount::DECIMALS)?;
    let volume = i128::from(whole) * i128::from(POWERS[Amount::DECIMALS]) + i128::from(fraction);
    let volume = Amount::from_units(volume);
    let trades = u32::try_from(scan.last_whole()?).ok()?;
    let candle = Candle { start, open, high, low, close, volume, trades };
    candle.check().is_ok().then_some(QuickRow { candle, length: scan.at })
}

/// Times before 2106 fit 32 bits, in which dividing is faster.
#[inline]
fn is_multiple(seconds: u64, step: u64) -> bool {
    match (u32::try_from(seconds), u32::try_from(step)) {
        (Ok(seconds), Ok(step)) => seconds.is_multiple_of(step),
        _ => seconds.is_multiple_of(step),
    }
}

/// How far a line has been read.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    /// A number without a point, up to `end`.
    #[inline]
    fn whole(&mut self, end: u8) -> Option<u64> {
        let (value, _) = self.digits()?;
        self.expect(end)?;
        Some(value)
    }

    /// The same up to the end of the line.
    #[inline]
    fn last_whole(&mut self) -> Option<u64> {
        let (value, _) = self.digits()?;
        if *self.bytes.get(self.at)? == b'\r' {
            self.at += 1;
        }
        self.expect(b'\n')?;
        Some(value)
    }

    #[inline]
    fn price(&mut self) -> Option<Price> {
        let (whole, fraction) = self.decimal(Price::DECIMALS)?;
        let units = whole.checked_mul(POWERS[Price::DECIMALS])?.checked_add(fraction)?;
        i64::try_from(units).ok().map(Price::from_units)
    }

    /// The number before the point, and the one after it in units of 10^-`decimals`.
    #[inline]
    fn decimal(&mut self, decimals: usize) -> Option<(u64, u64)> {
        let (whole, _) = self.digits()?;
        if *self.bytes.get(self.at)? != b'.' {
            self.expect(b',')?;
            return Some((whole, 0));
        }
        self.at += 1;
        let (fraction, length) = self.digits()?;
        self.expect(b',')?;
        // At most fifteen digits, filled up to at most eighteen.
        Some((whole, fraction * POWERS[decimals.checked_sub(length)?]))
    }

    /// From one to fifteen digits, and how many they are.
    #[inline]
    fn digits(&mut self) -> Option<(u64, usize)> {
        let (value, length) = eight_digits(*self.bytes[self.at..].first_chunk()?);
        self.at += length;
        if length < 8 {
            return (0 < length).then_some((value, length));
        }
        let (more, rest) = eight_digits(*self.bytes[self.at..].first_chunk()?);
        self.at += rest;
        (rest < 8).then_some((value * POWERS[rest] + more, length + rest))
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Option<()> {
        let is_it = *self.bytes.get(self.at)? == byte;
        self.at += 1;
        is_it.then_some(())
    }
}

/// How many of eight characters are digits before another one comes, and their number.
#[inline]
fn eight_digits(characters: [u8; 8]) -> (u64, usize) {
    const LOW_BITS: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    // Each digit is a byte from zero to nine; the first character is the lowest byte.
    let bytes = u64::from_le_bytes(characters) ^ 0x3030_3030_3030_3030;
    // The highest bit of each byte above nine: no sum carries into the next byte.
    let above = (((bytes & LOW_BITS) + 0x7676_7676_7676_7676) | bytes) & !LOW_BITS;
    let length = above.trailing_zeros() / 8;
    // With zeros before them the digits end in the last place. Of none there is nothing to shift.
    let digits = bytes.checked_shl(64 - 8 * length).unwrap_or(0);
    (number_of(digits), length as usize)
}

/// Eight digits as one number: pairs, then fours, then all. Nothing can wrap that is looked at, and
/// checking it would cost more than counting.
#[inline]
const fn number_of(digits: u64) -> u64 {
    const PAIRS: u64 = 0x0000_00ff_0000_00ff;
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let outer = (pairs & PAIRS).wrapping_mul(100 + (1_000_000 << 32));
    let inner = ((pairs >> 16) & PAIRS).wrapping_mul(1 + (10_000 << 32));
    outer.wrapping_add(inner) >> 32
}

#[cfg(test)]
mod tests;
