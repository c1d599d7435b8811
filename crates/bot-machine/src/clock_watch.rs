//! Keeps comparing our clock with Kraken's: when to ask, what Kraken's clock shows now, and how
//! wrong that may be.
//!
//! **Law.** Kraken's time is within the error of what is said of it, as long as no clock is set and
//! none is worse than a bad crystal. When ours may have been set nothing is known until Kraken has
//! been asked again, and the error says so. When Kraken contradicts what it said before, its clock
//! was set or its answer is wrong: nothing is known until its answers have agreed for a while.
//! Until then time goes on by what was known before, which our own clock, that nobody sets, keeps.
//!
//! `Time` tells whole seconds, so one answer leaves a second of doubt. Each further call is made
//! such that it is read when Kraken's clock, by the middle of what is possible, turns to the next
//! second: on which side of the turn it falls cuts the doubt in half.

use std::{collections::VecDeque, time::Duration};

use kraken_protocol::clock_offset::{Ahead, ClockOffset, ClockSample};
use trading_types::Timestamp;

use crate::{
    call::{Answer, CallFailure},
    output::{AlertKind, Severity},
    settings::Times,
};

/// What `Time` is rounded down to
/// (<https://docs.kraken.com/api-reference/market-data/get-server-time>, read on 2026-11-21).
const UNIT: Duration = Duration::from_secs(1);
/// Kraken is not asked more often.
const ASK_EVERY: Duration = Duration::from_secs(1);
/// So many calls in a row should be enough.
const CALLS_MAX: u32 = 5;
/// When they were not, it is asked this often.
const RETRY_EVERY: Duration = Duration::from_secs(15);
/// After failures it is asked at least this often.
const WAIT_MAX: Duration = Duration::from_mins(1);
/// A call that has neither been answered nor failed is given up after this.
const ANSWER_MAX: Duration = Duration::from_mins(1);
/// A person is told when nothing good is known for this long.
const UNKNOWN_MAX: Duration = Duration::from_mins(1);
/// We want to be woken this often, to see whether our own clock does what it should.
const TICK: Duration = Duration::from_secs(10);
/// When we are woken later than this, our clock was set or we stood still.
const LATE_MAX: Duration = Duration::from_secs(2);
/// What contradicts everything Kraken said before is believed when it has been said for so long, so
/// that a slip of somebody's neither proves that orders are over nor dates new ones.
const CONTRADICTED_MAX: Duration = Duration::from_secs(75);
/// A clock that goes back by more was set.
const BACK_MAX: Duration = Duration::from_millis(10);

/// Something that has to do with clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockEvent {
    /// The call came back.
    Shown {
        /// When it was sent, by our clock.
        sent: Timestamp,
        /// What Kraken's clock showed, rounded down to a second.
        time: Timestamp,
    },
    /// The call failed.
    Failed,
}

impl ClockEvent {
    /// What the answer to [`crate::Call::ServerTime`], sent at `sent`, says.
    pub const fn answered(sent: Timestamp, result: &Result<Answer, CallFailure>) -> Self {
        match result {
            Ok(Answer::ServerTime(time)) => Self::Shown { sent, time: *time },
            Ok(_) | Err(_) => Self::Failed,
        }
    }
}

/// Something the watch wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClockOutput {
    /// Make the call [`crate::Call::ServerTime`] at once.
    Ask,
    /// Kraken's time may be wrong by this much from now on; [`Duration::MAX`] when nobody knows.
    Error(Duration),
    /// Tell somebody.
    Alert {
        /// About what.
        kind: AlertKind,
        /// How bad it is.
        severity: Severity,
        /// What happened and what to do.
        text: String,
    },
}

/// Watches the clocks, as a machine.
#[derive(Clone, Debug)]
pub struct ClockWatch {
    times: Times,
    offset: ClockOffset,
    /// What Kraken has said since it contradicted itself, and since when.
    doubt: Option<(ClockOffset, Timestamp)>,
    /// A call is under way since then.
    asked: Option<Timestamp>,
    /// The call under way began before our clock was set.
    is_spoiled: bool,
    ask_at: Timestamp,
    /// Calls since there was a reason to ask.
    calls: u32,
    failures: u32,
    /// From wanting a call to Kraken's reading its clock, the last time.
    lag: Duration,
    round_trip: Option<Duration>,
    /// When it was last seen that our clock goes on as it should.
    seen: Timestamp,
    /// What was told last of the error.
    told: Option<Duration>,
    /// When that will be good enough, or not any more, by itself.
    crossing: Option<Timestamp>,
    /// The error has been too large since then.
    bad_since: Option<Timestamp>,
    is_bad_told: bool,
    is_apart_told: bool,
    /// Kraken's time never goes back below this.
    floor: Timestamp,
    outputs: VecDeque<ClockOutput>,
}

impl ClockWatch {
    /// A watch that knows nothing and asks at once.
    pub fn new(times: Times, now: Timestamp) -> Self {
        let mut watch = Self {
            times,
            offset: ClockOffset::default(),
            doubt: None,
            asked: None,
            is_spoiled: false,
            ask_at: now,
            calls: 0,
            failures: 0,
            lag: Duration::ZERO,
            round_trip: None,
            seen: now,
            told: None,
            crossing: None,
            bad_since: Some(now),
            is_bad_told: false,
            is_apart_told: false,
            floor: Timestamp::EPOCH,
            outputs: VecDeque::new(),
        };
        watch.settle(now);
        watch
    }

    /// Something happened.
    pub fn handle(&mut self, event: ClockEvent, now: Timestamp) {
        self.pass(now);
        let asked = self.asked.take();
        let is_spoiled = std::mem::take(&mut self.is_spoiled);
        match event {
            ClockEvent::Shown { sent, time } if !is_spoiled && sent <= now => {
                self.failures = 0;
                let sample = ClockSample { sent, received: now, shown: time, unit: UNIT };
                self.compare(sample, asked.unwrap_or(sent));
            }
            // Our clock was set while the call was under way: it says nothing.
            ClockEvent::Shown { .. } => {
                self.start_over(now);
                self.is_spoiled = false;
            }
            ClockEvent::Failed => self.failed(now),
        }
        self.settle(now);
    }

    /// A timer is due; a call too many is harmless.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.pass(now);
        self.settle(now);
    }

    /// What is to be done next; call until nothing is left.
    pub fn poll_output(&mut self) -> Option<ClockOutput> {
        self.outputs.pop_front()
    }

    /// When to come back; earlier is harmless.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        let ask = self.asked.map_or(self.ask_at, |asked| asked + ANSWER_MAX);
        let bad = self.bad_since.filter(|_| !self.is_bad_told).map(|since| since + UNKNOWN_MAX);
        let due = [Some(self.seen + TICK), Some(ask), bad, self.crossing];
        due.into_iter().flatten().min()
    }

    /// What Kraken's clock shows, to the best of our knowledge; ours where nothing is known. It
    /// never goes back, but for when a clock was set.
    pub fn venue_now(&self, now: Timestamp) -> Timestamp {
        self.venue_shows(now).unwrap_or(now.max(self.floor))
    }

    /// What Kraken's clock shows; nothing where nothing is known.
    pub fn venue_shows(&self, now: Timestamp) -> Option<Timestamp> {
        self.offset.ahead(now).map(|ahead| ahead.kraken_time(now).max(self.floor))
    }

    /// By how much that may be wrong; nothing when nobody knows.
    pub fn error(&self, now: Timestamp) -> Option<Duration> {
        if self.doubt.is_some() {
            return None;
        }
        let ahead = self.offset.ahead(now)?;
        // It stands still where going on from the floor would have meant going back.
        Some(ahead.error_max() + self.floor.since(ahead.kraken_time(now)))
    }

    /// By how much the middle of what is possible may be wrong.
    fn bound(&self, now: Timestamp) -> Option<Duration> {
        self.offset.ahead(now).as_ref().map(Ahead::error_max)
    }

    /// How far the venue's clock is ahead of ours, as an interval that holds the truth.
    pub fn ahead(&self, now: Timestamp) -> Option<Ahead> {
        self.offset.ahead(now)
    }

    /// Sees whether our clock goes on as it should.
    fn pass(&mut self, now: Timestamp) {
        let is_back = now + BACK_MAX < self.seen;
        let is_late = self.seen + TICK + LATE_MAX < now;
        self.seen = now;
        if is_back || is_late {
            self.start_over(now);
            self.is_spoiled = self.asked.is_some();
        } else {
            // Between two answers it goes on by itself; what the next one says must not undo it.
            self.floor = self.venue_now(now);
        }
    }

    fn start_over(&mut self, now: Timestamp) {
        self.offset = ClockOffset::default();
        self.doubt = None;
        self.calls = 0;
        self.failures = 0;
        self.ask_at = now;
        self.asked = self.asked.map(|asked| asked.min(now));
    }

    fn failed(&mut self, now: Timestamp) {
        let wait = ASK_EVERY.saturating_mul(1 << self.failures.min(6)).min(WAIT_MAX);
        self.failures += 1;
        self.ask_at = now + wait;
    }

    fn compare(&mut self, sample: ClockSample, asked: Timestamp) {
        let now = sample.received;
        if self.offset.ahead(now).is_none() {
            self.floor = Timestamp::EPOCH;
        }
        if fits(&self.offset, sample) {
            self.offset.observe(sample);
            self.doubt = None;
        } else {
            self.contradicted(sample);
        }
        self.calls += 1;
        let round_trip = now.since(sample.sent);
        self.lag = sample.sent.since(asked) + round_trip / 2;
        self.round_trip = Some(round_trip);
        self.plan(asked, now);
        self.tell(now);
    }

    /// The answer does not fit to what is known.
    fn contradicted(&mut self, sample: ClockSample) {
        let now = sample.received;
        let known = self.doubt.take().filter(|(offset, _)| fits(offset, sample));
        let (mut offset, since) = known.unwrap_or_else(|| {
            self.calls = 0;
            (ClockOffset::default(), now)
        });
        offset.observe(sample);
        if CONTRADICTED_MAX <= now.since(since) {
            // A clock was set. What is known is what has been said since.
            self.offset = offset;
            self.floor = Timestamp::EPOCH;
        } else {
            self.doubt = Some((offset, since));
        }
    }

    /// What Kraken has said last, believed or not.
    fn newest(&self) -> &ClockOffset {
        self.doubt.as_ref().map_or(&self.offset, |(offset, _)| offset)
    }

    /// Decides when to ask next.
    fn plan(&mut self, asked: Timestamp, now: Timestamp) {
        let Some(ahead) = self.newest().ahead(now) else { return };
        let (error, max) = (ahead.error_max(), self.times.clock_error_max);
        let next = if max / 5 < error && self.calls < CALLS_MAX {
            asked + ASK_EVERY
        } else if max * 4 / 5 < error || self.doubt.is_some() {
            asked + RETRY_EVERY
        } else {
            self.calls = 0;
            let bad = self.when_bound_is(max * 9 / 10, now).unwrap_or(Timestamp::NEVER);
            (now + self.times.clock_every).min(bad)
        };
        self.ask_at = self.turn_after(next.max(now), now);
    }

    /// The first moment from `earliest` on at which a call would be read just when Kraken's clock
    /// turns to another second.
    fn turn_after(&self, earliest: Timestamp, now: Timestamp) -> Timestamp {
        let Some(ahead) = self.newest().ahead(now) else { return earliest };
        let read = ahead.kraken_time(earliest + self.lag).nanos();
        let unit = 1_000_000_000;
        earliest + Duration::from_nanos((unit - read % unit) % unit)
    }

    /// When the bound will have grown to `error`, as clocks drift; nothing if nothing is known.
    fn when_bound_is(&self, error: Duration, now: Timestamp) -> Option<Timestamp> {
        /// Long enough that rounding does not matter.
        const STRETCH: Duration = Duration::from_secs(1_000);
        let present = self.bound(now)?;
        let growth = self.bound(now + STRETCH)?.saturating_sub(present).as_nanos();
        let missing = error.saturating_sub(present).as_nanos();
        let wait = missing.saturating_mul(STRETCH.as_nanos()).checked_div(growth)?;
        Some(now + Duration::from_nanos(u64::try_from(wait).unwrap_or(u64::MAX)))
    }

    /// When the error, good enough now or not, will be the other without another answer.
    fn when_crossing(&self, now: Timestamp) -> Option<Timestamp> {
        let max = self.times.clock_error_max;
        if max < self.bound(now)? {
            return None;
        }
        let beyond = self.error(now)?.saturating_sub(max);
        let moment = if beyond.is_zero() {
            self.when_bound_is(max + Duration::from_micros(1), now)?
        } else {
            now + beyond
        };
        Some(moment.max(now + Duration::from_millis(1)))
    }

    fn settle(&mut self, now: Timestamp) {
        self.tell_change(now);
        self.tell_bad(now);
        self.tell_apart(now);
        if self.asked.is_some_and(|asked| asked + ANSWER_MAX <= now) {
            self.asked = None;
            self.is_spoiled = false;
            self.failed(now);
        }
        if self.asked.is_none() && self.ask_at <= now {
            self.asked = Some(now);
            self.outputs.push_back(ClockOutput::Ask);
        }
    }

    fn tell(&mut self, now: Timestamp) {
        let error = self.error(now).unwrap_or(Duration::MAX);
        self.told = Some(error);
        self.crossing = self.when_crossing(now);
        self.outputs.push_back(ClockOutput::Error(error));
    }

    /// Tells of the error between answers: when it becomes too large, or unknown.
    fn tell_change(&mut self, now: Timestamp) {
        let error = self.error(now).unwrap_or(Duration::MAX);
        let is_bad = self.times.clock_error_max < error;
        let was_bad = self.told.is_some_and(|told| self.times.clock_error_max < told);
        let is_lost = error == Duration::MAX && self.told != Some(Duration::MAX);
        if self.told.is_none() || is_bad != was_bad || is_lost {
            self.tell(now);
        } else if self.crossing.is_some_and(|crossing| crossing <= now) {
            self.crossing = self.when_crossing(now);
        }
        if is_bad {
            self.bad_since = Some(self.bad_since.map_or(now, |since| since.min(now)));
        } else {
            self.bad_since = None;
            self.is_bad_told = false;
        }
    }

    fn tell_bad(&mut self, now: Timestamp) {
        let Some(since) = self.bad_since.filter(|_| !self.is_bad_told) else { return };
        let has_tried = CALLS_MAX <= self.calls;
        if !has_tried && now < since + UNKNOWN_MAX {
            return;
        }
        self.is_bad_told = true;
        let allowed = self.times.clock_error_max.as_millis();
        let text = match (self.round_trip, self.error(now)) {
            (_, _) if self.doubt.is_some() => format!(
                "kraken's clock contradicts what it showed before; no entries until its answers \
                 agree for {} s; look at status.kraken.com if this does not pass",
                CONTRADICTED_MAX.as_secs()
            ),
            (Some(trip), Some(error)) => format!(
                "kraken's time is known to {} ms only, {allowed} ms are allowed: its last answer \
                 took {} ms; no entries until answers are faster; check this machine's network",
                error.as_millis(),
                trip.as_millis()
            ),
            (_, _) => format!(
                "kraken's time has not been known since {since}: `Time` does not answer; no \
                 entries until it does; check this machine's network and status.kraken.com"
            ),
        };
        self.alert(text);
    }

    /// Orders are dated by Kraken's clock, but whoever reads our journal should not be misled.
    fn tell_apart(&mut self, now: Timestamp) {
        let Some(ahead) = self.offset.ahead(now) else { return };
        if !ahead.is_alarming() {
            self.is_apart_told = false;
        } else if !self.is_apart_told {
            self.is_apart_told = true;
            let kraken = ahead.kraken_time(now);
            self.alert(format!(
                "this machine's clock shows {now} and kraken's {kraken}; orders are dated by \
                 kraken's; set this machine's clock, for instance with `timedatectl set-ntp true`"
            ));
        }
    }

    fn alert(&mut self, text: String) {
        let (kind, severity) = (AlertKind::ClockError, Severity::Warning);
        self.outputs.push_back(ClockOutput::Alert { kind, severity, text });
    }
}

/// Whether an answer agrees with others, if there are any.
fn fits(others: &ClockOffset, sample: ClockSample) -> bool {
    let mut alone = ClockOffset::default();
    alone.observe(sample);
    let now = sample.received;
    let both = others.ahead(now).zip(alone.ahead(now));
    both.is_none_or(|(one, other)| one.least <= other.most && other.least <= one.most)
}

#[cfg(test)]
mod tests;
