//! What a limiter says no with. Limits come as texts in the `error` field of an answer with HTTP
//! status 200; only bans and the article's model use a status
//! (<https://docs.kraken.com/exchange/guides/general/errors>, read on 2026-11-21).

use std::fmt;

use trading_types::Timestamp;

/// A limit was exceeded; which one, and until when if that is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exceeded {
    /// The counter of a key.
    PrivateCalls,
    /// Too many calls at once.
    Throttled {
        /// Calls are refused before this moment, which lies on a whole second.
        until: Timestamp,
    },
    /// Public calls of an address, or of an address for one pair.
    PublicCalls,
    /// The counter of an account's pair.
    PairTransactions,
    /// Too many open orders on an account's pair.
    OpenOrders,
    /// Too many attempts to connect from an address: it is banned.
    Connections {
        /// The end of the ban.
        until: Timestamp,
    },
    /// Too many messages on a connection.
    Messages,
    /// Subscriptions to `level3` came too fast.
    Level3,
    /// The article's window of public calls is full.
    ArticlePublic {
        /// The next clock minute.
        until: Timestamp,
    },
    /// The article's window of private calls is full.
    ArticlePrivate {
        /// The next clock minute.
        until: Timestamp,
    },
}

impl Exceeded {
    /// Kraken's text, or nothing where the refusal has none: a ban drops the connection, and the
    /// article answers with HTTP status 429.
    pub fn text(self) -> Option<String> {
        let text = match self {
            Self::PrivateCalls | Self::PublicCalls => "EAPI:Rate limit exceeded",
            Self::PairTransactions => "EOrder:Rate limit exceeded",
            Self::OpenOrders => "EOrder:Orders limit exceeded",
            Self::Messages | Self::Level3 => "Exceeded msg rate",
            Self::Throttled { until } => {
                return Some(format!("EService: Throttled: {}", until.seconds()));
            }
            Self::Connections { .. } | Self::ArticlePublic { .. } | Self::ArticlePrivate { .. } => {
                return None;
            }
        };
        Some(text.to_owned())
    }

    /// When to come back, where that is announced.
    pub const fn until(self) -> Option<Timestamp> {
        match self {
            Self::Throttled { until }
            | Self::Connections { until }
            | Self::ArticlePublic { until }
            | Self::ArticlePrivate { until } => Some(until),
            Self::PrivateCalls
            | Self::PublicCalls
            | Self::PairTransactions
            | Self::OpenOrders
            | Self::Messages
            | Self::Level3 => None,
        }
    }
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.text(), self.until()) {
            (Some(text), _) => f.write_str(&text),
            (None, Some(until)) => write!(f, "refused, come back at {until}"),
            (None, None) => f.write_str("refused, come back later"),
        }
    }
}

impl std::error::Error for Exceeded {}

#[cfg(test)]
mod tests;
