//! Kraken's own Rust SDK (0.1.0 of 2026-08-14): mirrors the counter of the key and those of the
//! pairs, and refuses a call that would breach one.
//!
//! The mirrors are floating numbers, charged and decayed from the moment of the call. So they run
//! ahead of Kraken's by as long as a call is on its way: what was sent slowly and is followed by
//! something fast arrives in a shorter time than it was sent in, and Kraken's counter is then
//! higher than the mirror. After a restart the mirrors stand at zero, and Kraken's do not.

#![expect(clippy::float_arithmetic, reason = "what is described here counts in floating numbers")]

use std::{collections::BTreeMap, time::Duration};

use simulated_limits::{Exceeded, Tier};
use trading_types::{Pair, Timestamp};

use crate::limits_report::client::{
    Call, CallId, Client, Fate, Notice, OrderNumber, Outcome, Purpose, Started, Transport,
};

/// Mirrors of the counters.
#[derive(Clone, Debug)]
pub(crate) struct KrakenSdk {
    tier: Tier,
    decided: Vec<Started>,
    key: Mirror,
    pairs: BTreeMap<Pair, Mirror>,
    /// When each order was placed or last amended, from the moment of the call.
    touched: BTreeMap<OrderNumber, (Pair, Timestamp)>,
    under_way: BTreeMap<CallId, Call>,
}

#[derive(Clone, Copy, Debug)]
struct Mirror {
    level: f64,
    max: f64,
    decay_per_second: f64,
    at: Timestamp,
}

impl Mirror {
    const fn new(max: f64, decay_per_second: f64) -> Self {
        Self { level: 0.0, max, decay_per_second, at: Timestamp::EPOCH }
    }

    fn key(tier: Tier) -> Self {
        match tier {
            Tier::Starter => Self::new(15.0, 0.33),
            Tier::Intermediate => Self::new(20.0, 0.5),
            Tier::Pro => Self::new(20.0, 1.0),
        }
    }

    fn pair(tier: Tier) -> Self {
        match tier {
            Tier::Starter => Self::new(60.0, 1.0),
            Tier::Intermediate => Self::new(125.0, 2.34),
            Tier::Pro => Self::new(180.0, 3.75),
        }
    }

    /// Charges a call; false if it would breach.
    fn charge(&mut self, cost: f64, now: Timestamp) -> bool {
        let decayed = now.since(self.at).as_secs_f64() * self.decay_per_second;
        self.level = (self.level - decayed).max(0.0);
        self.at = now;
        let fits = self.level + cost <= self.max;
        if fits {
            self.level += cost;
        }
        fits
    }

    fn fill(&mut self, now: Timestamp) {
        self.level = self.max;
        self.at = now;
    }
}

impl KrakenSdk {
    pub(crate) fn new(tier: Tier) -> Self {
        Self {
            tier,
            decided: Vec::new(),
            key: Mirror::key(tier),
            pairs: BTreeMap::new(),
            touched: BTreeMap::new(),
            under_way: BTreeMap::new(),
        }
    }

    fn allows(&mut self, call: &Call, now: Timestamp) -> bool {
        if call.purpose == Purpose::Public {
            return true;
        }
        let cost = match call.endpoint {
            "AddOrder" | "CancelOrder" | "AmendOrder" => 0.0,
            "Ledgers" | "TradesHistory" => 2.0,
            _ => 1.0,
        };
        if call.transport == Transport::Rest && !self.key.charge(cost, now) {
            return false;
        }
        if call.purpose == Purpose::Halt {
            return self.pairs.values_mut().all(|pair| pair.charge(1.0, now));
        }
        let Some(pair) = call.pair else { return true };
        let cost = self.pair_cost(call, now);
        let tier = self.tier;
        self.pairs.entry(pair).or_insert_with(|| Mirror::pair(tier)).charge(cost, now)
    }

    fn pair_cost(&self, call: &Call, now: Timestamp) -> f64 {
        let touched = call.order.and_then(|order| self.touched.get(&order));
        let age = touched.map_or(Duration::MAX, |(_, touched)| now.since(*touched));
        let by_age =
            |below_5, below_10, below_15, below_45, below_90, below_300| match age.as_secs() {
                0..5 => below_5,
                5..10 => below_10,
                10..15 => below_15,
                15..45 => below_45,
                45..90 => below_90,
                90..300 => below_300,
                _ => 0.0,
            };
        match call.purpose {
            Purpose::Place => 1.0,
            Purpose::Amend => 1.0 + by_age(3.0, 2.0, 1.0, 0.0, 0.0, 0.0),
            Purpose::Cancel => by_age(8.0, 6.0, 5.0, 4.0, 2.0, 1.0),
            Purpose::Halt | Purpose::Account | Purpose::Public => 0.0,
        }
    }

    fn note(&mut self, call: Call, now: Timestamp) {
        self.under_way.insert(call.id, call);
        if let (Some(pair), Some(order)) = (call.pair, call.order)
            && matches!(call.purpose, Purpose::Place | Purpose::Amend)
        {
            self.touched.insert(order, (pair, now));
        }
    }
}

impl Client for KrakenSdk {
    fn ask(&mut self, call: Call, now: Timestamp) {
        if self.allows(&call, now) {
            self.note(call, now);
            self.decided.push(Started::Sent(call.id));
        } else {
            self.decided.push(Started::Declined(call.id));
        }
    }

    fn poll(&mut self, _now: Timestamp) -> Vec<Started> {
        std::mem::take(&mut self.decided)
    }

    fn answered(&mut self, id: CallId, outcome: Outcome, now: Timestamp) {
        let Some(call) = self.under_way.remove(&id) else { return };
        match outcome {
            Outcome::Exceeded(Exceeded::PrivateCalls) => self.key.fill(now),
            Outcome::Exceeded(Exceeded::PairTransactions) => {
                if let Some(pair) = call.pair.and_then(|pair| self.pairs.get_mut(&pair)) {
                    pair.fill(now);
                }
            }
            Outcome::Accepted | Outcome::Refused | Outcome::Lost | Outcome::Exceeded(_) => {}
        }
    }

    fn next_timeout(&self) -> Option<Timestamp> {
        None
    }

    fn noticed(&mut self, notice: Notice, _now: Timestamp) {
        match notice.fate {
            Fate::Closed | Fate::NeverOpened => {
                self.touched.remove(&notice.order);
            }
            Fate::Opened => {}
        }
    }

    fn restart(&mut self, _now: Timestamp) {
        *self = Self::new(self.tier);
    }
}
