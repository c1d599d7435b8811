//! The segments of a long journal are proved on several threads at a start.

use std::{num::NonZeroUsize, thread};

use bot_journal::{Examined, Lanes, Segment};

/// More would only keep more of the journal in memory.
const THREADS_MAX: usize = 4;

/// So many threads.
#[derive(Clone, Copy, Debug)]
pub struct ProofThreads(usize);

impl ProofThreads {
    /// As many as the machine has, up to a few.
    pub fn all() -> Self {
        let there = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self(there.min(THREADS_MAX))
    }
}

impl Lanes for ProofThreads {
    fn count(&self) -> usize {
        self.0
    }

    fn examine(&self, segments: &[Segment]) -> Vec<Examined> {
        let Some((last, others)) = segments.split_last() else { return Vec::new() };
        #[expect(clippy::disallowed_methods, reason = "the edge: a start waits for all of them")]
        thread::scope(|scope| {
            let others: Vec<_> =
                others.iter().map(|segment| scope.spawn(|| segment.examine())).collect();
            let last = last.examine();
            let others = others.into_iter().map(|it| it.join().expect("a proof does not panic"));
            others.chain([last]).collect()
        })
    }
}
