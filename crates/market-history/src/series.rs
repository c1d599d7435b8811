//! What the store keeps apart: candles of one length, trades, or the book, of one pair.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use trading_types::{Interval, Pair};

use crate::error::StoreError;

/// A series of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SeriesName {
    /// Of which pair.
    pub pair: Pair,
    /// Of what.
    #[serde(flatten)]
    pub content: Content,
}

/// What a series holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "content", rename_all = "snake_case")]
pub enum Content {
    /// Candles.
    Candles {
        /// Their length.
        interval: Interval,
    },
    /// Single trades.
    Trades,
    /// Snapshots and changes of the order book.
    Book,
}

impl Content {
    /// The name of its folder: minutes, or a word.
    pub fn folder(self) -> String {
        match self {
            Self::Candles { interval } => interval.minutes().to_string(),
            Self::Trades => "trades".to_owned(),
            Self::Book => "book".to_owned(),
        }
    }

    /// The length of its candles in nanoseconds.
    pub(crate) fn step_nanos(self) -> Option<u64> {
        match self {
            Self::Candles { interval } => Some(step_nanos(interval)),
            Self::Trades | Self::Book => None,
        }
    }
}

pub(crate) const fn step_nanos(interval: Interval) -> u64 {
    interval.duration().as_secs() * 1_000_000_000
}

impl SeriesName {
    /// Candles of a pair.
    pub const fn candles(pair: Pair, interval: Interval) -> Self {
        Self { pair, content: Content::Candles { interval } }
    }

    /// Trades of a pair.
    pub const fn trades(pair: Pair) -> Self {
        Self { pair, content: Content::Trades }
    }

    /// The book of a pair.
    pub const fn book(pair: Pair) -> Self {
        Self { pair, content: Content::Book }
    }

    /// Where it lies: `BTC-USD/60`.
    pub(crate) fn folder(&self, root: &Path) -> Result<PathBuf, StoreError> {
        Ok(root.join(pair_folder(self.pair)?).join(self.content.folder()))
    }
}

impl fmt::Display for SeriesName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pair = self.pair;
        match self.content {
            Content::Candles { interval } => write!(f, "{pair} candles of {interval}"),
            Content::Trades => write!(f, "{pair} trades"),
            Content::Book => write!(f, "{pair} book"),
        }
    }
}

/// The name of a pair's folder: `BTC-USD`.
pub(crate) fn pair_folder(pair: Pair) -> Result<String, StoreError> {
    let (base, quote) = (pair.base.to_string(), pair.quote.to_string());
    let is_plain = |asset: &str| {
        asset.starts_with(|it: char| it.is_ascii_alphanumeric())
            && asset.chars().all(|it| it.is_ascii_alphanumeric() || it == '.')
    };
    if is_plain(&base) && is_plain(&quote) {
        Ok(format!("{base}-{quote}"))
    } else {
        Err(StoreError::PairName(pair))
    }
}
