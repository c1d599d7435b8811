//! A scanner for the frames that come most, from bytes to exact numbers without allocating.
//!
//! It reads a part of JSON and says nothing about the rest: whatever it does not know at first
//! sight (an escape, a text where a number usually stands, a nested value nobody asked for) is
//! `None`, and the frame is read again by the whole parser. It never accepts what that would
//! refuse, and never reads another value.

use trading_types::{Pair, Timestamp};

use super::number::{Scaled, scaled};

mod moment;

/// A place in a frame.
pub(crate) struct Scanner<'a> {
    frame: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    /// At the beginning of `frame`.
    pub(crate) const fn new(frame: &'a str) -> Self {
        Self { frame, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.frame.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// Takes `byte` if it comes next.
    fn takes(&mut self, byte: u8) -> bool {
        if self.peek() != Some(byte) {
            self.skip_space();
            if self.peek() != Some(byte) {
                return false;
            }
        }
        self.at += 1;
        true
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.takes(byte).then_some(())
    }

    /// Takes exactly these bytes if they come next, without looking for spaces.
    #[inline]
    pub(crate) fn literal(&mut self, bytes: &[u8]) -> Option<()> {
        let is_next = self.frame.as_bytes()[self.at..].starts_with(bytes);
        if is_next {
            self.at += bytes.len();
        }
        is_next.then_some(())
    }

    /// Tries to read something; where that comes to nothing, nothing is taken.
    #[inline]
    pub(crate) fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.at;
        let value = read(self);
        if value.is_none() {
            self.at = before;
        }
        value
    }

    /// Nothing but space is left.
    pub(crate) fn end(&mut self) -> Option<()> {
        self.skip_space();
        self.peek().is_none().then_some(())
    }

    /// A text without escapes.
    pub(crate) fn text(&mut self) -> Option<&'a str> {
        self.expect(b'"')?;
        let rest = &self.frame.as_bytes()[self.at..];
        let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
        if rest[end] != b'"' {
            return None;
        }
        let text = self.frame.get(self.at..self.at + end)?;
        self.at += end + 1;
        Some(text)
    }

    /// Calls `field` with each key of an object; it has to take the value.
    pub(crate) fn object(
        &mut self,
        mut field: impl FnMut(&mut Self, &'a str) -> Option<()>,
    ) -> Option<()> {
        self.expect(b'{')?;
        if self.takes(b'}') {
            return Some(());
        }
        loop {
            let key = self.text()?;
            self.expect(b':')?;
            field(self, key)?;
            if !self.takes(b',') {
                return self.expect(b'}');
            }
        }
    }

    /// Calls `row` at each value of a list; it has to take it.
    pub(crate) fn list(&mut self, mut row: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.expect(b'[')?;
        if self.takes(b']') {
            return Some(());
        }
        loop {
            row(self)?;
            if !self.takes(b',') {
                return self.expect(b']');
            }
        }
    }

    /// A JSON number as one of ours, exactly.
    pub(crate) fn number<T: Scaled>(&mut self) -> Option<T> {
        self.skip_space();
        let rest = &self.frame.as_bytes()[self.at..];
        let (whole, value) = digits(rest, 0);
        let (end, places, value) = match rest.get(whole) {
            Some(b'.') => {
                let (places, value) = digits(&rest[whole + 1..], value);
                (whole + 1 + places, places, value)
            }
            _ => (whole, 0, value),
        };
        let is_short = (1..=SHORT_DIGITS).contains(&whole) && whole + places <= SHORT_DIGITS;
        let is_usual = is_short
            && (whole == 1 || rest.first() != Some(&b'0'))
            && (places != 0 || end == whole)
            && places <= T::PLACES
            && !matches!(rest.get(end), Some(b'e' | b'E'));
        if !is_usual {
            return self.unusual_number();
        }
        self.at += end;
        let scale = POWERS_OF_TEN.get(T::PLACES - places)?;
        T::from_count(i128::from(value) * i128::from(*scale))
    }

    /// A number with an exponent, a sign, or more digits than usual.
    #[cold]
    fn unusual_number<T: Scaled>(&mut self) -> Option<T> {
        let token = self.token();
        scaled(token).ok()
    }

    /// The bytes of a number, right or wrong.
    fn token(&mut self) -> &'a [u8] {
        let rest = &self.frame.as_bytes()[self.at..];
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
        let end = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// A whole number without sign.
    pub(crate) fn unsigned(&mut self) -> Option<u64> {
        self.skip_space();
        let token = self.token();
        let (count, value) = digits(token, 0);
        let is_usual = count == token.len()
            && (1..=SHORT_DIGITS).contains(&count)
            && (count == 1 || token.first() != Some(&b'0'));
        is_usual.then_some(value)
    }

    /// Passes over a value that is neither list nor object.
    pub(crate) fn skip_scalar(&mut self) -> Option<()> {
        self.skip_space();
        match self.peek()? {
            b'"' => self.text().map(|_| ()),
            b't' => self.literal(b"true"),
            b'f' => self.literal(b"false"),
            b'n' => self.literal(b"null"),
            _ => is_number(self.token()).then_some(()),
        }
    }

    /// A pair of assets.
    pub(crate) fn pair(&mut self) -> Option<Pair> {
        self.text()?.parse().ok()
    }

    /// An RFC 3339 time.
    pub(crate) fn moment(&mut self) -> Option<Timestamp> {
        let usual = self.attempt(|scanner| {
            scanner.literal(b"\"")?;
            let text = scanner.frame.as_bytes()[scanner.at..].first_chunk::<MOMENT_BYTES>()?;
            scanner.at += MOMENT_BYTES;
            scanner.literal(b"\"")?;
            moment::parse(text)
        });
        if usual.is_some() {
            return usual;
        }
        let text = self.text()?;
        moment::parse(text.as_bytes()).or_else(|| text.parse().ok())
    }
}

/// The length of `2026-11-21T09:30:00.123456Z`.
const MOMENT_BYTES: usize = 27;

/// So many digits fit 64 bits whatever they are.
const SHORT_DIGITS: usize = 18;

const POWERS_OF_TEN: [u64; 19] = {
    let mut powers = [1; 19];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// How many digits come first, and `value` with them added. Beyond [`SHORT_DIGITS`] the value
/// means nothing.
fn digits(text: &[u8], value: u64) -> (usize, u64) {
    let mut value = value;
    for (count, byte) in text.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if 9 < digit {
            return (count, value);
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
    }
    (text.len(), value)
}

/// Whether these bytes are a number as JSON writes it.
fn is_number(token: &[u8]) -> bool {
    let token = token.strip_prefix(b"-").unwrap_or(token);
    let (whole, _) = digits(token, 0);
    let mut rest = &token[whole..];
    if whole == 0 || (1 < whole && token.starts_with(b"0")) {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix(b".") {
        let (places, _) = digits(fraction, 0);
        if places == 0 {
            return false;
        }
        rest = &fraction[places..];
    }
    match rest {
        [] => true,
        [b'e' | b'E', b'+' | b'-', exponent @ ..] | [b'e' | b'E', exponent @ ..] => {
            !exponent.is_empty() && exponent.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
