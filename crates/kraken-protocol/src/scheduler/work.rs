//! What is asked of the scheduler, and what it answers.

use std::fmt;

use serde::{Deserialize, Serialize};
use trading_types::{Pair, Timestamp};

use super::lane::Lane;
use crate::{
    endpoint::Endpoint,
    limits::{CommandOutcome, Feedback, KeyRole, Points, TradingAction},
};

/// A call that waits or is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CallId(pub(super) u64);

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "call {}", self.0)
    }
}

/// One of our addresses on the net, by its place in the settings.
pub type AddressIndex = usize;

/// Something that has to keep limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// A public call.
    Public {
        /// Which.
        endpoint: Endpoint,
        /// About which pair, where the limit is by pair.
        pair: Option<Pair>,
    },
    /// A call with a key that is no trading command.
    Private {
        /// Which.
        endpoint: Endpoint,
        /// With which key.
        key: KeyRole,
        /// What it costs; a look-up by client id costs more than its endpoint.
        cost: Points,
    },
    /// A trading command on one pair.
    Trading {
        /// Which pair.
        pair: Pair,
        /// What is done.
        action: TradingAction,
        /// Which way it goes.
        path: TradingPath,
    },
    /// Canceling everything on every pair.
    CancelAll {
        /// Which way it goes.
        path: TradingPath,
    },
    /// An attempt to open a socket. It counts until [`super::Scheduler::socket_closed`].
    Connect,
}

/// Which way a trading command goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TradingPath {
    /// Over a WebSocket, where no account call is ever in its way.
    Socket,
    /// As a REST call with this key.
    Rest(KeyRole, Endpoint),
}

/// What the scheduler wants done, or has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchedulerOutput {
    /// Make this call now, from this address.
    Start {
        /// Which call.
        call: CallId,
        /// From which address.
        address: AddressIndex,
    },
    /// Somebody said that we are too fast.
    Slowed(Slowed),
}

/// A refusal for a limit, for the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Slowed {
    /// When.
    pub time: Timestamp,
    /// Which endpoint, where it was a REST call.
    pub endpoint: Option<Endpoint>,
    /// What the call cost.
    pub cost: Points,
    /// What we thought Kraken's counter was.
    pub estimate: Points,
    /// What was said.
    pub feedback: Feedback,
    /// When the next call may be made.
    pub until: Timestamp,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    /// It was answered; a trading command was obeyed.
    Done,
    /// It was answered with a no, or surely never left.
    Refused,
    /// No answer came; it may have arrived, or arrive yet.
    Lost,
}

impl CallOutcome {
    pub(super) const fn of_command(self, arrives_by: Timestamp) -> CommandOutcome {
        match self {
            Self::Done => CommandOutcome::Accepted,
            Self::Refused => CommandOutcome::Refused,
            Self::Lost => CommandOutcome::Unknown(arrives_by),
        }
    }
}

/// A call that waits, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Which call.
    pub call: CallId,
    /// In which lane.
    pub lane: Lane,
    /// Why.
    pub why: Why,
    /// Until when, if that can be known.
    pub until: Option<Timestamp>,
}

/// Why a call waits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The key's counter has no room.
    KeyCounter(KeyRole),
    /// Another call with the key is under way, and nonces must arrive in order.
    KeyBusy(KeyRole),
    /// The minute's private calls are used up.
    PrivateMinute,
    /// The address's public calls come too soon after each other.
    PublicRate,
    /// The minute's public calls are used up.
    PublicMinute,
    /// The pair's trading counter has no room, or too many orders are open.
    TradingCounter(Pair),
    /// Too many connection attempts.
    Connections,
    /// Too many sockets are open.
    Sockets,
    /// Kraken told us to stop.
    Stopped,
    /// Something more urgent waits for the same thing.
    Behind(Lane),
    /// It was asked to wait for a quiet hour.
    QuietHour,
}

impl Why {
    /// Whether a limit is what it waits for, and not another call of ours.
    pub const fn is_limit(&self) -> bool {
        match self {
            Self::KeyCounter(_)
            | Self::PrivateMinute
            | Self::PublicRate
            | Self::PublicMinute
            | Self::TradingCounter(_)
            | Self::Connections
            | Self::Sockets
            | Self::Stopped => true,
            Self::KeyBusy(_) | Self::Behind(_) | Self::QuietHour => false,
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyCounter(role) => write!(f, "the counter of the {role} key has no room"),
            Self::KeyBusy(role) => write!(f, "another call with the {role} key is under way"),
            Self::PrivateMinute => f.write_str("this minute's private calls are used up"),
            Self::PublicRate => f.write_str("public calls keep a second's distance"),
            Self::PublicMinute => f.write_str("this minute's public calls are used up"),
            Self::TradingCounter(pair) => write!(f, "the trading counter of {pair} has no room"),
            Self::Connections => f.write_str("too many connection attempts in ten minutes"),
            Self::Sockets => f.write_str("too many sockets are open"),
            Self::Stopped => f.write_str("Kraken told us to stop"),
            Self::Behind(lane) => write!(f, "a call in the {} lane goes first", lane.name()),
            Self::QuietHour => f.write_str("it waits for a quiet hour"),
        }
    }
}
