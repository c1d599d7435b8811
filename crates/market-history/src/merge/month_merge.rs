//! Two streams of rows become one, within a month: what is stored, and what is offered.

use std::path::Path;

use trading_types::Timestamp;

use super::{Conflict, MergeError, Merged, RowSource, groups::Groups};
use crate::{
    cursor::Cursor, error::StoreError, manifest::Part, month::Month, part_file::PartFile,
    rows::Row, series::SeriesName,
};

/// A month that is being merged.
pub(super) struct MonthMerge<R: Row> {
    month: Month,
    file: PartFile<R>,
    stored: Option<Part>,
    conflict: Conflict,
    /// Whether stored rows give way to offered ones, because the two cannot be told apart.
    is_giving_way: bool,
    is_changed: bool,
}

impl<R: Row> MonthMerge<R> {
    pub(super) fn new(
        path: &Path,
        series: SeriesName,
        month: Month,
        stored: Option<Part>,
        conflict: Conflict,
    ) -> Result<Self, StoreError> {
        let file = PartFile::create(path, series, month)?;
        Ok(Self { month, file, stored, conflict, is_giving_way: false, is_changed: false })
    }

    /// Merges all offered rows of the month.
    pub(super) fn run<S: RowSource<R>>(
        &mut self,
        cursor: Option<Cursor<R>>,
        offered: &mut Groups<'_, R, S>,
        merged: &mut Merged,
    ) -> Result<(), MergeError<S::Error>> {
        let before = *merged;
        let mut rows = cursor.map(CursorRows);
        let mut stored = rows.as_mut().map(Groups::new);
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        loop {
            let ours_at = match &mut stored {
                Some(stored) => stored.time().map_err(only_store)?,
                None => None,
            };
            let next = offered.time()?;
            let theirs_at = next.filter(|time| Month::of(*time) == self.month);
            ours.clear();
            theirs.clear();
            if let Some(time) = ours_at
                && theirs_at.is_none_or(|it| time <= it)
                && let Some(stored) = &mut stored
            {
                stored.take(&mut ours).map_err(only_store)?;
            }
            if let Some(time) = theirs_at
                && ours_at.is_none_or(|it| time <= it)
            {
                offered.take(&mut theirs)?;
                self.check_mix(&theirs)?;
            }
            // Past the last offered row what is stored stays; before the next month's it goes.
            let is_covered = theirs_at.is_some() || next.is_some();
            match (ours.is_empty(), theirs.is_empty()) {
                (true, true) => break,
                (false, true) if self.is_giving_way && is_covered => {
                    merged.removed += ours.len() as u64;
                }
                (false, true) => self.add(&ours)?,
                (true, false) => {
                    merged.added += theirs.len() as u64;
                    self.add(&theirs)?;
                }
                (false, false) => self.add_both(&ours, &mut theirs, merged)?,
            }
        }
        let count = |it: &Merged| (it.added, it.replaced, it.removed);
        self.is_changed = count(merged) != count(&before);
        Ok(())
    }

    /// The part, if it is another one than before.
    pub(super) fn finish(self, path: &Path) -> Result<Option<Part>, StoreError> {
        if self.is_changed { self.file.finish(path) } else { Ok(None) }
    }

    fn add(&mut self, rows: &[R]) -> Result<(), StoreError> {
        rows.iter().try_for_each(|row| self.file.add(row))
    }

    /// Rows without the venue's numbers cannot be told from rows with them: where both are known
    /// of, each would be counted twice.
    fn check_mix(&mut self, offered: &[R]) -> Result<(), StoreError> {
        let Some(stored) = &self.stored else { return Ok(()) };
        let Some(time) = offered.first().map(Row::time) else { return Ok(()) };
        let is_numbered = offered.iter().all(|row| row.number().is_some());
        // The complete archive has whole seconds: what is near may be the same trade.
        let second = time.seconds();
        let is_inside = stored.first.seconds() <= second && second <= stored.last.seconds();
        if is_numbered == stored.numbered || !is_inside || self.is_giving_way {
            return Ok(());
        }
        if self.conflict == Conflict::Replace {
            self.is_giving_way = true;
            return Ok(());
        }
        let word = |is_numbered| if is_numbered { "with" } else { "without" };
        Err(StoreError::Mixed {
            time,
            offered: word(is_numbered),
            stored: word(stored.numbered),
            first: stored.first,
            last: stored.last,
        })
    }

    /// Adds rows of one time that both sides have.
    fn add_both(
        &mut self,
        ours: &[R],
        theirs: &mut Vec<R>,
        merged: &mut Merged,
    ) -> Result<(), StoreError> {
        if ours == theirs.as_slice() {
            return self.add(ours);
        }
        if self.is_giving_way {
            merged.replaced += theirs.len() as u64;
            return self.add(theirs);
        }
        let is_numbered = |rows: &[R]| rows.iter().all(|row| row.number().is_some());
        if is_numbered(ours) && is_numbered(theirs) {
            return self.add_numbered(ours, theirs, merged);
        }
        if self.conflict == Conflict::Refuse {
            return Err(contradiction(ours[0].time(), ours, theirs));
        }
        merged.replaced += theirs.len() as u64;
        merged.removed += (ours.len() as u64).saturating_sub(theirs.len() as u64);
        self.add(theirs)
    }

    /// Rows with numbers: each number once, in their order.
    fn add_numbered(
        &mut self,
        ours: &[R],
        theirs: &mut Vec<R>,
        merged: &mut Merged,
    ) -> Result<(), StoreError> {
        let mut all = ours.to_vec();
        all.sort_by_key(Row::number);
        for row in theirs.drain(..) {
            match all.binary_search_by_key(&row.number(), Row::number) {
                Ok(at) if all[at] == row => (),
                Ok(at) if self.conflict == Conflict::Replace => {
                    all[at] = row;
                    merged.replaced += 1;
                }
                Ok(at) => return Err(contradiction(row.time(), &[all[at]], &[row])),
                Err(at) => {
                    all.insert(at, row);
                    merged.added += 1;
                }
            }
        }
        self.add(&all)
    }
}

fn contradiction<R: Row>(time: Timestamp, stored: &[R], offered: &[R]) -> StoreError {
    let differs = |rows: &[R], others: &[R]| {
        let other = rows.iter().find(|row| !others.contains(row));
        other.map_or_else(|| format!("{} rows", rows.len()), |row| format!("{row:?}"))
    };
    StoreError::Contradiction {
        time,
        stored: differs(stored, offered),
        offered: differs(offered, stored),
    }
}

/// Stored rows, as a source.
struct CursorRows<R: Row>(Cursor<R>);

impl<R: Row> RowSource<R> for CursorRows<R> {
    type Error = StoreError;

    fn next_row(&mut self) -> Result<Option<R>, StoreError> {
        self.0.next_row()
    }

    fn sha256(&mut self) -> Option<crate::hash::Hash> {
        None
    }
}

fn only_store(error: MergeError<StoreError>) -> StoreError {
    match error {
        MergeError::Store(error) | MergeError::Source(error) => error,
    }
}
