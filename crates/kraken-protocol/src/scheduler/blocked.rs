//! When a call can go, and what it waits for until then.

use std::collections::BTreeMap;

use trading_types::{Pair, Timestamp};

use super::{
    lane::Lane,
    work::{AddressIndex, Why},
};
use crate::limits::{KeyRole, Room};

/// Something of which there is only so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Resource {
    KeyCounter(KeyRole),
    KeyFlight(KeyRole),
    PrivateMinute,
    Public(AddressIndex),
    PublicPair(AddressIndex, Pair),
    Pair(Pair),
    Connections(AddressIndex),
    KeyStop(KeyRole),
    AddressStop(AddressIndex),
    QuietHour,
}

/// What a call needs, each with the moment it has room.
#[derive(Clone, Debug, Default)]
pub(super) struct Needs {
    rows: Vec<(Resource, Room, Why)>,
}

impl Needs {
    pub(super) fn add(&mut self, resource: Resource, room: Room, why: Why) {
        self.rows.push((resource, room, why));
    }

    /// When everything has room, as far as is known.
    pub(super) fn room(&self, now: Timestamp) -> Room {
        self.rows.iter().map(|(_, room, _)| *room).fold(Room::At(now), Room::and)
    }

    /// What lacks room longest.
    pub(super) fn why(&self) -> Option<&Why> {
        self.rows.iter().max_by_key(|(_, room, _)| *room).map(|(.., why)| why)
    }

    /// What lacks room, and is kept for this call. One that waits for a quiet hour keeps nothing.
    pub(super) fn lacking(&self, now: Timestamp) -> impl Iterator<Item = Resource> {
        let lacks = move |(_, room, _): &&(Resource, Room, Why)| !room.is_open(now);
        let is_patient = self.rows.iter().filter(lacks).any(|row| row.0 == Resource::QuietHour);
        let lacking = self.rows.iter().filter(lacks).map(|(resource, ..)| *resource);
        lacking.filter(move |_| !is_patient)
    }

    /// Whether one of them is kept for something more urgent; in which lane.
    pub(super) fn kept_for(&self, taken: &BTreeMap<Resource, Lane>) -> Option<Lane> {
        self.rows.iter().filter_map(|(resource, ..)| taken.get(resource)).min().copied()
    }
}
