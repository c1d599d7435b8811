//! The file of the ladder: read as a whole, proved, and only ever made longer. Beside it lies up to
//! where it was last seen, so that lines cut off at its end are missed.
//!
//! **Law.** Who writes holds the lock, and what is written is on disk before anybody acts on it.
#![expect(clippy::disallowed_methods, reason = "the one place that opens the ladder's files")]

use std::{
    fs::{self, File, TryLockError},
    io::{ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use trading_ladder::{Anchor, ChainError, Ladder, LadderEntry, Requirements, decode, encode};

use crate::{failure::Failure, files};

/// A line a day and some more: hundreds of years.
const BYTES_MAX: u64 = 64 << 20;
const LADDER: &str = "ladder.jsonl";
const HEAD: &str = "ladder.head";

/// A ladder as it was written down.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) entries: Vec<LadderEntry>,
    anchor: Option<Anchor>,
    path: PathBuf,
}

/// A ladder's file, held so that nobody else writes.
#[derive(Debug)]
pub(crate) struct LadderFile {
    file: File,
    path: PathBuf,
    head: PathBuf,
}

/// What stands there; nothing yet is no error.
pub(crate) fn look(folder: &Path) -> Result<Written, Failure> {
    let path = folder.join(LADDER);
    match File::open(&path) {
        Ok(file) => read(&file, path, &folder.join(HEAD)),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            understand("", path, anchor(&folder.join(HEAD))?)
        }
        Err(error) => Err(files::failed("read", &path, &error)),
    }
}

/// Takes the file, to write to it.
pub(crate) fn take(folder: &Path) -> Result<(LadderFile, Written), Failure> {
    files::create_folder(folder)?;
    let path = folder.join(LADDER);
    let failed = |error| files::failed("write", &path, &error);
    let file = File::options().read(true).append(true).create(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => (),
        Err(TryLockError::WouldBlock) => {
            let what = format!("{}: another slackwater is writing to it", path.display());
            return Err(Failure::wrong_hint(what, "wait until it is done, or stop it"));
        }
        Err(TryLockError::Error(error)) => return Err(files::failed("lock", &path, &error)),
    }
    let head = folder.join(HEAD);
    let written = read(&file, path.clone(), &head)?;
    Ok((LadderFile { file, path, head }, written))
}

impl LadderFile {
    /// Makes the file longer.
    pub(crate) fn append(&mut self, entries: &[LadderEntry]) -> Result<(), Failure> {
        let Some(last) = entries.last() else { return Ok(()) };
        let lines: String = entries.iter().map(encode).collect();
        let failed = |error| files::failed("write", &self.path, &error);
        self.file.write_all(lines.as_bytes()).map_err(failed)?;
        self.file.sync_all().map_err(failed)?;
        // Behind the chain if the machine stops here, and that is no fault.
        replace(&self.head, &format!("{}\n", last.anchor()))
            .map_err(|error| files::failed("write", &self.head, &error))
    }
}

impl Written {
    /// The ladder that it comes to.
    pub(crate) fn ladder(&self, requirements: Requirements) -> Result<Ladder, Failure> {
        let restored = Ladder::restore(requirements, &self.entries, self.anchor);
        restored.map_err(|error| damaged(&self.path, &error))
    }
}

fn read(mut file: &File, path: PathBuf, head: &Path) -> Result<Written, Failure> {
    let mut bytes = Vec::new();
    let limited = &mut file;
    limited
        .take(BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| files::failed("read", &path, &error))?;
    let text = String::from_utf8(bytes).ok().filter(|text| text.len() as u64 <= BYTES_MAX);
    let Some(text) = text else {
        let what = format!("{}: this is no ladder", path.display());
        return Err(Failure::wrong_hint(what, UNTOUCHED));
    };
    understand(&text, path, anchor(head)?)
}

fn understand(text: &str, path: PathBuf, anchor: Option<Anchor>) -> Result<Written, Failure> {
    let entries = decode(text).map_err(|error| damaged(&path, &error))?;
    anchor.map_or(Ok(()), |it| it.check(&entries)).map_err(|error| damaged(&path, &error))?;
    Ok(Written { entries, anchor, path })
}

/// What to do about a file that cannot be believed.
const UNTOUCHED: &str = "put an untouched copy of ladder.jsonl and ladder.head back, or move both \
                         away: the ladder then starts at the bottom";

fn damaged(path: &Path, error: &ChainError) -> Failure {
    let hint = match error {
        ChainError::Torn { .. } => {
            "remove that line: it was never acted on, and what it says is said again"
        }
        ChainError::NotAnEntry { .. }
        | ChainError::Changed { .. }
        | ChainError::Broken { .. }
        | ChainError::Impossible { .. }
        | ChainError::Shortened { .. } => UNTOUCHED,
    };
    Failure::wrong_hint(format_args!("{}: {error}", path.display()), hint)
}

fn anchor(head: &Path) -> Result<Option<Anchor>, Failure> {
    match fs::read_to_string(head) {
        Ok(text) => text.trim_end().parse().map(Some).map_err(|error| {
            Failure::wrong_hint(format_args!("{}: {error}", head.display()), UNTOUCHED)
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(files::failed("read", head, &error)),
    }
}

/// The number of the user whose process this is, where the machine tells.
#[cfg(unix)]
pub(crate) fn user() -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").ok().map(|it| it.uid())
}

/// The number of the user whose process this is, where the machine tells.
#[cfg(not(unix))]
pub(crate) fn user() -> Option<u32> {
    None
}

/// A file with these contents, whole or not at all.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let new = path.with_extension("new");
    let mut file = File::create(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)
}

#[cfg(test)]
mod tests;
