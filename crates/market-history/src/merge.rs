//! Rows of a source go into a series, beside the rows that are there.
//!
//! **Law.** Until the manifest is replaced, in one step, nothing has happened; whatever ends the
//! merge before leaves the old state. Memory does not grow with the source or with the series.

mod groups;
mod month_merge;

use std::path::PathBuf;

use trading_types::Timestamp;

use self::{groups::Groups, month_merge::MonthMerge};
use crate::{
    cursor::Cursor,
    disk,
    error::StoreError,
    hash::Hash,
    manifest::{Manifest, Part, Source, part_name, revision},
    month::Month,
    rows::Row,
    series::SeriesName,
};

/// Who is right when source and store do not say the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Conflict {
    /// Nobody: that is an error.
    #[default]
    Refuse,
    /// The source.
    Replace,
}

/// Why rows could not be merged: the store's error, or the source's.
#[derive(Debug, thiserror::Error)]
pub enum MergeError<E> {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The source.
    #[error("{0}")]
    Source(E),
}

/// What came of a merge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Rows of the source.
    pub rows: u64,
    /// Rows that were new.
    pub added: u64,
    /// Rows that took the place of others.
    pub replaced: u64,
    /// Stored rows that went away.
    pub removed: u64,
    /// The first and the last row of the source.
    pub span: Option<(Timestamp, Timestamp)>,
}

/// Rows that come from outside, one at a time.
pub trait RowSource<R> {
    /// What may go wrong.
    type Error;

    /// The next row, or nothing after the last.
    fn next_row(&mut self) -> Result<Option<R>, Self::Error>;

    /// The hash of all that was read, when there is nothing more, if that says anything.
    fn sha256(&mut self) -> Option<Hash>;
}

/// Any iterator of rows is a source that has no hash.
impl<R, E, I: Iterator<Item = Result<R, E>>> RowSource<R> for I {
    type Error = E;

    fn next_row(&mut self) -> Result<Option<R>, E> {
        self.next().transpose()
    }

    fn sha256(&mut self) -> Option<Hash> {
        None
    }
}

/// A merge into the series of a folder, whose lock is held.
pub(crate) struct Merge {
    pub(crate) folder: PathBuf,
    pub(crate) series: SeriesName,
    pub(crate) conflict: Conflict,
}

impl Merge {
    /// Merges a source, called by its name.
    pub(crate) fn run<R: Row, S: RowSource<R>>(
        self,
        name: &str,
        source: &mut S,
    ) -> Result<Merged, MergeError<S::Error>> {
        disk::create_folder(&self.folder)?;
        let mut manifest = Manifest::load(&self.folder)?.unwrap_or(Manifest::new(self.series));
        self.tidy(&manifest)?;
        let number = manifest.sources.len();
        let mut changed: Vec<Part> = Vec::new();
        let mut merged = Merged::default();
        let outcome = self.months(&manifest, source, &mut merged, &mut |part| {
            changed.push(Part { sources: vec![number], ..part });
        });
        if let Err(error) = outcome {
            for part in &changed {
                disk::remove(&self.folder.join(&part.file));
            }
            return Err(error);
        }
        if changed.is_empty() && merged.removed == 0 {
            return Ok(merged);
        }
        manifest.sources.push(Source {
            name: name.to_owned(),
            sha256: source.sha256(),
            rows: merged.rows,
            added: merged.added,
            replaced: merged.replaced,
            removed: merged.removed,
        });
        let superseded = supersede(&mut manifest, changed);
        // The parts' names are durable before the manifest that speaks of them, and so are the
        // folders they lie in.
        for folder in self.folder.ancestors().take(3) {
            disk::sync_folder(folder)?;
        }
        manifest.save(&self.folder)?;
        for file in superseded {
            disk::remove(&self.folder.join(file));
        }
        Ok(merged)
    }

    /// Merges month after month; `changed` gets each part that was written.
    fn months<R: Row, S: RowSource<R>>(
        &self,
        manifest: &Manifest,
        source: &mut S,
        merged: &mut Merged,
        changed: &mut dyn FnMut(Part),
    ) -> Result<(), MergeError<S::Error>> {
        let mut offered = Groups::new(source);
        while let Some(time) = offered.time()? {
            let month = Month::of(time);
            let stored = manifest.parts.iter().find(|part| part.month == month);
            let again = stored.and_then(|part| revision(&part.file)).map_or(0, |it| it + 1);
            let path = self.folder.join(part_name(month, again));
            let cursor =
                stored.map(|part| Cursor::<R>::of_part(self.folder.clone(), manifest, part));
            let mut merge =
                MonthMerge::new(&path, self.series, month, stored.cloned(), self.conflict)?;
            merge.run(cursor, &mut offered, merged)?;
            if let Some(part) = merge.finish(&path)? {
                changed(part);
            }
        }
        let (rows, span) = offered.seen();
        (merged.rows, merged.span) = (rows, span);
        Ok(())
    }

    /// Removes what an interrupted merge left.
    fn tidy(&self, manifest: &Manifest) -> Result<(), StoreError> {
        for name in disk::names(&self.folder)? {
            let is_known = manifest.parts.iter().any(|part| part.file == name);
            if !is_known && (name.ends_with(disk::UNFINISHED) || revision(&name).is_some()) {
                disk::remove(&self.folder.join(name));
            }
        }
        Ok(())
    }
}

/// Puts parts in the place of those of the same months; the files that nobody needs any more.
fn supersede(manifest: &mut Manifest, changed: Vec<Part>) -> Vec<String> {
    let mut superseded = Vec::new();
    for mut part in changed {
        match manifest.parts.binary_search_by_key(&part.month, |it| it.month) {
            Ok(at) => {
                let old = &manifest.parts[at];
                part.sources = old.sources.iter().copied().chain(part.sources).collect();
                superseded.push(old.file.clone());
                manifest.parts[at] = part;
            }
            Err(at) => manifest.parts.insert(at, part),
        }
    }
    superseded
}

#[cfg(test)]
mod tests;
