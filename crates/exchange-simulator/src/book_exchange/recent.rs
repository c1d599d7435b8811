//! What the exchange remembers for those who ask soon after.
//!
//! The invariant: at most [`RECENT_MAX`] are remembered; what has the least key is forgotten first,
//! and keys grow with time.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many are remembered. Who looks after each event needs the last few only.
pub(super) const RECENT_MAX: usize = 10_000;

/// The newest of something.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "K: Ord + Deserialize<'de>, V: Deserialize<'de>"))]
pub(super) struct Recent<K, V>(BTreeMap<K, V>);

impl<K: Ord, V> Recent<K, V> {
    pub(super) const fn new() -> Self {
        Self(BTreeMap::new())
    }

    pub(super) fn remember(&mut self, key: K, value: V) {
        self.0.insert(key, value);
        if RECENT_MAX < self.0.len() {
            self.0.pop_first();
        }
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.0.get(key)
    }
}
