//! At most so many calls in each minute of the clock: the stricter model that some users choose.
//!
//! A call counts in every minute in which it may have arrived, by a clock that may differ from
//! ours; so no minute of the other clock ever holds more than the limit.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

use super::counter::Room;

const MINUTE: Duration = Duration::from_mins(1);
const NANOS_PER_MINUTE: u64 = 60_000_000_000;

/// Calls in each minute of somebody else's clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinuteWindow {
    limit: u32,
    /// How far the other clock may be from ours.
    clock_error: Duration,
    /// Calls that may have arrived in a minute and are over; by number of minute.
    over: BTreeMap<u64, u32>,
    /// Calls under way, by the first minute in which they may have arrived.
    in_flight: BTreeMap<u64, u32>,
}

/// A call under way.
#[derive(Debug, Serialize, Deserialize)]
#[must_use = "a call that is never over counts in every minute to come"]
pub struct MinuteCharge {
    first_minute: u64,
}

impl MinuteWindow {
    /// Room for `limit` calls a minute.
    pub fn new(limit: u32, clock_error: Duration) -> Self {
        assert!(0 < limit, "a window has room");
        Self { limit, clock_error, over: BTreeMap::new(), in_flight: BTreeMap::new() }
    }

    /// The most calls in one minute.
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// The other clock turned out to be up to so far from ours.
    pub const fn change_clock_error(&mut self, clock_error: Duration) {
        self.clock_error = clock_error;
    }

    /// When one more call has room.
    pub fn room(&self, now: Timestamp) -> Room {
        let under_way: u32 = self.in_flight.values().sum();
        if self.limit <= under_way {
            return Room::AfterAnswer;
        }
        let mut at = now;
        while self.minutes(at, at).any(|minute| self.limit <= self.calls_in(minute)) {
            let next_minute = minute_of(at - self.clock_error) + 1;
            at = Timestamp::from_nanos(next_minute * NANOS_PER_MINUTE) + self.clock_error;
        }
        Room::At(at)
    }

    /// Counts a call that is sent now.
    pub fn start(&mut self, now: Timestamp) -> MinuteCharge {
        let first_minute = minute_of(now - self.clock_error);
        *self.in_flight.entry(first_minute).or_default() += 1;
        self.over = self.over.split_off(&first_minute);
        MinuteCharge { first_minute }
    }

    /// The call was answered now, or cannot arrive after `now`.
    #[expect(clippy::needless_pass_by_value, reason = "a call must not be over twice")]
    pub fn finish(&mut self, charge: MinuteCharge, now: Timestamp) {
        let under_way = self.in_flight.get_mut(&charge.first_minute);
        let under_way = under_way.expect("a call is finished by the window that started it");
        *under_way -= 1;
        if *under_way == 0 {
            self.in_flight.remove(&charge.first_minute);
        }
        for minute in charge.first_minute..=minute_of(now + self.clock_error) {
            *self.over.entry(minute).or_default() += 1;
        }
    }

    /// The most calls that may have arrived in the minute of `now`.
    pub fn calls(&self, now: Timestamp) -> u32 {
        self.calls_in(minute_of(now))
    }

    /// Our clock was set ahead by so much since all of this happened. In which minute of it that
    /// was can be said to a minute only: it counts in both.
    pub fn set_ahead(&mut self, by: Duration) {
        let whole = by.as_secs() / MINUTE.as_secs();
        for calls in [&mut self.over, &mut self.in_flight] {
            let before = std::mem::take(calls);
            for (minute, count) in before {
                for later in [minute + whole, minute + whole + 1] {
                    *calls.entry(later).or_default() += count;
                }
            }
        }
    }

    /// After a restart: `self` is new, and `saved` is what was written down. What was under way
    /// then may arrive until `arrives_by`.
    pub fn restored(mut self, saved: &Self, arrives_by: Timestamp, now: Timestamp) -> Self {
        let minutes = self.minutes(now, arrives_by);
        for minute in minutes {
            let over = saved.over.get(&minute).copied().unwrap_or(0).min(self.limit);
            let under_way = saved.in_flight.range(..=minute);
            let under_way: u32 = under_way.map(|(_, calls)| *calls.min(&self.limit)).sum();
            self.over.insert(minute, over.saturating_add(under_way).min(self.limit));
        }
        self
    }

    fn calls_in(&self, minute: u64) -> u32 {
        let under_way: u32 = self.in_flight.range(..=minute).map(|(_, calls)| calls).sum();
        under_way + self.over.get(&minute).copied().unwrap_or(0)
    }

    fn minutes(&self, from: Timestamp, to: Timestamp) -> std::ops::RangeInclusive<u64> {
        minute_of(from - self.clock_error)..=minute_of(to + self.clock_error)
    }
}

fn minute_of(at: Timestamp) -> u64 {
    at.seconds() / MINUTE.as_secs()
}

#[cfg(test)]
mod tests;
