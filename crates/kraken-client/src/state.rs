//! What a restart must not forget: what was spent of Kraken's budgets, and how far nonces went. It
//! is on disk before the call that spends it leaves.
//!
//! One process has the folder at a time: two that spent one budget would not know of each other.

use std::{
    collections::BTreeMap,
    env,
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use kraken_protocol::{limits::KeyRole, scheduler::SavedBudgets};
use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

use crate::{
    clock::Mark,
    files::{self, FileError},
};

/// The form of the file. A program that knows only older ones does not start.
const FORMAT: u32 = 1;
/// No state is larger: thousands of pairs with hundreds of orders each.
const STATE_BYTES_MAX: u64 = 64 << 20;
const STATE_FILE: &str = "kraken-budgets.json";
const LOCK_FILE: &str = "kraken-budgets.lock";

/// What is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    format: u32,
    /// When it was written.
    pub(crate) saved_at: Timestamp,
    /// The same moment by what no setting of the clock changes, where the system has that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mark: Option<Mark>,
    /// What was spent.
    pub(crate) budgets: SavedBudgets,
    /// Up to which number the nonces of each key may have been used.
    pub(crate) nonces: BTreeMap<KeyRole, u64>,
}

/// Where it is kept.
#[derive(Debug)]
pub(crate) struct Store {
    /// Nothing where nothing is to be kept.
    path: Option<PathBuf>,
    /// Held as long as this lives.
    _lock: Option<File>,
}

/// Why the state cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Another process has it.
    #[error(
        "another slackwater uses {0}; stop it, or give this one a key and a state folder of its own"
    )]
    InUse(PathBuf),
    /// What stands there is not what we wrote.
    #[error(
        "{path} is damaged ({why}); move it away and wait fifteen minutes, after which every \
         budget is full again"
    )]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A later version of the program wrote it.
    #[error("{path} was written by a later version of slackwater (form {format}); use that one")]
    TooNew {
        /// Which file.
        path: PathBuf,
        /// Its form.
        format: u32,
    },
    /// The folder cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The part that every form has.
#[derive(Deserialize)]
struct Form {
    format: u32,
}

/// The budgets that an earlier or a running program has written down in a folder, for a look: the
/// folder is not taken.
pub fn budgets(folder: &Path) -> Result<Option<SavedBudgets>, StateError> {
    let path = folder.join(STATE_FILE);
    match files::read_if_any(&path, STATE_BYTES_MAX)? {
        Some(bytes) => read(&path, &bytes).map(|state| Some(state.budgets)),
        None => Ok(None),
    }
}

impl State {
    pub(crate) fn new(
        (saved_at, mark): (Timestamp, Option<Mark>),
        budgets: SavedBudgets,
        nonces: BTreeMap<KeyRole, u64>,
    ) -> Self {
        Self { format: FORMAT, saved_at, mark, budgets, nonces }
    }
}

impl Store {
    /// Whether anything is kept.
    pub(crate) const fn is_kept(&self) -> bool {
        self.path.is_some()
    }

    /// Keeps nothing: what was spent is forgotten when the program ends.
    pub(crate) const fn forgetful() -> Self {
        Self { path: None, _lock: None }
    }

    /// Takes a folder, and what an earlier run left there.
    pub(crate) fn open(folder: &Path) -> Result<(Self, Option<State>), StateError> {
        let lock = lock(folder)?;
        let path = folder.join(STATE_FILE);
        let state = match files::read_if_any(&path, STATE_BYTES_MAX)? {
            Some(bytes) => Some(read(&path, &bytes)?),
            None => None,
        };
        Ok((Self { path: Some(path), _lock: Some(lock) }, state))
    }

    /// Puts `state` on disk in the place of the last one.
    pub(crate) fn save(&self, state: &State) -> Result<(), FileError> {
        let Some(path) = &self.path else { return Ok(()) };
        let text = serde_json::to_vec(state).expect("a state is always JSON");
        files::replace(path, &text)
    }
}

/// The folder in which programs of this user remember things: the service's own under systemd, else
/// the one of the desktop's standard
/// (<https://specifications.freedesktop.org/basedir-spec/latest/>, read on 2026-11-21).
#[expect(clippy::disallowed_methods, reason = "where a folder is, only the environment knows")]
pub(crate) fn usual_folder() -> Option<PathBuf> {
    let variable = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let ours = |folder: PathBuf| folder.join("slackwater");
    variable("STATE_DIRECTORY")
        .or_else(|| variable("XDG_STATE_HOME").map(ours))
        .or_else(|| variable("HOME").map(|home| ours(home.join(".local/state"))))
}

fn lock(folder: &Path) -> Result<File, StateError> {
    let path = folder.join(LOCK_FILE);
    let (file, _) = files::open_to_append(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StateError::InUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(FileError { doing: "lock", path, error }.into()),
    }
}

fn read(path: &Path, bytes: &[u8]) -> Result<State, StateError> {
    let damaged = |error: serde_json::Error| StateError::Damaged {
        path: path.to_owned(),
        why: error.to_string(),
    };
    let Form { format } = serde_json::from_slice(bytes).map_err(damaged)?;
    if FORMAT < format {
        return Err(StateError::TooNew { path: path.to_owned(), format });
    }
    serde_json::from_slice(bytes).map_err(damaged)
}

#[cfg(test)]
mod tests;
