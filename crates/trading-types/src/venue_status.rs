//! What a venue takes at the moment, as Kraken's `SystemStatus` names it
//! (<https://docs.kraken.com/api/docs/rest-api/get-system-status>, read on 2026-11-21).

use std::fmt;

use serde::{Deserialize, Serialize};

/// What the venue takes at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VenueStatus {
    /// Everything.
    Online,
    /// Limit orders that rest, amends and cancels.
    PostOnly,
    /// Limit orders, amends and cancels.
    LimitOnly,
    /// Cancels.
    CancelOnly,
    /// Nothing, not even cancels.
    Maintenance,
}

impl fmt::Display for VenueStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Online => "online",
            Self::PostOnly => "post_only",
            Self::LimitOnly => "limit_only",
            Self::CancelOnly => "cancel_only",
            Self::Maintenance => "maintenance",
        })
    }
}
