//! Keys by role. Each has its own counter and its own nonce, and may name only what its role needs.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::endpoint::{Effect, Endpoint, Needs};

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyRole {
    /// Placing orders, and everything else where it is the only key.
    Trade,
    /// Looking: balances, orders, history.
    Read,
    /// Halting: canceling and flattening, nothing else.
    Kill,
}

/// A text that names no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no role of a key; write trade, read or kill")]
pub struct UnknownRole(String);

/// What the kill key may call besides cancels.
const KILL: [Endpoint; 6] = [
    Endpoint::GetApiKeyInfo,
    Endpoint::OpenOrders,
    Endpoint::BalanceEx,
    Endpoint::QueryOrders,
    Endpoint::GetWebSocketsToken,
    Endpoint::AddOrder,
];

impl KeyRole {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Trade, Self::Read, Self::Kill];

    /// Whether a key of this role may call `endpoint`.
    pub fn may_call(self, endpoint: Endpoint) -> bool {
        if endpoint.needs() == Needs::NoKey {
            return false;
        }
        match self {
            Self::Trade => true,
            Self::Read => endpoint.effect() == Effect::Read,
            Self::Kill => endpoint.effect() == Effect::Cancel || KILL.contains(&endpoint),
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trade => "trade",
            Self::Read => "read",
            Self::Kill => "kill",
        }
    }
}

impl fmt::Display for KeyRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for KeyRole {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        let known = Self::ALL.into_iter().find(|role| role.name() == text);
        known.ok_or_else(|| UnknownRole(text.chars().take(40).collect()))
    }
}
