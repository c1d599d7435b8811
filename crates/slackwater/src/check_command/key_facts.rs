//! Facts about the key: where it lies, what Kraken last said of it, and whether something that
//! looks like one stands where it should not. No secret text leaves `kraken-client`.

use std::path::{Path, PathBuf};

use kraken_client::secrets::{
    self, Credentials, EnvironmentKeys, KeySources, SecretsError, Source,
};
use kraken_protocol::limits::KeyRole;
use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

use crate::{check_command::facts::Known, failure::Failure, files};

/// What is known of the key that trades.
#[derive(Debug)]
pub(crate) struct KeyFacts {
    /// Where it is; nothing where there is none. An error is one that cannot be used as it lies.
    pub(crate) stored: Result<Option<String>, String>,
    /// Its first four characters.
    pub(crate) shown: Option<String>,
    /// The variable it stands in, where other programs may read it.
    pub(crate) in_environment: Option<String>,
    /// What Kraken said it may do.
    pub(crate) audit: Known<AuditFacts>,
}

/// A verdict on the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AuditFacts {
    /// When Kraken was asked.
    pub(crate) time: Timestamp,
    /// The first four characters of the key.
    pub(crate) key: String,
    pub(crate) accepted: bool,
    pub(crate) reasons: Vec<String>,
    pub(crate) warnings: Vec<String>,
}

/// A file that is read with the same care as a config's.
const AUDIT_FILE: &str = "key-audit.json";

/// A verdict older than this is none: the key's owner may have changed it since.
pub(crate) const AUDIT_AGE_MAX: std::time::Duration = std::time::Duration::from_hours(24);

/// The shortest run of the characters of base64 that is taken for a key: Kraken's private keys have
/// 88, its API keys 56, and no setting of ours has half as many.
const KEY_CHARACTERS_MIN: usize = 40;

/// The key as a bot would take it: from a file or systemd, not from the environment.
pub(crate) fn load(key_file: &Path) -> Result<Credentials, SecretsError> {
    let file = Some(PathBuf::from(key_file));
    let sources = KeySources { file, environment: EnvironmentKeys::Refused };
    Credentials::load(KeyRole::Trade, &sources)
}

/// What is known without asking anybody.
pub(crate) fn stored(key_file: &Path, data: &Path, now: Timestamp) -> KeyFacts {
    let (stored, shown) = match load(key_file) {
        Ok(credentials) => {
            let listing = credentials.listing();
            (Ok(Some(listing.source.to_string())), Some(listing.start))
        }
        Err(SecretsError::Missing(_) | SecretsError::InEnvironment { .. }) => (Ok(None), None),
        Err(error) => (Err(error.to_string()), None),
    };
    let audit = match &shown {
        None => Err("there is no key to ask about".to_owned()),
        Some(shown) => on_file(&data.join(AUDIT_FILE), shown, now),
    };
    KeyFacts { stored, shown, in_environment: in_environment(), audit }
}

fn in_environment() -> Option<String> {
    let sources = KeySources { file: None, environment: EnvironmentKeys::Accepted };
    match secrets::list(&sources) {
        Ok(keys) => keys.into_iter().find_map(|key| match key.source {
            Source::Environment(name) => Some(name),
            Source::Systemd(_) | Source::File(_) | Source::Given => None,
        }),
        Err(SecretsError::HalfMissing { at, .. } | SecretsError::BadSecret { at, .. }) => {
            Some(at.to_string())
        }
        Err(_) => None,
    }
}

/// The last verdict, where it is of this key and not old.
fn on_file(path: &Path, shown: &str, now: Timestamp) -> Known<AuditFacts> {
    let nobody = || "nobody has asked Kraken about the key".to_owned();
    if !path.exists() {
        return Err(nobody());
    }
    let text = files::read_config(path).map_err(|_| nobody())?;
    let facts: AuditFacts = serde_json::from_str(&text).map_err(|_| nobody())?;
    if facts.key != shown {
        return Err("Kraken was last asked about another key".to_owned());
    }
    if facts.time + AUDIT_AGE_MAX < now || now < facts.time {
        return Err(format!("Kraken was last asked at {}, too long ago", facts.time));
    }
    Ok(facts)
}

/// Writes a verdict down for the next look.
pub(crate) fn write_audit(data: &Path, facts: &AuditFacts) -> Result<(), Failure> {
    let path = data.join(AUDIT_FILE);
    let text = serde_json::to_vec(facts).expect("facts are always JSON");
    files::write(&path, &mut files::create(&path)?, &text)
}

/// The first line of a text, from 1, in which something stands that looks like a key.
pub(crate) fn secret_line(text: &str) -> Option<usize> {
    let is_of_a_key = |it: char| it.is_ascii_alphanumeric() || "+/=".contains(it);
    let looks_like = |word: &str| {
        KEY_CHARACTERS_MIN <= word.len()
            && word.bytes().any(|it| it.is_ascii_digit())
            && word.bytes().any(|it| it.is_ascii_uppercase())
            && word.bytes().any(|it| it.is_ascii_lowercase())
    };
    let words = |line: &str| line.split(|it| !is_of_a_key(it)).any(looks_like);
    text.lines().position(words).map(|at| at + 1)
}

#[cfg(test)]
mod tests;
