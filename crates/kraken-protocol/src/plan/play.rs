//! Plays a plan, call by call, against counters that begin empty.

use std::{cmp::Reverse, collections::BinaryHeap, time::Duration};

use super::PlannedCall;
use crate::limits::{CounterRule, Points, trading_cost};

/// A plan that has not tripped for this long will not: every counter has settled.
const PLAYED: Duration = Duration::from_hours(2);
/// The most calls that are played, so that a plan of a call each nanosecond ends.
const CALLS_MAX: u64 = 2_000_000;
/// Units of a point: half points divide evenly, and so do hundredths of a point a nanosecond.
const UNITS_PER_HALF: u128 = 50_000_000_000;
const NANOS_PER_MINUTE: u128 = 60_000_000_000;

/// A limit as Kraken counts it.
#[derive(Clone, Debug)]
pub(super) enum Meter {
    /// A counter that decays.
    Counter { rule: CounterRule, level: u128, at: u128 },
    /// Calls in a minute of the clock.
    Minute(Minute),
}

#[derive(Clone, Debug)]
pub(super) struct Minute {
    limit: u32,
    number: u128,
    calls: u32,
}

impl Minute {
    pub(super) const fn new(limit: u32) -> Self {
        Self { limit, number: 0, calls: 0 }
    }
}

impl Meter {
    pub(super) const fn counter(rule: CounterRule) -> Self {
        Self::Counter { rule, level: 0, at: 0 }
    }

    /// Thousandths of a point that it allows each minute.
    pub(super) fn allowed_each_minute(&self) -> u64 {
        match self {
            Self::Counter { rule, .. } => u64::from(rule.decay_per_second) * 600,
            Self::Minute(minute) => u64::from(minute.limit) * 1_000,
        }
    }

    /// Whether a call of `cost` at `now` (nanoseconds) is taken.
    fn takes(&mut self, cost: Points, now: u128) -> bool {
        match self {
            Self::Counter { rule, level, at } => {
                let decayed = (now - *at) * u128::from(rule.decay_per_second);
                *level = level.saturating_sub(decayed) + u128::from(cost.halves()) * UNITS_PER_HALF;
                *at = now;
                let limit = u128::from(rule.limit.halves()) * UNITS_PER_HALF;
                *level < limit || (rule.reaching_is_allowed && *level == limit)
            }
            Self::Minute(minute) => {
                if minute.number != now / NANOS_PER_MINUTE {
                    (minute.number, minute.calls) = (now / NANOS_PER_MINUTE, 0);
                }
                minute.calls += 1;
                minute.calls <= minute.limit
            }
        }
    }
}

/// The moments of a plan, in order.
pub(super) struct Play {
    /// When (nanoseconds), in which line of the plan, what it costs, and how often it comes again.
    moments: BinaryHeap<Reverse<(u128, usize, Points, u128)>>,
}

impl Play {
    pub(super) fn new(calls: &[PlannedCall]) -> Self {
        let mut moments = BinaryHeap::new();
        for (line, call) in calls.iter().enumerate() {
            let every = call.every().as_nanos().max(1);
            match call {
                PlannedCall::Poll { .. } => {
                    moments.push(Reverse((0, line, call.cost(), every)));
                }
                PlannedCall::Cycle { canceled_after, .. } => {
                    let cancel = trading_cost::cancel(*canceled_after);
                    moments.push(Reverse((0, line, trading_cost::place(1), every)));
                    moments.push(Reverse((canceled_after.as_nanos(), line, cancel, every)));
                }
            }
        }
        Self { moments }
    }

    /// When the first call is refused, and how many went through before.
    pub(super) fn run(mut self, mut meters: Vec<Meter>) -> (Option<Duration>, u64) {
        let mut calls = 0;
        while let Some(Reverse((now, line, cost, every))) = self.moments.pop() {
            if PLAYED.as_nanos() < now || CALLS_MAX <= calls {
                break;
            }
            if !meters.iter_mut().all(|meter| meter.takes(cost, now)) {
                let now = u64::try_from(now).expect("two hours fit");
                return (Some(Duration::from_nanos(now)), calls);
            }
            calls += 1;
            self.moments.push(Reverse((now + every, line, cost, every)));
        }
        (None, calls)
    }
}
