//! A journal that cannot be trusted any more is put aside, and the next start begins anew with
//! what the venue says.
//!
//! **Law.** Nothing is deleted, and nothing is moved under a bot that runs.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use trading_types::Timestamp;

use crate::{launch::journal_folder, real_disk::LockError, real_disk::RealDisk};

/// Why the journal stays where it is, sorted by what to do next.
#[derive(Debug, thiserror::Error)]
pub enum SetAsideError {
    // Leave the option out.
    /// There is none.
    #[error("there is no journal in {}: nothing has to be put aside", .0.display())]
    NoJournal(PathBuf),
    // Stop the bot, or correct the rights.
    /// It is in use, or cannot be used.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The system said no.
    #[error("the journal cannot be moved to {} ({error}): check the rights", to.display())]
    Move {
        /// Where it was to go.
        to: PathBuf,
        /// Why it did not.
        error: io::Error,
    },
}

/// Moves the journal of a data folder away; says where to.
pub fn set_aside_journal(data_dir: &Path, now: Timestamp) -> Result<PathBuf, SetAsideError> {
    let journal = journal_folder(data_dir);
    if !journal.is_dir() {
        return Err(SetAsideError::NoJournal(data_dir.to_owned()));
    }
    let lock = RealDisk::open(&journal)?;
    let to = data_dir.join(format!("journal-until-{}", now.nanos()));
    fs::rename(&journal, &to).map_err(|error| SetAsideError::Move { to: to.clone(), error })?;
    drop(lock);
    Ok(to)
}
