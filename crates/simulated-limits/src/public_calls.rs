//! Public calls: by the address they come from, and for `Trades` and `OHLC` by address and pair.
//!
//! Kraken says that a call per second is always within limits, and publishes no other number
//! (<https://support.kraken.com/articles/206548367>, read on 2026-11-21). So each address has a
//! counter that loses a point a second, and a short burst is allowed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trading_types::{Pair, Timestamp};

use crate::{
    charges::Charges,
    decay::{Decay, DecayMode},
    exceeded::Exceeded,
    points::Points,
};

/// One call per second.
const DECAY_HUNDREDTHS: u32 = 100;
/// More addresses and pairs than this, and those that have drained are forgotten.
const COUNTERS_MAX: usize = 1_024;

/// How public calls are limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicLimits {
    /// How many calls an idle address may make at once.
    pub burst: u32,
    /// Whether a refused call is charged too, as far as the counter has room. Kraken says that
    /// restrictions last longer for who carries on.
    pub refused_calls_count: bool,
}

impl Default for PublicLimits {
    /// What several clients get away with; the documentation is silent.
    fn default() -> Self {
        Self { burst: 5, refused_calls_count: true }
    }
}

/// The public calls of all addresses.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PublicCalls {
    limits: PublicLimits,
    counters: BTreeMap<Key, Charges>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Key {
    address: String,
    /// Nothing for the counter of the address itself.
    pair: Option<Pair>,
}

impl PublicCalls {
    /// No call yet.
    pub const fn new(limits: PublicLimits) -> Self {
        Self { limits, counters: BTreeMap::new() }
    }

    /// A call of `endpoint` arrives. `Trades` and `OHLC` of a pair count for that pair as well.
    pub fn call(
        &mut self,
        address: &str,
        endpoint: &str,
        pair: Option<Pair>,
        now: Timestamp,
    ) -> Result<(), Exceeded> {
        self.forget_drained(now);
        let key = |pair| Key { address: address.to_owned(), pair };
        let mut keys = vec![key(None)];
        if matches!(endpoint, "Trades" | "OHLC") && pair.is_some() {
            keys.push(key(pair));
        }
        let max = Points::whole(self.limits.burst);
        let cost = Points::whole(1);
        let fits = keys.iter().all(|key| self.counter(key).level(now) + cost <= max);
        if fits || self.limits.refused_calls_count {
            for key in &keys {
                self.counter(key).charge_up_to(max, cost, now);
            }
        }
        if fits { Ok(()) } else { Err(Exceeded::PublicCalls) }
    }

    fn counter(&mut self, key: &Key) -> &mut Charges {
        let idle = || Charges::new(Decay::new(DECAY_HUNDREDTHS, DecayMode::Continuous));
        self.counters.entry(key.clone()).or_insert_with(idle)
    }

    fn forget_drained(&mut self, now: Timestamp) {
        if COUNTERS_MAX < self.counters.len() {
            self.counters.retain(|_, charges| charges.level(now) != Points::ZERO);
        }
    }
}

#[cfg(test)]
mod tests;
