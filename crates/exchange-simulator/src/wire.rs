//! What is under way between the accounts and the exchange.
//!
//! The invariant: what one account sends arrives in the order in which it was sent, and so does
//! what it is told; only between audiences may one overtake the other. Equal times are broken by
//! sequence, never by chance.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trading_types::{Timestamp, VenueCommand, VenueEvent};

use crate::{
    audience::{AccountId, Audience},
    latency::Latency,
    prng::Prng,
};

/// Both directions of the wire.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Wire {
    latency: Latency,
    prng: Prng,
    sequence: u64,
    commands: BTreeMap<(Timestamp, u64), (AccountId, VenueCommand)>,
    events: BTreeMap<(Timestamp, u64), (Audience, VenueEvent)>,
    /// When the last command of each account arrives.
    last_command: BTreeMap<AccountId, Timestamp>,
    /// When the last event of each audience arrives.
    last_event: BTreeMap<Audience, Timestamp>,
}

impl Wire {
    /// An empty wire.
    pub(crate) fn new(latency: Latency, seed: u64) -> Self {
        assert!(latency.outbound.min <= latency.outbound.max, "the least delay is the smaller");
        assert!(latency.inbound.min <= latency.inbound.max, "the least delay is the smaller");
        Self {
            latency,
            prng: Prng::from_seed(seed),
            sequence: 0,
            commands: BTreeMap::new(),
            events: BTreeMap::new(),
            last_command: BTreeMap::new(),
            last_event: BTreeMap::new(),
        }
    }

    /// Sends a command to the exchange.
    pub(crate) fn send(&mut self, account: AccountId, command: VenueCommand, now: Timestamp) {
        let last = self.last_command.entry(account).or_default();
        let arrival = (now + self.latency.outbound.draw(&mut self.prng)).max(*last);
        *last = arrival;
        self.sequence += 1;
        self.commands.insert((arrival, self.sequence), (account, command));
    }

    /// Sends an event to an audience.
    pub(crate) fn tell(&mut self, audience: Audience, event: VenueEvent, now: Timestamp) {
        let last = self.last_event.entry(audience).or_default();
        let arrival = (now + self.latency.inbound.draw(&mut self.prng)).max(*last);
        *last = arrival;
        self.sequence += 1;
        self.events.insert((arrival, self.sequence), (audience, event));
    }

    /// When the next command reaches the exchange.
    pub(crate) fn next_command_at(&self) -> Option<Timestamp> {
        self.commands.first_key_value().map(|((at, _), _)| *at)
    }

    /// When the next event reaches its audience.
    pub(crate) fn next_event_at(&self) -> Option<Timestamp> {
        self.events.first_key_value().map(|((at, _), _)| *at)
    }

    /// The next command.
    pub(crate) fn pop_command(&mut self) -> Option<(AccountId, VenueCommand)> {
        self.commands.pop_first().map(|(_, command)| command)
    }

    /// The next event that has arrived by `now`.
    pub(crate) fn pop_event(&mut self, now: Timestamp) -> Option<(Audience, VenueEvent)> {
        if self.next_event_at()? <= now {
            self.events.pop_first().map(|(_, event)| event)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests;
