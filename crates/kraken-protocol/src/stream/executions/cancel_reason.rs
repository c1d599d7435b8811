//! Why an order left the book, from Kraken's words for it. An unknown word is the venue's own
//! doing.
//!
//! Kraken lists no texts; these were seen in recordings and in clients
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/executions>, read on
//! 2026-11-21).

use trading_types::CancelReason;

#[rustfmt::skip] // A table.
const WORDS: &[(&str, CancelReason)] = &[
    ("user requested",          CancelReason::Requested),
    ("post only",               CancelReason::PostOnlyWouldTake),
    ("self trade",              CancelReason::SelfTrade),
    ("self-trade",              CancelReason::SelfTrade),
    ("stp",                     CancelReason::SelfTrade),
    ("insufficient",            CancelReason::InsufficientFunds),
    ("out of funds",            CancelReason::InsufficientFunds),
    ("market price protection", CancelReason::NothingLeftToTake),
    ("ioc",                     CancelReason::NothingLeftToTake),
    ("immediate or cancel",     CancelReason::NothingLeftToTake),
    ("fill or kill",            CancelReason::NothingLeftToTake),
    ("no liquidity",            CancelReason::NothingLeftToTake),
];

/// Why an order left the book. One that takes at once or not at all ends like that when Kraken
/// gives no reason.
pub fn cancel_reason(text: Option<&str>, is_immediate: bool) -> CancelReason {
    let text = text.unwrap_or_default().to_ascii_lowercase();
    let known = WORDS.iter().find(|(words, _)| text.contains(words)).map(|(_, reason)| *reason);
    known.unwrap_or(if is_immediate {
        CancelReason::NothingLeftToTake
    } else {
        CancelReason::Venue
    })
}

#[cfg(test)]
mod tests;
