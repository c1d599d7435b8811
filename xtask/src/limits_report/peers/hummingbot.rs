//! Hummingbot: so many calls in a rolling window, by tier, whatever a call costs; orders have a
//! pool of their own, and each other endpoint a limit of its own within the account's pool.
//!
//! The pools are the tier's maximum and a minute of its decay, in a window of a minute and five
//! percent. For public calls it allows one a second.

use std::{collections::VecDeque, time::Duration};

use simulated_limits::Tier;
use trading_types::Timestamp;

use crate::limits_report::client::{Call, CallId, Client, Outcome, Purpose, Started};

const WINDOW: Duration = Duration::from_secs(63);
/// A call that does not fit tries again after this time.
const RETRY: Duration = Duration::from_millis(100);
const PUBLIC_WINDOW: Duration = Duration::from_millis(1_050);
/// Each call of an endpoint counts so often on the limit of its endpoint.
const ENDPOINT_WEIGHT: usize = 2;

/// Rolling windows.
#[derive(Clone, Debug)]
pub(crate) struct Hummingbot {
    tier: Tier,
    waiting: VecDeque<Call>,
    sent: VecDeque<(Timestamp, Call)>,
    next: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pool {
    Account,
    Orders,
    Public,
}

const fn pool(call: &Call) -> Pool {
    match call.purpose {
        Purpose::Account => Pool::Account,
        Purpose::Halt | Purpose::Cancel | Purpose::Amend | Purpose::Place => Pool::Orders,
        Purpose::Public => Pool::Public,
    }
}

impl Hummingbot {
    pub(crate) const fn new(tier: Tier) -> Self {
        Self { tier, waiting: VecDeque::new(), sent: VecDeque::new(), next: None }
    }

    /// How many calls the pools of the account and of orders take within a window.
    const fn pools(&self) -> (usize, usize) {
        match self.tier {
            Tier::Starter => (35, 120),
            Tier::Intermediate => (50, 265),
            Tier::Pro => (80, 405),
        }
    }

    fn fits(&self, call: &Call, now: Timestamp) -> bool {
        let (account_max, orders_max) = self.pools();
        let in_pool = |sent: &&(Timestamp, Call)| pool(&sent.1) == pool(call);
        match pool(call) {
            Pool::Orders => self.sent.iter().filter(in_pool).count() < orders_max,
            Pool::Account => {
                let same = |sent: &&(Timestamp, Call)| sent.1.endpoint == call.endpoint;
                let of_endpoint = self.sent.iter().filter(same).count() + 1;
                self.sent.iter().filter(in_pool).count() < account_max
                    && of_endpoint * ENDPOINT_WEIGHT <= account_max
            }
            Pool::Public => {
                let last = self.sent.iter().rfind(in_pool);
                last.is_none_or(|(sent, _)| PUBLIC_WINDOW <= now.since(*sent))
            }
        }
    }

    /// Nothing new fits before the oldest call leaves a window, and then at a retry.
    fn next_retry(&self, now: Timestamp) -> Option<Timestamp> {
        let first = self.waiting.front()?;
        let has_public = self.waiting.iter().any(|call| pool(call) == Pool::Public);
        let leaves = self.sent.front().map_or(now, |(sent, _)| *sent + WINDOW);
        if has_public || leaves <= now || first.purpose == Purpose::Public {
            return Some(now + RETRY);
        }
        let retries = leaves.since(now).as_nanos() / RETRY.as_nanos() + 1;
        let retries = u32::try_from(retries).expect("a window is short");
        Some(now + RETRY * retries)
    }
}

impl Client for Hummingbot {
    fn ask(&mut self, call: Call, _now: Timestamp) {
        self.waiting.push_back(call);
    }

    fn poll(&mut self, now: Timestamp) -> Vec<Started> {
        while self.sent.pop_front_if(|(sent, _)| WINDOW < now.since(*sent)).is_some() {}
        let mut started = Vec::new();
        for call in std::mem::take(&mut self.waiting) {
            if self.fits(&call, now) {
                self.sent.push_back((now, call));
                started.push(Started::Sent(call.id));
            } else {
                self.waiting.push_back(call);
            }
        }
        self.next = self.next_retry(now);
        started
    }

    fn answered(&mut self, _id: CallId, _outcome: Outcome, _now: Timestamp) {}

    fn next_timeout(&self) -> Option<Timestamp> {
        self.next
    }

    fn restart(&mut self, _now: Timestamp) {
        *self = Self::new(self.tier);
    }
}
