//! An endless queue of looks at the account: whatever a client lets through, there is more.

use std::time::Duration;

use trading_types::Timestamp;

use super::{Numbers, Workload};
use crate::limits_report::{
    client::{Call, Purpose},
    prng::Prng,
};

/// So many calls wait for the client, always.
const WAITING_MAX: usize = 8;
/// A caller asks for the next call so long after the one before. It bounds only clients that have
/// no limit themselves.
const PRESSURE: Duration = Duration::from_millis(50);

/// The endless queue.
#[derive(Clone, Debug)]
pub(crate) struct Saturation {
    waiting: usize,
    next: Timestamp,
    numbers: Numbers,
    prng: Prng,
}

impl Saturation {
    pub(crate) fn new(seed: u64, start: Timestamp) -> Self {
        let prng = Prng::new(seed, "saturation");
        Self { waiting: 0, next: start, numbers: Numbers::default(), prng }
    }
}

impl Workload for Saturation {
    fn next(&self) -> Option<Timestamp> {
        (self.waiting < WAITING_MAX).then_some(self.next)
    }

    fn demand(&mut self, now: Timestamp) -> Vec<Call> {
        self.waiting += 1;
        self.next = now + PRESSURE;
        vec![self.numbers.call(mixed(&mut self.prng), Purpose::Account)]
    }

    fn decided(&mut self, _call: Call) {
        self.waiting -= 1;
    }

    fn restarted(&mut self, now: Timestamp) {
        self.waiting = 0;
        self.next = now;
    }
}

/// Of ten calls four look at balances, four at orders, one at ledgers and one at trades, so that
/// the mean cost is 1.2 points.
pub(crate) fn mixed(prng: &mut Prng) -> &'static str {
    match prng.below(10) {
        0..4 => "Balance",
        4..8 => "OpenOrders",
        8 => "Ledgers",
        _ => "TradesHistory",
    }
}
