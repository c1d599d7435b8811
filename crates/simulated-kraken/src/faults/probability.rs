//! How likely something is: a part of one, exact.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, de};
use trading_types::Fraction;

/// How likely something is, from never to always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probability(Fraction);

/// A text that is no probability.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a probability; write a number from 0 to 1, for instance 0.05")]
pub struct ParseProbabilityError(String);

impl Probability {
    /// Whenever it can be.
    pub const ALWAYS: Self = Self(Fraction::ONE);

    /// As a part of one.
    pub const fn fraction(self) -> Fraction {
        self.0
    }
}

impl FromStr for Probability {
    type Err = ParseProbabilityError;

    fn from_str(text: &str) -> Result<Self, ParseProbabilityError> {
        let refused = || ParseProbabilityError(text.chars().take(40).collect());
        let part: Fraction = text.parse().map_err(|_| refused())?;
        if part < Fraction::ZERO || Fraction::ONE < part {
            return Err(refused());
        }
        Ok(Self(part))
    }
}

/// A number or a text: files are written by people.
impl<'de> Deserialize<'de> for Probability {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ProbabilityVisitor)
    }
}

struct ProbabilityVisitor;

impl de::Visitor<'_> for ProbabilityVisitor {
    type Value = Probability;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number from 0 to 1")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Probability, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Probability, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Probability, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Probability, E> {
        self.visit_str(&number.to_string())
    }
}
