//! Maintenance that was announced. All times are of the venue's clock.
//!
//! **Law.** Once it should have begun, only the venue's own word ends it: it was away and is online
//! again, or it is still online long after it should have been away. A clock alone never does.

use std::time::Duration;

use trading_types::{Timestamp, VenueStatus};

use super::{moved, standing::Told};

/// A venue that is still online so long after the announced start is not going away any more.
pub(super) const START_LATE_MAX: Duration = Duration::from_mins(30);

/// What was announced and is not over.
#[derive(Clone, Debug)]
pub(super) struct Maintenance {
    before: Duration,
    watched: Option<Watched>,
    /// Announced while another one was on.
    later: Option<Timestamp>,
    /// The start of the last one that is over; it may be listed for a while yet.
    over: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
struct Watched {
    start: Timestamp,
    /// Whether the venue was away since it began.
    was_away: bool,
}

/// Something people want to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MaintenanceNews {
    /// It will be away from then.
    Announced(Timestamp),
    /// It will not.
    TakenBack(Timestamp),
    /// It is back.
    Over(Timestamp),
}

impl Maintenance {
    pub(super) const fn new(before: Duration) -> Self {
        Self { before, watched: None, later: None, over: None }
    }

    /// What the venue lists now.
    pub(super) fn listed(
        &mut self,
        start: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<MaintenanceNews> {
        let start = start.filter(|start| self.over.is_none_or(|over| over < *start));
        let watched = self.watched.map(|it| it.start);
        if watched.is_some_and(|watched| watched <= now) {
            self.later = start.filter(|start| watched < Some(*start));
            return None;
        }
        if watched == start {
            return None;
        }
        self.watched = start.map(|start| Watched { start, was_away: false });
        start.map(MaintenanceNews::Announced).or(watched.map(MaintenanceNews::TakenBack))
    }

    /// What the venue takes now; `ahead` is how far its clock is ahead of the one that dated it.
    pub(super) fn see(
        &mut self,
        told: Option<Told>,
        ahead: i128,
        now: Timestamp,
    ) -> Option<MaintenanceNews> {
        let watched = self.watched.as_mut()?;
        if now < watched.start {
            watched.was_away = false;
            return None;
        }
        let told = told?;
        if told.status != VenueStatus::Online {
            watched.was_away = true;
            return None;
        }
        let is_late = watched.start + START_LATE_MAX <= moved(told.heard, ahead);
        if !watched.was_away && !is_late {
            return None;
        }
        let start = watched.start;
        self.over = Some(start);
        self.watched = self.later.take().map(|start| Watched { start, was_away: false });
        Some(MaintenanceNews::Over(start))
    }

    /// Whether it is so near, or on, that nothing may be opened.
    pub(super) fn is_near(&self, now: Timestamp) -> bool {
        self.watched.is_some_and(|it| it.start - self.before <= now)
    }

    /// Whether it should have begun and is not over.
    pub(super) fn has_begun(&self, now: Timestamp) -> bool {
        self.watched.is_some_and(|it| it.start <= now)
    }

    /// When it comes near, or begins: whether the venue is away then has to be seen.
    pub(super) fn next_timeout(&self, now: Timestamp) -> Option<Timestamp> {
        let both = self.watched.map(|it| [it.start - self.before, it.start]);
        both.into_iter().flatten().find(|moment| now < *moment)
    }
}
