//! Files of history that grow: rows are added whole, and the next run goes on after the last.
//!
//! **Law.** What is in the file stays as it is. Only a last line that was cut off in the middle is
//! taken away.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use crate::{failure::Failure, files};

/// No row of ours is longer; the last one is in this much of the end.
const TAIL_BYTES: u64 = 4_096;

/// A file that is added to.
#[derive(Debug)]
pub(crate) struct HistoryFile {
    path: PathBuf,
    file: File,
}

impl HistoryFile {
    /// Opens a file or begins one with `header`, and gives its last whole line.
    pub(crate) fn open(path: &Path, header: &str) -> Result<(Self, Option<String>), Failure> {
        files::create_folder_of(path)?;
        let failed = |error: io::Error| files::failed("open", path, &error);
        let file = OpenOptions::new().read(true).append(true).create(true).open(path);
        let mut file = Self { path: path.to_owned(), file: file.map_err(failed)? };
        let last = file.mend().map_err(failed)?;
        if last.is_none() && !header.is_empty() {
            file.add(&format!("{header}\n"))?;
        }
        Ok((file, last.filter(|line| line != header)))
    }

    /// Takes away a last line without an end, and gives the one before it.
    fn mend(&mut self) -> io::Result<Option<String>> {
        let length = self.file.metadata()?.len();
        let tail_at = length.saturating_sub(TAIL_BYTES);
        self.file.seek(SeekFrom::Start(tail_at))?;
        let mut tail = Vec::new();
        self.file.read_to_end(&mut tail)?;
        let whole = tail.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if whole < tail.len() {
            self.file.set_len(tail_at + whole as u64)?;
        }
        let lines = String::from_utf8_lossy(&tail[..whole]);
        Ok(lines.lines().next_back().map(str::to_owned))
    }

    /// Adds whole lines, and has them on disk when it is back.
    pub(crate) fn add(&mut self, lines: &str) -> Result<(), Failure> {
        let written = self.file.write_all(lines.as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(|error| files::failed("write", &self.path, &error))
    }
}

#[cfg(test)]
mod tests;
