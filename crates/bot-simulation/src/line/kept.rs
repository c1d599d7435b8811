//! What survives a process besides its journal: what was spent, and how far nonces went.

use std::collections::BTreeMap;

use kraken_protocol::{limits::KeyRole, scheduler::SavedBudgets};

/// What is kept, as it was last saved.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    pub(crate) budgets: Option<SavedBudgets>,
    pub(crate) nonces: BTreeMap<KeyRole, u64>,
}
