//! Calls that a limit holds back are told to whoever watches, each once.

use std::collections::BTreeSet;

use kraken_protocol::scheduler::{CallId, Scheduler, Waiting};
use tokio::sync::mpsc;
use trading_types::Timestamp;

/// Whoever watches, and what was told already.
pub(super) struct Waits {
    to: mpsc::Sender<Waiting>,
    told: BTreeSet<CallId>,
}

impl Waits {
    pub(super) const fn new(to: mpsc::Sender<Waiting>) -> Self {
        Self { to, told: BTreeSet::new() }
    }

    /// Tells what waits now and was not told. Nothing ever waits for the one who watches.
    pub(super) fn tell(&mut self, scheduler: &Scheduler, now: Timestamp) {
        let waiting = scheduler.waiting(now);
        self.told.retain(|told| waiting.iter().any(|it| it.call == *told));
        for it in waiting.into_iter().filter(|it| it.why.is_limit()) {
            if self.told.insert(it.call) {
                // People can do without one of very many.
                let _ = self.to.try_send(it);
            }
        }
    }
}
