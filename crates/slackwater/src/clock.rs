//! The one place where time enters the program.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use trading_types::Timestamp;

/// A stopwatch of real time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts one.
    #[expect(clippy::disallowed_methods, reason = "the one place where time enters the program")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// Real time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The present moment, by the system's clock.
pub(crate) fn now() -> Timestamp {
    let time = clock_gettime(ClockId::Realtime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanos = u64::try_from(time.tv_nsec).unwrap_or(0);
    Timestamp::from_nanos(seconds.saturating_mul(1_000_000_000).saturating_add(nanos))
}

/// Lets time pass, at least a little and at most so much: a bound, not a pace.
pub(crate) fn pause(at_most: Duration) {
    std::thread::park_timeout(at_most);
}

/// CPU seconds this process has used.
#[expect(clippy::cast_precision_loss, reason = "a process does not run for 2^52 nanoseconds")]
#[expect(clippy::float_arithmetic, reason = "a measurement, not money")]
pub(crate) fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
