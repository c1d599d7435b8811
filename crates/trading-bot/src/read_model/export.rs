//! Writes a listing as CSV, for taxes and spreadsheets: a line of names, then a line for each row,
//! the oldest first. Money is written to its last digit; what is not there is empty.

use std::io::{self, Write};

use super::{
    ReadModelError,
    history::{History, Listing, Query},
};

/// Why an export is not whole.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The tables cannot be read.
    #[error(transparent)]
    History(#[from] ReadModelError),
    /// It cannot be written down.
    #[error("cannot write the export: {0}; make room and try again")]
    Output(#[from] io::Error),
}

impl History {
    /// Writes rows as CSV (<https://www.rfc-editor.org/rfc/rfc4180>, read on 2026-11-22), and says
    /// how many.
    pub fn export(
        &self,
        listing: Listing,
        query: &Query,
        to: &mut impl Write,
    ) -> Result<u64, ExportError> {
        let mut count = 0;
        let mut written = line(to, listing.columns().iter().copied());
        self.each(listing, query, |row| {
            // Once it failed nothing more is written; the error is told at the end.
            if written.is_ok() {
                written = line(to, row.iter().map(|value| value.as_deref().unwrap_or_default()));
                count += 1;
            }
            Ok(())
        })?;
        written?;
        to.flush()?;
        Ok(count)
    }
}

fn line<'a>(to: &mut impl Write, values: impl Iterator<Item = &'a str>) -> io::Result<()> {
    for (place, value) in values.enumerate() {
        if 0 < place {
            to.write_all(b",")?;
        }
        if value.contains([',', '"', '\n', '\r']) {
            write!(to, "\"{}\"", value.replace('"', "\"\""))?;
        } else {
            to.write_all(value.as_bytes())?;
        }
    }
    to.write_all(b"\n")
}
