//! What can be subscribed to, and who is.
//!
//! The invariant: a topic without subscribers is not remembered.

use std::collections::BTreeMap;

use exchange_simulator::AccountId;
use trading_types::{Interval, Pair, Timestamp};

use crate::message::ConnectionId;

/// How many levels of each side of a book can be watched.
pub(super) const BOOK_DEPTHS: [u16; 5] = [10, 25, 100, 500, 1_000];
/// How many levels can be watched with their single orders.
pub(super) const LEVEL3_DEPTHS: [u16; 3] = [10, 100, 1_000];

/// A stream of frames that is the same for all its subscribers, but for private ones, which are
/// numbered for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Topic {
    Book(Pair, u16),
    Level3(Pair, u16),
    Ticker(Pair, EventTrigger),
    Trade(Pair),
    Ohlc(Pair, Interval),
    Instrument,
    /// Nothing but heartbeats.
    Heartbeat,
    Executions(AccountId),
    Balances(AccountId),
}

/// When a ticker is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EventTrigger {
    /// After each trade.
    Trades,
    /// When the best bid or ask has changed.
    Bbo,
}

impl EventTrigger {
    /// Kraken's name for it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Trades => "trades",
            Self::Bbo => "bbo",
        }
    }
}

/// All topics that somebody listens to.
#[derive(Debug, Default)]
pub(super) struct Topics(BTreeMap<Topic, Audience>);

#[derive(Debug, Default)]
struct Audience {
    connections: Vec<ConnectionId>,
    sent_at: Timestamp,
}

impl Topics {
    pub(super) fn add(&mut self, topic: Topic, id: ConnectionId) {
        self.0.entry(topic).or_default().connections.push(id);
    }

    pub(super) fn remove(&mut self, topic: Topic, id: ConnectionId) {
        let Some(audience) = self.0.get_mut(&topic) else { return };
        audience.connections.retain(|known| *known != id);
        if audience.connections.is_empty() {
            self.0.remove(&topic);
        }
    }

    /// Who hears of a topic.
    pub(super) fn audience(&self, topic: Topic) -> &[ConnectionId] {
        self.0.get(&topic).map_or(&[], |audience| &audience.connections)
    }

    /// Who hears of a topic that is told now.
    pub(super) fn tell(&mut self, topic: Topic, now: Timestamp) -> &[ConnectionId] {
        self.0.get_mut(&topic).map_or(&[], |audience| {
            audience.sent_at = now;
            &audience.connections
        })
    }

    /// When a topic was last told of.
    pub(super) fn sent_at(&self, topic: Topic) -> Timestamp {
        self.0.get(&topic).map_or(Timestamp::EPOCH, |audience| audience.sent_at)
    }

    /// The depths at which a book is watched.
    pub(super) fn book_depths(&self, pair: Pair) -> Vec<u16> {
        BOOK_DEPTHS.into_iter().filter(|depth| self.is_heard(Topic::Book(pair, *depth))).collect()
    }

    /// The depths at which the single orders of a book are watched.
    pub(super) fn level3_depths(&self, pair: Pair) -> Vec<u16> {
        let is_heard = |depth: &u16| self.is_heard(Topic::Level3(pair, *depth));
        LEVEL3_DEPTHS.into_iter().filter(is_heard).collect()
    }

    /// The lengths of candles that are watched.
    pub(super) fn intervals(&self, pair: Pair) -> Vec<Interval> {
        let length = |minutes| Interval::from_minutes(minutes).expect("one of Kraken's lengths");
        let range = Topic::Ohlc(pair, length(1))..=Topic::Ohlc(pair, length(21_600));
        let interval = |topic: &Topic| match topic {
            Topic::Ohlc(_, interval) => Some(*interval),
            Topic::Book(..)
            | Topic::Level3(..)
            | Topic::Ticker(..)
            | Topic::Trade(_)
            | Topic::Instrument
            | Topic::Heartbeat
            | Topic::Executions(_)
            | Topic::Balances(_) => None,
        };
        self.0.range(range).filter_map(|(topic, _)| interval(topic)).collect()
    }

    /// Whether anybody hears of a topic.
    pub(super) fn is_heard(&self, topic: Topic) -> bool {
        self.0.contains_key(&topic)
    }
}
