//! Watches what is not an order: the venue's state, announced maintenance, the age of data, our
//! clock, and how often orders are refused. Says what may not be done meanwhile.
//!
//! **Law.** What is not known counts as the worst it may be: a state nobody knows is maintenance, a
//! clock nobody has compared is wrong.

use std::time::Duration;

use kraken_protocol::stream::subscription::SocketKind;
use trading_engine::{BlockCause, KillReason};
use trading_types::{Pair, Timestamp, VenueStatus};

use crate::output::{AlertKind, Severity};

/// Something the guard has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardEvent {
    /// What the venue takes, or one pair of it.
    Status {
        /// The pair, or nothing for the whole venue.
        pair: Option<Pair>,
        /// What it takes.
        status: VenueStatus,
    },
    /// The venue has announced that it will be away from then, or has taken that back.
    MaintenanceAt(Option<Timestamp>),
    /// A socket came up or went down.
    Link {
        /// Which.
        socket: SocketKind,
        /// Whether events flow.
        is_up: bool,
    },
    /// Whether the prices of a pair can be believed: its book is there and right.
    Data {
        /// Which pair.
        pair: Pair,
        /// Whether they can.
        is_good: bool,
    },
    /// How wrong our picture of the venue's clock may be.
    Clock {
        /// The most it may be wrong by.
        error: Duration,
    },
    /// The venue refused an order.
    Rejected,
    /// Whether a position is held on a pair, so that prices are needed.
    Holding {
        /// Which pair.
        pair: Pair,
        /// Whether it is.
        is_held: bool,
    },
}

/// Something the guard wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GuardOutput {
    /// Nothing may be opened for this cause.
    Block {
        /// Why.
        cause: BlockCause,
        /// Where; nothing means everywhere.
        pair: Option<Pair>,
    },
    /// The cause is gone.
    Unblock {
        /// Which.
        cause: BlockCause,
        /// Where it had been.
        pair: Option<Pair>,
    },
    /// The engine has to know what the venue takes.
    VenueStatus(VenueStatus),
    /// Maintenance is near: open entries are to be canceled, the dead-man switch is to be off.
    WindDown(bool),
    /// Trip the kill switch.
    Trip(KillReason),
    /// Tell somebody.
    Alert {
        /// About what.
        kind: AlertKind,
        /// How bad it is.
        severity: Severity,
        /// What happened and what to do.
        text: String,
    },
}
