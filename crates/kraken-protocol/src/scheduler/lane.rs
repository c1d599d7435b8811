//! What goes before what, and what each leaves for those before it.

use serde::{Deserialize, Serialize};

use crate::limits::Points;

/// The lanes, the most urgent first. A call never waits for one in a lane below its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Halting and flattening.
    Halt,
    /// Canceling one order or several.
    Cancel,
    /// A protective stop.
    Stop,
    /// Finding out what became of an order.
    Resolve,
    /// Placing and amending.
    Place,
    /// Comparing our picture of the account with Kraken's.
    Reconcile,
    /// Balances, prices, volumes that somebody wants to see.
    Statistics,
    /// Long stretches of the past.
    History,
}

struct Reserve {
    lane: Lane,
    /// Points left on a key's counter.
    key: u32,
    /// Points left on a pair's trading counter.
    pair: u32,
}

/// On a pair a placement leaves ten points: a protective stop and its cancel, and an order that
/// flattens. On a key, what can wait leaves room to find out about an order and to cancel
/// everything; what follows a reconnect may use it up, because single cancels cost nothing there.
#[rustfmt::skip] // A table.
const RESERVES: [Reserve; 8] = [
    Reserve { lane: Lane::Halt,       key: 0, pair:  0 },
    Reserve { lane: Lane::Cancel,     key: 0, pair:  0 },
    Reserve { lane: Lane::Stop,       key: 0, pair:  1 },
    Reserve { lane: Lane::Resolve,    key: 0, pair:  1 },
    Reserve { lane: Lane::Place,      key: 0, pair: 10 },
    Reserve { lane: Lane::Reconcile,  key: 0, pair: 10 },
    Reserve { lane: Lane::Statistics, key: 5, pair: 10 },
    Reserve { lane: Lane::History,    key: 6, pair: 10 },
];

impl Lane {
    /// All lanes, the most urgent first.
    pub fn all() -> impl Iterator<Item = Self> {
        RESERVES.iter().map(|row| row.lane)
    }

    fn row(self) -> &'static Reserve {
        &RESERVES[self as usize]
    }

    /// Points that calls of this lane leave on the counter of a key.
    pub fn key_reserve(self) -> Points {
        Points::whole(self.row().key)
    }

    /// Points that commands of this lane leave on the trading counter of a pair.
    pub fn pair_reserve(self) -> Points {
        Points::whole(self.row().pair)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Halt => "halt",
            Self::Cancel => "cancel",
            Self::Stop => "stop",
            Self::Resolve => "resolve",
            Self::Place => "place",
            Self::Reconcile => "reconcile",
            Self::Statistics => "statistics",
            Self::History => "history",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lower_lane_never_leaves_less() {
        let lanes: Vec<Lane> = Lane::all().collect();
        assert!(lanes.is_sorted());
        assert!(lanes.is_sorted_by_key(|lane| lane.key_reserve()));
        assert!(lanes.is_sorted_by_key(|lane| lane.pair_reserve()));
    }
}
