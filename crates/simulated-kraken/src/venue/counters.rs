//! The counters of all accounts' pairs, if limits are enforced at all.
//!
//! The invariant: a counter knows exactly the live orders of its account on its pair.

use std::collections::BTreeMap;

use exchange_simulator::AccountId;
use serde::{Deserialize, Serialize};
use simulated_limits::{Exceeded, Points, TradingCounter, TradingLimits, Transaction, Validity};
use trading_types::{Pair, Timestamp, VenueOrderId};

/// The counters.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Counters {
    /// Nothing where nothing is limited.
    limits: Option<TradingLimits>,
    of_pairs: BTreeMap<(AccountId, Pair), TradingCounter>,
    refused_for_rate: u64,
}

impl Counters {
    pub(crate) const fn new(limits: Option<TradingLimits>) -> Self {
        Self { limits, of_pairs: BTreeMap::new(), refused_for_rate: 0 }
    }

    /// A transaction arrives.
    pub(crate) fn receive(
        &mut self,
        (account, pair): (AccountId, Pair),
        transaction: Transaction<'_>,
        validity: Validity,
        now: Timestamp,
    ) -> Result<(), Exceeded> {
        let Some(limits) = self.limits else { return Ok(()) };
        let fresh = || TradingCounter::new(limits);
        let counter = self.of_pairs.entry((account, pair)).or_insert_with(fresh);
        let result = counter.receive(transaction, validity, now);
        self.refused_for_rate += u64::from(result == Err(Exceeded::PairTransactions));
        result
    }

    /// A counter as it is, for a transaction whose validity is known only once it was tried.
    pub(crate) fn saved(&self, place: (AccountId, Pair)) -> Option<TradingCounter> {
        self.of_pairs.get(&place).cloned()
    }

    /// Puts a counter back to what it was, as if a transaction had not come.
    pub(crate) fn restore(&mut self, place: (AccountId, Pair), saved: Option<TradingCounter>) {
        if let Some(counter) = saved {
            self.of_pairs.insert(place, counter);
        }
    }

    /// The venue places an order by itself, which costs what placing one costs.
    pub(crate) fn open(
        &mut self,
        place: (AccountId, Pair),
        order: VenueOrderId,
        now: Timestamp,
    ) -> Result<(), Exceeded> {
        self.receive(place, Transaction::Add(order), Validity::Valid, now)
    }

    /// An order ended.
    pub(crate) fn closed(&mut self, place: (AccountId, Pair), order: VenueOrderId) {
        if let Some(counter) = self.of_pairs.get_mut(&place) {
            counter.closed(order);
        }
    }

    /// The counter of an account's pair.
    pub(crate) fn level(&self, place: (AccountId, Pair), now: Timestamp) -> Points {
        self.of_pairs.get(&place).map_or(Points::ZERO, |counter| counter.level(now))
    }

    /// How many orders a counter knows to be open.
    #[cfg(test)]
    pub(crate) fn orders_open(&self, place: (AccountId, Pair)) -> usize {
        self.of_pairs.get(&place).map_or(0, TradingCounter::orders_open)
    }

    /// The highest level of any account's counter, by pair.
    pub(crate) fn peaks(&self) -> BTreeMap<Pair, Points> {
        let mut peaks: BTreeMap<Pair, Points> = BTreeMap::new();
        for ((_, pair), counter) in &self.of_pairs {
            let peak = peaks.entry(*pair).or_default();
            *peak = (*peak).max(counter.peak());
        }
        peaks
    }

    /// How many transactions were refused for their rate.
    pub(crate) const fn refused_for_rate(&self) -> u64 {
        self.refused_for_rate
    }
}
