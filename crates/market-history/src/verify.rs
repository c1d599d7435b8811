//! A series looked at row by row: whether it is as it was written, and what in it is strange.
//!
//! **Law.** Everything that was written is read, and every hash is computed again. What is damaged
//! is told apart from what is only strange: the market may have been.

mod outliers;

use std::{fs::File, io, path::Path};

use serde::Serialize;
use sha2::{Digest, Sha256};
use trading_types::{Candle, Timestamp};

use self::outliers::Outliers;
use crate::{
    arrow::PartFault,
    cursor::Cursor,
    disk::{self, failed},
    error::StoreError,
    gaps::{Gap, Gaps},
    hash::Hash,
    manifest::{Manifest, Part},
    rows::{BookRow, Row, TradeRow},
    series::{Content, SeriesName},
    store::Store,
};

/// The most oddities of a kind that are listed.
const LISTED_MAX: usize = 20;
/// How much of a file is hashed at a time.
const CHUNK_BYTES: usize = 1 << 18;

/// What was found in a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Which.
    #[serde(flatten)]
    pub series: SeriesName,
    /// Parts looked at.
    pub parts: usize,
    /// Rows read.
    pub rows: u64,
    /// Bytes of the parts.
    pub bytes: u64,
    /// What is not as it was written. A series that has any must not be used.
    pub damage: Vec<String>,
    /// Intervals between the first and the last that have no candle.
    pub missing: u64,
    /// Where they are: the hundred longest stretches.
    pub gaps: Vec<Gap>,
    /// How many candles reach much farther than their neighbors.
    pub outliers: u64,
    /// The first of them.
    pub outliers_listed: Vec<Outlier>,
    /// Candles without volume. Kraken's archives have none.
    pub without_volume: u64,
    /// The longest row of them.
    pub without_volume_longest: Option<Gap>,
    /// Trades that were stored without the venue's number.
    pub without_number: u64,
}

/// A candle that reaches much farther than its neighbors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Outlier {
    /// When it begins.
    pub time: Timestamp,
    /// How far it reaches, in ranges of its neighbors.
    pub times_median: u64,
}

impl Store {
    /// Reads all of a series. `progress` hears how many bytes were looked at.
    pub fn verify(
        &self,
        manifest: &Manifest,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Verified, StoreError> {
        match manifest.series.content {
            Content::Candles { .. } => self.verify_rows::<Candle>(manifest, progress),
            Content::Trades => self.verify_rows::<TradeRow>(manifest, progress),
            Content::Book => self.verify_rows::<BookRow>(manifest, progress),
        }
    }

    fn verify_rows<R: Row>(
        &self,
        manifest: &Manifest,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Verified, StoreError> {
        let folder = manifest.series.folder(self.root())?;
        let mut verify = Verify::new(manifest);
        for part in &manifest.parts {
            let path = folder.join(&part.file);
            if let Err(error) = check_hash(&path, part) {
                verify.damaged(&error)?;
            }
            let cursor = Cursor::<R>::of_part(folder.clone(), manifest, part);
            verify.read(cursor, part, &path)?;
            progress(part.bytes);
        }
        Ok(verify.finish())
    }
}

/// A series that is being looked at.
struct Verify {
    found: Verified,
    step: Option<u64>,
    gaps: Gaps,
    outliers: Outliers,
    quiet: Option<Gap>,
}

impl Verify {
    fn new(manifest: &Manifest) -> Self {
        let found = Verified {
            series: manifest.series,
            parts: manifest.parts.len(),
            rows: 0,
            bytes: manifest.bytes(),
            damage: Vec::new(),
            missing: 0,
            gaps: Vec::new(),
            outliers: 0,
            outliers_listed: Vec::new(),
            without_volume: 0,
            without_volume_longest: None,
            without_number: 0,
        };
        let step = manifest.series.content.step_nanos();
        Self { found, step, gaps: Gaps::default(), outliers: Outliers::default(), quiet: None }
    }

    /// Notes damage. That the disk does not let us look is none.
    fn damaged(&mut self, error: &StoreError) -> Result<(), StoreError> {
        if let StoreError::Disk { doing, path, error } = error
            && error.kind() != io::ErrorKind::NotFound
        {
            let error = io::Error::new(error.kind(), error.to_string());
            return Err(StoreError::Disk { doing, path: path.clone(), error });
        }
        let text = error.to_string();
        if !self.found.damage.contains(&text) {
            self.found.damage.push(text);
        }
        Ok(())
    }

    fn read<R: Row>(
        &mut self,
        mut cursor: Cursor<R>,
        part: &Part,
        path: &Path,
    ) -> Result<(), StoreError> {
        let mut gaps = Gaps::default();
        loop {
            match cursor.next_row() {
                Ok(Some(row)) => {
                    if let Some(step) = self.step {
                        gaps.see(row.time().nanos(), step);
                    }
                    self.see(&row);
                }
                Ok(None) => break,
                Err(error) => return self.damaged(&error),
            }
        }
        if gaps.missing != part.missing || gaps.listed != part.gaps {
            let what = format!("{} missing intervals", gaps.missing);
            let fault = PartFault::Manifest { what };
            self.damaged(&StoreError::Part { path: path.to_owned(), fault })?;
        }
        Ok(())
    }

    fn see<R: Row>(&mut self, row: &R) {
        self.found.rows += 1;
        if R::IS_NUMBERED && row.number().is_none() {
            self.found.without_number += 1;
        }
        let (Some(step), Some(candle)) = (self.step, row.candle()) else { return };
        self.gaps.see(candle.start.nanos(), step);
        if let Some(outlier) = self.outliers.see(&candle, step) {
            self.add_outlier(outlier);
        }
        self.see_volume(&candle, step);
    }

    fn see_volume(&mut self, candle: &Candle, step: u64) {
        if candle.volume.is_positive() {
            return;
        }
        self.found.without_volume += 1;
        let to = Timestamp::from_nanos(candle.start.nanos().saturating_add(step));
        let quiet = match self.quiet {
            Some(quiet) if quiet.to == candle.start => Gap { to, ..quiet },
            Some(_) | None => Gap { from: candle.start, to },
        };
        self.quiet = Some(quiet);
        let longest = &mut self.found.without_volume_longest;
        if longest.is_none_or(|longest| longest.nanos() < quiet.nanos()) {
            *longest = Some(quiet);
        }
    }

    fn add_outlier(&mut self, outlier: Outlier) {
        self.found.outliers += 1;
        if self.found.outliers_listed.len() < LISTED_MAX {
            self.found.outliers_listed.push(outlier);
        }
    }

    fn finish(mut self) -> Verified {
        for outlier in std::mem::take(&mut self.outliers).finish() {
            self.add_outlier(outlier);
        }
        Verified { missing: self.gaps.missing, gaps: self.gaps.listed, ..self.found }
    }
}

fn check_hash(path: &Path, part: &Part) -> Result<(), StoreError> {
    let file = disk::open(path).map_err(failed("read", path))?;
    let hash = hash_of(file).map_err(failed("read", path))?;
    if hash == part.sha256 {
        Ok(())
    } else {
        Err(StoreError::Part { path: path.to_owned(), fault: PartFault::Hash })
    }
}

fn hash_of(mut file: File) -> io::Result<Hash> {
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match io::Read::read(&mut file, &mut chunk) {
            Ok(0) => return Ok(Hash::of(hasher)),
            Ok(read) => hasher.update(&chunk[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => (),
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests;
