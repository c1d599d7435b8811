//! One subscription and how far it has come.
//!
//! | phase | means | ends with |
//! |---|---|---|
//! | waiting | to be asked for | the frame |
//! | asked | frame sent | the acknowledgement, a refusal, or neither in time |
//! | acknowledged | taken, nothing shown yet | its data, or silence |
//! | live | data flows | silence, a fault, or nobody wants it |
//! | leaving | to be taken back | the frame |
//! | left | frame sent | the acknowledgement, or none in time |

use std::time::Duration;

use trading_types::Timestamp;

use super::Told;
use crate::{
    chance::Chance,
    stream::{
        session::{
            event::{ReconcileReason, SessionNote},
            reconnect::back_off,
            settings::SessionSettings,
        },
        subscription::{Ask, SocketKind, Subscription},
    },
};

/// A subscription that held this long starts its count of failures anew.
const STABLE_AFTER: Duration = Duration::from_mins(1);
/// A private channel that is acknowledged so often without showing a snapshot has nothing to show.
const SNAPSHOT_TRIES_MAX: u32 = 3;
/// Taking back something nobody wants is tried this often.
const LEAVE_TRIES_MAX: u32 = 3;

/// How far a subscription has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// To be asked for, from then on.
    Waiting { not_before: Timestamp },
    /// Asked for then; whether its data has already come.
    Asked { at: Timestamp, is_seen: bool },
    /// Acknowledged then; it has to show something.
    Acknowledged { at: Timestamp },
    /// It shows data: since then, and last then.
    Live { since: Timestamp, last: Timestamp },
    /// To be taken back, from then on.
    Leaving { not_before: Timestamp },
    /// Taken back then, without acknowledgement yet.
    Left { at: Timestamp },
}

/// What data means for its subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::stream::session) enum Seen {
    /// It can be used, and with it the subscription has come alive.
    First,
    /// It can be used.
    Usable,
    /// It belongs to nothing that is wanted now, or to a picture that has not begun.
    Useless,
}

impl Seen {
    /// What two of them mean for a message that is about both.
    pub(in crate::stream::session) const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::First, _) | (_, Self::First) => Self::First,
            (Self::Usable, _) | (_, Self::Usable) => Self::Usable,
            (Self::Useless, Self::Useless) => Self::Useless,
        }
    }
}

/// One subscription.
#[derive(Clone, Debug)]
pub(super) struct Followed {
    pub(super) is_wanted: bool,
    /// Whether it has to be asked for in a frame of its own.
    pub(super) is_alone: bool,
    pub(super) every: Option<Duration>,
    pub(super) phase: Phase,
    /// Failures in a row.
    failures: u32,
    /// When it may be asked for again once it has been taken back.
    again_at: Timestamp,
}

impl Followed {
    pub(super) const fn new(now: Timestamp) -> Self {
        Self {
            is_wanted: true,
            is_alone: false,
            every: None,
            phase: Phase::Waiting { not_before: now },
            failures: 0,
            again_at: now,
        }
    }

    /// Whether it may be asked for.
    pub(super) fn may_ask(&self, now: Timestamp) -> bool {
        matches!(self.phase, Phase::Waiting { not_before } if not_before <= now)
    }

    /// Whether it may be taken back.
    pub(super) fn may_leave(&self, now: Timestamp) -> bool {
        matches!(self.phase, Phase::Leaving { not_before } if not_before <= now)
    }

    pub(super) fn restart(&mut self, now: Timestamp) {
        let not_before = match self.phase {
            Phase::Waiting { not_before } => not_before.max(now),
            Phase::Asked { .. }
            | Phase::Acknowledged { .. }
            | Phase::Live { .. }
            | Phase::Leaving { .. }
            | Phase::Left { .. } => now.max(self.again_at),
        };
        self.phase = Phase::Waiting { not_before };
    }

    /// Nobody wants it any more. Says whether it is gone already.
    pub(super) const fn unwant(&mut self, now: Timestamp) -> bool {
        self.is_wanted = false;
        self.failures = 0;
        match self.phase {
            Phase::Waiting { .. } => true,
            Phase::Asked { .. } | Phase::Acknowledged { .. } | Phase::Live { .. } => {
                self.phase = Phase::Leaving { not_before: now };
                false
            }
            Phase::Leaving { .. } | Phase::Left { .. } => false,
        }
    }

    /// Says whether it is gone.
    pub(super) fn acknowledged(&mut self, ask: Ask, now: Timestamp) -> bool {
        if ask == Ask::Subscribe {
            self.is_alone = false;
        }
        match (ask, self.phase) {
            (Ask::Subscribe, Phase::Asked { is_seen: true, .. }) => {
                self.phase = Phase::Live { since: now, last: now };
            }
            (Ask::Subscribe, Phase::Asked { is_seen: false, .. }) => {
                self.phase = Phase::Acknowledged { at: now };
            }
            (Ask::Unsubscribe, Phase::Left { .. }) => return self.has_left(now),
            (Ask::Subscribe | Ask::Unsubscribe, _) => {}
        }
        false
    }

    /// Says whether it is gone.
    pub(super) fn refused(&mut self, chance: &mut Chance, now: Timestamp) -> bool {
        match self.phase {
            Phase::Asked { .. } => {
                let wait = self.fail(chance);
                self.phase = Phase::Waiting { not_before: now + wait };
                false
            }
            // What cannot be taken back is not there.
            Phase::Left { .. } => self.has_left(now),
            Phase::Waiting { .. }
            | Phase::Acknowledged { .. }
            | Phase::Live { .. }
            | Phase::Leaving { .. } => false,
        }
    }

    fn has_left(&mut self, now: Timestamp) -> bool {
        self.phase = Phase::Waiting { not_before: self.again_at.max(now) };
        !self.is_wanted
    }

    /// `begins` when its picture is whole from here on.
    pub(super) const fn seen(&mut self, begins: bool, now: Timestamp) -> Seen {
        match &mut self.phase {
            Phase::Asked { is_seen, .. } => {
                *is_seen |= begins;
                if *is_seen { Seen::Usable } else { Seen::Useless }
            }
            Phase::Acknowledged { .. } if begins => {
                self.phase = Phase::Live { since: now, last: now };
                Seen::First
            }
            Phase::Live { last, .. } => {
                *last = now;
                Seen::Usable
            }
            Phase::Acknowledged { .. }
            | Phase::Waiting { .. }
            | Phase::Leaving { .. }
            | Phase::Left { .. } => Seen::Useless,
        }
    }

    /// Says whether that is news: what is being taken back cannot break again.
    pub(super) fn broke(&mut self, it: &Subscription, chance: &mut Chance, now: Timestamp) -> bool {
        match self.phase {
            Phase::Live { since, .. } if STABLE_AFTER <= now.since(since) => self.failures = 0,
            Phase::Asked { .. } | Phase::Acknowledged { .. } | Phase::Live { .. } => {}
            Phase::Waiting { .. } | Phase::Leaving { .. } | Phase::Left { .. } => return false,
        }
        self.is_alone = true;
        let wait = self.fail(chance);
        // Fills are not to be missed: the first time there is no wait.
        let is_urgent = it.socket() == SocketKind::Private && self.failures == 1;
        self.again_at = if is_urgent { now } else { now + wait };
        self.phase = Phase::Leaving { not_before: now };
        true
    }

    fn fail(&mut self, chance: &mut Chance) -> Duration {
        self.failures = self.failures.saturating_add(1);
        back_off(self.failures, chance)
    }

    /// When it is late with what it owes.
    pub(super) fn next_timeout(&self, settings: &SessionSettings) -> Timestamp {
        match (self.phase, self.every) {
            (Phase::Asked { at, .. } | Phase::Left { at }, _) => at + settings.acknowledgement_wait,
            (Phase::Acknowledged { at }, _) => at + settings.snapshot_wait,
            (Phase::Live { last, .. }, Some(every)) => last + every,
            (Phase::Live { .. }, None) | (Phase::Waiting { .. } | Phase::Leaving { .. }, _) => {
                Timestamp::NEVER
            }
        }
    }

    /// It is late.
    pub(super) fn handle_timeout(
        &mut self,
        it: &Subscription,
        chance: &mut Chance,
        now: Timestamp,
    ) -> Option<Told> {
        match self.phase {
            // The acknowledgement was lost, but its data proves that it was taken.
            Phase::Asked { is_seen: true, .. } => {
                self.phase = Phase::Live { since: now, last: now };
                None
            }
            Phase::Asked { is_seen: false, .. } => {
                let wait = self.fail(chance);
                self.phase = Phase::Waiting { not_before: now + wait };
                Some(Told::Note(SessionNote::Unacknowledged(*it)))
            }
            Phase::Acknowledged { .. }
                if it.socket() == SocketKind::Private
                    && SNAPSHOT_TRIES_MAX <= self.failures + 1 =>
            {
                self.phase = Phase::Live { since: now, last: now };
                Some(Told::Reconcile(ReconcileReason::NoSnapshot(*it)))
            }
            Phase::Acknowledged { .. } | Phase::Live { .. } => {
                self.broke(it, chance, now);
                Some(Told::Note(SessionNote::Silent(*it)))
            }
            Phase::Left { .. } if self.is_wanted => {
                self.has_left(now);
                None
            }
            Phase::Left { .. } => {
                let wait = self.fail(chance);
                self.phase = Phase::Leaving { not_before: now + wait };
                None
            }
            Phase::Waiting { .. } | Phase::Leaving { .. } => None,
        }
    }

    /// Whether it is not wanted and cannot be taken back either.
    pub(super) const fn is_given_up(&self) -> bool {
        !self.is_wanted && LEAVE_TRIES_MAX <= self.failures
    }
}

#[cfg(test)]
mod tests;
