//! The one place where time enters this crate. The time it tells never goes backwards and never
//! jumps: the system's clock is read once, and what passes after that is counted.
//!
//! A system clock that is set while we run would otherwise refill rate counters that are still full
//! or let deadlines lie in the past. How far we are from Kraken's clock is measured, see
//! [`crate::clock_offset`].

use std::{sync::Arc, time::Duration};

use rustix::time::{ClockId, clock_gettime};
use tokio::sync::watch;
use trading_types::Timestamp;

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
}

/// A clock face that a test turns.
#[derive(Debug)]
struct Dial {
    now: Timestamp,
    /// Who waits, and until when; each has a number.
    sleepers: Vec<(u64, Timestamp)>,
    next_sleeper: u64,
}

/// What turns the clock of a test.
#[derive(Debug)]
pub struct Hands(Arc<watch::Sender<Dial>>);

impl Clock {
    /// The system's clock as it stands now, and real time from there.
    pub fn system() -> Self {
        Self(Source::System(Arc::new(System { wall: wall(), counted: counted() })))
    }

    /// A clock that stands still until its hands are moved.
    pub fn by_hand(start: Timestamp) -> (Self, Hands) {
        let dial = Dial { now: start, sleepers: Vec::new(), next_sleeper: 0 };
        let dial = Arc::new(watch::Sender::new(dial));
        (Self(Source::ByHand(Arc::clone(&dial))), Hands(dial))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System(start) => start.wall + counted().saturating_sub(start.counted),
            Source::ByHand(dial) => dial.borrow().now,
        }
    }

    /// Waits until a moment has come; returns at once if it has.
    pub async fn sleep_until(&self, moment: Timestamp) {
        match &self.0 {
            Source::System(_) => self.sleep_really(moment).await,
            Source::ByHand(dial) => sleep_by_hand(dial, moment).await,
        }
    }

    async fn sleep_really(&self, moment: Timestamp) {
        // A machine that was suspended wakes up later than it meant to; a long sleep is cut in
        // pieces so that it notices.
        const PIECE_MAX: Duration = Duration::from_mins(1);
        loop {
            let now = self.now();
            if moment <= now {
                return;
            }
            tokio::time::sleep(moment.since(now).min(PIECE_MAX)).await;
        }
    }
}

async fn sleep_by_hand(dial: &Arc<watch::Sender<Dial>>, moment: Timestamp) {
    let mut sleeper = None;
    let mut face = dial.subscribe();
    dial.send_modify(|dial| {
        if dial.now < moment {
            sleeper = Some(dial.next_sleeper);
            dial.sleepers.push((dial.next_sleeper, moment));
            dial.next_sleeper += 1;
        }
    });
    let Some(number) = sleeper else { return };
    // Whoever stops waiting for another reason takes its name off the list, too.
    let _bed = Bed { dial, number };
    face.wait_for(|dial| moment <= dial.now).await.map(drop).unwrap_or_default();
}

struct Bed<'a> {
    dial: &'a watch::Sender<Dial>,
    number: u64,
}

impl Drop for Bed<'_> {
    fn drop(&mut self) {
        self.dial.send_modify(|dial| dial.sleepers.retain(|(number, _)| *number != self.number));
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
            dial.sleepers.retain(|(_, until)| moment < *until);
        });
    }

    /// Waits until somebody sleeps and would wake up before `moment`; says when the first will.
    pub async fn sleeper_before(&self, moment: Timestamp) -> Timestamp {
        let first = |dial: &Dial| dial.sleepers.iter().map(|(_, until)| *until).min();
        let mut face = self.0.subscribe();
        let dial = face.wait_for(|dial| first(dial).is_some_and(|until| until < moment)).await;
        let dial = dial.expect("we hold the other end ourselves");
        first(&dial).expect("waited for")
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
