//! Which rules we keep: Kraken's own, a stricter model, both, or the user's.
//!
//! The trading counters and the cap on open orders hold in every profile: nobody can talk Kraken's
//! matching engine out of them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{counter::CounterRule, points::Points, tier::Tier};

/// The rules that our calls keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Kraken's pages: decaying counters by tier.
    #[default]
    Documented,
    /// Fixed minutes of the clock: 15 public calls an address, 20 private calls an account, ten
    /// sockets. Kraken's pages contradict it; a user may be careful all the same.
    Article,
    /// Kraken's pages and the fixed minutes, both at once.
    Strictest,
    /// A rate and a burst of the user's own.
    TokenBucket {
        /// For the calls of each key.
        private: Bucket,
        /// For the public calls of each address.
        public: Bucket,
    },
}

/// A burst and how fast it comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Points that may be spent at once.
    pub burst: u32,
    /// Hundredths of a point that come back each second.
    pub per_second: u32,
}

impl Bucket {
    fn rule(self) -> CounterRule {
        CounterRule {
            limit: Points::whole(self.burst),
            reaching_is_allowed: true,
            decay_per_second: self.per_second.max(1),
            step: Duration::ZERO,
        }
    }
}

/// Public calls in one minute of the clock, in the stricter model.
const ARTICLE_PUBLIC: u32 = 15;
/// Private calls in one minute of the clock, in the stricter model.
const ARTICLE_PRIVATE: u32 = 20;
/// Sockets open at once, in the stricter model.
const ARTICLE_SOCKETS: u32 = 10;

/// "One call per second or slower" is all that Kraken promises for public calls
/// (<https://support.kraken.com/articles/206548367>, read on 2026-11-21).
const PUBLIC: CounterRule = CounterRule {
    limit: Points::whole(1),
    reaching_is_allowed: true,
    decay_per_second: 100,
    step: Duration::ZERO,
};

impl Profile {
    /// The counter of one key, if it has one.
    pub fn key_counter(self, tier: Tier) -> Option<CounterRule> {
        match self {
            Self::Documented | Self::Strictest => Some(tier.rest_counter()),
            Self::TokenBucket { private, .. } => Some(private.rule()),
            Self::Article => None,
        }
    }

    /// The counter of one address, and of one address and pair, if they have one.
    pub fn public_counter(self) -> Option<CounterRule> {
        match self {
            Self::Documented | Self::Strictest => Some(PUBLIC),
            Self::TokenBucket { public, .. } => Some(public.rule()),
            Self::Article => None,
        }
    }

    /// Private calls of one account in a minute of the clock.
    pub const fn private_each_minute(self) -> Option<u32> {
        match self {
            Self::Article | Self::Strictest => Some(ARTICLE_PRIVATE),
            Self::Documented | Self::TokenBucket { .. } => None,
        }
    }

    /// Public calls of one address in a minute of the clock.
    pub const fn public_each_minute(self) -> Option<u32> {
        match self {
            Self::Article | Self::Strictest => Some(ARTICLE_PUBLIC),
            Self::Documented | Self::TokenBucket { .. } => None,
        }
    }

    /// Sockets of one address open at once.
    pub const fn sockets_max(self) -> Option<u32> {
        match self {
            Self::Article | Self::Strictest => Some(ARTICLE_SOCKETS),
            Self::Documented | Self::TokenBucket { .. } => None,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Article => "article",
            Self::Strictest => "strictest",
            Self::TokenBucket { .. } => "token-bucket",
        }
    }
}
