//! A client that sends whatever it is asked for, at once.

use trading_types::Timestamp;

use crate::limits_report::client::{Call, CallId, Client, Outcome, Started};

/// No limiter at all.
#[derive(Clone, Debug, Default)]
pub(crate) struct NoLimiter {
    asked: Vec<Started>,
}

impl Client for NoLimiter {
    fn ask(&mut self, call: Call, _now: Timestamp) {
        self.asked.push(Started::Sent(call.id));
    }

    fn poll(&mut self, _now: Timestamp) -> Vec<Started> {
        std::mem::take(&mut self.asked)
    }

    fn answered(&mut self, _id: CallId, _outcome: Outcome, _now: Timestamp) {}

    fn next_timeout(&self) -> Option<Timestamp> {
        None
    }

    fn restart(&mut self, _now: Timestamp) {
        *self = Self::default();
    }
}
