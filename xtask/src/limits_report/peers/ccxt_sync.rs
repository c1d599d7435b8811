//! ccxt with `enableRateLimit`, synchronous, which is what freqtrade uses: before a call it sleeps
//! until the call before it is as long ago as this one costs, and everything waits for the answer.

use std::{collections::VecDeque, time::Duration};

use trading_types::Timestamp;

use super::ccxt_cost_s;
use crate::limits_report::client::{Call, CallId, Client, Outcome, Started};

/// One thread, one call at a time.
#[derive(Clone, Debug, Default)]
pub(crate) struct CcxtSync {
    waiting: VecDeque<Call>,
    under_way: Option<CallId>,
    last: Timestamp,
}

impl Client for CcxtSync {
    fn ask(&mut self, call: Call, _now: Timestamp) {
        self.waiting.push_back(call);
    }

    fn poll(&mut self, now: Timestamp) -> Vec<Started> {
        if self.next_timeout().is_none_or(|due| now < due) {
            return Vec::new();
        }
        self.last = now;
        self.under_way = self.waiting.pop_front().map(|call| call.id);
        self.under_way.into_iter().map(Started::Sent).collect()
    }

    fn answered(&mut self, id: CallId, _outcome: Outcome, _now: Timestamp) {
        assert_eq!(self.under_way.take(), Some(id), "one call at a time");
    }

    fn next_timeout(&self) -> Option<Timestamp> {
        let next = self.waiting.front().filter(|_| self.under_way.is_none())?;
        let cost_s = u64::from(ccxt_cost_s(next.endpoint));
        Some(self.last + Duration::from_secs(cost_s))
    }

    fn restart(&mut self, _now: Timestamp) {
        *self = Self::default();
    }
}
