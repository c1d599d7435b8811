//! What the owner of a key changes in its settings while the simulation runs: what it may do, from
//! where, and until when.
//!
//! The invariant: a change that was read can be made, but for an account that is not there.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::{Permission, key_kind::KEY_KINDS};
use crate::scenario::Length;

/// A change. What is missing stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyChange {
    /// Which key, by its name.
    pub(crate) name: String,
    /// All it may do from now on.
    pub(crate) permissions: Option<Vec<Permission>>,
    /// All addresses it is meant for; none is any.
    pub(crate) addresses: Option<Vec<String>>,
    /// After how long it ends; never, where that is what is wanted.
    #[expect(clippy::option_option, reason = "it may stay, end, or end no more")]
    pub(crate) expires_after: Option<Option<Duration>>,
}

/// A change as it is written, in a step of a scenario and in the body of a request.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyChangeText {
    #[serde(default)]
    pub(crate) key: Option<String>,
    #[serde(default)]
    pub(crate) permissions: Option<Vec<Permission>>,
    #[serde(default)]
    pub(crate) addresses: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) expires: Option<Expires>,
}

/// When a key ends: after so long, or never.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expires(Option<Duration>);

impl<'de> Deserialize<'de> for Expires {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text == "never" {
            return Ok(Self(None));
        }
        let length = Length::read(&text).ok_or_else(|| {
            de::Error::custom(format!("`{text}` is not a duration; write 0s, 10m, 7d or never"))
        })?;
        Ok(Self(Some(length.0)))
    }
}

impl KeyChangeText {
    /// The change, or what is wrong with it and what to write.
    pub(crate) fn understood(self) -> Result<KeyChange, String> {
        let Self { key, permissions, addresses, expires } = self;
        let name = key.ok_or("no `key` is named; name one, for instance trade")?;
        let is_kind = |kind: &str| name == kind || name.ends_with(&format!("-{kind}"));
        if !KEY_KINDS.iter().any(|kind| is_kind(kind.name)) {
            let kinds = KEY_KINDS.map(|kind| kind.name).join(", ");
            return Err(format!("`{name}` is no key; they are {kinds}, behind the account's name"));
        }
        if permissions.is_none() && addresses.is_none() && expires.is_none() {
            return Err("nothing changes; write permissions, addresses or expires".to_owned());
        }
        let expires_after = expires.map(|Expires(after)| after);
        Ok(KeyChange { name, permissions, addresses, expires_after })
    }
}
