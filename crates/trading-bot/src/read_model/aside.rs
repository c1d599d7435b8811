//! Puts tables aside that are not trusted: renamed, with their log, never removed while they are
//! among the newest.

use std::{
    fs, io,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::{ReadModelError, failed};

/// So many are kept; the oldest goes when one more comes.
const KEPT_MAX: u32 = 3;
/// What `SQLite` puts beside a database. First the log: without it the tables are older, and with a
/// log that is not theirs they would be wrong.
const BESIDE: [&str; 3] = ["-wal", "-shm", ""];

/// Renames a database and what belongs to it, and says how it is called now.
pub(super) fn put_aside(path: &Path) -> Result<PathBuf, ReadModelError> {
    for number in (1..KEPT_MAX).rev() {
        rename_all(&numbered(path, number), &numbered(path, number + 1))?;
    }
    let to = numbered(path, 1);
    rename_all(path, &to)?;
    Ok(to)
}

fn rename_all(from: &Path, to: &Path) -> Result<(), ReadModelError> {
    for end in BESIDE {
        let (from, to) = (with_end(from, end), with_end(to, end));
        // What is not there must not leave an older one of its name behind.
        let renamed = match fs::rename(&from, &to) {
            Err(error) if error.kind() == ErrorKind::NotFound => remove_if_any(&to),
            renamed => renamed,
        };
        renamed.map_err(failed("rename", &from))?;
    }
    Ok(())
}

fn remove_if_any(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    with_end(path, &format!(".aside.{number}"))
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut path = path.to_owned().into_os_string();
    path.push(end);
    path.into()
}
