//! Kraken's account tiers
//! (<https://docs.kraken.com/exchange/guides/rest/ratelimits> and
//! <https://docs.kraken.com/exchange/guides/general/ratelimits>, read on 2026-11-21).

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};

use super::{counter::CounterRule, points::Points};

/// The tier of an account. It comes from the account's verification, and decides its limits.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// The smallest: assumed until the account tells.
    #[default]
    Starter,
    /// The middle one.
    Intermediate,
    /// The largest.
    Pro,
}

/// A text that names no tier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no tier of Kraken's; write starter, intermediate or pro")]
pub struct UnknownTier(String);

/// Kraken says that the REST counter falls "every couple of seconds" and not how often exactly.
/// One point at Starter's rate takes three seconds; nobody has seen a longer step.
const REST_STEP_MAX: Duration = Duration::from_secs(3);
/// Trading counters are documented by the second.
const TRADING_STEP_MAX: Duration = Duration::from_secs(1);

struct Row {
    tier: Tier,
    name: &'static str,
    /// Points of a key's counter, and hundredths of a point it falls each second.
    rest: (u32, u32),
    /// The same for a pair's trading counter.
    trading: (u32, u32),
    /// Open orders on one pair.
    open_orders: u32,
    /// Cost of level 3 subscriptions within a second.
    level3: u32,
}

type Limits = (u32, u32);

const fn row(
    (tier, name): (Tier, &'static str),
    rest: Limits,
    trading: Limits,
    open_orders: u32,
    level3: u32,
) -> Row {
    Row { tier, name, rest, trading, open_orders, level3 }
}

#[rustfmt::skip] // A table.
const TABLE: [Row; 3] = [
    //                                    key        pair        open  level 3
    row((Tier::Starter,      "starter"),      (15,  33), ( 60, 100),  60, 200),
    row((Tier::Intermediate, "intermediate"), (20,  50), (125, 234),  80, 200),
    row((Tier::Pro,          "pro"),          (20, 100), (180, 375), 225, 500),
];

impl Tier {
    /// All three, the smallest first.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.tier)
    }

    /// The largest tier whose trading counter holds no more than the `maxratecount` that the
    /// account's `executions` subscription was told.
    pub fn from_max_rate_count(points: u32) -> Self {
        let known = TABLE.iter().rev().find(|row| row.trading.0 <= points);
        known.map_or(Self::Starter, |row| row.tier)
    }

    fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The counter of one key: above its limit calls are refused.
    pub fn rest_counter(self) -> CounterRule {
        let (limit, decay_per_second) = self.row().rest;
        CounterRule {
            limit: Points::whole(limit),
            reaching_is_allowed: true,
            decay_per_second,
            step: REST_STEP_MAX,
        }
    }

    /// The counter of one pair. One paragraph says that commands are refused when the threshold is
    /// reached, another when it is exceeded; so we stay below it.
    pub fn trading_counter(self) -> CounterRule {
        let (limit, decay_per_second) = self.row().trading;
        CounterRule {
            limit: Points::whole(limit),
            reaching_is_allowed: false,
            decay_per_second,
            step: TRADING_STEP_MAX,
        }
    }

    /// The most orders that may be open on one pair.
    pub fn open_orders_max(self) -> u32 {
        self.row().open_orders
    }

    /// The most that level 3 subscriptions may cost within a second
    /// (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/level3>, read on
    /// 2026-11-21).
    pub fn level3_cost_max(self) -> u32 {
        self.row().level3
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Tier {
    type Err = UnknownTier;

    fn from_str(text: &str) -> Result<Self, UnknownTier> {
        let known = TABLE.iter().find(|row| row.name.eq_ignore_ascii_case(text));
        known.map(|row| row.tier).ok_or_else(|| UnknownTier(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests;
