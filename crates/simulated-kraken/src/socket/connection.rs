//! One connection: what it may send, what it has subscribed to, when something must be said to it.
//!
//! The invariant: `wake_at` is never later than the moment at which something is due.

use std::{collections::BTreeMap, time::Duration};

use simulated_limits::{Level3Rate, MessageRate};
use trading_types::Timestamp;

use super::topic::{Topic, Topics};
use crate::{
    message::Door,
    settings::{LimitProfile, Settings},
};

/// Kraken publishes no number; this is well above what careful clients send.
const MESSAGES_PER_SECOND_MAX: u32 = 100;
/// A connection without a subscription is closed after so long without a word from the client
/// (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21).
const IDLE_MAX: Duration = Duration::from_mins(1);
/// After so long without anything else a heartbeat is sent
/// (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/heartbeat>, read on
/// 2026-11-21).
const HEARTBEAT: Duration = Duration::from_secs(1);

/// One connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) door: Door,
    /// Kraken's number for it, which clients are told.
    pub(super) number: u64,
    pub(super) heard_at: Timestamp,
    /// When something was last sent to it alone.
    pub(super) sent_at: Timestamp,
    pub(super) wake_at: Timestamp,
    pub(super) messages: Option<MessageRate>,
    pub(super) level3: Option<Level3Rate>,
    pub(super) subscriptions: BTreeMap<Topic, Subscription>,
}

/// What a connection wants of a topic.
#[derive(Debug, Default)]
pub(super) struct Subscription {
    /// The token it was made with, which it keeps alive.
    pub(super) token: Option<String>,
    /// The number of the last message.
    pub(super) sequence: u64,
    pub(super) taste: Taste,
}

/// How a connection wants executions to be told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Taste {
    /// Only what opens and closes.
    pub(super) is_brief: bool,
    /// With the counter of the pair.
    pub(super) tells_counter: bool,
}

/// What is due on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Heartbeat,
    Close,
    /// Nothing yet.
    Later,
}

impl Connection {
    pub(super) fn new(door: Door, number: u64, settings: &Settings, now: Timestamp) -> Self {
        let is_limited = settings.limits != LimitProfile::Off;
        Self {
            door,
            number,
            heard_at: now,
            sent_at: now,
            wake_at: now + HEARTBEAT,
            messages: is_limited.then(|| MessageRate::new(MESSAGES_PER_SECOND_MAX)),
            level3: is_limited.then(|| Level3Rate::new(settings.tier)),
            subscriptions: BTreeMap::new(),
        }
    }

    /// A subscription that excludes one to `topic`: there is one depth for each pair.
    pub(super) fn same_subject(&self, topic: Topic) -> Option<Topic> {
        let range = match topic {
            Topic::Book(pair, _) => Topic::Book(pair, 0)..=Topic::Book(pair, u16::MAX),
            Topic::Level3(pair, _) => Topic::Level3(pair, 0)..=Topic::Level3(pair, u16::MAX),
            Topic::Ticker(..)
            | Topic::Trade(_)
            | Topic::Ohlc(..)
            | Topic::Instrument
            | Topic::Heartbeat
            | Topic::Executions(_)
            | Topic::Balances(_) => topic..=topic,
        };
        self.subscriptions.range(range).next().map(|(topic, _)| *topic)
    }

    /// What is due now; when to look again if that is nothing.
    pub(super) fn due(&self, topics: &Topics, now: Timestamp) -> (Due, Timestamp) {
        let (kind, at) = if self.subscriptions.is_empty() {
            (Due::Close, self.heard_at + IDLE_MAX)
        } else {
            let told = self.subscriptions.keys().map(|topic| topics.sent_at(*topic)).max();
            (Due::Heartbeat, told.map_or(self.sent_at, |told| told.max(self.sent_at)) + HEARTBEAT)
        };
        if at <= now { (kind, now + HEARTBEAT) } else { (Due::Later, at) }
    }
}
