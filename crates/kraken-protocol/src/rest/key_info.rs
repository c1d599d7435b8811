//! What a key may do: `GetApiKeyInfo`
//! (<https://docs.kraken.com/api-reference/account-data/get-api-key-info>, read on 2026-11-21).
//!
//! The key's own text and the account's bank number are neither kept nor shown.

use sha2::{Digest, Sha256};
use trading_types::Timestamp;

use super::fields::{DecodeError, Read, Value, whole};
use crate::permission::Permission;

/// What `GetApiKeyInfo` tells of the key that asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// The name its owner gave it.
    pub name: String,
    /// The last nonce Kraken has seen with it.
    pub nonce: u64,
    /// How far below the last nonce another may lie; zero when none may.
    pub nonce_window: u64,
    /// What it may do, as far as we know the words.
    pub permissions: Vec<Permission>,
    /// Permissions we do not know.
    pub unknown_permissions: Vec<String>,
    /// When it stops working.
    pub valid_until: Option<Timestamp>,
    /// It cannot see what happened before.
    pub query_from: Option<Timestamp>,
    /// It cannot see what happens after.
    pub query_to: Option<Timestamp>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When its settings were last changed.
    pub modified: Option<Timestamp>,
    /// When it was last used before this call.
    pub last_used: Option<Timestamp>,
    /// The addresses it may be used from; empty when from any.
    pub addresses: Vec<String>,
    /// The SHA-256 of the account's bank number: tells one account from another and gives nothing
    /// away. Nothing when Kraken tells no number.
    pub account: Option<[u8; 32]>,
}

impl KeyInfo {
    /// Whether it has a permission.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }
}

/// Reads the result of `GetApiKeyInfo`.
pub fn key_info(result: &str) -> Result<KeyInfo, DecodeError> {
    let fields = whole(result)?.object()?;
    let time = |name| fields.read_if_any(name, time_if_set).map(Option::flatten);
    let words = fields.read("permissions", |list| list.each(Value::string))?;
    let known = |word: &String| Permission::from_name(word);
    Ok(KeyInfo {
        name: fields.read_if_any("apiKeyName", Value::string)?.unwrap_or_default(),
        nonce: fields.read("nonce", Value::integer)?,
        nonce_window: fields.read_if_any("nonceWindow", Value::integer)?.unwrap_or_default(),
        permissions: words.iter().filter_map(known).collect(),
        unknown_permissions: words.into_iter().filter(|word| known(word).is_none()).collect(),
        valid_until: time("validUntil")?,
        query_from: time("queryFrom")?,
        query_to: time("queryTo")?,
        created: time("createdTime")?,
        modified: time("modifiedTime")?,
        last_used: time("lastUsed")?,
        addresses: fields.read("ipAllowlist", |list| list.each(Value::string))?,
        account: fields
            .read_if_any("iban", Value::string)?
            .filter(|number| !number.is_empty())
            .map(|number| Sha256::digest(number.as_bytes()).into()),
    })
}

/// Seconds since 1970; zero or nothing in it when it is not set.
fn time_if_set(value: Value<'_>) -> Read<Option<Timestamp>> {
    match value.text().as_deref() {
        Ok("") => Ok(None),
        Ok(_) | Err(_) => value.time_if_set(),
    }
}

#[cfg(test)]
mod tests;
