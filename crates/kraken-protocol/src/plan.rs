//! Whether a polling plan would trip one of Kraken's limits, when, and what would fit instead.
//!
//! The plan is played against the limits themselves, call by call, with no network in between: the
//! kindest case. What trips here trips for certain.

mod play;
mod suggestion;

use std::time::Duration;

use serde::Serialize;
use trading_types::Pair;

use self::play::{Meter, Minute, Play};
pub use self::suggestion::{Suggestion, socket_instead};
use crate::{
    endpoint::Endpoint,
    limits::{Points, Profile, Tier, trading_cost},
};

/// One line of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlannedCall {
    /// An endpoint, called again and again.
    Poll {
        /// Which.
        endpoint: Endpoint,
        /// How often.
        every: Duration,
    },
    /// On one pair an order is placed again and again, and canceled after a while.
    Cycle {
        /// Which pair.
        pair: Pair,
        /// How often one is placed.
        every: Duration,
        /// How old it is when it is canceled.
        canceled_after: Duration,
    },
}

impl PlannedCall {
    /// How often it happens.
    pub const fn every(&self) -> Duration {
        match self {
            Self::Poll { every, .. } | Self::Cycle { every, .. } => *every,
        }
    }

    /// What it is about, for people.
    pub fn name(&self) -> String {
        match self {
            Self::Poll { endpoint, .. } => endpoint.to_string(),
            Self::Cycle { pair, .. } => format!("orders on {pair}"),
        }
    }

    /// What it costs each time, on the limit it counts on.
    pub fn cost(&self) -> Points {
        match self {
            Self::Poll { endpoint, .. } if endpoint.is_public() => Points::whole(1),
            Self::Poll { endpoint, .. } => endpoint.cost(),
            Self::Cycle { canceled_after, .. } => {
                trading_cost::place(1) + trading_cost::cancel(*canceled_after)
            }
        }
    }

    fn limit(&self) -> Limit {
        match self {
            Self::Poll { endpoint, .. } if endpoint.is_public() => Limit::Public,
            Self::Poll { .. } => Limit::Private,
            Self::Cycle { pair, .. } => Limit::Trading(*pair),
        }
    }
}

/// A limit that a plan counts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Public calls of one address.
    Public,
    /// Private calls with one key.
    Private,
    /// Trading commands on one pair.
    Trading(Pair),
}

/// How a plan fares on one limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LimitReport {
    /// Which limit.
    pub limit: Limit,
    /// Thousandths of a point the plan costs each minute.
    pub millipoints_each_minute: u64,
    /// Thousandths of a point the limit allows each minute for ever.
    pub allowed_each_minute: u64,
    /// When the first call would be refused; nothing if none is.
    pub trips_after: Option<Duration>,
    /// How many calls went through before.
    pub calls_before: u64,
}

/// What becomes of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlanReport {
    /// On each limit it touches.
    pub limits: Vec<LimitReport>,
    /// What would fit.
    pub suggestions: Vec<Suggestion>,
}

impl PlanReport {
    /// Whether nothing trips.
    pub fn fits(&self) -> bool {
        self.limits.iter().all(|limit| limit.trips_after.is_none())
    }
}

/// Plays `plan` against the limits of `profile` and `tier`.
pub fn check_plan(plan: &[PlannedCall], profile: Profile, tier: Tier) -> PlanReport {
    let reports = play_all(plan, profile, tier);
    let suggestions = suggestion::suggest(plan, &reports, profile, tier);
    PlanReport { limits: reports, suggestions }
}

/// How the plan fares on each limit it touches.
fn play_all(plan: &[PlannedCall], profile: Profile, tier: Tier) -> Vec<LimitReport> {
    let mut limits: Vec<Limit> = plan.iter().map(PlannedCall::limit).collect();
    limits.sort_unstable();
    limits.dedup();
    let of = |limit: Limit| plan.iter().filter(move |call| call.limit() == limit).copied();
    let reports = limits.into_iter().map(|limit| {
        let calls: Vec<PlannedCall> = of(limit).collect();
        report(limit, &calls, profile, tier)
    });
    reports.collect()
}

fn report(limit: Limit, calls: &[PlannedCall], profile: Profile, tier: Tier) -> LimitReport {
    let meters = meters(limit, profile, tier);
    let allowed = meters.iter().map(Meter::allowed_each_minute).min();
    let (trips_after, calls_before) = Play::new(calls).run(meters);
    LimitReport {
        limit,
        millipoints_each_minute: calls.iter().map(millipoints_each_minute).sum(),
        allowed_each_minute: allowed.unwrap_or(u64::MAX),
        trips_after,
        calls_before,
    }
}

/// The limits as Kraken counts them, with nothing of ours added.
fn meters(limit: Limit, profile: Profile, tier: Tier) -> Vec<Meter> {
    let (counter, minute) = match limit {
        Limit::Public => (profile.public_counter(), profile.public_each_minute()),
        Limit::Private => (profile.key_counter(tier), profile.private_each_minute()),
        Limit::Trading(_) => (Some(tier.trading_counter()), None),
    };
    let minute = minute.map(|limit| Meter::Minute(Minute::new(limit)));
    counter.map(Meter::counter).into_iter().chain(minute).collect()
}

fn millipoints_each_minute(call: &PlannedCall) -> u64 {
    const MINUTE_NANOS: u128 = 60_000_000_000;
    let every = call.every().as_nanos().max(1);
    let milli = u128::from(call.cost().halves()) * 500 * MINUTE_NANOS / every;
    u64::try_from(milli).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
