//! What the listener had to do to stay alive, counted. Reading a count never stops anybody.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// The counts of a listener so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListenerCounts {
    /// Connections that are open now.
    pub connections_open: u64,
    /// Connections that were closed at once because too many were open.
    pub connections_refused: u64,
    /// Connections that asked for nothing and were closed for it.
    pub newcomers_expelled: u64,
    /// Connections that did not read what they were sent and were cut off.
    pub slow_readers_cut: u64,
    /// Bodies and messages that were too large.
    pub oversized: u64,
    /// Savings of the state that failed: the disk is full, say.
    pub savings_failed: u64,
    /// How far the simulation is behind its own clock, in real time: more than a moment means that
    /// this computer cannot follow at the speed that was asked for.
    pub behind: Duration,
}

/// The same while they are counted.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) connections_open: AtomicU64,
    pub(crate) connections_refused: AtomicU64,
    pub(crate) newcomers_expelled: AtomicU64,
    pub(crate) slow_readers_cut: AtomicU64,
    pub(crate) oversized: AtomicU64,
    pub(crate) savings_failed: AtomicU64,
    behind_millis: AtomicU64,
}

impl Counts {
    pub(crate) fn read(&self) -> ListenerCounts {
        ListenerCounts {
            connections_open: self.connections_open.load(Relaxed),
            connections_refused: self.connections_refused.load(Relaxed),
            newcomers_expelled: self.newcomers_expelled.load(Relaxed),
            slow_readers_cut: self.slow_readers_cut.load(Relaxed),
            oversized: self.oversized.load(Relaxed),
            savings_failed: self.savings_failed.load(Relaxed),
            behind: Duration::from_millis(self.behind_millis.load(Relaxed)),
        }
    }

    pub(crate) fn set_behind(&self, behind: Duration) {
        let millis = u64::try_from(behind.as_millis()).unwrap_or(u64::MAX);
        self.behind_millis.store(millis, Relaxed);
    }
}

/// One more.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}

/// One less.
pub(crate) fn discount(counter: &AtomicU64) {
    counter.fetch_sub(1, Relaxed);
}
