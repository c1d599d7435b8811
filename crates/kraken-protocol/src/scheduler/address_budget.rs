//! What one of our addresses may do: public calls, connection attempts, sockets.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::{Pair, Timestamp};

use super::{
    blocked::{Needs, Resource},
    slowing::STOP_MAX,
    work::{AddressIndex, Why},
};
use crate::{
    endpoint::{Endpoint, PublicScope},
    limits::{Charge, Counter, MinuteCharge, MinuteWindow, Pause, Points, Profile, Room, Window},
};

/// Kraken's edge bans an address for ten minutes after about 150 attempts within ten
/// (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21). A third
/// of that is left to whatever else lives at the address.
const CONNECTIONS_MAX: u32 = 100;
const CONNECTIONS_PERIOD: Duration = Duration::from_mins(10);

/// The budget of one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AddressBudget {
    public: Option<Counter>,
    by_pair: BTreeMap<Pair, Counter>,
    minute: Option<MinuteWindow>,
    pub(super) connections: Window,
    pub(super) pause: Pause,
    sockets_max: Option<u32>,
    #[serde(skip)]
    sockets_open: u32,
}

/// A public call under way.
#[derive(Debug, Default)]
pub(super) struct PublicCharge {
    public: Option<Charge>,
    by_pair: Option<(Pair, Charge)>,
    minute: Option<MinuteCharge>,
}

impl AddressBudget {
    pub(super) fn new(profile: Profile, clock_error: Duration, now: Timestamp) -> Self {
        Self {
            public: profile.public_counter().map(|rule| Counter::new(rule, now)),
            by_pair: BTreeMap::new(),
            minute: profile.public_each_minute().map(|limit| MinuteWindow::new(limit, clock_error)),
            connections: Window::new(CONNECTIONS_MAX, CONNECTIONS_PERIOD),
            pause: Pause::default(),
            sockets_max: profile.sockets_max(),
            sockets_open: 0,
        }
    }

    pub(super) const fn change_clock_error(&mut self, clock_error: Duration) {
        if let Some(minute) = &mut self.minute {
            minute.change_clock_error(clock_error);
        }
    }

    /// What any REST call from here needs.
    pub(super) fn needs(&self, index: AddressIndex, needs: &mut Needs) {
        needs.add(Resource::AddressStop(index), Room::At(self.pause.until()), Why::Stopped);
    }

    pub(super) fn needs_of_public(
        &self,
        index: AddressIndex,
        scope: (Endpoint, Option<Pair>),
        needs: &mut Needs,
        now: Timestamp,
    ) {
        self.needs(index, needs);
        let one = |counter: &Counter| counter.room(Points::whole(1), Points::ZERO, now);
        if let Some(counter) = &self.public {
            needs.add(Resource::Public(index), one(counter), Why::PublicRate);
        }
        if let Some((pair, counter)) = counted_pair(scope)
            .and_then(|pair| self.by_pair.get(&pair).map(|counter| (pair, counter)))
        {
            needs.add(Resource::PublicPair(index, pair), one(counter), Why::PublicRate);
        }
        if let Some(minute) = &self.minute {
            needs.add(Resource::Public(index), minute.room(now), Why::PublicMinute);
        }
    }

    pub(super) fn start_public(
        &mut self,
        scope: (Endpoint, Option<Pair>),
        now: Timestamp,
    ) -> PublicCharge {
        let one = Points::whole(1);
        let rule = self.public.as_ref().map(|counter| *counter.rule());
        let by_pair = counted_pair(scope).zip(rule).map(|(pair, rule)| {
            let counter = self.by_pair.entry(pair).or_insert_with(|| Counter::new(rule, now));
            (pair, counter.charge(one, now))
        });
        PublicCharge {
            public: self.public.as_mut().map(|counter| counter.charge(one, now)),
            by_pair,
            minute: self.minute.as_mut().map(|minute| minute.start(now)),
        }
    }

    pub(super) fn finish_public(
        &mut self,
        charge: PublicCharge,
        arrives_by: Option<Timestamp>,
        now: Timestamp,
    ) {
        let end = |counter: &mut Counter, charge| match arrives_by {
            None => counter.answered(charge, now),
            Some(arrives_by) => counter.given_up(charge, arrives_by),
        };
        if let (Some(counter), Some(charge)) = (&mut self.public, charge.public) {
            end(counter, charge);
        }
        if let Some((pair, charge)) = charge.by_pair {
            self.by_pair.entry(pair).and_modify(|counter| end(counter, charge));
        }
        if let (Some(minute), Some(charge)) = (&mut self.minute, charge.minute) {
            minute.finish(charge, arrives_by.unwrap_or(now));
        }
    }

    pub(super) fn needs_of_connection(
        &self,
        index: AddressIndex,
        needs: &mut Needs,
        now: Timestamp,
    ) {
        let room = Room::At(self.connections.room_at(1, now));
        needs.add(Resource::Connections(index), room, Why::Connections);
        if self.sockets_max.is_some_and(|most| most <= self.sockets_open) {
            needs.add(Resource::Connections(index), Room::AfterAnswer, Why::Sockets);
        }
    }

    pub(super) fn start_connection(&mut self, now: Timestamp) {
        let spent = self.connections.try_spend(1, now);
        assert!(spent.is_ok(), "a connection starts only when there is room");
        self.sockets_open += 1;
    }

    pub(super) const fn socket_closed(&mut self) {
        self.sockets_open = self.sockets_open.saturating_sub(1);
    }

    pub(super) fn fill(&mut self, now: Timestamp) {
        if let Some(counter) = &mut self.public {
            counter.fill(now);
        }
    }

    /// Our clock was set ahead by so much since all of this happened.
    pub(super) fn set_ahead(&mut self, by: Duration) {
        for counter in self.public.iter_mut().chain(self.by_pair.values_mut()) {
            counter.set_ahead(by);
        }
        self.minute.iter_mut().for_each(|minute| minute.set_ahead(by));
        self.connections.set_ahead(by);
        self.pause.set_ahead(by);
    }

    /// After a restart: `self` is new, and `saved` is what was written down.
    pub(super) fn restored(mut self, saved: Self, arrives_by: Timestamp, now: Timestamp) -> Self {
        if let Some(rule) = self.public.as_ref().map(|counter| *counter.rule()) {
            let restored = |counter: Counter| counter.restored(rule, arrives_by, now);
            self.public = saved.public.map(restored).or(self.public);
            let by_pair = saved.by_pair.into_iter();
            self.by_pair = by_pair.map(|(pair, counter)| (pair, restored(counter))).collect();
        }
        self.minute = match (self.minute, saved.minute) {
            (Some(fresh), Some(saved)) => Some(fresh.restored(&saved, arrives_by, now)),
            (fresh, _) => fresh,
        };
        self.connections = self.connections.restored(saved.connections, now);
        self.pause = saved.pause.restored(now + STOP_MAX);
        self
    }

    /// Public calls that may have arrived in this minute of the clock, where it is counted.
    pub(super) fn minute(&self, now: Timestamp) -> Option<(u32, u32)> {
        self.minute.as_ref().map(|minute| (minute.calls(now), minute.limit()))
    }
}

/// The pair whose own limit a public call counts on.
fn counted_pair((endpoint, pair): (Endpoint, Option<Pair>)) -> Option<Pair> {
    match endpoint.public_scope() {
        PublicScope::AddressAndPair => pair,
        PublicScope::Address => None,
    }
}
