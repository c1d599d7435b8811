//! The segments of a long journal are proved on several threads at a start.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use bot_journal::{Disk, Examined, Lanes, Segment};

use crate::real_disk;

/// More would only keep more of the journal in memory: each has one segment.
const THREADS_MAX: usize = 4;

/// Threads that read the segments of one folder by themselves.
#[derive(Clone, Debug)]
pub struct ProofThreads {
    folder: PathBuf,
    count: usize,
}

impl ProofThreads {
    /// As many as the machine has, up to a few.
    pub fn of(folder: &Path) -> Self {
        let there = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self { folder: folder.to_owned(), count: there.min(THREADS_MAX) }
    }
}

impl Lanes for ProofThreads {
    fn examine(&self, _: &mut dyn Disk, segments: &[Segment]) -> Vec<Examined> {
        let next = AtomicUsize::new(0);
        let examined = Mutex::new(Vec::with_capacity(segments.len()));
        let work = || {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(segment) = segments.get(at) else { return };
                let found = segment.examine(real_disk::read(&self.folder, &segment.name()));
                let mut all = examined.lock().unwrap_or_else(PoisonError::into_inner);
                all.push((at, found));
            }
        };
        #[expect(clippy::disallowed_methods, reason = "the edge: a start waits for all of them")]
        thread::scope(|scope| {
            for _ in 1..self.count.min(segments.len()) {
                scope.spawn(work);
            }
            work();
        });
        let mut all = examined.into_inner().unwrap_or_else(PoisonError::into_inner);
        all.sort_unstable_by_key(|(at, _)| *at);
        all.into_iter().map(|(_, found)| found).collect()
    }
}

#[cfg(test)]
mod tests;
