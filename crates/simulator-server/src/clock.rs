//! The one place where time enters this crate: the time of the simulation, which runs as many times
//! faster than real time as was asked for. It never goes backwards and never jumps.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use trading_types::Timestamp;

/// The time of the simulation.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    start: Timestamp,
    counted_at_start: Duration,
    speed: u32,
}

impl Clock {
    /// A clock that shows `start` now, or the system's time, and goes `speed` times as fast.
    pub(crate) fn new(start: Option<Timestamp>, speed: u32) -> Self {
        assert!(0 < speed, "a simulation that stands still answers nobody");
        let start = start.unwrap_or_else(|| Timestamp::EPOCH + read(ClockId::Realtime));
        Self { start, counted_at_start: counted(), speed }
    }

    /// When the simulation began.
    pub(crate) const fn start(&self) -> Timestamp {
        self.start
    }

    /// The present moment.
    pub(crate) fn now(&self) -> Timestamp {
        let real = counted().saturating_sub(self.counted_at_start);
        self.start + real.saturating_mul(self.speed)
    }

    /// Real time from now to a moment of the simulation; nothing when it has come.
    pub(crate) fn real_time_until(&self, moment: Timestamp) -> Duration {
        self.real_time(moment.since(self.now()))
    }

    /// How much real time a length of simulated time takes.
    pub(crate) fn real_time(&self, simulated: Duration) -> Duration {
        simulated / self.speed
    }
}

/// What has passed since some moment, sleep of the machine included where the system counts it: a
/// client tells its deadlines by the system's clock, so the two must not drift apart.
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
