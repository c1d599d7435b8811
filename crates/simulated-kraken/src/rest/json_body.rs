//! Parameters from a JSON body.
//!
//! The invariant: a number is the text that the client wrote, never a floating one; a field that
//! stands there twice is refused, for who knows which was signed with what in mind.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::rest::value::{Unreadable, Value};

/// Batches of orders with a conditional close are three deep.
const DEPTH_MAX: u32 = 8;

/// The fields of a body that must be one object.
pub(crate) fn read(body: &str) -> Result<BTreeMap<String, Value>, Unreadable> {
    let raw: &RawValue = serde_json::from_str(body).map_err(|_| Unreadable::Malformed)?;
    match value(raw, 0)? {
        Value::Map(fields) => Ok(fields),
        Value::Nothing | Value::Text(_) | Value::List(_) => Err(Unreadable::Malformed),
    }
}

fn value(raw: &RawValue, depth: u32) -> Result<Value, Unreadable> {
    if DEPTH_MAX < depth {
        return Err(Unreadable::TooDeep);
    }
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'{') => map(text, depth),
        Some(b'[') => {
            let raws: Vec<&RawValue> = parse(text)?;
            let values = raws.into_iter().map(|raw| value(raw, depth + 1));
            Ok(Value::List(values.collect::<Result<_, _>>()?))
        }
        Some(b'"') => parse(text).map(Value::Text),
        _ if text == "null" => Ok(Value::Nothing),
        _ => Ok(Value::Text(text.to_owned())),
    }
}

fn map(text: &str, depth: u32) -> Result<Value, Unreadable> {
    let Fields(fields) = parse(text)?;
    let mut map = BTreeMap::new();
    for (name, raw) in fields {
        if map.insert(name, value(raw, depth + 1)?).is_some() {
            return Err(Unreadable::Twice);
        }
    }
    Ok(Value::Map(map))
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Unreadable> {
    serde_json::from_str(text).map_err(|_| Unreadable::Malformed)
}

/// The fields of an object as they stand there, twice if they do.
struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry().map_err(A::Error::custom)? {
                    fields.push(field);
                }
                Ok(fields)
            }
        }
        from.deserialize_map(Collect).map(Self)
    }
}

#[cfg(test)]
mod tests;
