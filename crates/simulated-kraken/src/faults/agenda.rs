//! What is to happen later: the end of what a fault began, the steps of a scenario.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trading_types::{MarketEvent, Pair, Timestamp, VenueStatus};

use super::{Fault, RuleId};
use crate::scenario::{Plan, StepEvent};

/// Something that is to happen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Act {
    /// A scenario begins.
    Begin(Box<Plan>),
    /// A step of a scenario.
    Step(StepEvent),
    /// The venue says that it will be away from then, and until then if that is known.
    Announce(Timestamp, Option<Timestamp>),
    /// A fault ends.
    SwitchOff(Fault, RuleId),
    /// The venue takes something else.
    Status(VenueStatus),
    /// A pair takes something else.
    PairStatus(Pair, VenueStatus),
    /// A book that was thin has all it would have.
    Thicken(Pair),
    /// The outside world does something on a market.
    Market(MarketEvent),
}

/// What is to happen, by time; equal times in the order in which they were noted.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Agenda {
    acts: BTreeMap<(Timestamp, u64), Act>,
    noted: u64,
}

impl Agenda {
    pub(crate) fn note(&mut self, at: Timestamp, act: Act) {
        self.noted += 1;
        self.acts.insert((at, self.noted), act);
    }

    /// When the next thing is due.
    pub(crate) fn next_timeout(&self) -> Option<Timestamp> {
        self.acts.first_key_value().map(|((at, _), _)| *at)
    }

    /// The next thing that is due.
    pub(crate) fn poll(&mut self, now: Timestamp) -> Option<Act> {
        let entry = self.acts.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }
}
