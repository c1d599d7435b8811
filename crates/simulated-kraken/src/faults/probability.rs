//! How likely something is: a part of one, exact.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
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

    fn of(part: Fraction) -> Option<Self> {
        (Fraction::ZERO <= part && part <= Fraction::ONE).then_some(Self(part))
    }

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
        Self::of(part).ok_or_else(refused)
    }
}

/// In files that people write a number or a text; elsewhere as the fraction it is.
impl<'de> Deserialize<'de> for Probability {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            return from.deserialize_any(ProbabilityVisitor);
        }
        let part = Fraction::deserialize(from)?;
        Self::of(part).ok_or_else(|| de::Error::custom("a probability is from 0 to 1"))
    }
}

impl Serialize for Probability {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
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
