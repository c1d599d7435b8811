//! A decaying counter seen from our side of the wire, never below the one Kraken keeps.
//!
//! Kraken charges a call when it *receives* it; we know only when we sent it and when its answer
//! came. And Kraken's counter falls in steps whose length it does not publish ("every couple of
//! seconds", <https://docs.kraken.com/exchange/guides/rest/ratelimits>, read on 2026-11-21). So a
//! charge is held without decay from sending until its answer, and for one step more; only then it
//! begins to decay. That the estimate is an upper bound is proved in `ARCHITECTURE.md` and tried by
//! the property test `the_estimate_covers_kraken`, against a counter that shares no code with it.

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

use super::points::Points;

/// A level in units of 10^-11 point: hundredths of a point a second are then whole units a
/// nanosecond, and decay is exact.
type Level = u64;
const LEVEL_PER_POINT: Level = 100_000_000_000;

/// No counter of Kraken's was ever this many times above its limit.
const RESTORED_TIMES_MAX: Level = 16;
/// Nobody made this many calls within one step of a counter.
const RESTORED_CHARGES_MAX: usize = 10_000;

/// What a counter allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterRule {
    /// The most the counter may reach.
    pub limit: Points,
    /// Whether it may stand at the limit, or must stay below it.
    pub reaching_is_allowed: bool,
    /// Hundredths of a point forgiven each second.
    pub decay_per_second: u32,
    /// The longest step in which it may fall.
    pub step: Duration,
}

impl CounterRule {
    fn level_max(&self) -> Level {
        let limit = level(self.limit);
        if self.reaching_is_allowed { limit } else { limit.saturating_sub(1) }
    }
}

/// An upper bound on a counter of Kraken's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    rule: CounterRule,
    /// What decays, as of `decays_since`.
    decaying: Level,
    decays_since: Timestamp,
    /// Answered, and waiting for its decay to begin; sorted by that moment.
    held: VecDeque<(Timestamp, Level)>,
    /// Sent and not yet answered.
    in_flight: Level,
}

/// When a charge has room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    /// From this moment on, if nothing else is charged until then.
    At(Timestamp),
    /// Not before an answer arrives.
    AfterAnswer,
}

impl Room {
    /// Whether there is room now.
    pub fn is_open(self, now: Timestamp) -> bool {
        self <= Self::At(now)
    }

    /// The later of two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.max(other)
    }
}

/// A charge on its way. Give it back when its answer arrives or is given up.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[must_use = "a charge that is never given back never decays"]
pub struct Charge(Level);

impl Counter {
    /// A counter at zero.
    pub fn new(rule: CounterRule, now: Timestamp) -> Self {
        assert!(0 < rule.decay_per_second, "a counter that never falls is a trap");
        Self { rule, decaying: 0, decays_since: now, held: VecDeque::new(), in_flight: 0 }
    }

    /// What it allows.
    pub const fn rule(&self) -> &CounterRule {
        &self.rule
    }

    /// Allows something else from now on: the account's tier became known.
    pub fn change_rule(&mut self, rule: CounterRule, now: Timestamp) {
        self.advance(now);
        self.rule = rule;
    }

    /// Charges `cost`. Whether there is room is the caller's question, asked by [`Self::room`]
    /// together with everything else the call needs.
    pub fn charge(&mut self, cost: Points, now: Timestamp) -> Charge {
        self.advance(now);
        self.in_flight += level(cost);
        Charge(level(cost))
    }

    /// The call behind `charge` was answered.
    pub fn answered(&mut self, charge: Charge, now: Timestamp) {
        self.settle(charge, now);
    }

    /// The call behind `charge` was given up, but may still arrive until `arrives_by`.
    pub fn given_up(&mut self, charge: Charge, arrives_by: Timestamp) {
        self.settle(charge, arrives_by);
    }

    #[expect(clippy::needless_pass_by_value, reason = "a charge must not be settled twice")]
    fn settle(&mut self, charge: Charge, known_at: Timestamp) {
        assert!(charge.0 <= self.in_flight, "a charge is settled by the counter that made it");
        self.in_flight -= charge.0;
        if 0 < charge.0 {
            let begins = known_at + self.rule.step;
            let place = self.held.partition_point(|(at, _)| *at <= begins);
            self.held.insert(place, (begins, charge.0));
        }
    }

    /// When `cost` has room while `reserve` stays free.
    pub fn room(&self, cost: Points, reserve: Points, now: Timestamp) -> Room {
        let wanted = level(cost) + level(reserve);
        let Some(target) = self.rule.level_max().checked_sub(wanted + self.in_flight) else {
            return Room::AfterAnswer;
        };
        let mut held: Level = self.held.iter().map(|(_, level)| level).sum();
        let (mut decaying, mut at) = (self.decaying, self.decays_since);
        let begins = self.held.iter().map(|(begins, level)| (*begins, *level));
        for (begins, level) in begins.chain([(Timestamp::NEVER, 0)]) {
            if held <= target {
                let from = at.max(now);
                let excess = self.decayed(decaying, at, from).saturating_sub(target - held);
                let decay = u64::from(self.rule.decay_per_second);
                let room_at = from + Duration::from_nanos(excess.div_ceil(decay));
                if room_at <= begins.max(now) {
                    return Room::At(room_at);
                }
            }
            decaying = self.decayed(decaying, at, begins) + level;
            at = at.max(begins);
            held -= level;
        }
        Room::AfterAnswer
    }

    /// An upper bound on Kraken's counter, rounded up to half a point.
    pub fn estimate(&self, now: Timestamp) -> Points {
        let halves = self.level(now).div_ceil(LEVEL_PER_POINT / 2);
        Points::from_halves(u32::try_from(halves).unwrap_or(u32::MAX))
    }

    /// Kraken said where its counter stands. We believe it only if it is higher than we thought.
    pub fn raise_to(&mut self, seen: Points, now: Timestamp) {
        self.advance(now);
        self.decaying += level(seen).saturating_sub(self.level(now));
    }

    /// Kraken said that its counter is full.
    pub fn fill(&mut self, now: Timestamp) {
        self.raise_to(self.rule.limit, now);
    }

    /// Our clock was set ahead by so much since all of this happened.
    pub fn set_ahead(&mut self, by: Duration) {
        self.decays_since = self.decays_since + by;
        for (begins, _) in &mut self.held {
            *begins = *begins + by;
        }
    }

    /// After a restart: what was under way may have arrived, or may yet arrive until `arrives_by`;
    /// a clock that went backwards proves no decay; and a file that was tampered with cannot say
    /// more than makes sense.
    pub fn restored(self, rule: CounterRule, arrives_by: Timestamp, now: Timestamp) -> Self {
        let latest = arrives_by + rule.step;
        let most = level(rule.limit).max(LEVEL_PER_POINT) * RESTORED_TIMES_MAX;
        let mut held: Vec<(Timestamp, Level)> = self
            .held
            .into_iter()
            .chain([(latest, self.in_flight)])
            .map(|(begins, level)| (begins.min(latest), level.min(most)))
            .filter(|(_, level)| 0 < *level)
            .collect();
        held.sort_unstable();
        held.truncate(RESTORED_CHARGES_MAX);
        Self {
            rule,
            decaying: self.decaying.min(most),
            decays_since: self.decays_since.min(now),
            held: held.into(),
            in_flight: 0,
        }
    }

    /// The estimate in the smallest unit.
    pub(crate) fn level(&self, now: Timestamp) -> Level {
        let (mut decaying, mut at, mut waiting) = (self.decaying, self.decays_since, 0);
        for (begins, level) in &self.held {
            if now < *begins {
                waiting += level;
            } else {
                decaying = self.decayed(decaying, at, *begins) + level;
                at = at.max(*begins);
            }
        }
        self.decayed(decaying, at, now) + waiting + self.in_flight
    }

    /// Brings the state up to `now`.
    fn advance(&mut self, now: Timestamp) {
        while let Some((begins, level)) = self.held.front().copied() {
            if now < begins {
                break;
            }
            self.held.pop_front();
            self.decaying = self.decayed(self.decaying, self.decays_since, begins) + level;
            self.decays_since = self.decays_since.max(begins);
        }
        self.decaying = self.decayed(self.decaying, self.decays_since, now);
        self.decays_since = self.decays_since.max(now);
    }

    /// What is left of `level` after the time from `since` to `now`.
    fn decayed(&self, level: Level, since: Timestamp, now: Timestamp) -> Level {
        let waited = now.nanos().saturating_sub(since.nanos());
        level.saturating_sub(waited.saturating_mul(u64::from(self.rule.decay_per_second)))
    }
}

fn level(points: Points) -> Level {
    u64::from(points.halves()) * (LEVEL_PER_POINT / 2)
}

#[cfg(test)]
mod tests;
