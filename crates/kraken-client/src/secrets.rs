//! Where keys come from, and the only code that sees their secret texts. What leaves this file is a
//! signature, or four characters of a key's public half.
//!
//! ```compile_fail,E0277
//! # use kraken_client::secrets::Credentials;
//! # fn show(credentials: &Credentials) {
//! println!("{credentials:?}");
//! # }
//! ```
//!
//! ```compile_fail,E0599
//! # use kraken_client::secrets::Credentials;
//! # fn copy(credentials: &Credentials) -> Credentials {
//! Credentials::clone(credentials)
//! # }
//! ```
#![expect(clippy::disallowed_methods, reason = "the door through which keys come in")]

mod key_file;

use std::{
    env, fmt,
    fs::File,
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
};

use kraken_protocol::{
    Endpoint,
    limits::KeyRole,
    nonce::Nonce,
    signer::{ApiSign, BadSecret, Signer},
};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::files::{self, FileError};

/// No file with keys in it is larger.
const KEY_FILE_BYTES_MAX: u64 = 16 << 10;
/// How much of a key's public half is shown.
const SHOWN_CHARACTERS: usize = 4;

/// A key, ready to sign. It cannot be shown, copied or written down.
pub struct Credentials {
    role: KeyRole,
    source: Source,
    key: Zeroizing<String>,
    signer: Signer,
}

/// Where a key was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A credential that systemd decrypted for this service.
    Systemd(PathBuf),
    /// A file that only its owner may read.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// The program itself.
    Given,
}

/// Where to look for keys. systemd's credentials come first, then the file, then the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySources {
    /// A file with keys.
    pub file: Option<PathBuf>,
    /// Whether the environment counts.
    pub environment: EnvironmentKeys,
}

/// Whether keys in the environment are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvironmentKeys {
    /// No: child processes inherit it and it shows in the list of processes. The rule for live
    /// trading.
    Refused,
    /// Yes.
    Accepted,
}

/// What may be told about a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyListing {
    /// What it is for.
    pub role: KeyRole,
    /// Where it is.
    pub source: Source,
    /// The first four characters of its public half.
    pub start: String,
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// None was found.
    #[error("there is no {0} key; put one into a file with `slackwater key store`")]
    Missing(KeyRole),
    /// One of its halves is missing.
    #[error("{at} has only half of the {role} key; it needs the API key and the private key")]
    HalfMissing {
        /// Which key.
        role: KeyRole,
        /// Where.
        at: Source,
    },
    /// It is in the environment, which does not count.
    #[error(
        "the {role} key is in the environment, where other programs may read it; put it into a \
         file with `slackwater key store`, or say in the config that the environment will do"
    )]
    InEnvironment {
        /// Which key.
        role: KeyRole,
    },
    /// Others may read the file.
    #[error("others may read {0}; run `chmod 600 {0}`, and make a new key if they might have")]
    ReadableByOthers(PathBuf),
    /// The file belongs to somebody else.
    #[error("{0} belongs to another user; copy the key into a file of your own")]
    BelongsToAnother(PathBuf),
    /// The file is no file with keys.
    #[error("{path}, line {line}: {what}")]
    BadLine {
        /// Which file.
        path: PathBuf,
        /// Which line, counted from 1.
        line: usize,
        /// What to do about it. It says nothing about what stands there.
        what: &'static str,
    },
    /// The private half is not one.
    #[error("{at}: {error}")]
    BadSecret {
        /// Where.
        at: Source,
        /// What is wrong with it.
        error: BadSecret,
    },
    /// The public half is not one.
    #[error("{0}: the API key is not one; copy all of it from Kraken's page of the key")]
    BadKey(Source),
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Systemd(path) => write!(f, "the systemd credential {}", path.display()),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "the environment variable {name}"),
            Self::Given => f.write_str("the program"),
        }
    }
}

impl Credentials {
    /// A key that the program got from somewhere else. The texts are wiped.
    pub fn new(role: KeyRole, key: String, secret: String) -> Result<Self, SecretsError> {
        Texts { key: Zeroizing::new(key), secret: Zeroizing::new(secret) }
            .into_credentials(role, Source::Given)
    }

    /// The key of this role, from the first source that has it.
    pub fn load(role: KeyRole, sources: &KeySources) -> Result<Self, SecretsError> {
        Self::load_with(role, sources, |name| env::var(name).ok().map(Zeroizing::new))
    }

    fn load_with(
        role: KeyRole,
        sources: &KeySources,
        variable: impl Fn(&str) -> Option<Zeroizing<String>>,
    ) -> Result<Self, SecretsError> {
        let folder = variable("CREDENTIALS_DIRECTORY").map(|folder| PathBuf::from(&**folder));
        if let Some(folder) = folder
            && let Some((texts, source)) = from_systemd(role, &folder)?
        {
            return texts.into_credentials(role, source);
        }
        if let Some(path) = &sources.file
            && let Some(texts) = from_file(role, path)?
        {
            return texts.into_credentials(role, Source::File(path.clone()));
        }
        match (from_environment(role, variable)?, sources.environment) {
            (None, _) => Err(SecretsError::Missing(role)),
            (Some(_), EnvironmentKeys::Refused) => Err(SecretsError::InEnvironment { role }),
            (Some((texts, source)), EnvironmentKeys::Accepted) => {
                texts.into_credentials(role, source)
            }
        }
    }

    /// What it is for.
    pub const fn role(&self) -> KeyRole {
        self.role
    }

    /// What may be told about it.
    pub fn listing(&self) -> KeyListing {
        let start = self.key.chars().take(SHOWN_CHARACTERS).collect();
        KeyListing { role: self.role, source: self.source.clone(), start }
    }

    /// Tells one key from another, and gives nothing away: the SHA-256 of the key's public half.
    pub fn mark(&self) -> [u8; 32] {
        Sha256::digest(self.key.as_bytes()).into()
    }

    /// The public half, for the header that carries it and for nothing else.
    pub(crate) fn api_key(&self) -> &str {
        &self.key
    }

    /// Signs a body that contains `nonce`.
    pub(crate) fn sign(&self, endpoint: Endpoint, nonce: Nonce, body: &[u8]) -> ApiSign {
        self.signer.sign(endpoint, nonce, body)
    }
}

/// Puts a key into a file, in the place of another one of its role. Keys of other roles stay.
pub fn store(role: KeyRole, key: String, secret: String, path: &Path) -> Result<(), SecretsError> {
    let texts = Texts { key: Zeroizing::new(key), secret: Zeroizing::new(secret) };
    let source = Source::File(path.to_owned());
    // Whether it can be used is known before anything is written.
    let (texts, _) = texts.checked(&source)?;
    let old = read_private(path)?.unwrap_or_default();
    let new = key_file::with_key(&old, role, &texts).map_err(|error| error.at(path))?;
    files::replace(path, new.as_bytes())?;
    Ok(())
}

/// What keys there are. A role appears once, with the source that would be used.
pub fn list(sources: &KeySources) -> Result<Vec<KeyListing>, SecretsError> {
    let mut listings = Vec::new();
    for role in KeyRole::ALL {
        match Credentials::load(role, sources) {
            Ok(credentials) => listings.push(credentials.listing()),
            Err(SecretsError::Missing(_) | SecretsError::InEnvironment { .. }) => (),
            Err(error) => return Err(error),
        }
    }
    Ok(listings)
}

/// Both halves of a key, wiped when they go.
struct Texts {
    key: Zeroizing<String>,
    secret: Zeroizing<String>,
}

impl Texts {
    /// The texts without white space around them, and the signer that they make.
    fn checked(self, at: &Source) -> Result<(Self, Signer), SecretsError> {
        let trimmed = |text: &Zeroizing<String>| Zeroizing::new(text.trim().to_owned());
        let texts = Self { key: trimmed(&self.key), secret: trimmed(&self.secret) };
        if texts.key.is_empty() || !texts.key.chars().all(key_file::may_stand_in_key) {
            return Err(SecretsError::BadKey(at.clone()));
        }
        let signer = Signer::new(&texts.secret)
            .map_err(|error| SecretsError::BadSecret { at: at.clone(), error })?;
        Ok((texts, signer))
    }

    fn into_credentials(self, role: KeyRole, source: Source) -> Result<Credentials, SecretsError> {
        let (texts, signer) = self.checked(&source)?;
        Ok(Credentials { role, source, key: texts.key, signer })
    }
}

/// `kraken-<role>-key` and `kraken-<role>-secret` in systemd's folder
/// (<https://systemd.io/CREDENTIALS>, read on 2026-11-21).
fn from_systemd(role: KeyRole, folder: &Path) -> Result<Option<(Texts, Source)>, SecretsError> {
    let path = folder.join(format!("kraken-{role}-key"));
    let key = text_if_any(&path)?;
    let secret = text_if_any(&folder.join(format!("kraken-{role}-secret")))?;
    let source = Source::Systemd(path);
    both(role, key, secret, source)
}

/// A key of this role from a file, which must be there.
fn from_file(role: KeyRole, path: &Path) -> Result<Option<Texts>, SecretsError> {
    let Some(text) = read_private(path)? else {
        return Ok(None);
    };
    let found = key_file::find(&text, role).map_err(|error| error.at(path))?;
    let source = Source::File(path.to_owned());
    both(role, found.key, found.secret, source).map(|found| found.map(|(texts, _)| texts))
}

/// `KRAKEN_TRADE_API_KEY` and its like for a role, else `KRAKEN_API_KEY` for any.
fn from_environment(
    role: KeyRole,
    variable: impl Fn(&str) -> Option<Zeroizing<String>>,
) -> Result<Option<(Texts, Source)>, SecretsError> {
    let of_role = format!("KRAKEN_{}_API", role.name().to_uppercase());
    for start in [of_role.as_str(), "KRAKEN_API"] {
        let name = format!("{start}_KEY");
        let key = variable(&name);
        let secret = variable(&format!("{start}_SECRET"));
        if let Some(found) = both(role, key, secret, Source::Environment(name))? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn both(
    role: KeyRole,
    key: Option<Zeroizing<String>>,
    secret: Option<Zeroizing<String>>,
    at: Source,
) -> Result<Option<(Texts, Source)>, SecretsError> {
    match (key, secret) {
        (Some(key), Some(secret)) => Ok(Some((Texts { key, secret }, at))),
        (None, None) => Ok(None),
        (Some(_), None) | (None, Some(_)) => Err(SecretsError::HalfMissing { role, at }),
    }
}

/// The text of a file with keys; others must not be able to read it.
fn read_private(path: &Path) -> Result<Option<Zeroizing<String>>, SecretsError> {
    let Some(file) = open_if_any(path)? else { return Ok(None) };
    let about = file.metadata().map_err(|error| failed(path, error))?;
    check_private(path, &about)?;
    read_text(path, file).map(Some)
}

fn text_if_any(path: &Path) -> Result<Option<Zeroizing<String>>, SecretsError> {
    open_if_any(path)?.map(|file| read_text(path, file)).transpose()
}

fn open_if_any(path: &Path) -> Result<Option<File>, SecretsError> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path, error)),
    }
}

fn read_text(path: &Path, file: File) -> Result<Zeroizing<String>, SecretsError> {
    // Of full length from the start: a text that grows leaves copies of itself behind.
    let size = usize::try_from(KEY_FILE_BYTES_MAX).expect("a few thousand") + 1;
    let mut text = Zeroizing::new(String::with_capacity(size));
    file.take(KEY_FILE_BYTES_MAX + 1)
        .read_to_string(&mut text)
        .map_err(|error| failed(path, error))?;
    if KEY_FILE_BYTES_MAX < text.len() as u64 {
        return Err(failed(path, ErrorKind::FileTooLarge.into()));
    }
    Ok(text)
}

fn failed(path: &Path, error: std::io::Error) -> SecretsError {
    FileError { doing: "read", path: path.to_owned(), error }.into()
}

#[cfg(unix)]
fn check_private(path: &Path, about: &std::fs::Metadata) -> Result<(), SecretsError> {
    use std::os::unix::fs::MetadataExt;
    if about.mode() & 0o077 != 0 {
        return Err(SecretsError::ReadableByOthers(path.to_owned()));
    }
    // Nobody but its owner and root can open such a file at all; where the system tells who we
    // are, root does not take another's file either.
    let us = std::fs::metadata("/proc/self").map(|us| us.uid());
    if us.is_ok_and(|us| us != about.uid()) {
        return Err(SecretsError::BelongsToAnother(path.to_owned()));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_private(_: &Path, _: &std::fs::Metadata) -> Result<(), SecretsError> {
    Ok(())
}

#[cfg(test)]
mod tests;
