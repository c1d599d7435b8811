//! A line to a simulated Kraken, as a case of the suite sees it: calls, sockets, and what a check
//! from outside may look up.
//!
//! The invariant: both lines tell a case the same things in the same words, so that a case cannot
//! know which of them it runs on.

use std::time::Duration;

use kraken_client::{calls::CallError, socket::SocketEvent};
use kraken_protocol::{
    Request, Verdict,
    key_audit::{KeyAudit, Wanted},
    limits::{KeyRole, TradingAction},
    stream::{
        session::{SessionSettings, SocketCommand},
        subscription::{SocketKind, Subscription},
    },
    verdict::Doubt,
};
use serde_json::Value;
use trading_types::Refusal;

use crate::world::World;

/// A way from our client to a simulated Kraken that runs for this one case.
pub(crate) trait Line: Sized {
    /// Starts one and connects to it.
    async fn start(world: World) -> Self;

    /// Has Kraken tell what a key may do, and judges it.
    async fn audit(&mut self, key: Key, wanted: Wanted) -> KeyAudit;

    /// Makes a call. A trading command says what it does on the counter of its pair.
    async fn call(&mut self, key: Key, request: Request, action: Option<TradingAction>) -> Came;

    /// Keeps a socket open from now on.
    async fn open(&mut self, key: Key, wanted: Wanting<'_>) -> Wire;

    /// Sends a command over a socket, under a number that its answers carry.
    async fn command(&mut self, wire: Wire, number: u64, command: SocketCommand);

    /// The next thing that happens on a socket. Fails the case if nothing does for very long.
    async fn next(&mut self, wire: Wire) -> SocketEvent;

    /// What `GET /simulator/stats` tells.
    async fn statistics(&mut self) -> Value;
}

const ANSWER_WAIT: Duration = Duration::from_secs(4);

/// How a socket is kept. What is tried here is not how fast we may send; and an answer that has not
/// come within seconds on one machine does not come.
pub(crate) fn session_settings(kind: SocketKind) -> SessionSettings {
    SessionSettings { messages: 1_000, answer_wait: ANSWER_WAIT, ..SessionSettings::new(kind) }
}

/// What is wanted of a socket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanting<'a> {
    pub(crate) kind: SocketKind,
    pub(crate) subscriptions: &'a [Subscription],
    /// How long each of them may be silent, if that is known.
    pub(crate) data_every: Option<Duration>,
}

impl<'a> Wanting<'a> {
    /// Market data.
    pub(crate) const fn public(subscriptions: &'a [Subscription]) -> Self {
        Self { kind: SocketKind::Public, subscriptions, data_every: None }
    }

    /// What is told of an account.
    pub(crate) const fn private(subscriptions: &'a [Subscription]) -> Self {
        Self { kind: SocketKind::Private, subscriptions, data_every: None }
    }
}

/// A socket of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wire(pub(crate) usize);

/// One of the keys that a simulated Kraken gives out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Trade,
    Withdraw,
    NoIpList,
    ReadOnly,
    /// The trade key of the other account.
    SecondTrade,
}

impl Key {
    pub(crate) const ALL: [Self; 5] =
        [Self::Trade, Self::Withdraw, Self::NoIpList, Self::ReadOnly, Self::SecondTrade];

    /// What the simulated Kraken calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Trade => "trade",
            Self::Withdraw => "withdraw",
            Self::NoIpList => "no-ip-list",
            Self::ReadOnly => "read-only",
            Self::SecondTrade => "second-trade",
        }
    }

    /// What our client uses it for.
    pub(crate) const fn role(self) -> KeyRole {
        match self {
            Self::ReadOnly => KeyRole::Read,
            Self::Trade | Self::Withdraw | Self::NoIpList | Self::SecondTrade => KeyRole::Trade,
        }
    }
}

/// What a call came to: a verdict with its words in our hands, whichever way it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Came {
    /// It was done; this is the result.
    Done(String),
    Refused(Refusal),
    RateLimited,
    BadNonce,
    BadKey(String),
    LockedOut,
    NotReached,
    Unclear(Doubt),
    /// Our client did not even try.
    NotMade(String),
}

impl Came {
    /// The result of what was done.
    pub(crate) fn result(self) -> String {
        match self {
            Self::Done(result) => result,
            other => panic!("it was to be done, and came to {other:?}"),
        }
    }

    /// The refusal of what was refused.
    pub(crate) fn refusal(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            other => panic!("it was to be refused, and came to {other:?}"),
        }
    }
}

impl From<Verdict<'_>> for Came {
    fn from(verdict: Verdict<'_>) -> Self {
        match verdict {
            Verdict::Done(result) => Self::Done(result.to_owned()),
            Verdict::Refused(refusal) => Self::Refused(refusal),
            Verdict::Wait => Self::RateLimited,
            Verdict::BadNonce => Self::BadNonce,
            Verdict::BadKey(text) => Self::BadKey(text),
            Verdict::LockedOut => Self::LockedOut,
            Verdict::NotReached => Self::NotReached,
            Verdict::Unclear(doubt) => Self::Unclear(doubt),
        }
    }
}

impl From<CallError> for Came {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(refusal) => Self::Refused(refusal),
            CallError::RateLimited => Self::RateLimited,
            CallError::NotReached(_) => Self::NotReached,
            CallError::BadNonce => Self::BadNonce,
            CallError::Unclear(doubt) => Self::Unclear(doubt),
            CallError::BadKey(text) => Self::BadKey(text),
            CallError::LockedOut => Self::LockedOut,
            error @ (CallError::NotQueued(_)
            | CallError::NotSaved(_)
            | CallError::NoKey(_)
            | CallError::KeyStopped { .. }) => Self::NotMade(error.to_string()),
        }
    }
}
