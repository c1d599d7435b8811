//! Secrets of alert sinks: read from a file that only its owner may read, kept where nothing can
//! show, copy or write them.
//!
//! ```compile_fail,E0277
//! # fn show(secret: &trading_bot::alert_sinks::Secret) {
//! println!("{secret:?}");
//! # }
//! ```
//!
//! ```compile_fail,E0599
//! # use trading_bot::alert_sinks::Secret;
//! # fn copy(secret: &Secret) -> Secret {
//! Secret::clone(secret)
//! # }
//! ```

use std::{
    fs::OpenOptions,
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

/// No secret is longer.
const BYTES_MAX: usize = 4 << 10;

/// A secret. It cannot be shown, copied or written down.
pub struct Secret(Zeroizing<String>);

/// Why there is no secret, sorted by what to do next.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// It cannot be read.
    #[error("cannot read the secret in {}: {error}; put it there, readable by you only",
        path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Others may read it.
    #[error(
        "others may read {path}; run `chmod 600 {path}`, and make a new secret if they might have",
        path = .0.display()
    )]
    ReadableByOthers(PathBuf),
    /// It belongs to somebody else.
    #[error("{} belongs to another user; copy the secret into a file of your own", .0.display())]
    BelongsToAnother(PathBuf),
    /// There is nothing that could be one.
    #[error("{} holds no secret; it needs one line, and nothing else", .0.display())]
    NotASecret(PathBuf),
}

impl Secret {
    /// The secret in a file, without the white space around it.
    pub fn read(path: &Path) -> Result<Self, SecretError> {
        let unreadable = |error| SecretError::Unreadable { path: path.to_owned(), error };
        let file = OpenOptions::new().read(true).open(path).map_err(unreadable)?;
        let about = file.metadata().map_err(unreadable)?;
        if !about.is_file() {
            return Err(SecretError::NotASecret(path.to_owned()));
        }
        if about.mode() & 0o077 != 0 {
            return Err(SecretError::ReadableByOthers(path.to_owned()));
        }
        // Where the system tells who we are, root does not take another's file either.
        let us = std::fs::metadata("/proc/self").map(|us| us.uid());
        if us.is_ok_and(|us| us != about.uid()) {
            return Err(SecretError::BelongsToAnother(path.to_owned()));
        }
        // Of full length from the start: a text that grows leaves copies of itself behind.
        let mut text = Zeroizing::new(String::with_capacity(BYTES_MAX + 1));
        file.take(BYTES_MAX as u64 + 1).read_to_string(&mut text).map_err(unreadable)?;
        let trimmed = text.trim();
        let is_one = !trimmed.is_empty()
            && text.len() <= BYTES_MAX
            && trimmed.chars().all(|character| !character.is_control());
        if is_one {
            Ok(Self(Zeroizing::new(trimmed.to_owned())))
        } else {
            Err(SecretError::NotASecret(path.to_owned()))
        }
    }

    /// One that a test made up.
    #[cfg(test)]
    pub(super) fn given(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The text, for what is sent with it and for nothing else.
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests;
