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
    /// Looks at the account within the window.
    account: VecDeque<(Timestamp, &'static str)>,
    /// Calls that touch orders within the window.
    orders: VecDeque<Timestamp>,
    public: Option<Timestamp>,
    next: Option<Timestamp>,
}

impl Hummingbot {
    pub(crate) const fn new(tier: Tier) -> Self {
        Self {
            tier,
            waiting: VecDeque::new(),
            account: VecDeque::new(),
            orders: VecDeque::new(),
            public: None,
            next: None,
        }
    }

    /// How many calls the pools of the account and of orders take within a window.
    const fn pools(&self) -> (usize, usize) {
        match self.tier {
            Tier::Starter => (35, 120),
            Tier::Intermediate => (50, 265),
            Tier::Pro => (80, 405),
        }
    }

    /// Sends a call if it fits; true if it does.
    fn send(&mut self, call: &Call, now: Timestamp) -> bool {
        let (account_max, orders_max) = self.pools();
        match call.purpose {
            Purpose::Account => {
                let of_endpoint = self.account.iter().filter(|sent| sent.1 == call.endpoint);
                let fits = self.account.len() < account_max
                    && (of_endpoint.count() + 1) * ENDPOINT_WEIGHT <= account_max;
                if fits {
                    self.account.push_back((now, call.endpoint));
                }
                fits
            }
            Purpose::Halt | Purpose::Cancel | Purpose::Amend | Purpose::Place => {
                let fits = self.orders.len() < orders_max;
                if fits {
                    self.orders.push_back(now);
                }
                fits
            }
            Purpose::Public => {
                let fits = self.public.is_none_or(|last| PUBLIC_WINDOW <= now.since(last));
                if fits {
                    self.public = Some(now);
                }
                fits
            }
        }
    }

    /// The retry at which something may have left a window that waiting calls are too many for.
    fn next_retry(&self, now: Timestamp) -> Option<Timestamp> {
        if self.waiting.is_empty() {
            return None;
        }
        let account = self.account.front().map(|(sent, _)| *sent + WINDOW);
        let orders = self.orders.front().map(|sent| *sent + WINDOW);
        let public = self.public.map(|sent| sent + PUBLIC_WINDOW).filter(|room| now < *room);
        let room = [account, orders, public].into_iter().flatten().min().unwrap_or(now);
        let retries = room.since(now).as_nanos() / RETRY.as_nanos() + 1;
        let retries = u32::try_from(retries).expect("a window is short");
        Some(now + RETRY * retries)
    }
}

impl Client for Hummingbot {
    fn ask(&mut self, call: Call, _now: Timestamp) {
        self.waiting.push_back(call);
    }

    fn poll(&mut self, now: Timestamp) -> Vec<Started> {
        while self.account.pop_front_if(|(sent, _)| WINDOW < now.since(*sent)).is_some() {}
        while self.orders.pop_front_if(|sent| WINDOW < now.since(*sent)).is_some() {}
        let mut started = Vec::new();
        for call in std::mem::take(&mut self.waiting) {
            if self.send(&call, now) {
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
