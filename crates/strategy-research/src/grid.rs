//! A grid of settings: `fast=5..104:1`, `stop=2%,5%`, several of them multiplied.
//!
//! **Law.** A grid is counted without being built, and its variants have one order: the last axis
//! turns fastest.

use std::fmt;

use trading_types::Fraction;

use crate::evaluate::Variant;

/// The most variants of one sweep. A row of each is kept; that is some hundred megabytes.
pub const VARIANTS_MAX: u64 = 250_000;

/// All combinations of the values of some settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    axes: Vec<Axis>,
}

/// One setting and what it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The setting.
    pub key: String,
    values: Values,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Values {
    /// From the first, in steps, so many.
    Range { first: Fraction, step: Fraction, count: u64 },
    /// As they were written.
    Listed(Vec<String>),
}

/// Why a text is not a grid, or a grid cannot be swept. Sorted by what to correct.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GridError {
    /// Write it in another way.
    #[error("`{0}` is not a grid; write key=5..104:1, or key=5,10,20")]
    NotAGrid(String),
    /// A number is wanted there.
    #[error("`{text}` in `{axis}` is not a number with at most eight decimals")]
    NotANumber {
        /// What is not.
        text: String,
        /// Where.
        axis: String,
    },
    /// The range goes nowhere.
    #[error("`{0}` has no value: give first..last:step with a step above zero and first ≤ last")]
    EmptyRange(String),
    /// Leave one of the two out.
    #[error("`{0}` is in the grid twice; give all its values at once, as {0}=5,10,20")]
    RepeatedKey(String),
    /// A value stands twice.
    #[error("`{value}` is given twice for `{key}`")]
    RepeatedValue {
        /// The setting.
        key: String,
        /// Its value.
        value: String,
    },
    /// Nothing to vary.
    #[error("there is no grid; give at least one --grid key=first..last:step")]
    Nothing,
    /// Make it smaller, or draw from it.
    #[error(
        "the grid has {count} variants ({shape}), more than the {VARIANTS_MAX} that one \
         sweep tries; use wider steps, or draw some of them: --search random --samples 10000"
    )]
    TooLarge {
        /// How many, in words where they cannot be counted.
        count: Count,
        /// How they come about.
        shape: String,
    },
}

/// A number of variants; there may be more than can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(u128);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == u128::MAX {
            return f.write_str("more than 10^38");
        }
        let digits = self.0.to_string();
        for (at, digit) in digits.char_indices() {
            if 0 < at && (digits.len() - at).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl Grid {
    /// The grid that these texts describe, one setting each.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, GridError> {
        let axes: Vec<Axis> =
            texts.iter().map(|it| Axis::parse(it.as_ref())).collect::<Result<_, _>>()?;
        for (at, axis) in axes.iter().enumerate() {
            if axes[..at].iter().any(|it| it.key == axis.key) {
                return Err(GridError::RepeatedKey(axis.key.clone()));
            }
        }
        if axes.is_empty() { Err(GridError::Nothing) } else { Ok(Self { axes }) }
    }

    /// Its settings, in the order in which they were given.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// How many variants it has.
    pub fn count(&self) -> Count {
        let lengths = self.axes.iter().map(|it| u128::from(it.count()));
        Count(lengths.fold(1, u128::saturating_mul))
    }

    /// How many variants it has, if they can all be tried.
    pub fn countable(&self) -> Result<u64, GridError> {
        let count = self.count();
        u64::try_from(count.0).ok().filter(|it| *it <= VARIANTS_MAX).ok_or_else(|| {
            let shape: Vec<String> =
                self.axes.iter().map(|it| format!("{} {}", it.count(), it.key)).collect();
            GridError::TooLarge { count, shape: shape.join(" × ") }
        })
    }

    /// The variant at these places of the axes.
    pub fn at(&self, places: &[u64]) -> Variant {
        assert_eq!(places.len(), self.axes.len(), "a place for each axis");
        let settings = self.axes.iter().zip(places);
        let settings = settings.map(|(axis, place)| (axis.key.clone(), axis.value(*place)));
        Variant { settings: settings.collect() }
    }

    /// The places of the variant with this number.
    pub fn places(&self, mut number: u64) -> Vec<u64> {
        let mut places: Vec<u64> = self.axes.iter().map(|_| 0).collect();
        for (place, axis) in places.iter_mut().zip(&self.axes).rev() {
            (*place, number) = (number % axis.count(), number / axis.count());
        }
        places
    }

    /// The number of the variant at these places, where it can be counted.
    pub fn number(&self, places: &[u64]) -> Option<u64> {
        self.axes.iter().zip(places).try_fold(0_u64, |number, (axis, place)| {
            number.checked_mul(axis.count())?.checked_add(*place)
        })
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.values {
            Values::Range { first, step, count } => {
                let last = self.value(count - 1);
                write!(f, "{}={first}..{last}:{step}", self.key)
            }
            Values::Listed(values) => write!(f, "{}={}", self.key, values.join(",")),
        }
    }
}

impl Axis {
    fn parse(text: &str) -> Result<Self, GridError> {
        let shown = || GridError::NotAGrid(text.chars().take(60).collect());
        let (key, values) = text.split_once('=').ok_or_else(shown)?;
        let (key, values) = (key.trim(), values.trim());
        if key.is_empty() || values.is_empty() {
            return Err(shown());
        }
        let values = match values.split_once("..") {
            Some((first, rest)) => range(text, first, rest)?,
            None => listed(key, values).ok_or_else(shown)??,
        };
        Ok(Self { key: key.to_owned(), values })
    }

    /// How many values it has.
    pub fn count(&self) -> u64 {
        match &self.values {
            Values::Range { count, .. } => *count,
            Values::Listed(values) => values.len() as u64,
        }
    }

    /// The value at a place, as text.
    pub fn value(&self, place: u64) -> String {
        assert!(place < self.count(), "a place on the axis");
        match &self.values {
            Values::Range { first, step, .. } => {
                let steps = i64::try_from(place).expect("a range has fewer steps than units");
                Fraction::from_units(first.units() + step.units() * steps).to_string()
            }
            Values::Listed(values) => {
                values[usize::try_from(place).expect("a list is in memory")].clone()
            }
        }
    }
}

fn listed(key: &str, text: &str) -> Option<Result<Values, GridError>> {
    let values: Vec<String> = text.split(',').map(|it| it.trim().to_owned()).collect();
    if values.iter().any(String::is_empty) {
        return None;
    }
    let repeated = (1..values.len()).find(|at| values[..*at].contains(&values[*at]));
    Some(match repeated {
        Some(at) => {
            Err(GridError::RepeatedValue { key: key.to_owned(), value: values[at].clone() })
        }
        None => Ok(Values::Listed(values)),
    })
}

/// `first..last:step`; a step of one may be left out.
fn range(axis: &str, first: &str, rest: &str) -> Result<Values, GridError> {
    let (last, step) = rest.split_once(':').unwrap_or((rest, "1"));
    let number = |text: &str| {
        text.trim().parse::<Fraction>().map_err(|_| GridError::NotANumber {
            text: text.chars().take(40).collect(),
            axis: axis.chars().take(60).collect(),
        })
    };
    let (first, last, step) = (number(first)?, number(last)?, number(step)?);
    let empty = || GridError::EmptyRange(axis.chars().take(60).collect());
    if !step.is_positive() || last < first {
        return Err(empty());
    }
    let width = last.units().checked_sub(first.units()).ok_or_else(empty)?;
    let count = u64::try_from(width / step.units()).expect("a width is not negative") + 1;
    Ok(Values::Range { first, step, count })
}

#[cfg(test)]
mod tests;
