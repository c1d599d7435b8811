//! An append-only file of lines that each carry their own check.
//!
//! **Law.** What was appended is found again; a line that was torn by a crash or changed on the
//! disk is counted and passed over, and harms no other line.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use twox_hash::XxHash3_128;

/// The largest file that is read.
const BYTES_MAX: u64 = 2 << 30;
/// Hexadecimal digits of a line's check.
const CHECK: usize = 16;

/// What was in a file.
#[derive(Debug, Default)]
pub struct Lines {
    /// The texts of whole lines.
    pub texts: Vec<String>,
    /// Lines that are torn or changed.
    pub damaged: u64,
}

/// A file that is appended to.
#[derive(Debug)]
pub struct LineFile {
    path: PathBuf,
    file: File,
    /// A torn line at the end has to be ended before the next.
    is_torn: bool,
}

/// A file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {path}: {error}", path = .path.display())]
pub struct LineFileError {
    /// What was being done.
    pub doing: &'static str,
    /// With which file.
    pub path: PathBuf,
    /// What went wrong.
    pub error: io::Error,
}

impl LineFile {
    /// Opens a file, with the folders it lies in where they are not there yet, and reads it.
    pub fn open(path: &Path) -> Result<(Self, Lines), LineFileError> {
        let failed = |doing| move |error| LineFileError { doing, path: path.to_owned(), error };
        if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(failed("create the folder of"))?;
        }
        let file = OpenOptions::new().read(true).append(true).create(true).open(path);
        let mut file = file.map_err(failed("open"))?;
        let mut bytes = Vec::new();
        (&mut file).take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed("read"))?;
        if BYTES_MAX < bytes.len() as u64 {
            let error = io::Error::other(format!("it has more than {BYTES_MAX} bytes"));
            return Err(failed("read")(error));
        }
        let is_torn = bytes.last().is_some_and(|it| *it != b'\n');
        Ok((Self { path: path.to_owned(), file, is_torn }, lines(&bytes)))
    }

    /// Appends lines, and returns when they are on the disk.
    pub fn append(&mut self, texts: &[String]) -> Result<(), LineFileError> {
        if texts.is_empty() {
            return Ok(());
        }
        let mut bytes = String::new();
        if self.is_torn {
            bytes.push('\n');
        }
        for text in texts {
            assert!(!text.contains(['\n', '\t']), "a line is a line");
            bytes.push_str(text);
            bytes.push('\t');
            bytes.push_str(&check(text));
            bytes.push('\n');
        }
        // Should this fail in the middle, the next line begins on a line of its own.
        self.is_torn = true;
        let written = self.file.write_all(bytes.as_bytes()).and_then(|()| self.file.sync_data());
        let failed = |error| LineFileError { doing: "write", path: self.path.clone(), error };
        written.map_err(failed)?;
        self.is_torn = false;
        Ok(())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn lines(bytes: &[u8]) -> Lines {
    let mut lines = Lines::default();
    for line in bytes.split(|it| *it == b'\n').filter(|it| !it.is_empty()) {
        let text = std::str::from_utf8(line).ok().and_then(|line| line.rsplit_once('\t'));
        match text.filter(|(text, seal)| check(text) == *seal) {
            Some((text, _)) => lines.texts.push(text.to_owned()),
            None => lines.damaged += 1,
        }
    }
    lines
}

/// The hash of a text, as hexadecimal digits.
pub(crate) fn hash(text: &str) -> String {
    format!("{:032x}", XxHash3_128::oneshot(text.as_bytes()))
}

fn check(text: &str) -> String {
    let mut digits = hash(text);
    digits.truncate(CHECK);
    digits
}

#[cfg(test)]
mod tests;
