//! The file of the ladder: read as a whole, proved, and only ever made longer. Beside it lies up to
//! where it was last seen, so that lines cut off at its end are missed.
//!
//! **Law.** Who writes holds the lock, and what is written is on disk before anybody acts on it.
//! Nobody holds it longer than that: a bot that runs and a person at the terminal take turns.
#![expect(clippy::disallowed_methods, reason = "the one place that opens the ladder's files")]

use std::{
    fs::{self, File, TryLockError},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use trading_ladder::{
    Anchor, ChainError, Ladder, LadderEntry, Requirements, chain::ParseAnchorError, decode, encode,
};

/// A line a day and some more: hundreds of years.
const BYTES_MAX: u64 = 64 << 20;
const LADDER: &str = "ladder.jsonl";
const HEAD: &str = "ladder.head";

/// Why the file cannot be used, sorted by what to do next.
#[derive(Debug, thiserror::Error)]
pub enum LadderFileError {
    // Try again.
    /// Somebody else is writing to it.
    #[error("{}: another slackwater is writing to it", .0.display())]
    Busy(PathBuf),
    // Look at the path, its rights and the disk.
    /// The system does not allow it.
    #[error("cannot {doing} {}: {error}", path.display())]
    System {
        /// What was tried.
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    // Put a copy back.
    /// It is something else.
    #[error("{}: this is no ladder", .0.display())]
    NotALadder(PathBuf),
    /// What stands in it cannot be believed.
    #[error("{}: {error}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        error: ChainError,
    },
    /// Up to where it was seen cannot be read.
    #[error("{}: {error}", path.display())]
    Head {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        error: ParseAnchorError,
    },
}

impl LadderFileError {
    /// What to do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Busy(_) => "wait until it is done, or stop it",
            Self::System { .. } => "check the path, its rights and the disk",
            Self::Damaged { error: ChainError::Torn { .. }, .. } => {
                "remove that line: it was never acted on, and what it says is said again"
            }
            Self::NotALadder(_) | Self::Damaged { .. } | Self::Head { .. } => UNTOUCHED,
        }
    }
}

/// A ladder as it was written down.
#[derive(Debug)]
pub struct Written {
    /// Line by line.
    pub entries: Vec<LadderEntry>,
    anchor: Option<Anchor>,
    path: PathBuf,
}

/// A ladder's file, held so that nobody else writes.
#[derive(Debug)]
pub struct LadderFile {
    file: File,
    path: PathBuf,
    head: PathBuf,
}

/// What stands there; nothing yet is no error.
pub fn look(folder: &Path) -> Result<Written, LadderFileError> {
    let path = folder.join(LADDER);
    match File::open(&path) {
        Ok(file) => read(&file, path, &folder.join(HEAD)),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            understand("", path, anchor(&folder.join(HEAD))?)
        }
        Err(error) => Err(failed("read", &path)(error)),
    }
}

/// Takes the file, to write to it.
pub fn take(folder: &Path) -> Result<(LadderFile, Written), LadderFileError> {
    fs::create_dir_all(folder).map_err(failed("make", folder))?;
    let path = folder.join(LADDER);
    let file = File::options().read(true).append(true).create(true).open(&path);
    let file = file.map_err(failed("write", &path))?;
    match file.try_lock() {
        Ok(()) => (),
        Err(TryLockError::WouldBlock) => return Err(LadderFileError::Busy(path)),
        Err(TryLockError::Error(error)) => return Err(failed("lock", &path)(error)),
    }
    let head = folder.join(HEAD);
    let written = read(&file, path.clone(), &head)?;
    Ok((LadderFile { file, path, head }, written))
}

impl LadderFile {
    /// Makes the file longer. After an error it is as long as it was.
    pub fn append(&mut self, entries: &[LadderEntry]) -> Result<(), LadderFileError> {
        let Some(last) = entries.last() else { return Ok(()) };
        let lines: String = entries.iter().map(encode).collect();
        let write = failed("write", &self.path);
        let length = match self.file.metadata() {
            Ok(about) => about.len(),
            Err(error) => return Err(write(error)),
        };
        let written = self.file.write_all(lines.as_bytes()).and_then(|()| self.file.sync_all());
        if let Err(error) = written {
            // What cannot be taken back is a torn line, which the next reader names.
            drop(self.file.set_len(length));
            return Err(write(error));
        }
        // Behind the chain if the machine stops here, and that is no fault.
        let head = format!("{}\n", last.anchor());
        replace(&self.head, &head).map_err(failed("write", &self.head))
    }
}

impl Written {
    /// The ladder that it comes to.
    pub fn ladder(&self, requirements: Requirements) -> Result<Ladder, LadderFileError> {
        let restored = Ladder::restore(requirements, &self.entries, self.anchor);
        restored.map_err(damaged(&self.path))
    }
}

fn read(mut file: &File, path: PathBuf, head: &Path) -> Result<Written, LadderFileError> {
    let mut bytes = Vec::new();
    let limited = &mut file;
    limited.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed("read", &path))?;
    let text = String::from_utf8(bytes).ok().filter(|text| text.len() as u64 <= BYTES_MAX);
    let Some(text) = text else { return Err(LadderFileError::NotALadder(path)) };
    understand(&text, path, anchor(head)?)
}

fn understand(
    text: &str,
    path: PathBuf,
    anchor: Option<Anchor>,
) -> Result<Written, LadderFileError> {
    let entries = decode(text).map_err(damaged(&path))?;
    anchor.map_or(Ok(()), |it| it.check(&entries)).map_err(damaged(&path))?;
    Ok(Written { entries, anchor, path })
}

/// What to do about a file that cannot be believed.
const UNTOUCHED: &str = "put an untouched copy of ladder.jsonl and ladder.head back, or move both \
                         away: the ladder then starts at the bottom";

fn damaged(path: &Path) -> impl FnOnce(ChainError) -> LadderFileError {
    let path = path.to_owned();
    move |error| LadderFileError::Damaged { path, error }
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> LadderFileError {
    let path = path.to_owned();
    move |error| LadderFileError::System { doing, path, error }
}

fn anchor(head: &Path) -> Result<Option<Anchor>, LadderFileError> {
    match fs::read_to_string(head) {
        Ok(text) => {
            let path = head.to_owned();
            let anchor = text.trim_end().parse();
            anchor.map(Some).map_err(|error| LadderFileError::Head { path, error })
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", head)(error)),
    }
}

/// The number of the user whose process this is, where the machine tells.
#[cfg(unix)]
pub fn user() -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").ok().map(|it| it.uid())
}

/// The number of the user whose process this is, where the machine tells.
#[cfg(not(unix))]
pub fn user() -> Option<u32> {
    None
}

/// A file with these contents, whole or not at all.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut file = File::create(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)
}

#[cfg(test)]
mod tests;
