//! ccxt with `enableRateLimit`, asynchronous: one queue for everything, and a bucket of one token
//! that fills only while somebody waits.
//!
//! A call leaves as soon as the bucket is not in debt, and then puts it into debt by its cost. The
//! time in which nobody waits earns nothing, so an order right behind a look at the ledgers waits
//! six seconds, even if the ledgers were looked at long ago.

use std::time::Duration;

use trading_types::Timestamp;

use super::{Agenda, ccxt_cost_s};
use crate::limits_report::client::{Call, CallId, Client, Outcome, Started};

/// What one token takes to fill in.
const TOKEN_NANOS: i64 = 1_000_000_000;
/// The bucket is looked at a little after it has filled.
const SLACK_NANOS: i64 = 1_000_000;

/// One queue, one bucket.
#[derive(Clone, Debug, Default)]
pub(crate) struct CcxtAsync {
    agenda: Agenda,
    /// When the last call leaves.
    last: Timestamp,
    /// What is in the bucket then, in the time it takes to fill in; below zero it is in debt.
    tokens_nanos: i64,
}

impl Client for CcxtAsync {
    fn ask(&mut self, call: Call, now: Timestamp) {
        self.last = self.last.max(now);
        if self.tokens_nanos < 0 {
            let wait = self.tokens_nanos.unsigned_abs() + SLACK_NANOS.unsigned_abs();
            self.last = self.last + Duration::from_nanos(wait);
            self.tokens_nanos = SLACK_NANOS;
        }
        self.tokens_nanos -= i64::from(ccxt_cost_s(call.endpoint)) * TOKEN_NANOS;
        self.agenda.push(self.last, call.id);
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
