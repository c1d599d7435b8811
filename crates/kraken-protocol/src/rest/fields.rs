//! Reads a result field by field. Each error names the field from the outside in:
//! `open.OQCLML-BW3P3-BUCMWZ.price`.
//!
//! Kraken writes decimals as texts, and some as JSON numbers. Both are kept as the text that was
//! sent until they are what the caller asks for.

use std::{borrow::Cow, collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;
use trading_types::{Amount, Fraction, ParseDecimalError, Price, Quantity, Timestamp};

/// A result that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} in kraken's answer {problem}", self.shown())]
pub struct DecodeError {
    /// Which field, from the outside in; empty when it is the whole result.
    pub field: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is not there.
    #[error("is missing")]
    Missing,
    /// It is something else.
    #[error("is {found} where {wanted} was expected")]
    WrongType {
        /// What was expected.
        wanted: &'static str,
        /// The beginning of what is there.
        found: String,
    },
    /// A number that is not exact in our types.
    #[error("does not fit: {0}")]
    Number(ParseDecimalError),
    /// No JSON, or a field twice.
    #[error("cannot be read ({0})")]
    Malformed(String),
}

impl DecodeError {
    fn new(problem: Problem) -> Self {
        Self { field: String::new(), problem }
    }

    fn shown(&self) -> String {
        if self.field.is_empty() { "the result".to_owned() } else { format!("`{}`", self.field) }
    }

    /// The same error, one level further out.
    pub(crate) fn inside(mut self, outer: &str) -> Self {
        let between = if self.field.is_empty() { "" } else { "." };
        self.field = format!("{outer}{between}{}", self.field);
        self
    }
}

/// What a reader comes to.
pub(crate) type Read<T> = Result<T, DecodeError>;

/// How much of an unexpected value is shown.
const FOUND_MAX: usize = 40;
/// A time has at most so many decimals of a second; further ones are cut off.
const TIME_DECIMALS: usize = 9;

/// A JSON value as it was sent.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a>(&'a str);

/// A text that is borrowed where it can be.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// The fields of an object.
pub(crate) struct Fields<'a>(BTreeMap<Cow<'a, str>, Value<'a>>);

/// The values of a row.
pub(crate) struct Row<'a>(Vec<Value<'a>>);

/// The result of an answer, which need not be JSON at all when it did not come from one.
pub(crate) fn whole(result: &str) -> Read<Value<'_>> {
    let value: &RawValue = serde_json::from_str(result).map_err(|error| malformed(&error))?;
    Ok(Value(value.get()))
}

fn malformed(error: &serde_json::Error) -> DecodeError {
    DecodeError::new(Problem::Malformed(error.to_string()))
}

impl<'a> Value<'a> {
    pub(crate) fn object(self) -> Read<Fields<'a>> {
        if !self.0.starts_with('{') {
            return Err(self.is_no("an object"));
        }
        serde_json::from_str(self.0).map_err(|error| malformed(&error))
    }

    pub(crate) fn list(self) -> Read<Vec<Value<'a>>> {
        self.row().map(|row| row.0)
    }

    /// Each element of a list, read the same way.
    pub(crate) fn each<T>(self, read: impl Fn(Value<'a>) -> Read<T>) -> Read<Vec<T>> {
        let all = self.list()?.into_iter().enumerate();
        all.map(|(at, one)| read(one).map_err(|error| error.inside(&at.to_string()))).collect()
    }

    pub(crate) fn row(self) -> Read<Row<'a>> {
        if !self.0.starts_with('[') {
            return Err(self.is_no("a list"));
        }
        let values: Vec<&'a RawValue> =
            serde_json::from_str(self.0).map_err(|error| malformed(&error))?;
        Ok(Row(values.into_iter().map(|value| Value(value.get())).collect()))
    }

    pub(crate) fn text(self) -> Read<Cow<'a, str>> {
        if !self.0.starts_with('"') {
            return Err(self.is_no("a text"));
        }
        let text: Text<'a> = serde_json::from_str(self.0).map_err(|error| malformed(&error))?;
        Ok(text.0)
    }

    pub(crate) fn string(self) -> Read<String> {
        self.text().map(Cow::into_owned)
    }

    /// A text of a type that knows which texts it takes: an id, an asset.
    pub(crate) fn parsed<T: FromStr<Err: fmt::Display>>(self) -> Read<T> {
        let text = self.text()?;
        text.parse()
            .map_err(|error: T::Err| DecodeError::new(Problem::Malformed(error.to_string())))
    }

    /// The digits of a number, be it a JSON number or a text.
    pub(crate) fn digits(self) -> Read<Cow<'a, str>> {
        match self.0.as_bytes().first() {
            Some(b'"') => self.text(),
            Some(b'-' | b'0'..=b'9') => Ok(Cow::Borrowed(self.0)),
            Some(_) | None => Err(self.is_no("a number")),
        }
    }

    fn number<T: FromStr<Err = ParseDecimalError>>(self) -> Read<T> {
        let digits = self.digits()?;
        digits.parse().map_err(|error| DecodeError::new(Problem::Number(error)))
    }

    pub(crate) fn price(self) -> Read<Price> {
        self.number()
    }

    pub(crate) fn quantity(self) -> Read<Quantity> {
        self.number()
    }

    pub(crate) fn amount(self) -> Read<Amount> {
        self.number()
    }

    /// A percentage as a part of the whole.
    pub(crate) fn percent(self) -> Read<Fraction> {
        let digits = self.digits()?;
        Fraction::from_percent(&digits).map_err(|error| DecodeError::new(Problem::Number(error)))
    }

    /// A price that nothing is decided by, for instance an average: further decimals than a price
    /// has are cut off.
    pub(crate) fn rough_price(self) -> Read<Price> {
        let digits = self.digits()?;
        let cut = cut(&digits, Price::DECIMALS);
        cut.parse().map_err(|error| DecodeError::new(Problem::Number(error)))
    }

    /// A price that may be absent, which Kraken writes as zero.
    pub(crate) fn price_if_any(self) -> Read<Option<Price>> {
        Ok(Some(self.price()?).filter(|price| !price.is_zero()))
    }

    pub(crate) fn integer<T: FromStr<Err: fmt::Display>>(self) -> Read<T> {
        let digits = self.digits()?;
        digits.parse().map_err(|_| self.is_no("a whole number"))
    }

    pub(crate) fn boolean(self) -> Read<bool> {
        match self.0 {
            "true" | r#""true""# => Ok(true),
            "false" | r#""false""# => Ok(false),
            _ => Err(self.is_no("true or false")),
        }
    }

    /// Seconds since 1970 with any number of decimals, as number or text.
    pub(crate) fn time(self) -> Read<Timestamp> {
        let digits = self.digits()?;
        seconds(&digits).ok_or_else(|| self.is_no("a time in seconds"))
    }

    /// [`Value::time`], where zero means that none is set.
    pub(crate) fn time_if_set(self) -> Read<Option<Timestamp>> {
        Ok(Some(self.time()?).filter(|time| *time != Timestamp::EPOCH))
    }

    /// Nanoseconds since 1970, as number or text.
    pub(crate) fn time_in_nanos(self) -> Read<Timestamp> {
        self.integer().map(Timestamp::from_nanos)
    }

    pub(crate) fn is_null(self) -> bool {
        self.0 == "null"
    }

    pub(crate) fn is_no(self, wanted: &'static str) -> DecodeError {
        let found = self.0.chars().take(FOUND_MAX).collect();
        DecodeError::new(Problem::WrongType { wanted, found })
    }
}

/// `text` without the decimals after the first `decimals`.
fn cut(text: &str, decimals: usize) -> &str {
    let point = text.find('.').unwrap_or(text.len());
    let end = (point + 1 + decimals).min(text.len());
    text.get(..end).unwrap_or(text)
}

fn seconds(digits: &str) -> Option<Timestamp> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let fraction = &fraction[..fraction.len().min(TIME_DECIMALS)];
    let nanos: u64 = format!("{fraction:0<TIME_DECIMALS$}").parse().ok()?;
    let start = Timestamp::from_seconds(whole.parse().ok()?)?;
    start.nanos().checked_add(nanos).map(Timestamp::from_nanos)
}

impl<'a> Fields<'a> {
    /// A field that has to be there.
    pub(crate) fn read<T>(&self, name: &str, read: impl FnOnce(Value<'a>) -> Read<T>) -> Read<T> {
        let value = self.0.get(name).ok_or_else(|| DecodeError::new(Problem::Missing));
        value.and_then(|value| read(*value)).map_err(|error| error.inside(name))
    }

    /// A field that may be absent or null.
    pub(crate) fn read_if_any<T>(
        &self,
        name: &str,
        read: impl FnOnce(Value<'a>) -> Read<T>,
    ) -> Read<Option<T>> {
        let value = self.0.get(name).filter(|value| !value.is_null());
        let value = value.map(|value| read(*value)).transpose();
        value.map_err(|error| error.inside(name))
    }

    /// Every field, read the same way under its name.
    pub(crate) fn each<T>(&self, read: impl Fn(&str, Value<'a>) -> Read<T>) -> Read<Vec<T>> {
        let all = self.0.iter();
        all.map(|(name, value)| read(name, *value).map_err(|error| error.inside(name))).collect()
    }

    /// The one field that is not called `besides`: Kraken files what it tells of a pair under one
    /// of the pair's names, and not always the one that was asked for.
    pub(crate) fn only_one<T>(
        &self,
        besides: &str,
        read: impl FnOnce(&str, Value<'a>) -> Read<T>,
    ) -> Read<T> {
        let mut others = self.0.iter().filter(|(name, _)| *name != besides);
        match (others.next(), others.next()) {
            (Some((name, value)), None) => read(name, *value).map_err(|error| error.inside(name)),
            (None, _) => Err(DecodeError::new(Problem::Missing).inside("pair")),
            (Some(_), Some((second, _))) => {
                let problem = Problem::Malformed("more than one pair".to_owned());
                Err(DecodeError::new(problem).inside(second))
            }
        }
    }
}

impl<'a> Row<'a> {
    /// The value at a place of a row, called `name` in errors.
    pub(crate) fn read<T>(
        &self,
        at: usize,
        name: &str,
        read: impl FnOnce(Value<'a>) -> Read<T>,
    ) -> Read<T> {
        let value = self.0.get(at).ok_or_else(|| DecodeError::new(Problem::Missing));
        value.and_then(|value| read(*value)).map_err(|error| error.inside(name))
    }

    /// The value at a place that older rows do not have.
    pub(crate) fn read_if_any<T>(
        &self,
        at: usize,
        name: &str,
        read: impl FnOnce(Value<'a>) -> Read<T>,
    ) -> Read<Option<T>> {
        let value = self.0.get(at).filter(|value| !value.is_null());
        let value = value.map(|value| read(*value)).transpose();
        value.map_err(|error| error.inside(name))
    }
}

/// An object whose fields are left as they are. A field that stands there twice is an error: which
/// of the two would count?
impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = BTreeMap<Cow<'de, str>, Value<'de>>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
                    let known = name.0.clone();
                    if fields.insert(name.0, Value(value.get())).is_some() {
                        let text = format!("the field `{known}` stands there twice");
                        return Err(de::Error::custom(text));
                    }
                }
                Ok(fields)
            }
        }

        from.deserialize_map(Visitor).map(Fields)
    }
}

#[cfg(test)]
mod tests;
