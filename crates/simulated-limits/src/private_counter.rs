//! The counter of a key: what its private calls add up to.
//!
//! A call is refused when it would bring the counter above the tier's maximum; so the counter never
//! stands above it (<https://docs.kraken.com/exchange/guides/rest/ratelimits>, read on 2026-11-21).

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

use crate::{
    charges::Charges,
    decay::{Decay, DecayMode},
    exceeded::Exceeded,
    points::Points,
    private_cost::private_cost,
    tier::Tier,
};

/// How a key's counter is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateLimits {
    /// The account's tier.
    pub tier: Tier,
    /// When the counter decays.
    pub decay: DecayMode,
    /// Whether a refused call is charged too, as far as the counter has room: then a client that
    /// keeps calling stays shut out. An older text of Kraken's says so, the present one says that
    /// restrictions last longer for who carries on.
    pub refused_calls_count: bool,
}

impl PrivateLimits {
    /// As documented, on the strict side.
    pub const fn documented(tier: Tier) -> Self {
        Self { tier, decay: DecayMode::Continuous, refused_calls_count: true }
    }
}

/// The counter of one key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PrivateCounter {
    limits: PrivateLimits,
    charges: Charges,
}

impl PrivateCounter {
    /// A counter that stands at zero.
    pub fn new(limits: PrivateLimits) -> Self {
        let decay = Decay::new(limits.tier.private_decay_hundredths(), limits.decay);
        Self { limits, charges: Charges::new(decay) }
    }

    /// A call of `endpoint`, the last word of its path, arrives.
    pub fn call(&mut self, endpoint: &str, now: Timestamp) -> Result<(), Exceeded> {
        self.charge(private_cost(endpoint), now)
    }

    /// A call of a given cost arrives.
    pub fn charge(&mut self, cost: Points, now: Timestamp) -> Result<(), Exceeded> {
        let max = self.limits.tier.private_max();
        if self.level(now) + cost <= max {
            self.charges.charge(cost, now);
            return Ok(());
        }
        if self.limits.refused_calls_count {
            self.charges.charge_up_to(max, cost, now);
        }
        Err(Exceeded::PrivateCalls)
    }

    /// The counter at `now`.
    pub fn level(&self, now: Timestamp) -> Points {
        self.charges.level(now)
    }

    /// The highest it ever was.
    pub fn peak(&self) -> Points {
        self.charges.peak()
    }
}

#[cfg(test)]
mod tests;
