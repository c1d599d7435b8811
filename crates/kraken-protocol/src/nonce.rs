//! Nonces: one ever growing number for each private call of a key.
//!
//! **Law.** A nonce is above every nonce that the key has ever been given, whatever the clock does
//! and wherever the process was killed: none is handed out above what is known to be saved.
//!
//! Our nonces are nanoseconds since 1970 (1.8 × 10^18). Kraken takes only nonces above the last,
//! so a key that has once seen nanoseconds can never again be used by a program that counts
//! milliseconds (1.8 × 10^12): all of its nonces are too small for ever. Such a program needs a key
//! of its own (<https://docs.kraken.com/exchange/guides/rest/authentication>, read on 2026-11-21).

use std::fmt;

use trading_types::Timestamp;

/// A number that is sent once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Nonce(u64);

impl Nonce {
    /// This very number. Only tests and recordings know one in advance; else ask a [`NonceSource`].
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// Its digits, written into `digits` so that nothing is allocated.
    pub(crate) fn write_into(self, digits: &mut [u8; DIGITS_MAX]) -> &[u8] {
        let mut rest = self.0;
        let mut start = DIGITS_MAX;
        loop {
            start -= 1;
            digits[start] = b'0' + u8::try_from(rest % 10).expect("a digit is below ten");
            rest /= 10;
            if rest == 0 {
                return &digits[start..];
            }
        }
    }
}

/// Digits of the largest nonce.
pub(crate) const DIGITS_MAX: usize = 20;

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How far ahead nonces are saved: sixty seconds of nanoseconds, so that a file is written about
/// twice a minute and not once for each call.
const AHEAD: u64 = 60 * 1_000_000_000;
/// How many nonces are saved ahead when the last one is ahead of the clock already. It is small,
/// lest each restart carry the nonces another minute into the future.
const AHEAD_OF_CLOCK: u64 = 1_000_000;

/// Where the nonces of one key come from. There must be one for each key, in one process.
#[derive(Debug)]
pub struct NonceSource {
    /// The last nonce given, or the highest that may have been.
    high: u64,
    /// No nonce above this one has been promised to storage.
    saved: u64,
}

/// Why there is no nonce now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoNonce {
    /// This has to be in storage first; then [`NonceSource::saved`] is to be told.
    #[error("the nonce reservation has to be saved up to {0} before the next private call")]
    SaveFirst(u64),
    /// Kraken has seen nearly the largest number there is.
    #[error("this key has used up its nonces: make a new key in Kraken's settings")]
    UsedUp,
}

impl NonceSource {
    /// The source of a key, given what storage says was reserved; zero for a key never used before.
    /// Everything up to there may have been used.
    pub const fn restore(reserved_up_to: u64) -> Self {
        Self { high: reserved_up_to, saved: reserved_up_to }
    }

    /// Learns the last nonce that Kraken has seen, from `GetApiKeyInfo`: another program may have
    /// used the key.
    pub fn seed_above(&mut self, last_seen: u64) {
        self.high = self.high.max(last_seen);
    }

    /// A new ceiling to be put into storage, as soon as half of what was saved is used up. Until
    /// [`NonceSource::saved`] confirms it, no nonce above the old one is given.
    pub fn needs_saving(&self, now: Timestamp) -> Option<u64> {
        let enough = self.ahead(AHEAD / 2, AHEAD_OF_CLOCK / 2, now);
        (self.saved < enough).then(|| self.ahead(AHEAD, AHEAD_OF_CLOCK, now))
    }

    /// Confirms that `ceiling` is in storage and would survive a crash.
    pub fn saved(&mut self, ceiling: u64) {
        self.saved = self.saved.max(ceiling);
    }

    /// The next nonce: the time in nanoseconds, or one more than the last where that is higher.
    pub fn next(&mut self, now: Timestamp) -> Result<Nonce, NoNonce> {
        let above = self.high.checked_add(1).ok_or(NoNonce::UsedUp)?;
        let next = above.max(now.nanos());
        if self.saved < next {
            return Err(NoNonce::SaveFirst(self.ahead(AHEAD, AHEAD_OF_CLOCK, now)));
        }
        self.high = next;
        Ok(Nonce(next))
    }

    fn ahead(&self, of_clock: u64, of_last: u64, now: Timestamp) -> u64 {
        now.nanos().saturating_add(of_clock).max(self.high.saturating_add(of_last))
    }
}

#[cfg(test)]
mod tests;
