//! The parameters of a request, whichever way they came.
//!
//! The invariant: what cannot be what it should be is refused by its name; what nobody asks for is
//! not looked at, as Kraken does (<https://support.kraken.com/articles/360001491786>, read on
//! 2026-11-21).

use std::collections::BTreeMap;

use crate::{
    kraken_error::KrakenError,
    message::HttpRequest,
    rest::{
        form, json_body,
        value::{Unreadable, Value},
    },
};

/// The largest body that is read. A batch of fifteen orders is a hundredth of it.
pub(crate) const BODY_MAX: usize = 1 << 18;

/// The parameters of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters(BTreeMap<String, Value>);

impl From<Unreadable> for KrakenError {
    fn from(_: Unreadable) -> Self {
        Self::fixed("EAPI:Bad request")
    }
}

impl Parameters {
    /// Of a public call: from the address, and from the body if there is one.
    pub(crate) fn of_public(request: &HttpRequest) -> Result<Self, Unreadable> {
        let Self(mut all) = Self::of_body(request)?;
        for (name, value) in form::read(request.query.as_bytes())? {
            if all.insert(name, value).is_some() {
                return Err(Unreadable::Twice);
            }
        }
        Ok(Self(all))
    }

    /// Of a private call: from the body alone, since only that is signed.
    pub(crate) fn of_body(request: &HttpRequest) -> Result<Self, Unreadable> {
        if BODY_MAX < request.body.len() {
            return Err(Unreadable::TooLarge);
        }
        if is_json(request) {
            let text = std::str::from_utf8(&request.body).map_err(|_| Unreadable::NotText)?;
            return json_body::read(text).map(Self);
        }
        form::read(&request.body).map(Self)
    }

    /// A text that may be missing; an empty one is missing.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, KrakenError> {
        match self.0.get(name) {
            None | Some(Value::Nothing) => Ok(None),
            Some(Value::Text(text)) if text.is_empty() => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::List(_) | Value::Map(_)) => Err(KrakenError::invalid(name)),
        }
    }

    /// A text that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&str, KrakenError> {
        self.text(name)?.ok_or_else(|| KrakenError::invalid(name))
    }

    /// What a text says in another form, if it is there.
    pub(crate) fn parsed<T: std::str::FromStr>(
        &self,
        name: &str,
    ) -> Result<Option<T>, KrakenError> {
        let parse = |text: &str| text.parse().map_err(|_| KrakenError::invalid(name));
        self.text(name)?.map(parse).transpose()
    }

    /// Yes or no; missing is no.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, KrakenError> {
        Ok(self.optional_flag(name)?.unwrap_or(false))
    }

    /// Yes or no, if it is there. Python says `True`.
    pub(crate) fn optional_flag(&self, name: &str) -> Result<Option<bool>, KrakenError> {
        match self.text(name)? {
            None => Ok(None),
            Some("true" | "True" | "TRUE" | "1") => Ok(Some(true)),
            Some("false" | "False" | "FALSE" | "0") => Ok(Some(false)),
            Some(_) => Err(KrakenError::invalid(name)),
        }
    }

    /// Texts, as a list or with commas between.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<&str>, KrakenError> {
        match self.0.get(name) {
            None | Some(Value::Nothing) => Ok(Vec::new()),
            Some(Value::Text(text)) => {
                Ok(text.split(',').map(str::trim).filter(|text| !text.is_empty()).collect())
            }
            Some(Value::List(values)) => {
                let texts = values.iter().map(Value::as_text);
                let all: Option<Vec<_>> = texts.collect();
                all.ok_or_else(|| KrakenError::invalid(name))
            }
            Some(Value::Map(_)) => Err(KrakenError::invalid(name)),
        }
    }

    /// Parameters within parameters, if they are there.
    pub(crate) fn nested(&self, name: &str) -> Result<Option<Self>, KrakenError> {
        match self.0.get(name) {
            None | Some(Value::Nothing) => Ok(None),
            Some(Value::Map(fields)) => Ok(Some(Self(fields.clone()))),
            Some(Value::Text(_) | Value::List(_)) => Err(KrakenError::invalid(name)),
        }
    }

    /// A list of parameters.
    pub(crate) fn rows(&self, name: &str) -> Result<Vec<Self>, KrakenError> {
        let refused = || KrakenError::invalid(name);
        let Some(Value::List(values)) = self.0.get(name) else { return Err(refused()) };
        let row = |value: &Value| match value {
            Value::Map(fields) => Ok(Self(fields.clone())),
            Value::Nothing | Value::Text(_) | Value::List(_) => Err(refused()),
        };
        values.iter().map(row).collect()
    }

    /// Whether there is anything under a name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| *value != Value::Nothing)
    }
}

/// By what the client says it is, whatever stands behind a semicolon; who says nothing is looked
/// at.
fn is_json(request: &HttpRequest) -> bool {
    let kind = request.header("content-type").unwrap_or("").trim_start().to_ascii_lowercase();
    if kind.starts_with("application/json") {
        return !request.body.is_empty();
    }
    let looks_like_it = request.body.trim_ascii_start().starts_with(b"{");
    !kind.starts_with("application/x-www-form-urlencoded") && looks_like_it
}

#[cfg(test)]
pub(crate) mod tests;
