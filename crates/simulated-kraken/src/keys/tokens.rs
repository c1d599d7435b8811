//! Tokens with which a socket says whose it is.
//!
//! The invariant: a token opens a session for 15 minutes, and for as long as a connection with a
//! private subscription holds it
//! (<https://docs.kraken.com/api-reference/trading/get-websockets-token>, read on 2026-11-21).

use std::{collections::BTreeMap, time::Duration};

use trading_types::Timestamp;

use crate::keys::KeyIndex;

/// How long a token is good for that nobody uses.
pub(crate) const TOKEN_LIFE: Duration = Duration::from_mins(15);

/// All tokens.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    tokens: BTreeMap<String, Token>,
}

#[derive(Debug)]
struct Token {
    key: KeyIndex,
    until: Timestamp,
    holders: u32,
}

impl Tokens {
    /// A new one.
    pub(crate) fn issue(&mut self, text: String, key: KeyIndex, now: Timestamp) {
        self.tokens.retain(|_, token| token.is_good(now));
        self.tokens.insert(text, Token { key, until: now + TOKEN_LIFE, holders: 0 });
    }

    /// Whose it is, if it is still good.
    pub(crate) fn session_of(&self, text: &str, now: Timestamp) -> Option<KeyIndex> {
        self.tokens.get(text).filter(|token| token.is_good(now)).map(|token| token.key)
    }

    /// A connection subscribed with it, and keeps it alive.
    pub(crate) fn hold(&mut self, text: &str) {
        if let Some(token) = self.tokens.get_mut(text) {
            token.holders += 1;
        }
    }

    /// A connection that held it is gone.
    pub(crate) fn release(&mut self, text: &str) {
        if let Some(token) = self.tokens.get_mut(text) {
            assert!(0 < token.holders, "only what was held is released");
            token.holders -= 1;
        }
    }
}

impl Token {
    fn is_good(&self, now: Timestamp) -> bool {
        0 < self.holders || now < self.until
    }
}

#[cfg(test)]
mod tests;
