//! When orders and cancels were sent, for the limits on pace. Only a person has it forgotten before
//! its time.

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

/// When orders were sent, for the limits on pace.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Pace {
    orders: VecDeque<Timestamp>,
    entries: VecDeque<Timestamp>,
    is_off: bool,
    /// The day, in UTC, and what was sent on it.
    day: u64,
    orders_today: u32,
    cancels_today: u32,
}

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
/// Moments kept per list; an engine that sends more than this in its window is far over any limit.
const MOMENTS_MAX: usize = 100_000;

impl Pace {
    /// Remembers that an order was sent.
    pub fn sent(&mut self, is_entry: bool, now: Timestamp) {
        self.begin_day(now);
        self.orders_today = self.orders_today.saturating_add(1);
        remember(&mut self.orders, MINUTE, now);
        if is_entry {
            remember(&mut self.entries, HOUR, now);
        }
    }

    /// Remembers that a cancel was sent.
    pub fn canceled(&mut self, now: Timestamp) {
        self.begin_day(now);
        self.cancels_today = self.cancels_today.saturating_add(1);
    }

    /// Whether the strategy is off because it entered too often.
    pub const fn is_off(&self) -> bool {
        self.is_off
    }

    /// Switches the strategy off until a person resumes.
    pub fn switch_off(&mut self) {
        self.is_off = true;
    }

    /// Forgets what was sent: a person has looked. What was sent today stays counted.
    pub fn resume(&mut self) {
        self.orders.clear();
        self.entries.clear();
        self.is_off = false;
    }

    /// What was sent later than this was sent now.
    pub(crate) fn set_back(&mut self, now: Timestamp) {
        for moment in self.orders.iter_mut().chain(&mut self.entries) {
            *moment = (*moment).min(now);
        }
        self.day = self.day.min(now.day());
    }

    /// Orders sent on the day of `now`.
    pub const fn orders_today(&self, now: Timestamp) -> u32 {
        if self.day == now.day() { self.orders_today } else { 0 }
    }

    /// Cancels sent on the day of `now`.
    pub const fn cancels_today(&self, now: Timestamp) -> u32 {
        if self.day == now.day() { self.cancels_today } else { 0 }
    }

    const fn begin_day(&mut self, now: Timestamp) {
        if self.day != now.day() {
            (self.day, self.orders_today, self.cancels_today) = (now.day(), 0, 0);
        }
    }

    /// Orders sent within the minute before `now`.
    pub fn orders_within_minute(&self, now: Timestamp) -> u32 {
        count_within(&self.orders, MINUTE, now)
    }

    /// Entries sent within the hour before `now`.
    pub fn entries_within_hour(&self, now: Timestamp) -> u32 {
        count_within(&self.entries, HOUR, now)
    }
}

fn remember(moments: &mut VecDeque<Timestamp>, window: Duration, now: Timestamp) {
    while moments.front().is_some_and(|at| window <= now.since(*at)) {
        moments.pop_front();
    }
    if moments.len() < MOMENTS_MAX {
        moments.push_back(now);
    }
}

fn count_within(moments: &VecDeque<Timestamp>, window: Duration, now: Timestamp) -> u32 {
    let recent = moments.iter().rev().take_while(|at| now.since(**at) < window);
    u32::try_from(recent.count()).unwrap_or(u32::MAX)
}
