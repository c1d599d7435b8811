//! How fast messages may leave: never more in a window than allowed, and slower after a complaint.
//!
//! Kraken names no number and answers a burst with `Exceeded msg rate`
//! (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21).

use std::time::Duration;

use trading_types::Timestamp;

use super::{reconnect::back_off, settings::SessionSettings};
use crate::{
    chance::Chance,
    limits::Window,
    stream::subscription::{Level3Depth, level3_cost},
};

const SECOND: Duration = Duration::from_secs(1);
/// After this long without a complaint the count of complaints begins anew.
const FORGIVEN_AFTER: Duration = Duration::from_mins(1);

/// The windows messages are counted in.
#[derive(Clone, Debug)]
pub(super) struct Pacer {
    messages: Window,
    level3: Window,
    all_after: Timestamp,
    subscriptions_after: Timestamp,
    complaints: u32,
    complained_at: Timestamp,
}

impl Pacer {
    pub(super) fn new(settings: &SessionSettings) -> Self {
        assert!(
            level3_cost(Level3Depth::Thousand) <= settings.level3_points,
            "a second has room for one pair of any depth"
        );
        Self {
            messages: Window::new(settings.messages, settings.message_period),
            level3: Window::new(settings.level3_points, SECOND),
            all_after: Timestamp::EPOCH,
            subscriptions_after: Timestamp::EPOCH,
            complaints: 0,
            complained_at: Timestamp::EPOCH,
        }
    }

    /// Spends a message, or says when there will be room for one.
    pub(super) fn try_message(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        if now < self.all_after {
            return Err(self.all_after);
        }
        self.messages.try_spend(1, now)
    }

    /// Spends a message that subscribes, and its points on the level 3 counter.
    pub(super) fn try_subscription(
        &mut self,
        level3_points: u32,
        now: Timestamp,
    ) -> Result<(), Timestamp> {
        let room_at = self
            .subscriptions_after
            .max(self.all_after)
            .max(self.level3.room_at(level3_points, now))
            .max(self.messages.room_at(1, now));
        if now < room_at {
            return Err(room_at);
        }
        self.messages.try_spend(1, now)?;
        self.level3.try_spend(level3_points, now)
    }

    /// The venue says that we send too much. Everything waits a second; subscriptions, which come
    /// in bursts, wait longer each time. Says until when.
    pub(super) fn complained(&mut self, chance: &mut Chance, now: Timestamp) -> Timestamp {
        if FORGIVEN_AFTER <= now.since(self.complained_at) {
            self.complaints = 0;
        }
        self.complaints = self.complaints.saturating_add(1);
        self.complained_at = now;
        self.all_after = self.all_after.max(now + SECOND);
        let wait = SECOND + back_off(self.complaints, chance);
        self.subscriptions_after = self.subscriptions_after.max(now + wait);
        self.subscriptions_after
    }
}

#[cfg(test)]
mod tests;
