//! A month of a series that is being written.

use std::{fs::File, io::BufWriter, path::Path};

use crate::{
    arrow::{BATCH_ROWS_MAX, PartWriter, Written},
    columns::Columns,
    disk::{NewFile, failed},
    error::StoreError,
    gaps::Gaps,
    manifest::{FORMAT, Part},
    month::Month,
    rows::Row,
    series::SeriesName,
};

/// A part that nobody sees yet.
#[derive(Debug)]
pub(crate) struct PartFile<R: Row> {
    month: Month,
    step_nanos: Option<u64>,
    new: NewFile,
    writer: PartWriter<BufWriter<File>>,
    columns: R::Columns,
    gaps: Gaps,
    ends: Option<(R, R)>,
    rows: u64,
    is_numbered: bool,
}

impl<R: Row> PartFile<R> {
    /// Begins the month's part; `path` is what it will be called.
    pub(crate) fn create(
        path: &Path,
        series: SeriesName,
        month: Month,
    ) -> Result<Self, StoreError> {
        let (new, file) = NewFile::create(path)?;
        let notes = vec![
            ("slackwater.format".to_owned(), FORMAT.to_string()),
            ("slackwater.series".to_owned(), series.to_string()),
            ("slackwater.month".to_owned(), month.to_string()),
        ];
        let writer =
            PartWriter::begin::<R::Columns>(file, notes).map_err(failed("write", new.path()))?;
        Ok(Self {
            month,
            step_nanos: series.content.step_nanos(),
            new,
            writer,
            columns: R::Columns::default(),
            gaps: Gaps::default(),
            ends: None,
            rows: 0,
            is_numbered: true,
        })
    }

    /// Adds a row, which comes after all others and has passed its check.
    pub(crate) fn add(&mut self, row: &R) -> Result<(), StoreError> {
        row.append(&mut self.columns);
        if let Some(step) = self.step_nanos {
            self.gaps.see(row.time().nanos(), step);
        }
        self.ends = Some((self.ends.map_or(*row, |(first, _)| first), *row));
        self.rows += 1;
        self.is_numbered &= row.number().is_some();
        if self.columns.rows() == BATCH_ROWS_MAX { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), StoreError> {
        self.writer.write(&self.columns).map_err(failed("write", self.new.path()))?;
        self.columns.clear();
        Ok(())
    }

    /// Gives the part its name. Nothing comes of a part without rows.
    pub(crate) fn finish(mut self, path: &Path) -> Result<Option<Part>, StoreError> {
        if 0 < self.columns.rows() {
            self.write()?;
        }
        let Some((first, last)) = self.ends else { return Ok(None) };
        let finished = self.writer.finish::<R::Columns>();
        let (file, Written { bytes, sha256 }) =
            finished.map_err(failed("write", self.new.path()))?;
        self.new.keep(file, path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Some(Part {
            month: self.month,
            file: name,
            rows: self.rows,
            first: first.time(),
            last: last.time(),
            numbered: self.is_numbered,
            missing: self.gaps.missing,
            gaps: self.gaps.listed,
            bytes,
            sha256,
            sources: Vec::new(),
        }))
    }
}
