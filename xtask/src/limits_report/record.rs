//! What happened in a run, counted.

use std::{collections::BTreeMap, time::Duration};

use simulated_limits::Exceeded;
use trading_types::Timestamp;

use super::client::{Outcome, Purpose};

/// The counts of one run.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    start: Timestamp,
    sent: u64,
    declined: u64,
    accepted: u64,
    violations: BTreeMap<&'static str, u64>,
    first_trip: Option<Duration>,
    last_sent: BTreeMap<Purpose, Duration>,
    delays: BTreeMap<Purpose, Vec<Duration>>,
}

impl Record {
    pub(crate) const fn new(start: Timestamp) -> Self {
        Self {
            start,
            sent: 0,
            declined: 0,
            accepted: 0,
            violations: BTreeMap::new(),
            first_trip: None,
            last_sent: BTreeMap::new(),
            delays: BTreeMap::new(),
        }
    }

    /// A call was sent, so long after it was asked for.
    pub(crate) fn sent(&mut self, purpose: Purpose, delay: Duration, now: Timestamp) {
        self.sent += 1;
        self.last_sent.insert(purpose, now.since(self.start));
        self.delays.entry(purpose).or_default().push(delay);
    }

    /// The client would not send a call.
    pub(crate) const fn declined(&mut self) {
        self.declined += 1;
    }

    /// At the end a call was still waiting, so long after it was asked for.
    pub(crate) fn left_waiting(&mut self, purpose: Purpose, delay: Duration) {
        self.delays.entry(purpose).or_default().push(delay);
    }

    /// A call arrived at Kraken.
    pub(crate) fn received(&mut self, outcome: Outcome, now: Timestamp) {
        match outcome {
            Outcome::Accepted => self.accepted += 1,
            Outcome::Exceeded(exceeded) => {
                *self.violations.entry(limit(exceeded)).or_default() += 1;
                self.first_trip.get_or_insert(now.since(self.start));
            }
            Outcome::Refused | Outcome::Lost => {}
        }
    }

    /// How many calls were sent.
    pub(crate) const fn calls_sent(&self) -> u64 {
        self.sent
    }

    /// How many calls Kraken accepted.
    pub(crate) const fn calls_accepted(&self) -> u64 {
        self.accepted
    }

    /// How many calls the client would not send.
    pub(crate) const fn calls_declined(&self) -> u64 {
        self.declined
    }

    /// How many calls Kraken refused for a limit, by the limit.
    pub(crate) const fn violations(&self) -> &BTreeMap<&'static str, u64> {
        &self.violations
    }

    /// When Kraken first refused a call for a limit, from the start.
    pub(crate) const fn first_trip(&self) -> Option<Duration> {
        self.first_trip
    }

    /// When the last call of a purpose was sent, from the start.
    pub(crate) fn last_sent(&self, purpose: Purpose) -> Option<Duration> {
        self.last_sent.get(&purpose).copied()
    }

    /// How long calls of some purposes waited for the client, in rising order.
    pub(crate) fn delays(&self, purposes: &[Purpose]) -> Delays {
        let of = |purpose| self.delays.get(purpose).into_iter().flatten().copied();
        let mut delays: Vec<Duration> = purposes.iter().flat_map(of).collect();
        delays.sort_unstable();
        Delays(delays)
    }
}

/// Waiting times, in rising order.
#[derive(Clone, Debug)]
pub(crate) struct Delays(Vec<Duration>);

impl Delays {
    /// The waiting time that so many of a hundred calls do not exceed; nothing without calls.
    pub(crate) fn percentile(&self, percent: usize) -> Option<Duration> {
        let last = self.0.len().checked_sub(1)?;
        self.0.get((self.0.len() * percent / 100).min(last)).copied()
    }
}

const fn limit(exceeded: Exceeded) -> &'static str {
    match exceeded {
        Exceeded::PrivateCalls => "private_counter",
        Exceeded::Throttled { .. } => "concurrency",
        Exceeded::PublicCalls => "public_calls",
        Exceeded::PairTransactions => "pair_counter",
        Exceeded::OpenOrders => "open_orders",
        Exceeded::Connections { .. } => "connections",
        Exceeded::Messages => "messages",
        Exceeded::Level3 => "level3",
        Exceeded::ArticlePublic { .. } => "article_public",
        Exceeded::ArticlePrivate { .. } => "article_private",
    }
}

#[cfg(test)]
mod tests;
