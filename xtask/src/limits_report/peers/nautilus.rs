//! `nautilus_trader`: five calls a second with a burst of five (a generic cell rate), one bucket
//! for everything, whatever a call costs.

use std::time::Duration;

use trading_types::Timestamp;

use super::Agenda;
use crate::limits_report::client::{Call, CallId, Client, Outcome, Started};

const INTERVAL: Duration = Duration::from_millis(200);
const BURST: u32 = 5;

/// Five a second.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nautilus {
    agenda: Agenda,
    /// When the bucket will be full again.
    full: Timestamp,
}

impl Client for Nautilus {
    fn ask(&mut self, call: Call, now: Timestamp) {
        let leaves = now.max(self.full - INTERVAL * (BURST - 1));
        self.full = self.full.max(leaves) + INTERVAL;
        self.agenda.push(leaves, call.id);
    }

    fn poll(&mut self, now: Timestamp) -> Vec<Started> {
        self.agenda.take_due(now)
    }

    fn answered(&mut self, _id: CallId, _outcome: Outcome, _now: Timestamp) {}

    fn next_timeout(&self) -> Option<Timestamp> {
        self.agenda.next()
    }

    fn restart(&mut self, _now: Timestamp) {
        *self = Self::default();
    }
}
