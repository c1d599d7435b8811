//! A client reconnects after a quiet hour: it looks everything up at once, and right behind that
//! comes an order.

use std::time::Duration;

use trading_types::Timestamp;

use super::{Numbers, RECONNECT, Workload, some_pair};
use crate::limits_report::client::{Call, Purpose};

const ORDER_AFTER: Duration = Duration::from_millis(1);

/// The burst, then the order.
#[derive(Clone, Debug)]
pub(crate) struct Reconnect {
    next: Option<Timestamp>,
    is_burst_asked: bool,
    numbers: Numbers,
}

impl Reconnect {
    pub(crate) fn new(start: Timestamp) -> Self {
        Self { next: Some(start), is_burst_asked: false, numbers: Numbers::default() }
    }
}

impl Workload for Reconnect {
    fn next(&self) -> Option<Timestamp> {
        self.next
    }

    fn demand(&mut self, now: Timestamp) -> Vec<Call> {
        if self.is_burst_asked {
            self.next = None;
            return vec![self.numbers.placing(some_pair())];
        }
        self.is_burst_asked = true;
        self.next = Some(now + ORDER_AFTER);
        RECONNECT.map(|endpoint| self.numbers.call(endpoint, Purpose::Account)).into()
    }
}
