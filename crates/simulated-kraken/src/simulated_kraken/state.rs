//! A simulated Kraken that is put away and taken out again: what it was at a moment, as bytes.
//!
//! | Bytes | are |
//! |---|---|
//! | 0..8 | `SIMKRKN` and a zero |
//! | 8..12 | the number of the form, little-endian |
//! | 12..44 | SHA-256 of what follows |
//! | 44.. | the settings it was made with, then everything else, as postcard writes them |
//!
//! What listens ends, as when Kraken's edge restarts: connections with their subscriptions, tokens,
//! requests under way and answers that were to leave later.
//!
//! The invariant: one that is taken out again goes on exactly as if it had never been put away, for
//! whoever comes after that. **Whoever changes what is kept raises [`FORM`]**; a test notices.

use sha2::{Digest, Sha256};
use simulated_limits::{ArticleWindows, ConnectionAttempts, PublicCalls};
use trading_types::Timestamp;

use super::SimulatedKraken;
use crate::{
    faults::Faults,
    keys::{KeptKeys, Keys},
    settings::Settings,
    statistics::Statistics,
    under_way::UnderWay,
    venue::Venue,
    world::World,
};

mod made_with;

use self::made_with::MadeWith;
pub use self::made_with::OtherSettings;

/// What every state begins with.
const MAGIC: &[u8; 8] = b"SIMKRKN\0";
/// The number of the form.
const FORM: u32 = 2;
/// Where the hash begins, and where what it is of does.
const HASH: usize = MAGIC.len() + size_of::<u32>();
const PAYLOAD: usize = HASH + 32;

/// Why a simulated Kraken cannot be taken out again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// These bytes are something else.
    #[error("this is not the state of a simulated Kraken; name another file")]
    NotAState,
    /// Another version wrote them.
    #[error(
        "the state has form {found} and this version knows {FORM}; use the version that wrote it, \
         or begin without it"
    )]
    OtherForm {
        /// The number they have.
        found: u32,
    },
    /// A part of them is missing, or something else than what was written.
    #[error("the state is damaged: its hash is not that of its contents; begin without it")]
    Damaged,
    /// They are what was written, and cannot be read all the same.
    #[error("the state cannot be read though it is whole: {0}; begin without it")]
    Unreadable(String),
    /// They are the state of a simulated Kraken with other settings.
    #[error(
        "the state is that of a simulated Kraken with {0}; give what it began with, or begin \
         without it"
    )]
    OtherSettings(OtherSettings),
}

/// When it was put away, and the last moment it had seen.
type Moments = (Timestamp, Timestamp);

/// Everything that is kept, but for the settings.
type Kept = (
    Moments,
    Venue,
    KeptKeys,
    PublicCalls,
    ConnectionAttempts,
    ArticleWindows,
    Faults,
    Statistics,
    UnderWay,
);

impl SimulatedKraken {
    /// What it is now, as bytes for [`restore`](Self::restore). Nothing changes by it.
    pub fn save(&self, now: Timestamp) -> Vec<u8> {
        let World {
            settings,
            venue,
            keys,
            public_calls,
            connection_attempts,
            article,
            faults,
            statistics,
        } = &self.world;
        let at = now.max(self.now);
        let kept = (
            (at, self.now),
            venue,
            keys.kept(),
            public_calls,
            connection_attempts,
            article,
            faults,
            statistics,
            &self.under_way,
        );
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&FORM.to_le_bytes());
        bytes.extend_from_slice(&[0; PAYLOAD - HASH]);
        let bytes = postcard::to_extend(&(MadeWith::from(settings), kept), bytes);
        let mut bytes = bytes.expect("memory can be written to");
        let hash = Sha256::digest(&bytes[PAYLOAD..]);
        bytes[HASH..PAYLOAD].copy_from_slice(&hash);
        bytes
    }

    /// One that goes on where it was put away, and the moment at which that was. The settings are
    /// those with which it began. Only the faults may be others: those are on from now on, beside
    /// what a scenario has switched on. And [`Settings::history`] does not matter: it has its past.
    pub fn restore(settings: Settings, bytes: &[u8]) -> Result<(Self, Timestamp), StateError> {
        let payload = checked(bytes)?;
        let unreadable = |error: postcard::Error| StateError::Unreadable(error.to_string());
        let (made_with, rest): (MadeWith, _) =
            postcard::take_from_bytes(payload).map_err(unreadable)?;
        made_with.check(&settings).map_err(StateError::OtherSettings)?;
        let (kept, rest): (Kept, _) = postcard::take_from_bytes(rest).map_err(unreadable)?;
        if !rest.is_empty() {
            return Err(StateError::Unreadable("something stands behind its end".to_owned()));
        }
        let (moments, mut venue, keys, public_calls, connection_attempts, article, mut faults, ..) =
            kept;
        let (.., statistics, under_way) = kept;
        if !made_with.has_faults(&settings.faults) {
            faults.settle(&settings.faults);
        }
        venue.resupply(&settings);
        let keys = Keys::restored(&settings, keys)
            .ok_or_else(|| StateError::Unreadable("it has too many keys or too few".to_owned()))?;
        let world = World {
            settings,
            venue,
            keys,
            public_calls,
            connection_attempts,
            article,
            faults,
            statistics,
        };
        let (saved_at, now) = moments;
        Ok((Self { under_way, ..Self::of(world, now) }, saved_at))
    }
}

/// What is behind the head, if that is right.
fn checked(bytes: &[u8]) -> Result<&[u8], StateError> {
    let begins = bytes.iter().zip(MAGIC).all(|(byte, wanted)| byte == wanted);
    if !begins || bytes.is_empty() {
        return Err(StateError::NotAState);
    }
    let (head, payload) = bytes.split_at_checked(PAYLOAD).ok_or(StateError::Damaged)?;
    let (_, rest) = head.split_at(MAGIC.len());
    let (form, hash) = rest.split_first_chunk().ok_or(StateError::Damaged)?;
    let found = u32::from_le_bytes(*form);
    if found != FORM {
        return Err(StateError::OtherForm { found });
    }
    if Sha256::digest(payload).as_slice() != hash {
        return Err(StateError::Damaged);
    }
    Ok(payload)
}

#[cfg(test)]
mod tests;
