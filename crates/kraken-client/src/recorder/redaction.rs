//! Cuts tokens out of frames by their place in the JSON, however they are written; the rest stays
//! as it is, to the digit.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The field whose value nobody may see.
const SECRET_FIELD: &str = "token";
/// What stands in its place.
const CUT: &str = "\"(cut)\"";
/// Frames are not nested deeper than this. Kraken's have four levels.
const DEPTH_MAX: u32 = 32;

/// What may be shown of a frame.
pub(super) enum Redaction<'a> {
    /// All of it but tokens, as JSON on one line.
    Json(Cow<'a, str>),
    /// All of it. It is not JSON and has nothing in it that looks like a token's field.
    Text,
    /// Nothing: it is not JSON, so that nobody knows where a token would end.
    Hidden,
}

/// Looks for tokens in a frame.
pub(super) fn redact(frame: &str) -> Redaction<'_> {
    // A field of that name has either the name in it or an escape.
    let is_harmless = !frame.contains(SECRET_FIELD) && !frame.contains('\\');
    if is_harmless {
        return match serde_json::from_str::<&RawValue>(frame) {
            Ok(json) => Redaction::Json(on_one_line(json.get())),
            Err(_) => Redaction::Text,
        };
    }
    let mut shown = String::with_capacity(frame.len());
    match copy(frame, &mut shown, 0) {
        Some(()) => Redaction::Json(shown.into()),
        None => Redaction::Hidden,
    }
}

/// A line break in JSON is either escaped or means nothing.
fn on_one_line(json: &str) -> Cow<'_, str> {
    if json.contains(['\n', '\r']) { json.replace(['\n', '\r'], " ").into() } else { json.into() }
}

fn copy(json: &str, to: &mut String, depth: u32) -> Option<()> {
    if DEPTH_MAX < depth {
        return None;
    }
    match json.trim_start().as_bytes().first()? {
        b'{' => copy_object(&serde_json::from_str(json).ok()?, to, depth),
        b'[' => copy_array(&serde_json::from_str::<Vec<&RawValue>>(json).ok()?, to, depth),
        _ => {
            let value: &RawValue = serde_json::from_str(json).ok()?;
            to.push_str(value.get());
            Some(())
        }
    }
}

fn copy_object(object: &Object<'_>, to: &mut String, depth: u32) -> Option<()> {
    to.push('{');
    for (at, (name, value)) in object.0.iter().enumerate() {
        if 0 < at {
            to.push(',');
        }
        to.push_str(&serde_json::to_string(name).ok()?);
        to.push(':');
        if name == SECRET_FIELD {
            to.push_str(CUT);
        } else {
            copy(value.get(), to, depth + 1)?;
        }
    }
    to.push('}');
    Some(())
}

fn copy_array(values: &[&RawValue], to: &mut String, depth: u32) -> Option<()> {
    to.push('[');
    for (at, value) in values.iter().enumerate() {
        if 0 < at {
            to.push(',');
        }
        copy(value.get(), to, depth + 1)?;
    }
    to.push(']');
    Some(())
}

/// Names and values in the order in which they stand, each as often as it stands there.
struct Object<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Object<'de>, M::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Object(fields))
    }
}

#[cfg(test)]
mod tests;
