//! What an answer says about limits. It may only ever slow us down.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

/// What an answer of Kraken's, or of the edge before it, says about our rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feedback {
    /// Nothing: the call was within every limit.
    #[default]
    Fine,
    /// The key's counter is full: `EAPI:Rate limit exceeded`, `EAuth:Rate limit exceeded`,
    /// `EAuth:Too many requests` on a private call.
    KeyExceeded,
    /// The address asks too often: the same texts or `EGeneral:Too many requests` on a public call.
    AddressExceeded,
    /// The pair's trading counter is full: `EOrder:Rate limit exceeded`.
    PairExceeded,
    /// The trading counters of all accounts of a master are full:
    /// `EOrder:Domain rate limit exceeded`.
    DomainExceeded,
    /// Too many calls at once; none before this time: `EService: Throttled: <seconds>`.
    ThrottledUntil(Timestamp),
    /// HTTP 429 or 503 with `Retry-After`, as a wait.
    RetryAfter(Duration),
    /// HTTP 429 without a time.
    TooManyRequests,
    /// The edge refuses the address: HTTP 403, or its page 1015.
    AddressBlocked,
    /// Too many bad keys, signatures or nonces: `EGeneral:Temporary lockout`. About 15 minutes.
    LockedOut,
    /// Too many WebSocket messages: `Exceeded msg rate`.
    MessagesExceeded,
    /// Headers that speak of a budget (`X-RateLimit-*`, `X-BS-Unit-*`): so much is left until then.
    BudgetLeft {
        /// Calls that are left.
        left: u32,
        /// When the budget is full again.
        until: Timestamp,
    },
}
