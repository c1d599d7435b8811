//! How far from the close a stop or a target is: some average true ranges, or a part of the close.
//!
//! Written `2*atr(14)`, `1.5*atr(20)` or `5%`. Spaces between the parts do not matter.

#![expect(clippy::float_arithmetic, reason = "an average true range is an opinion, not money")]

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use trading_types::{Fraction, Price};

use crate::{indicators::PERIOD_MAX, settings::shown};

/// A distance from the close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Distance(Measure);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    /// A part of the close.
    OfClose(Fraction),
    /// `factor` times the average true range of `period` candles.
    Ranges { factor: Fraction, period: usize },
}

/// The greatest factor of an average true range, and the greatest part of the close (1000 %).
const FACTOR_MAX: Fraction = Fraction::from_units(1_000 * Fraction::ONE.units());
const OF_CLOSE_MAX: Fraction = Fraction::from_units(10 * Fraction::ONE.units());

/// A distance outside its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DistanceError {
    /// The part of the close.
    #[error("{}% of the close is not possible; give more than 0% and at most {}%",
        .0.percent(), OF_CLOSE_MAX.percent())]
    OfClose(Fraction),
    /// The factor.
    #[error("{0} ranges are not possible; give more than 0 and at most {FACTOR_MAX}")]
    Factor(Fraction),
    /// The period.
    #[error("a range of {0} candles is not possible; give a period from 1 to {PERIOD_MAX}")]
    Period(usize),
}

/// A text that is not a distance.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} at character {position}, found {found}; write 2*atr(14) or 5%")]
pub struct ParseDistanceError {
    /// Where, counted from 1.
    pub position: usize,
    /// What would have been right there.
    pub expected: String,
    /// What is there instead.
    pub found: String,
}

impl Distance {
    /// `fraction` of the close, above nothing and at most ten times the close.
    pub fn of_close(fraction: Fraction) -> Result<Self, DistanceError> {
        if !fraction.is_positive() || OF_CLOSE_MAX < fraction {
            return Err(DistanceError::OfClose(fraction));
        }
        Ok(Self(Measure::OfClose(fraction)))
    }

    /// `factor` times the average true range of `period` candles, where the factor is above 0 and
    /// at most 1000.
    pub fn ranges(factor: Fraction, period: usize) -> Result<Self, DistanceError> {
        if !factor.is_positive() || FACTOR_MAX < factor {
            return Err(DistanceError::Factor(factor));
        }
        if period == 0 || PERIOD_MAX < period {
            return Err(DistanceError::Period(period));
        }
        Ok(Self(Measure::Ranges { factor, period }))
    }

    /// The period of the average true range it needs, if it needs one.
    pub fn range_period(&self) -> Option<usize> {
        match self.0 {
            Measure::OfClose(_) => None,
            Measure::Ranges { period, .. } => Some(period),
        }
    }

    /// Whether it reaches from any close down to zero or beyond.
    pub(crate) fn reaches_zero(&self) -> bool {
        match self.0 {
            Measure::OfClose(fraction) => Fraction::ONE <= fraction,
            Measure::Ranges { .. } => false,
        }
    }

    /// The distance in price units, where `range` is the average true range in quote asset; not
    /// known as long as a range is needed that is not.
    ///
    /// A part of the close is rounded up, so that the price at this distance is the exact one once
    /// it is rounded outward. A range is a floating number with noise in its last digits: it is
    /// rounded to the nearest unit, or the noise would move a stop by a tick.
    pub fn units(&self, close: Price, range: Option<f64>) -> Option<i128> {
        match self.0 {
            Measure::OfClose(fraction) => {
                let one = i128::from(Fraction::ONE.units());
                let product = i128::from(close.units()) * i128::from(fraction.units());
                Some(-(-product).div_euclid(one))
            }
            Measure::Ranges { factor, .. } => Some(nearest_units(factor.to_f64() * range?)),
        }
    }
}

/// The count of price units nearest to `price`, which is not negative.
#[expect(clippy::cast_possible_truncation, reason = "it saturates, and so far away is no price")]
fn nearest_units(price: f64) -> i128 {
    (price * 10_000_000_000.0 + 0.5) as i128
}

impl fmt::Display for Distance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Measure::OfClose(fraction) => f.pad(&format!("{}%", fraction.percent())),
            Measure::Ranges { factor, period } => f.pad(&format!("{factor}*atr({period})")),
        }
    }
}

impl From<Distance> for String {
    fn from(distance: Distance) -> Self {
        distance.to_string()
    }
}

impl TryFrom<String> for Distance {
    type Error = ParseDistanceError;

    fn try_from(text: String) -> Result<Self, ParseDistanceError> {
        text.parse()
    }
}

impl FromStr for Distance {
    type Err = ParseDistanceError;

    fn from_str(text: &str) -> Result<Self, ParseDistanceError> {
        let mut reader = Reader { text, rest: text };
        let number = reader.token();
        if !number.is_number() {
            return Err(number.error("a number"));
        }
        let sign = reader.token();
        let distance = match sign.text {
            "%" => Fraction::from_percent(number.text)
                .ok()
                .and_then(|fraction| Self::of_close(fraction).ok())
                .ok_or_else(|| {
                    number.error("a percentage above 0 and at most 1000, with at most 6 decimals")
                })?,
            "*" => Self::parse_ranges(number, &mut reader)?,
            _ => return Err(sign.error("`%` or `*`")),
        };
        reader.expect("", "the end")?;
        Ok(distance)
    }
}

impl Distance {
    /// What stands behind `factor` and a `*`.
    fn parse_ranges(
        factor: Token<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<Self, ParseDistanceError> {
        reader.expect("atr", "`atr`")?;
        reader.expect("(", "`(`")?;
        let period = reader.token();
        let wanted = || period.error(&format!("a whole number from 1 to {PERIOD_MAX}"));
        let candles = period.text.parse().map_err(|_| wanted())?;
        reader.expect(")", "`)`")?;
        let parsed = factor.text.parse::<Fraction>().ok();
        let distance = parsed.map(|parsed| Self::ranges(parsed, candles));
        match distance {
            Some(Ok(distance)) => Ok(distance),
            Some(Err(DistanceError::Period(_))) => Err(wanted()),
            Some(Err(DistanceError::Factor(_) | DistanceError::OfClose(_))) | None => {
                Err(factor.error("a factor above 0 and at most 1000, with at most 8 decimals"))
            }
        }
    }
}

/// Cuts a text into tokens.
struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
}

/// A number, a word, a single other character, or nothing at the end.
#[derive(Clone, Copy)]
struct Token<'a> {
    text: &'a str,
    /// Characters before it, and one.
    position: usize,
}

impl<'a> Reader<'a> {
    fn token(&mut self) -> Token<'a> {
        let rest = self.rest.trim_start_matches(' ');
        let position = self.text.chars().count() - rest.chars().count() + 1;
        let belongs: fn(char) -> bool =
            if rest.starts_with(is_numeric) { is_numeric } else { char::is_alphabetic };
        let length = rest.find(|letter| !belongs(letter)).unwrap_or(rest.len());
        // A character of no kind is a token by itself.
        let single = rest.chars().next().map_or(0, char::len_utf8);
        let (text, rest) = rest.split_at(length.max(single));
        self.rest = rest;
        Token { text, position }
    }

    fn expect(&mut self, text: &str, expected: &str) -> Result<(), ParseDistanceError> {
        let token = self.token();
        if token.text == text { Ok(()) } else { Err(token.error(expected)) }
    }
}

fn is_numeric(letter: char) -> bool {
    letter.is_ascii_digit() || letter == '.'
}

impl Token<'_> {
    fn is_number(&self) -> bool {
        self.text.starts_with(is_numeric)
    }

    fn error(&self, expected: &str) -> ParseDistanceError {
        let found = match self.text {
            "" => "the end".to_owned(),
            text => format!("`{}`", shown(text)),
        };
        ParseDistanceError { position: self.position, expected: expected.to_owned(), found }
    }
}

#[cfg(test)]
mod tests;
