//! The one place where time enters this crate. The time it tells never goes backwards and never
//! jumps: the system's clock is read once, and what passes after that is counted.
//!
//! A system clock that is set while we run would otherwise refill rate counters that are still full
//! or let deadlines lie in the past. How far we are from Kraken's clock is measured, see
//! [`kraken_protocol::clock_offset`].

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use trading_types::Timestamp;

#[cfg(target_os = "linux")]
use crate::files;

/// The longest name of a start of the machine, in bytes.
#[cfg(target_os = "linux")]
const BOOT_NAME_MAX: u64 = 100;

/// A clock. Copies of it tell the same time.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System(Arc<System>),
    ByHand(Arc<watch::Sender<Dial>>),
}

/// What was read at the start.
#[derive(Debug)]
struct System {
    wall: Timestamp,
    counted: Duration,
    /// How many times faster than real time it runs: one, but for a simulated Kraken that does.
    speed: u32,
    /// Which start of the machine this is.
    boot: Option<String>,
}

impl System {
    fn mark(&self) -> Option<Mark> {
        Some(Mark { boot: self.boot.clone()?, counted: counted() })
    }
}

/// A moment of one run of the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// Which start of the machine.
    boot: String,
    /// What had passed since then.
    counted: Duration,
}

impl Mark {
    /// A machine that was started again since has run for so long at least.
    fn passed_until(&self, later: &Self) -> Duration {
        let before = if self.boot == later.boot { self.counted } else { Duration::ZERO };
        later.counted.saturating_sub(before)
    }
}

/// A clock face that a test turns.
#[derive(Debug)]
struct Dial {
    now: Timestamp,
    /// Who waits, by number.
    sleepers: BTreeMap<u64, Sleeper>,
    next_sleeper: u64,
}

/// Somebody who waits for a moment.
#[derive(Clone, Copy, Debug)]
struct Sleeper {
    until: Timestamp,
    purpose: Purpose,
}

/// What somebody waits for a moment for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// To do something then.
    Plan,
    /// To give up on something else.
    Patience,
}

/// Up to so many times real time a limit of five seconds is many round trips on one machine.
const SPEED_OF_THE_NET: u32 = 20;

/// What turns the clock of a test.
#[derive(Debug)]
pub struct Hands(Arc<watch::Sender<Dial>>);

impl Clock {
    /// The system's clock as it stands now, and real time from there.
    pub fn system() -> Self {
        Self(Source::System(Arc::new(System {
            wall: wall(),
            counted: counted(),
            speed: 1,
            boot: boot(),
        })))
    }

    /// A clock that shows `start` now and runs so many times faster than real time, as that of a
    /// simulated Kraken does.
    pub fn fast(start: Timestamp, speed: u32) -> Self {
        let speed = speed.max(1);
        Self(Source::System(Arc::new(System {
            wall: start,
            counted: counted(),
            speed,
            boot: boot(),
        })))
    }

    /// A clock that stands still until its hands are moved.
    pub fn by_hand(start: Timestamp) -> (Self, Hands) {
        let dial = Dial { now: start, sleepers: BTreeMap::new(), next_sleeper: 0 };
        let dial = Arc::new(watch::Sender::new(dial));
        (Self(Source::ByHand(Arc::clone(&dial))), Hands(dial))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System(start) => {
                start.wall + counted().saturating_sub(start.counted) * start.speed
            }
            Source::ByHand(dial) => dial.borrow().now,
        }
    }

    /// A mark by which a later process can prove how much time has passed since, whatever was done
    /// to the clock meanwhile; nothing where the system does not tell its starts apart.
    pub(crate) fn mark(&self) -> Option<Mark> {
        match &self.0 {
            Source::System(start) => start.mark(),
            Source::ByHand(_) => None,
        }
    }

    /// How much time has passed since a mark at least.
    pub(crate) fn passed_since(&self, mark: &Mark) -> Option<Duration> {
        match &self.0 {
            Source::System(start) => Some(mark.passed_until(&start.mark()?) * start.speed),
            Source::ByHand(_) => None,
        }
    }

    /// Waits until a moment has come, to do something then; returns at once if it has come.
    pub async fn sleep_until(&self, moment: Timestamp) {
        self.sleep(moment, Purpose::Plan).await;
    }

    /// Waits until a moment has come, to give up then on something else. A test can tell the two
    /// apart; and where time runs fast it is later by [`Self::patience`].
    pub async fn give_up_at(&self, moment: Timestamp) {
        let now = self.now();
        let moment = now + moment.since(now) * self.patience();
        self.sleep(moment, Purpose::Patience).await;
    }

    /// How many times longer to wait for the net before giving up: neither the net nor the
    /// scheduler of a machine runs faster because a clock does.
    pub fn patience(&self) -> u32 {
        match &self.0 {
            Source::System(system) => system.speed.div_ceil(SPEED_OF_THE_NET),
            Source::ByHand(_) => 1,
        }
    }

    async fn sleep(&self, until: Timestamp, purpose: Purpose) {
        match &self.0 {
            Source::System(system) => self.sleep_really(until, system.speed).await,
            Source::ByHand(dial) => sleep_by_hand(dial, Sleeper { until, purpose }).await,
        }
    }

    async fn sleep_really(&self, moment: Timestamp, speed: u32) {
        // A machine that was suspended wakes up later than it meant to; a long sleep is cut in
        // pieces so that it notices.
        const PIECE_MAX: Duration = Duration::from_mins(1);
        loop {
            let now = self.now();
            if moment <= now {
                return;
            }
            // A nanosecond more than nothing, so that rounding does not make it spin.
            let left = moment.since(now) / speed + Duration::from_nanos(1);
            tokio::time::sleep(left.min(PIECE_MAX)).await;
        }
    }
}

async fn sleep_by_hand(dial: &Arc<watch::Sender<Dial>>, sleeper: Sleeper) {
    let mut number = None;
    let mut face = dial.subscribe();
    dial.send_modify(|dial| {
        if dial.now < sleeper.until {
            number = Some(dial.next_sleeper);
            dial.sleepers.insert(dial.next_sleeper, sleeper);
            dial.next_sleeper += 1;
        }
    });
    let Some(number) = number else { return };
    // Whoever stops waiting for another reason takes its name off the list, too.
    let _bed = Bed { dial, number };
    face.wait_for(|dial| sleeper.until <= dial.now).await.map(drop).unwrap_or_default();
}

struct Bed<'a> {
    dial: &'a watch::Sender<Dial>,
    number: u64,
}

impl Drop for Bed<'_> {
    fn drop(&mut self) {
        self.dial.send_modify(|dial| {
            dial.sleepers.remove(&self.number);
        });
    }
}

impl Hands {
    /// What the clock shows.
    pub fn now(&self) -> Timestamp {
        self.0.borrow().now
    }

    /// Moves them forward.
    pub fn turn_to(&self, moment: Timestamp) {
        self.0.send_modify(|dial| {
            assert!(dial.now <= moment, "a clock is not turned back");
            dial.now = moment;
            dial.sleepers.retain(|_, sleeper| moment < sleeper.until);
        });
    }

    /// When the first of those who sleep will wake up, for whatever purpose. Who sleeps until a
    /// moment that never comes does not count.
    pub fn next_sleeper(&self) -> Option<Timestamp> {
        let dial = self.0.borrow();
        [Purpose::Plan, Purpose::Patience].into_iter().filter_map(|it| dial.first(it)).min()
    }

    /// Waits until somebody plans to do something before `moment`; says when the first will.
    pub async fn plan_before(&self, moment: Timestamp) -> Timestamp {
        self.first_before(Purpose::Plan, moment).await
    }

    /// Waits until somebody would give up before `moment`; says when the first will.
    pub async fn patience_before(&self, moment: Timestamp) -> Timestamp {
        self.first_before(Purpose::Patience, moment).await
    }

    async fn first_before(&self, purpose: Purpose, moment: Timestamp) -> Timestamp {
        let mut face = self.0.subscribe();
        let is_early = |dial: &Dial| dial.first(purpose).is_some_and(|until| until < moment);
        let dial = face.wait_for(is_early).await.expect("we hold the other end ourselves");
        dial.first(purpose).expect("waited for")
    }
}

impl Dial {
    fn first(&self, purpose: Purpose) -> Option<Timestamp> {
        let same = self.sleepers.values().filter(|sleeper| sleeper.purpose == purpose);
        same.map(|sleeper| sleeper.until).filter(|until| *until < Timestamp::NEVER).min()
    }
}

/// The system's idea of the time.
fn wall() -> Timestamp {
    Timestamp::EPOCH + read(ClockId::Realtime)
}

/// What has passed since some moment, sleep of the machine included where the system counts it.
#[cfg(target_os = "linux")]
fn counted() -> Duration {
    read(ClockId::Boottime)
}

/// The name of this start of the machine, which Linux draws anew each time.
#[cfg(target_os = "linux")]
fn boot() -> Option<String> {
    let path = std::path::Path::new("/proc/sys/kernel/random/boot_id");
    let bytes = files::read_if_any(path, BOOT_NAME_MAX).ok()??;
    String::from_utf8(bytes).ok().map(|name| name.trim().to_owned())
}

#[cfg(not(target_os = "linux"))]
const fn boot() -> Option<String> {
    None
}

#[cfg(not(target_os = "linux"))]
fn counted() -> Duration {
    read(ClockId::Monotonic)
}

fn read(clock: ClockId) -> Duration {
    let time = clock_gettime(clock);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanos = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(seconds, nanos)
}

#[cfg(test)]
mod tests;
