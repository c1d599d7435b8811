//! Rows that are done, in a file from which an interrupted sweep goes on.
//!
//! **Law.** A row is taken from the file only for the very request that made it: candles, costs,
//! strategy and grid go into a key, and a file with another key is refused.

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, Serialize};

use crate::{
    evaluate::Row,
    line_file::{LineFile, LineFileError, hash},
    search::Places,
};

/// Rows gather until there are so many, or until the file is closed.
const GATHERED_MAX: usize = 64;

/// Which row it is: the window's first and last candle, and the places on the axes.
type RowKey = (usize, usize, Places);

/// A file of rows.
#[derive(Debug)]
pub struct RowsFile {
    file: LineFile,
    rows: BTreeMap<RowKey, Row>,
    gathered: Vec<String>,
    /// Lines that were damaged, and so are done again.
    pub damaged: u64,
}

/// Why a file of rows cannot be gone on with. Sorted by what to do next.
#[derive(Debug, thiserror::Error)]
pub enum RowsFileError {
    /// Look at the path and the disk.
    #[error(transparent)]
    File(#[from] LineFileError),
    /// Give the same options as before, or another file.
    #[error("{path} belongs to another sweep: its candles, strategy, grid or costs are not these")]
    OtherRequest {
        /// The file.
        path: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Line {
    window: [usize; 2],
    places: Places,
    row: Row,
}

#[derive(Serialize, Deserialize)]
struct Head {
    rows_of: String,
}

impl RowsFile {
    /// Opens or begins the file of the request that `key` describes in full.
    pub fn open(path: &Path, key: &str) -> Result<Self, RowsFileError> {
        let (mut file, lines) = LineFile::open(path)?;
        let key = hash(key);
        let mut texts = lines.texts.iter();
        let other = || RowsFileError::OtherRequest { path: path.display().to_string() };
        match texts.next() {
            Some(first) => {
                let head: Head = serde_json::from_str(first).map_err(|_| other())?;
                if head.rows_of != key {
                    return Err(other());
                }
            }
            // What is there cannot be read, so it may be anything.
            None if 0 < lines.damaged => return Err(other()),
            None => file.append(&[text(&Head { rows_of: key })])?,
        }
        let rows = texts.filter_map(|it| serde_json::from_str::<Line>(it).ok());
        let rows = rows.map(|it| ((it.window[0], it.window[1], it.places), it.row)).collect();
        Ok(Self { file, rows, gathered: Vec::new(), damaged: lines.damaged })
    }

    /// The row of these places in this window, if it was done before.
    pub fn row(&self, window: &std::ops::Range<usize>, places: &[u64]) -> Option<&Row> {
        self.rows.get(&(window.start, window.end, places.to_vec()))
    }

    /// How many rows were done before.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds a row.
    pub fn add(
        &mut self,
        window: &std::ops::Range<usize>,
        places: &[u64],
        row: &Row,
    ) -> Result<(), RowsFileError> {
        let window = [window.start, window.end];
        self.gathered.push(text(&Line { window, places: places.to_vec(), row: row.clone() }));
        if GATHERED_MAX <= self.gathered.len() { self.flush() } else { Ok(()) }
    }

    /// Puts what has gathered on the disk.
    pub fn flush(&mut self) -> Result<(), RowsFileError> {
        self.file.append(&self.gathered)?;
        self.gathered.clear();
        Ok(())
    }
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("our values can be written as JSON")
}

#[cfg(test)]
mod tests;
