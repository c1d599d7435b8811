//! How long a position has been held without a price that can be believed.

use std::time::Duration;

use trading_types::Timestamp;

/// A person is called after this.
pub(super) const BLIND_MAX: Duration = Duration::from_mins(1);

/// Whether we are blind, and since when.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Blindness {
    /// We are not.
    #[default]
    Seeing,
    /// We are, since then.
    Blind(Timestamp),
    /// We are, and it was told.
    Told,
}

impl Blindness {
    /// Lets time pass. Says since when, once, when it has been for too long.
    pub(super) fn see(&mut self, is_blind: bool, now: Timestamp) -> Option<Timestamp> {
        *self = match (*self, is_blind) {
            (_, false) => Self::Seeing,
            (Self::Seeing, true) => Self::Blind(now),
            // A clock that was set back must not make the wait longer.
            (Self::Blind(since), true) => Self::Blind(since.min(now)),
            (Self::Told, true) => Self::Told,
        };
        match *self {
            Self::Blind(since) if since + BLIND_MAX <= now => {
                *self = Self::Told;
                Some(since)
            }
            Self::Seeing | Self::Blind(_) | Self::Told => None,
        }
    }

    pub(super) fn next_timeout(self) -> Option<Timestamp> {
        match self {
            Self::Blind(since) => Some(since + BLIND_MAX),
            Self::Seeing | Self::Told => None,
        }
    }
}
