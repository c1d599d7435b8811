//! What can be subscribed to, and the texts that ask for it and take it back.
//!
//! A subscription is one channel of one pair. Taking one back names the same parameters that asked
//! for it: Kraken keys a live subscription by them
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/book>, read on 2026-11-21).

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use trading_types::{Interval, Pair};

pub use crate::stream::{book::BookDepth, level3::Level3Depth};
use crate::stream::{order_writer::text::push_text, token::Token};

/// One channel of one pair, or a channel that has no pairs. The order is the one in which they are
/// asked for: `executions` goes first, because it keeps the token alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subscription {
    /// Our orders and fills.
    Executions,
    /// Our balances.
    Balances,
    /// All assets and pairs with their steps and states.
    Instruments,
    /// Price levels of a pair.
    Book {
        /// Which pair.
        pair: Pair,
        /// How many levels of each side. A pair has one depth at a time.
        depth: BookDepth,
    },
    /// Every order of a pair's book. Needs a token and a host of its own.
    Level3 {
        /// Which pair.
        pair: Pair,
        /// How many levels of each side. A pair has one depth at a time.
        depth: Level3Depth,
    },
    /// Best prices and the day's figures of a pair.
    Ticker {
        /// Which pair.
        pair: Pair,
        /// What brings a new one.
        trigger: TickerTrigger,
    },
    /// The trades of a pair.
    Trades {
        /// Which pair.
        pair: Pair,
    },
    /// The candles of a pair, the forming one included.
    Candles {
        /// Which pair.
        pair: Pair,
        /// How long each is. The 720 minutes of the archives do not exist here.
        interval: Interval,
    },
}

/// What brings a new ticker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TickerTrigger {
    /// Each trade.
    Trades,
    /// Each change of the best bid or ask.
    BestPrices,
}

/// Which of Kraken's WebSocket hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SocketKind {
    /// Market data, no token.
    Public,
    /// Orders, fills, balances and trading, with a token.
    Private,
    /// Every order of the books, with a token.
    Level3,
}

impl SocketKind {
    /// Whether what is sent here needs a token.
    pub const fn needs_token(self) -> bool {
        matches!(self, Self::Private | Self::Level3)
    }
}

/// What one pair counts on the connection's subscription counter, which has room for 200 a second
/// (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/level3>, read on 2026-11-21).
pub const fn level3_cost(depth: Level3Depth) -> u32 {
    match depth {
        Level3Depth::Ten => 5,
        Level3Depth::Hundred => 25,
        Level3Depth::Thousand => 100,
    }
}

impl Subscription {
    /// The channel's name on the wire.
    pub const fn channel(&self) -> &'static str {
        match self {
            Self::Executions => "executions",
            Self::Balances => "balances",
            Self::Instruments => "instrument",
            Self::Book { .. } => "book",
            Self::Level3 { .. } => "level3",
            Self::Ticker { .. } => "ticker",
            Self::Trades { .. } => "trade",
            Self::Candles { .. } => "ohlc",
        }
    }

    /// The pair, where the channel has pairs.
    pub const fn pair(&self) -> Option<Pair> {
        match self {
            Self::Executions | Self::Balances | Self::Instruments => None,
            Self::Book { pair, .. }
            | Self::Level3 { pair, .. }
            | Self::Ticker { pair, .. }
            | Self::Trades { pair }
            | Self::Candles { pair, .. } => Some(*pair),
        }
    }

    /// Which socket carries it.
    pub const fn socket(&self) -> SocketKind {
        match self {
            Self::Executions | Self::Balances => SocketKind::Private,
            Self::Level3 { .. } => SocketKind::Level3,
            Self::Instruments
            | Self::Book { .. }
            | Self::Ticker { .. }
            | Self::Trades { .. }
            | Self::Candles { .. } => SocketKind::Public,
        }
    }

    /// Whether the venue has it at all.
    pub const fn exists(&self) -> bool {
        match self {
            Self::Candles { interval, .. } => interval.minutes() != 720,
            Self::Executions
            | Self::Balances
            | Self::Instruments
            | Self::Book { .. }
            | Self::Level3 { .. }
            | Self::Ticker { .. }
            | Self::Trades { .. } => true,
        }
    }

    /// Whether one frame can ask for both: the same channel with the same parameters, each with a
    /// pair of its own.
    pub fn shares_frame(&self, other: &Self) -> bool {
        let alike = match (self, other) {
            (Self::Book { depth: a, .. }, Self::Book { depth: b, .. }) => a == b,
            (Self::Level3 { depth: a, .. }, Self::Level3 { depth: b, .. }) => a == b,
            (Self::Ticker { trigger: a, .. }, Self::Ticker { trigger: b, .. }) => a == b,
            (Self::Trades { .. }, Self::Trades { .. }) => true,
            (Self::Candles { interval: a, .. }, Self::Candles { interval: b, .. }) => a == b,
            _ => false,
        };
        alike && self.pair() != other.pair()
    }

    /// Whether both cannot live at the same time: one pair's book with two depths, say.
    pub fn excludes(&self, other: &Self) -> bool {
        let same_channel = self.channel() == other.channel() && self.pair() == other.pair();
        let both_candles = matches!((self, other), (Self::Candles { .. }, Self::Candles { .. }));
        same_channel && !both_candles && self != other
    }

    /// What it counts on the level 3 subscription counter.
    pub const fn level3_cost(&self) -> u32 {
        match self {
            Self::Level3 { depth, .. } => level3_cost(*depth),
            Self::Executions
            | Self::Balances
            | Self::Instruments
            | Self::Book { .. }
            | Self::Ticker { .. }
            | Self::Trades { .. }
            | Self::Candles { .. } => 0,
        }
    }
}

/// Whether a frame asks for something or takes it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    /// `subscribe`.
    Subscribe,
    /// `unsubscribe`.
    Unsubscribe,
}

impl Ask {
    /// The method's name on the wire.
    pub const fn method(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
        }
    }
}

/// The frame that asks for `all`, which share a frame, or takes them back.
pub fn frame(ask: Ask, all: &[Subscription], token: Option<&Token>, request: u32) -> String {
    let first = all.first().expect("a frame asks for something");
    assert!(
        all[1..].iter().all(|other| first.shares_frame(other)),
        "one frame has one channel and one set of parameters"
    );
    let mut text =
        format!(r#"{{"method":"{}","params":{{"channel":"{}""#, ask.method(), first.channel());
    let mut separator = r#","symbol":["#;
    for pair in all.iter().filter_map(Subscription::pair) {
        text.push_str(separator);
        push_text(&mut text, &pair.to_string());
        separator = ",";
    }
    if first.pair().is_some() {
        text.push(']');
    }
    push_parameters(&mut text, ask, first);
    if let Some(token) = token {
        text.push_str(r#","token":""#);
        text.push_str(token.text());
        text.push('"');
    }
    write!(text, r#"}},"req_id":{request}}}"#).expect("a text takes any text");
    text
}

/// Parameters that are part of a subscription's key stand in both frames; what shapes the snapshot
/// stands in the asking one only.
fn push_parameters(text: &mut String, ask: Ask, subscription: &Subscription) {
    let written = match subscription {
        Subscription::Book { depth, .. } => write!(text, r#","depth":{}"#, depth.levels()),
        Subscription::Level3 { depth, .. } => write!(text, r#","depth":{}"#, depth.levels()),
        Subscription::Candles { interval, .. } => {
            write!(text, r#","interval":{}"#, interval.minutes())
        }
        Subscription::Ticker { trigger, .. } => {
            let trigger = match trigger {
                TickerTrigger::Trades => "trades",
                TickerTrigger::BestPrices => "bbo",
            };
            write!(text, r#","event_trigger":"{trigger}""#)
        }
        Subscription::Executions
        | Subscription::Balances
        | Subscription::Instruments
        | Subscription::Trades { .. } => Ok(()),
    };
    written.expect("a text takes any text");
    if ask == Ask::Unsubscribe {
        return;
    }
    // Kraken's page contradicts itself on the defaults of `executions`, so all are sent
    // (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/executions>, read on
    // 2026-11-21).
    text.push_str(match subscription {
        Subscription::Executions => {
            r#","snap_orders":true,"snap_trades":true,"order_status":true,"ratecounter":true"#
        }
        Subscription::Balances
        | Subscription::Instruments
        | Subscription::Book { .. }
        | Subscription::Level3 { .. }
        | Subscription::Ticker { .. }
        | Subscription::Trades { .. }
        | Subscription::Candles { .. } => r#","snapshot":true"#,
    });
}

#[cfg(test)]
mod tests;
