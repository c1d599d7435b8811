//! Rows of a series, in order, in constant memory: one at a time, or whole columns of a batch.
//!
//! **Law.** Rows come out as they were stored, in order, each once, or reading ends in an error.

use std::{collections::VecDeque, fmt, fs::File, ops::Range, path::PathBuf};

use trading_types::Timestamp;

use crate::{
    arrow::{PartFault, PartReader},
    columns::Columns,
    disk::{self, failed},
    error::StoreError,
    manifest::{Manifest, Part},
    rows::{Order, Row},
};

/// Which rows are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeRange {
    /// None before it.
    pub from: Option<Timestamp>,
    /// None at it or after it.
    pub to: Option<Timestamp>,
}

impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.to) {
            (Some(from), Some(to)) => write!(f, "from {from} to {to}"),
            (Some(from), None) => write!(f, "from {from} on"),
            (None, Some(to)) => write!(f, "before {to}"),
            (None, None) => f.write_str("at all"),
        }
    }
}

/// Rows as columns.
#[derive(Clone, Debug)]
pub struct Batch<'a, R: Row> {
    /// The columns.
    pub columns: &'a R::Columns,
    /// Which of their rows are meant.
    pub rows: Range<usize>,
}

/// Reads rows of a series.
#[derive(Debug)]
pub struct Cursor<R: Row> {
    folder: PathBuf,
    parts: VecDeque<Part>,
    range: TimeRange,
    step_nanos: Option<u64>,
    open: Option<OpenPart>,
    columns: R::Columns,
    /// Rows of the columns that are wanted and were not given yet.
    ready: Range<usize>,
    bytes_read: u64,
    bytes_total: u64,
    has_failed: bool,
}

#[derive(Debug)]
struct OpenPart {
    part: Part,
    reader: PartReader<File>,
    rows: u64,
    last: Option<Timestamp>,
}

impl<R: Row> Cursor<R> {
    pub(crate) fn new(folder: PathBuf, manifest: &Manifest, range: TimeRange) -> Self {
        let is_wanted = |part: &&Part| {
            range.from.is_none_or(|from| from <= part.last)
                && range.to.is_none_or(|to| part.first < to)
        };
        let parts: VecDeque<Part> = manifest.parts.iter().filter(is_wanted).cloned().collect();
        Self {
            folder,
            bytes_total: parts.iter().map(|part| part.bytes).sum(),
            parts,
            range,
            step_nanos: manifest.series.content.step_nanos(),
            open: None,
            columns: R::Columns::default(),
            ready: 0..0,
            bytes_read: 0,
            has_failed: false,
        }
    }

    /// All rows of one part.
    pub(crate) fn of_part(folder: PathBuf, manifest: &Manifest, part: &Part) -> Self {
        let mut cursor = Self::new(folder, manifest, TimeRange::default());
        cursor.parts.retain(|it| it.month == part.month);
        cursor
    }

    /// The next row, or nothing after the last.
    pub fn next_row(&mut self) -> Result<Option<R>, StoreError> {
        if self.ready.is_empty() && !self.fill()? {
            return Ok(None);
        }
        let row = R::at(&self.columns, self.ready.start);
        self.ready.start += 1;
        Ok(Some(row))
    }

    /// The next rows as columns, or nothing after the last.
    pub fn next_batch(&mut self) -> Result<Option<Batch<'_, R>>, StoreError> {
        if self.ready.is_empty() && !self.fill()? {
            return Ok(None);
        }
        let rows = std::mem::replace(&mut self.ready, 0..0);
        Ok(Some(Batch { columns: &self.columns, rows }))
    }

    /// Bytes of the files that were read so far.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// Bytes of all files that are to be read.
    pub fn bytes_total(&self) -> u64 {
        self.bytes_total
    }

    /// Reads batches until one has a wanted row; false when there is none.
    fn fill(&mut self) -> Result<bool, StoreError> {
        if self.has_failed {
            return Err(StoreError::GivenUp);
        }
        let filled = self.try_fill();
        self.has_failed = filled.is_err();
        filled
    }

    fn try_fill(&mut self) -> Result<bool, StoreError> {
        loop {
            if self.open.is_none() {
                let Some(part) = self.parts.pop_front() else { return Ok(false) };
                self.open = Some(self.open_part(part)?);
            }
            let Some(open) = &mut self.open else { continue };
            let path = self.folder.join(&open.part.file);
            let damaged = |fault| StoreError::Part { path, fault };
            match open.read::<R>(&mut self.columns, self.step_nanos) {
                Ok(true) => {
                    self.ready = self.wanted();
                    if !self.ready.is_empty() {
                        return Ok(true);
                    }
                }
                Ok(false) => {
                    self.bytes_read += open.part.bytes;
                    self.open = None;
                }
                Err(fault) => return Err(damaged(fault)),
            }
        }
    }

    fn open_part(&self, part: Part) -> Result<OpenPart, StoreError> {
        let path = self.folder.join(&part.file);
        let file = disk::open(&path).map_err(failed("read", &path))?;
        let actual = file.metadata().map_err(failed("read", &path))?.len();
        let promised = part.bytes;
        let opened = if actual == promised {
            PartReader::open::<R::Columns>(file)
        } else {
            Err(PartFault::Length { actual, promised })
        };
        let reader = opened.map_err(|fault| StoreError::Part { path, fault })?;
        Ok(OpenPart { part, reader, rows: 0, last: None })
    }

    /// Rows of the columns that lie in the range.
    fn wanted(&self) -> Range<usize> {
        let times = R::times(&self.columns);
        let before =
            |limit: Timestamp| times.partition_point(|time| time.cast_unsigned() < limit.nanos());
        let from = self.range.from.map_or(0, before);
        let to = self.range.to.map_or(times.len(), before);
        from..to.max(from)
    }
}

impl OpenPart {
    /// Fills the columns with the next batch and holds it against the manifest; false at the end.
    fn read<R: Row>(
        &mut self,
        columns: &mut R::Columns,
        step_nanos: Option<u64>,
    ) -> Result<bool, PartFault> {
        let other = |what: String| PartFault::Manifest { what };
        if !self.reader.read(columns)? {
            if self.rows != self.part.rows {
                return Err(other(format!("{} rows", self.rows)));
            }
            if self.last != Some(self.part.last) {
                return Err(other("another last row".to_owned()));
            }
            return Ok(false);
        }
        let order = Order { after: self.last, step_nanos };
        R::check_columns(columns, order).map_err(|(row, what)| {
            let batch = self.reader.batch();
            PartFault::Row { batch, row, what }
        })?;
        let rows = columns.rows();
        let Some(last) = rows.checked_sub(1) else { return Ok(true) };
        if self.rows == 0 && R::at(columns, 0).time() != self.part.first {
            return Err(other("another first row".to_owned()));
        }
        self.rows += rows as u64;
        self.last = Some(R::at(columns, last).time());
        Ok(true)
    }
}
