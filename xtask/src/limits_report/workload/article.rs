//! Endless queues of public and of private calls at once, and now and then an order: what fixed
//! clock minutes are hard for.

use std::time::Duration;

use trading_types::Timestamp;

use super::{Numbers, Workload, saturation::mixed, some_pair};
use crate::limits_report::{
    client::{Call, Purpose},
    prng::Prng,
};

const WAITING_MAX: usize = 8;
const PRESSURE: Duration = Duration::from_millis(100);
const ORDERS_MEAN: Duration = Duration::from_secs(30);
const LIFETIME: Duration = Duration::from_secs(20);

/// Both queues, and the orders.
#[derive(Clone, Debug)]
pub(crate) struct Article {
    public: Queue,
    private: Queue,
    next_order: Timestamp,
    numbers: Numbers,
    prng: Prng,
}

#[derive(Clone, Copy, Debug)]
struct Queue {
    waiting: usize,
    next: Timestamp,
}

impl Queue {
    fn next(self) -> Option<Timestamp> {
        (self.waiting < WAITING_MAX).then_some(self.next)
    }

    /// Whether another call joins at `now`; then it has.
    fn joined(&mut self, now: Timestamp) -> bool {
        let joins = self.next().is_some_and(|next| next <= now);
        if joins {
            self.waiting += 1;
            self.next = now + PRESSURE;
        }
        joins
    }
}

impl Article {
    pub(crate) fn new(seed: u64, start: Timestamp) -> Self {
        let mut prng = Prng::new(seed, "article");
        let queue = Queue { waiting: 0, next: start };
        Self {
            public: queue,
            private: queue,
            next_order: start + prng.gap(ORDERS_MEAN),
            numbers: Numbers::default(),
            prng,
        }
    }
}

impl Workload for Article {
    fn next(&self) -> Option<Timestamp> {
        let queues = [self.public.next(), self.private.next()];
        queues.into_iter().flatten().chain([self.next_order]).min()
    }

    fn demand(&mut self, now: Timestamp) -> Vec<Call> {
        let mut calls = Vec::new();
        if self.public.joined(now) {
            calls.push(self.numbers.call("Ticker", Purpose::Public));
        }
        if self.private.joined(now) {
            calls.push(self.numbers.call(mixed(&mut self.prng), Purpose::Account));
        }
        if self.next_order <= now {
            self.next_order = now + self.prng.gap(ORDERS_MEAN);
            calls.push(self.numbers.placing(some_pair()));
        }
        calls
    }

    fn decided(&mut self, call: Call) {
        match call.purpose {
            Purpose::Public => self.public.waiting -= 1,
            Purpose::Account => self.private.waiting -= 1,
            Purpose::Halt | Purpose::Cancel | Purpose::Amend | Purpose::Place => {}
        }
    }

    fn lifetime(&mut self) -> Option<Duration> {
        Some(LIFETIME)
    }

    fn restarted(&mut self, now: Timestamp) {
        let queue = Queue { waiting: 0, next: now };
        (self.public, self.private) = (queue, queue);
    }
}
