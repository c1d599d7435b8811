//! What is due when. Equal moments go by the order in which they were noted, never by chance.

use std::collections::BTreeMap;

use trading_types::Timestamp;

/// Things that are due.
#[derive(Debug)]
pub(crate) struct Timeline<T> {
    due: BTreeMap<(Timestamp, u64), T>,
    noted: u64,
}

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Self { due: BTreeMap::new(), noted: 0 }
    }
}

impl<T> Timeline<T> {
    /// Notes something.
    pub(crate) fn note(&mut self, at: Timestamp, what: T) {
        self.noted += 1;
        self.due.insert((at, self.noted), what);
    }

    /// When something is due next.
    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }

    /// The next thing that is due by `now`.
    pub(crate) fn poll(&mut self, now: Timestamp) -> Option<T> {
        let next = self.due.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(next.remove())
    }

    /// Forgets what is not wanted any more.
    pub(crate) fn retain(&mut self, mut is_kept: impl FnMut(&T) -> bool) {
        self.due.retain(|_, what| is_kept(what));
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.due.clear();
    }
}
