//! What a frame of Kraken's is about, as far as faults have to know.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// What a frame is about.
#[derive(Debug)]
pub(super) enum Head {
    /// The answer to something a client said.
    Answer {
        method: String,
        /// The channel, and the pair if it has pairs, where a subscription begins or ends.
        subscribed: Option<(String, Option<String>)>,
    },
    /// Data of a channel.
    Data { channel: String, pair: Option<String>, is_snapshot: bool },
}

#[derive(Deserialize)]
struct Text<'a> {
    #[serde(borrow, default)]
    channel: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(default)]
    success: Option<bool>,
    #[serde(borrow, default)]
    result: Option<&'a RawValue>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Subscribed {
    channel: String,
    #[serde(default)]
    symbol: Option<String>,
}

#[derive(Deserialize)]
struct Symbol {
    #[serde(default)]
    symbol: Option<String>,
}

/// Channels that are subscribed pair by pair.
const BY_PAIR: [&str; 5] = ["ticker", "book", "trade", "ohlc", "level3"];

impl Head {
    pub(super) fn of(text: &str) -> Option<Self> {
        let text: Text<'_> = serde_json::from_str(text).ok()?;
        if let Some(method) = text.method {
            let result = text.result.filter(|_| text.success == Some(true));
            let subscribed = result.and_then(|result| subscribed(&method, result));
            return Some(Self::Answer { method: method.into_owned(), subscribed });
        }
        let channel = text.channel?.into_owned();
        let pair = text.data.filter(|_| BY_PAIR.contains(&channel.as_str())).and_then(first_pair);
        let is_snapshot = text.kind.as_deref() == Some("snapshot");
        Some(Self::Data { channel, pair, is_snapshot })
    }
}

fn subscribed(method: &str, result: &RawValue) -> Option<(String, Option<String>)> {
    if !["subscribe", "unsubscribe"].contains(&method) {
        return None;
    }
    let Subscribed { channel, symbol } = serde_json::from_str(result.get()).ok()?;
    Some((channel, symbol))
}

/// The pair of the first record: a frame never tells of two.
fn first_pair(data: &RawValue) -> Option<String> {
    let records: Vec<Symbol> = serde_json::from_str(data.get()).ok()?;
    records.into_iter().next()?.symbol
}
