//! The token of a connection: a fresh one for each, asked for once at a time, wiped when the
//! connection is gone.

use std::time::Duration;

use trading_types::Timestamp;

use super::reconnect::back_off;
use crate::{chance::Chance, stream::token::Token};

/// A token that has not been used within 15 minutes is worthless; ten leave room for the clock
/// (<https://docs.kraken.com/api-reference/trading/get-websockets-token>, read on 2026-11-21).
const UNUSED_MAX: Duration = Duration::from_mins(10);

/// The token of the connection, if there is one.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    token: Option<Token>,
    arrived_at: Timestamp,
    is_asked_for: bool,
    failures: u32,
    not_before: Timestamp,
}

impl Tokens {
    /// The token.
    pub(super) const fn get(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    /// Whether one has to be asked for now; it then counts as asked for.
    pub(super) fn has_to_ask(&mut self, now: Timestamp) -> bool {
        let has_to = self.token.is_none() && !self.is_asked_for && self.not_before <= now;
        self.is_asked_for |= has_to;
        has_to
    }

    /// When one may be asked for, if that is still ahead.
    pub(super) fn next_timeout(&self) -> Timestamp {
        let has_to_wait = self.token.is_none() && !self.is_asked_for;
        if has_to_wait { self.not_before } else { Timestamp::NEVER }
    }

    /// One arrived.
    pub(super) fn arrived(&mut self, token: Token, now: Timestamp) {
        self.token = Some(token);
        self.arrived_at = now;
        self.is_asked_for = false;
    }

    /// None could be had.
    pub(super) fn refused(&mut self, chance: &mut Chance, now: Timestamp) {
        self.is_asked_for = false;
        self.failures = self.failures.saturating_add(1);
        self.not_before = now + back_off(self.failures, chance);
    }

    /// The venue does not know it. The first time that is replaced at once.
    pub(super) fn is_stale(&mut self, chance: &mut Chance, now: Timestamp) {
        self.token = None;
        self.failures = self.failures.saturating_add(1);
        let wait =
            if self.failures == 1 { Duration::ZERO } else { back_off(self.failures, chance) };
        self.not_before = self.not_before.max(now + wait);
    }

    /// The venue has taken it.
    pub(super) const fn has_worked(&mut self) {
        self.failures = 0;
    }

    /// A connection begins. A token that came after the last one was lost may serve, if it is
    /// young.
    pub(super) fn begin(&mut self, now: Timestamp) {
        if UNUSED_MAX <= now.since(self.arrived_at) {
            self.token = None;
        }
    }

    /// The connection is gone, and with it its token.
    pub(super) fn lose_link(&mut self) {
        self.token = None;
    }
}

#[cfg(test)]
mod tests;
