//! What the bot wants done or known.

use std::time::Duration;

use bot_journal::RecordKind;
use kraken_protocol::{
    scheduler::{Lane, Work},
    stream::{
        session::SocketCommand,
        subscription::{SocketKind, Subscription},
    },
};
use serde::{Deserialize, Serialize};
use trading_engine::Report;
use trading_types::{ClientOrderId, Pair, Timestamp};

use crate::call::Call;

/// Something is to be done, or is to be known.
#[derive(Clone, Debug)]
pub enum BotOutput {
    // The disk.
    /// Add a record to the journal. Records are counted from 1 in the order they are given out.
    Record {
        /// What kind.
        kind: RecordKind,
        /// Its bytes.
        payload: Vec<u8>,
    },
    /// Make everything given out so far durable, and say so.
    Sync,

    // The venue.
    /// Send this over the private socket, once. Its orders are durable.
    Command {
        /// The number its answers carry.
        request: u64,
        /// What.
        command: SocketCommand,
        /// What it spends.
        work: Work,
        /// How urgent it is.
        lane: Lane,
    },
    /// What the venue's clock shows when the process's shows `here`: commands that are late by the
    /// venue's are not sent. A newer word replaces this one.
    VenueClock {
        /// The process's clock.
        here: Timestamp,
        /// The venue's.
        venue: Timestamp,
    },
    /// Take this command back if it has not left; it is answered either way.
    Withdraw {
        /// The number its answers carry.
        request: u64,
    },
    /// Make this call, once; it comes back as [`crate::BotInput::Answered`].
    Call {
        /// Its number.
        call: u64,
        /// What.
        what: Call,
        /// How urgent it is.
        lane: Lane,
    },
    /// The key may be used from now on; Kraken has seen nonces up to this one.
    AdmitKey {
        /// The last nonce Kraken has seen.
        last_nonce: u64,
    },
    /// The key is not used any more.
    StopKey {
        /// Why.
        why: String,
    },
    /// Open a socket and keep it open, with these subscriptions, each with how long it may be
    /// silent at most where that is known.
    OpenSocket {
        /// Which.
        socket: SocketKind,
        /// What is wanted on it.
        subscriptions: Vec<(Subscription, Option<Duration>)>,
    },
    /// Take the subscription to our executions back and ask for it again: its snapshot shows what
    /// is open.
    RenewExecutions,
    /// Close a socket for good.
    CloseSocket(SocketKind),
    /// The budgets have to know that an order is no longer open.
    OrderGone(ClientOrderId),
    /// The budgets have to know, at a start, that no other orders may be open: of what ended before
    /// the last process did, nobody may have told them.
    OnlyOpen(Vec<ClientOrderId>),
    /// The budgets have to know that an order is open.
    OrderOpen {
        /// On which pair.
        pair: Pair,
        /// Which.
        order: ClientOrderId,
    },

    // People.
    /// The engine has something to say.
    Report(Report),
    /// Where the bot is in its life.
    Stage(Stage),
    /// Tell somebody, by every way there is.
    Alert(Alert),
    /// It is over: nothing more will be wanted.
    Ended {
        /// Why.
        why: String,
    },
}

/// Where the bot is in its life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Asking who we are: clock, state of the venue, the key.
    Auditing,
    /// Opening the sockets, learning what is open.
    Connecting,
    /// Finding out what came of orders nobody knows about.
    Resolving,
    /// Comparing balances.
    Reconciling,
    /// Trading.
    Ready,
    /// Ending in order.
    Ending,
    /// Refused to start, or stopped.
    Stopped {
        /// Why, and what to do.
        why: String,
    },
}

/// Something a person should know at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Its number.
    pub id: u64,
    /// When.
    pub time: Timestamp,
    /// About what.
    pub kind: AlertKind,
    /// How bad it is.
    pub severity: Severity,
    /// In words: what happened, and what to do.
    pub text: String,
}

/// How bad an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Notice,
    /// Somebody should look today.
    Warning,
    /// Somebody has to look now; if nobody does the bot halts.
    Critical,
}

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// Trading was halted.
    Halted,
    /// A halt is through: nothing is open, nothing is held.
    Flattened,
    /// Something could not be flattened.
    Residual,
    /// The outcome of an order is not known for too long.
    UnknownOrder,
    /// A position has no stop at the venue.
    Unprotected,
    /// Somebody else trades on the account.
    ForeignActivity,
    /// A balance moved and nobody knows why.
    UnexplainedBalance,
    /// The clock is wrong.
    ClockError,
    /// No data.
    StaleData,
    /// The venue is away or will be.
    VenueStatus,
    /// The key is not safe, or not accepted.
    Key,
    /// The dead-man switch could not be set.
    DeadMan,
    /// Kraken said that we are too fast.
    RateLimit,
    /// Many orders are refused.
    RejectStorm,
    /// The journal or the disk.
    Journal,
    /// A rung of the ladder was reached or lost.
    Rung,
    /// The bot started or ended.
    Life,
    /// A way to tell people does not work.
    Delivery,
}
