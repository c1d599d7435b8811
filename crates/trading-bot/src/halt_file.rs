//! The file `HALT` in the data folder: while it is there the bot is halted, whatever else is lost.
//!
//! **Law.** Whatever has this name halts: an empty file that somebody touched, a file that cannot
//! be read, a folder. Only taking it away ends the halt.
//!
//! What we write is text, a line for each thing: `reason: …`, `by: …`, `at: …`. What a person
//! writes there is the reason.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use trading_types::Timestamp;

/// The file's name in the data folder.
pub const HALT_NAME: &str = "HALT";
/// The name of a file that is about to take its place.
const NEW_NAME: &str = "HALT.new";
/// So much of the file is read: both texts and what is around them.
const BYTES_MAX: u64 = 16 << 10;
/// So much of a text of ours is written.
const CHARACTERS_MAX: usize = 1_000;

/// The file of one data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HaltFile {
    folder: PathBuf,
}

/// A halt, as far as the file tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Halt {
    /// Why; in words of ours when the file does not say.
    pub reason: String,
    /// Who halted the bot.
    pub by: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
}

/// Why the file is not as it should be, sorted by what to do next.
#[derive(Debug, thiserror::Error)]
pub enum HaltFileError {
    // The halt holds; the reason has to be told elsewhere.
    /// The file is there and does not say why.
    #[error("the file {} halts the bot, and its reason could not be written ({error})",
        path.display())]
    ReasonLost {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    // The halt does not outlive the journal.
    /// There is no file.
    #[error(
        "cannot make the file {}: {error}; after a restart the bot is halted only by its journal, \
         so make the file yourself", path.display()
    )]
    NotMade {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    // The halt goes on.
    /// The file is still there.
    #[error("cannot take the file {} away: {error}; the bot stays halted until it is gone",
        path.display())]
    NotRemoved {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl HaltFile {
    /// The file of a data folder, which need not be there.
    pub fn of(data_dir: &Path) -> Self {
        Self { folder: data_dir.to_owned() }
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        self.folder.join(HALT_NAME)
    }

    /// Whether the bot is halted, and why.
    pub fn read(&self) -> Option<Halt> {
        let path = self.path();
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return None,
            Err(error) => return Some(unreadable(&error)),
            // A pipe would keep its reader waiting.
            Ok(about) if !about.is_file() => {
                let error = io::Error::new(ErrorKind::InvalidData, "it is not a plain file");
                return Some(unreadable(&error));
            }
            Ok(_) => (),
        }
        match text_of(&path) {
            Ok(text) => Some(Halt::from_text(&text)),
            Err(error) => Some(unreadable(&error)),
        }
    }

    /// Makes the file, durably. The halt holds even where there is no room for its reason.
    pub fn write(&self, reason: &str, by: &str, now: Timestamp) -> Result<(), HaltFileError> {
        let path = self.path();
        let halt = Halt { reason: reason.to_owned(), by: Some(by.to_owned()), at: Some(now) };
        self.make().map_err(|error| HaltFileError::NotMade { path: path.clone(), error })?;
        self.replace(&halt.to_text()).map_err(|error| HaltFileError::ReasonLost { path, error })
    }

    /// Takes the file away, durably. That there is none is no error.
    pub fn remove(&self) -> Result<(), HaltFileError> {
        let path = self.path();
        let removed = match fs::remove_file(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(()) => self.sync_folder(),
        };
        removed.map_err(|error| HaltFileError::NotRemoved { path, error })
    }

    /// An empty file, if there is nothing of this name.
    fn make(&self) -> io::Result<()> {
        match private().create_new(true).open(self.path()) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
            Ok(_) => self.sync_folder(),
        }
    }

    fn replace(&self, text: &str) -> io::Result<()> {
        let new = self.folder.join(NEW_NAME);
        let mut file = private().create(true).truncate(true).open(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, self.path())?;
        self.sync_folder()
    }

    /// A name is durable once its folder is.
    fn sync_folder(&self) -> io::Result<()> {
        OpenOptions::new().read(true).open(&self.folder)?.sync_all()
    }
}

impl Halt {
    fn to_text(&self) -> String {
        let by = self.by.as_ref().map(|by| format!("by: {}\n", one_line(by)));
        let at = self.at.map(|at| format!("at: {at}\n"));
        [
            format!("reason: {}\n", one_line(&self.reason)),
            by.unwrap_or_default(),
            at.unwrap_or_default(),
            "While this file is here the bot is halted.\n".to_owned(),
        ]
        .concat()
    }

    fn from_text(text: &str) -> Self {
        let told = |name: &str| {
            let mut lines = text.lines();
            lines.find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(": ")?.to_owned()))
        };
        let reason = told("reason").unwrap_or_else(|| text.trim().to_owned());
        let reason = if reason.is_empty() {
            format!("the file {HALT_NAME} is there, and does not say why")
        } else {
            reason
        };
        let at = told("at").and_then(|at| at.parse().ok());
        Self { reason, by: told("by"), at }
    }
}

/// A text that looks like none of our lines, and is not longer than what is read.
fn one_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .take(CHARACTERS_MAX)
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unreadable(error: &io::Error) -> Halt {
    let reason = format!("the file {HALT_NAME} is there, and cannot be read ({error})");
    Halt { reason, by: None, at: None }
}

fn text_of(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    let file: File = OpenOptions::new().read(true).open(path)?;
    file.take(BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// How a file is written that only its owner reads.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}

#[cfg(test)]
mod tests;
