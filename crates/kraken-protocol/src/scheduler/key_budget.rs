//! What one key may do: its counter, one call at a time, and its stops.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

use super::{
    blocked::{Needs, Resource},
    lane::Lane,
    slowing::STOP_MAX,
    work::Why,
};
use crate::limits::{Charge, Counter, KeyRole, Pause, Points, Profile, Room, Tier};

/// The budget of one key. Calls with one key go one after the other, because Kraken wants nonces in
/// order and the net does not keep order
/// (<https://docs.kraken.com/exchange/guides/rest/authentication>, read on 2026-11-21).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeyBudget {
    pub(super) counter: Option<Counter>,
    pub(super) pause: Pause,
    #[serde(skip)]
    under_way: u32,
}

/// A call with a key, as far as its budget goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct PrivateCall {
    pub(super) role: KeyRole,
    pub(super) cost: Points,
    pub(super) lane: Lane,
}

impl KeyBudget {
    pub(super) fn new(profile: Profile, tier: Tier, now: Timestamp) -> Self {
        let counter = profile.key_counter(tier).map(|rule| Counter::new(rule, now));
        Self { counter, pause: Pause::default(), under_way: 0 }
    }

    /// Keeps to other rules from now on.
    pub(super) fn change_rule(&mut self, profile: Profile, tier: Tier, now: Timestamp) {
        match (profile.key_counter(tier), &mut self.counter) {
            (Some(rule), Some(counter)) => counter.change_rule(rule, now),
            (rule, counter) => *counter = rule.map(|rule| Counter::new(rule, now)),
        }
    }

    pub(super) fn needs(&self, call: PrivateCall, needs: &mut Needs, now: Timestamp) {
        let PrivateCall { role, cost, lane } = call;
        needs.add(Resource::KeyStop(role), Room::At(self.pause.until()), Why::Stopped);
        if let Some(counter) = self.counter.as_ref().filter(|_| !cost.is_zero()) {
            let room = counter.room(cost, lane.key_reserve(), now);
            needs.add(Resource::KeyCounter(role), room, Why::KeyCounter(role));
        }
        // A halt overtakes: at worst the call that it overtakes is refused for its nonce.
        if lane != Lane::Halt {
            let free = if 0 < self.under_way { Room::AfterAnswer } else { Room::At(now) };
            needs.add(Resource::KeyFlight(role), free, Why::KeyBusy(role));
        }
    }

    pub(super) fn start(&mut self, cost: Points, now: Timestamp) -> Option<Charge> {
        self.under_way += 1;
        self.counter.as_mut().map(|counter| counter.charge(cost, now))
    }

    /// A call ended; given up, it may arrive until `arrives_by`.
    pub(super) fn finish(
        &mut self,
        charge: Option<Charge>,
        arrives_by: Option<Timestamp>,
        now: Timestamp,
    ) {
        self.under_way = self.under_way.saturating_sub(1);
        if let (Some(counter), Some(charge)) = (&mut self.counter, charge) {
            match arrives_by {
                None => counter.answered(charge, now),
                Some(arrives_by) => counter.given_up(charge, arrives_by),
            }
        }
    }

    pub(super) fn fill(&mut self, now: Timestamp) {
        if let Some(counter) = &mut self.counter {
            counter.fill(now);
        }
    }

    pub(super) fn estimate(&self, now: Timestamp) -> Points {
        self.counter.as_ref().map_or(Points::ZERO, |counter| counter.estimate(now))
    }

    /// Our clock was set ahead by so much since all of this happened.
    pub(super) fn set_ahead(&mut self, by: Duration) {
        self.counter.iter_mut().for_each(|counter| counter.set_ahead(by));
        self.pause.set_ahead(by);
    }

    /// After a restart: `self` is new, and `saved` is what was written down.
    pub(super) fn restored(self, saved: Self, arrives_by: Timestamp, now: Timestamp) -> Self {
        let counter = match (self.counter, saved.counter) {
            (Some(fresh), Some(saved)) => Some(saved.restored(*fresh.rule(), arrives_by, now)),
            (fresh, _) => fresh,
        };
        Self { counter, pause: saved.pause.restored(now + STOP_MAX), under_way: 0 }
    }
}
