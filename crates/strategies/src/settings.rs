//! Settings of strategies: what they are called, what they may be, and what is wrong with a text.
//!
//! A strategy lists its settings in a table. The same rows check what a person typed, fill in what
//! was left out, and explain themselves in help texts.

use std::{fmt, str::FromStr};

use trading_types::{Amount, Fraction};

use crate::indicators::PERIOD_MAX;

/// One row of a strategy's table of settings.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// What it is called.
    pub name: &'static str,
    /// Its value when nothing is given, as text.
    pub default: &'static str,
    /// What it does, for help texts.
    pub meaning: &'static str,
    /// What it may be.
    pub kind: SettingKind,
}

/// What a setting may be. All bounds are themselves allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// A whole number.
    Count {
        /// The least.
        min: usize,
        /// The most.
        max: usize,
    },
    /// A number with at most eight decimals. A [`Fraction`] serves as the exact number: thirty is
    /// thirty wholes.
    Decimal {
        /// The least.
        min: Fraction,
        /// The most.
        max: Fraction,
    },
    /// An amount of quote asset.
    Amount {
        /// The least.
        min: Amount,
        /// The most.
        max: Amount,
    },
}

/// A number of candles that an indicator can look back.
pub const PERIOD: SettingKind = SettingKind::Count { min: 1, max: PERIOD_MAX };

/// Why there is no strategy for a name and its settings. Sorted by what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// Choose another strategy.
    #[error("there is no strategy `{name}`; choose one of {}", known.join(", "))]
    UnknownStrategy {
        /// The beginning of what was asked for.
        name: String,
        /// Names of all strategies.
        known: Vec<&'static str>,
    },
    /// Correct the name of a setting, or leave it out.
    #[error("{strategy} has no setting `{name}`; it has {}", known.join(", "))]
    UnknownSetting {
        /// The strategy.
        strategy: &'static str,
        /// The beginning of what was given.
        name: String,
        /// Names of all its settings.
        known: Vec<&'static str>,
    },
    /// Leave one of the two out.
    #[error("`{name}` is given more than once; give it once")]
    RepeatedSetting {
        /// Which setting.
        name: &'static str,
    },
    /// Write the value in another way.
    #[error("`{name}` cannot be `{value}`; give {kind}")]
    NotANumber {
        /// Which setting.
        name: &'static str,
        /// The beginning of what was given.
        value: String,
        /// What it may be.
        kind: SettingKind,
    },
    /// Choose another value.
    #[error("`{name}` cannot be {value}; give {kind}")]
    OutOfRange {
        /// Which setting.
        name: &'static str,
        /// What was given.
        value: String,
        /// What it may be.
        kind: SettingKind,
    },
    /// Choose values that fit together.
    #[error(
        "`{low}` ({low_value}) must be {relation} `{high}` ({high_value}); \
         lower `{low}` or raise `{high}`"
    )]
    RuleBroken {
        /// The setting that has to be the lower one.
        low: &'static str,
        /// Its value.
        low_value: String,
        /// How the two must stand to each other.
        relation: Relation,
        /// The setting that has to be the higher one.
        high: &'static str,
        /// Its value.
        high_value: String,
    },
}

/// How two settings must stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The first below the second.
    Below,
    /// The first below the second or equal to it.
    AtMost,
}

/// Settings as they were given, all of them known and none of them twice.
pub(crate) struct Given<'a>(Vec<(&'static str, &'a str)>);

/// Longest part of a foreign text that an error repeats, in characters.
const SHOWN_MAX: usize = 40;

impl<'a> Given<'a> {
    /// Checks the names in `given` against the rows in `table`.
    pub(crate) fn new(
        strategy: &'static str,
        table: &[Setting],
        given: &'a [(String, String)],
    ) -> Result<Self, BuildError> {
        let mut checked: Vec<(&'static str, &'a str)> = Vec::new();
        for (name, value) in given {
            let Some(row) = table.iter().find(|row| row.name == name) else {
                let known = table.iter().map(|row| row.name).collect();
                let name = shown(name);
                return Err(BuildError::UnknownSetting { strategy, name, known });
            };
            if checked.iter().any(|(seen, _)| *seen == row.name) {
                return Err(BuildError::RepeatedSetting { name: row.name });
            }
            checked.push((row.name, value));
        }
        Ok(Self(checked))
    }

    /// The whole number given for `setting`, or its default.
    pub(crate) fn count(&self, setting: &Setting) -> Result<usize, BuildError> {
        let text = self.text(setting);
        if text.is_empty() || !text.bytes().all(|letter| letter.is_ascii_digit()) {
            return Err(setting.not_a_number(text));
        }
        // Digits that do not fit are a number, only far too large a one.
        text.parse().map_or_else(|_| Err(setting.out_of_range(&text)), |it| setting.check_count(it))
    }

    /// The number given for `setting`, or its default.
    pub(crate) fn decimal(&self, setting: &Setting) -> Result<Fraction, BuildError> {
        self.parse(setting).and_then(|it| setting.check_decimal(it))
    }

    /// The amount given for `setting`, or its default.
    pub(crate) fn amount(&self, setting: &Setting) -> Result<Amount, BuildError> {
        self.parse(setting).and_then(|it| setting.check_amount(it))
    }

    fn parse<T: FromStr>(&self, setting: &Setting) -> Result<T, BuildError> {
        let text = self.text(setting);
        text.parse().map_err(|_| setting.not_a_number(text))
    }

    fn text(&self, setting: &Setting) -> &'a str {
        let given = self.0.iter().find(|(name, _)| *name == setting.name);
        given.map_or(setting.default, |(_, value)| value)
    }
}

impl Setting {
    /// `value`, if it is in range.
    pub(crate) fn check_count(&self, value: usize) -> Result<usize, BuildError> {
        let SettingKind::Count { min, max } = self.kind else { self.wrong_kind() };
        if min <= value && value <= max { Ok(value) } else { Err(self.out_of_range(&value)) }
    }

    /// `value`, if it is in range.
    pub(crate) fn check_decimal(&self, value: Fraction) -> Result<Fraction, BuildError> {
        let SettingKind::Decimal { min, max } = self.kind else { self.wrong_kind() };
        if min <= value && value <= max { Ok(value) } else { Err(self.out_of_range(&value)) }
    }

    /// `value`, if it is in range.
    pub(crate) fn check_amount(&self, value: Amount) -> Result<Amount, BuildError> {
        let SettingKind::Amount { min, max } = self.kind else { self.wrong_kind() };
        if min <= value && value <= max { Ok(value) } else { Err(self.out_of_range(&value)) }
    }

    /// Its name, and `value` as text.
    pub(crate) fn with(&self, value: &dyn fmt::Display) -> (&'static str, String) {
        (self.name, value.to_string())
    }

    /// The error for a number that it cannot be.
    pub(crate) fn out_of_range(&self, value: &dyn fmt::Display) -> BuildError {
        let value = shown(&value.to_string());
        BuildError::OutOfRange { name: self.name, value, kind: self.kind }
    }

    fn wrong_kind(&self) -> ! {
        panic!("`{}` is {}, and is asked for as something else", self.name, self.kind)
    }

    fn not_a_number(&self, text: &str) -> BuildError {
        BuildError::NotANumber { name: self.name, value: shown(text), kind: self.kind }
    }
}

impl Relation {
    /// The error for two settings, each with its value, that do not stand to each other like this.
    pub(crate) fn broken(
        self,
        (low, low_value): (&'static str, String),
        (high, high_value): (&'static str, String),
    ) -> BuildError {
        BuildError::RuleBroken { low, low_value, relation: self, high, high_value }
    }
}

/// The beginning of `text`, without anything that could upset a terminal.
pub(crate) fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(SHOWN_MAX).collect()
}

impl fmt::Display for SettingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count { min, max } => write!(f, "a whole number from {min} to {max}"),
            Self::Decimal { min, max } => {
                let decimals = Fraction::DECIMALS;
                write!(f, "a number from {min} to {max} with at most {decimals} decimals")
            }
            Self::Amount { min, max } => write!(f, "an amount from {min} to {max}"),
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Below => "below",
            Self::AtMost => "at most",
        })
    }
}

#[cfg(test)]
mod tests;
