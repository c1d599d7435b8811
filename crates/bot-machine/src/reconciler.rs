//! Compares our balances with the venue's, and explains what differs: the streams give the reason
//! to look, REST explains.
//!
//! **Law.** Our balances are the venue's to the last unit, or it is known why not, or nothing is
//! opened. A movement is told once, by the venue's own id; none is invented.

mod event;

use std::{collections::VecDeque, time::Duration};

use trading_types::{Ascii, Pair, Timestamp};

pub use self::event::{ReconcilerEvent, ReconcilerOutput, Trigger};
use crate::{books::Books, settings::Times};

/// What the reconciler knew before a restart.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reckoned {
    /// The last moment that was accounted for, if there was one.
    pub accounted_to: Option<Timestamp>,
    /// The ids of movements that have been explained, oldest first.
    pub explained: Vec<Ascii<24>>,
    /// Where something is blocked because somebody else traded.
    pub foreign: Vec<Option<Pair>>,
}

/// Compares. See the module's header.
#[derive(Debug)]
pub struct Reconciler {
    every: Duration,
    outputs: VecDeque<ReconcilerOutput>,
    last: Timestamp,
}

impl Reconciler {
    /// A reconciler that knows what an earlier one has found.
    pub fn new(times: &Times, _before: Reckoned, now: Timestamp) -> Self {
        Self { every: times.reconcile_every, outputs: VecDeque::new(), last: now }
    }

    /// Something happened.
    pub fn handle(&mut self, _event: ReconcilerEvent, _books: &dyn Books, now: Timestamp) {
        self.handle_timeout(now);
    }

    /// A timer is due; a call too many is harmless.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        if self.last + self.every <= now {
            self.last = now;
        }
    }

    /// What it wants next; call until there is nothing.
    pub fn poll_output(&mut self) -> Option<ReconcilerOutput> {
        self.outputs.pop_front()
    }

    /// When it wants to be woken; may change after every call.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        Some(self.last + self.every)
    }

    /// Whether the last comparison was equal and nothing has asked for another since.
    pub const fn is_reconciled(&self) -> bool {
        false
    }
}
