//! The fields of a JSON object, read one by one as text. Wrong types are refused in Kraken's words
//! (`Limit_price field must be a number_float`).
//!
//! The invariant: a number is never anything but its own text until it is a price or a quantity.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;
use trading_types::{Amount, Price, Quantity, Timestamp};

use super::{decimal_text, refused::Refused};
use crate::kraken_error::KrakenError;

/// A JSON object whose values have not been looked at. Of a field that stands twice the last
/// counts.
#[derive(Debug, Default)]
pub(super) struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> {
    /// Reads an object; nothing when the text is something else.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Refuses fields that are in none of the lists.
    pub(super) fn only(&self, known: &[&[&str]], method: &str) -> Result<(), Refused> {
        let is_known = |name: &str| known.iter().any(|list| list.contains(&name));
        match self.0.iter().find(|(name, _)| !is_known(name)) {
            Some((name, _)) => Err(Refused::unsupported_field(name, method)),
            None => Ok(()),
        }
    }

    /// A value as it stands.
    pub(super) fn raw(&self, name: &str) -> Option<&'a str> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.get())
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Result<Option<Cow<'a, str>>, Refused> {
        self.read(name, "a string")
    }

    /// A text that must be there.
    pub(super) fn needed_text(&self, name: &str) -> Result<Cow<'a, str>, Refused> {
        self.text(name)?.ok_or_else(|| missing(name))
    }

    /// `true` or `false`, or what holds when nothing is said.
    pub(super) fn flag(&self, name: &str, otherwise: bool) -> Result<bool, Refused> {
        Ok(self.read(name, "a boolean")?.unwrap_or(otherwise))
    }

    /// A whole number.
    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>, Refused> {
        self.read(name, "an integer")
    }

    /// A list of texts.
    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<Cow<'a, str>>>, Refused> {
        Ok(self
            .read(name, "an array")?
            .map(|texts: Vec<Text<'a>>| texts.into_iter().map(|Text(text)| text).collect()))
    }

    /// A list of whole numbers.
    pub(super) fn integers(&self, name: &str) -> Result<Option<Vec<i64>>, Refused> {
        self.read(name, "an array")
    }

    /// A list of anything.
    pub(super) fn list(&self, name: &str) -> Result<Option<Vec<&'a RawValue>>, Refused> {
        self.read(name, "an array")
    }

    /// An object within.
    pub(super) fn object(&self, name: &str) -> Result<Option<Self>, Refused> {
        self.read(name, "an object")
    }

    /// A price.
    pub(super) fn price(&self, name: &str) -> Result<Option<Price>, Refused> {
        self.decimal(name)
    }

    /// A quantity.
    pub(super) fn quantity(&self, name: &str) -> Result<Option<Quantity>, Refused> {
        self.decimal(name)
    }

    /// An amount of money.
    pub(super) fn amount(&self, name: &str) -> Result<Option<Amount>, Refused> {
        self.decimal(name)
    }

    /// A time in RFC 3339.
    pub(super) fn time(&self, name: &str) -> Result<Option<Timestamp>, Refused> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| KrakenError::invalid(name).into())
    }

    fn decimal<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Refused> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        if !raw.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            return Err(wrong_type(name, "a number_float"));
        }
        let value = decimal_text::plain(raw).and_then(|text| text.parse().ok());
        value.map(Some).ok_or_else(|| KrakenError::invalid(name).into())
    }

    fn read<T: Deserialize<'a>>(&self, name: &str, kind: &str) -> Result<Option<T>, Refused> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        serde_json::from_str(raw).map(Some).map_err(|_| wrong_type(name, kind))
    }
}

/// A field that has to be there is not.
pub(super) fn missing(name: &str) -> Refused {
    KrakenError::invalid(name).into()
}

fn wrong_type(name: &str, kind: &str) -> Refused {
    let (first, rest) = name.split_at(1);
    KrakenError::new(format!("{}{rest} field must be {kind}", first.to_uppercase())).into()
}

/// A text that is copied only where it has escapes; a `Cow` in a list would always be.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Deserialize<'a> for Fields<'a> {
    fn deserialize<D: Deserializer<'a>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Entries)
    }
}

struct Entries;

impl<'a> de::Visitor<'a> for Entries {
    type Value = Fields<'a>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: de::MapAccess<'a>>(self, mut map: A) -> Result<Fields<'a>, A::Error> {
        let mut fields = Vec::with_capacity(map.size_hint().unwrap_or(12));
        while let Some((Text(name), value)) = map.next_entry()? {
            fields.push((name, value));
        }
        Ok(Fields(fields))
    }
}

#[cfg(test)]
mod tests;
