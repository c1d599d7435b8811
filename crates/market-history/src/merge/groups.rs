//! Rows of a source, taken together where they have the same time.

use std::marker::PhantomData;

use trading_types::Timestamp;

use super::{MergeError, RowSource};
use crate::{error::StoreError, rows::Row};

/// The most rows of one moment.
pub(super) const GROUP_ROWS_MAX: usize = 1_000_000;

/// Reads a source group by group, and sees that it is in order.
pub(super) struct Groups<'a, R, S> {
    source: &'a mut S,
    next: Option<R>,
    is_begun: bool,
    rows: u64,
    span: Option<(Timestamp, Timestamp)>,
    _rows: PhantomData<R>,
}

impl<'a, R: Row, S: RowSource<R>> Groups<'a, R, S> {
    pub(super) fn new(source: &'a mut S) -> Self {
        Self { source, next: None, is_begun: false, rows: 0, span: None, _rows: PhantomData }
    }

    /// The time of the next group, or nothing when there is none.
    pub(super) fn time(&mut self) -> Result<Option<Timestamp>, MergeError<S::Error>> {
        if !self.is_begun {
            self.is_begun = true;
            self.advance()?;
        }
        Ok(self.next.map(|row| row.time()))
    }

    /// How many rows there were so far, and the first and the last time.
    pub(super) fn seen(&self) -> (u64, Option<(Timestamp, Timestamp)>) {
        (self.rows, self.span)
    }

    /// Reads the next group.
    pub(super) fn take(&mut self, group: &mut Vec<R>) -> Result<(), MergeError<S::Error>> {
        group.clear();
        let time = self.time()?;
        while let Some(row) = self.next.filter(|row| Some(row.time()) == time) {
            if group.len() == GROUP_ROWS_MAX {
                let (time, limit) = (row.time(), GROUP_ROWS_MAX);
                return Err(StoreError::Crowd { time, limit }.into());
            }
            group.push(row);
            self.advance()?;
        }
        Ok(())
    }

    fn advance(&mut self) -> Result<(), MergeError<S::Error>> {
        let row = self.source.next_row().map_err(MergeError::Source)?;
        if let Some(row) = &row {
            self.rows += 1;
            let (number, time) = (self.rows, row.time());
            row.check().map_err(|what| StoreError::Row { number, what })?;
            if let Some((_, before)) = self.span
                && (time < before || time == before && !R::MAY_SHARE_TIME)
            {
                return Err(StoreError::Backward { number, time, before }.into());
            }
            self.span = Some((self.span.map_or(time, |(first, _)| first), time));
        }
        self.next = row;
        Ok(())
    }
}
