//! The clock of the machine that the bot runs on: off by something, drifting, set by somebody.
//!
//! The invariant: while a process runs its time never goes backward and never jumps, as that of the
//! real client, which reads the system's clock once and counts from there. The wall clock jumps
//! only between two processes.

use std::time::Duration;

use exchange_simulator::Prng;
use trading_types::Timestamp;

/// What a second is divided into here.
const MILLIONTHS: i128 = 1_000_000;

/// How wrong a clock may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockOptions {
    /// By how much it is off at the beginning, at most.
    pub offset_max: Duration,
    /// How much too fast or too slow it is at most, in millionths.
    pub drift_max: u32,
    /// How often in a hundred restarts somebody has set it meanwhile.
    pub jumps_percent: u64,
    /// By how much it is set at most; it is at least a second.
    pub jump_max: Duration,
}

/// A clock.
#[derive(Debug)]
pub(crate) struct Clock {
    options: ClockOptions,
    prng: Prng,
    /// Where its straight line begins, in true time and in its own.
    origin: (Timestamp, Timestamp),
    /// How much too fast it is, in millionths.
    drift: i128,
}

impl Clock {
    pub(crate) fn new(options: ClockOptions, mut prng: Prng, now: Timestamp) -> Self {
        let origin = (now, shifted(&mut prng, now, Duration::ZERO, options.offset_max));
        let most = u64::from(options.drift_max);
        let drift = i128::from(prng.between(0, 2 * most)) - i128::from(most);
        Self { options, prng, origin, drift }
    }

    /// What it shows at a true time.
    pub(crate) fn shows(&self, now: Timestamp) -> Timestamp {
        let passed = i128::from(now.nanos()) - i128::from(self.origin.0.nanos());
        let shown = i128::from(self.origin.1.nanos())
            + passed
            + (passed * self.drift).div_euclid(MILLIONTHS);
        Timestamp::from_nanos(u64::try_from(shown.max(0)).unwrap_or(u64::MAX))
    }

    /// The first true time at which it shows this.
    pub(crate) fn true_time(&self, shown: Timestamp) -> Timestamp {
        if shown == Timestamp::NEVER {
            return shown;
        }
        let passed = i128::from(shown.nanos()) - i128::from(self.origin.1.nanos());
        let scale = MILLIONTHS + self.drift;
        let guess = i128::from(self.origin.0.nanos()) + passed * MILLIONTHS / scale;
        let mut guess = Timestamp::from_nanos(u64::try_from(guess.max(0)).unwrap_or(u64::MAX));
        while self.shows(guess) < shown {
            guess = guess + Duration::from_nanos(1);
        }
        guess
    }

    /// A process ended and another starts: somebody may have set the clock meanwhile. True if so.
    pub(crate) fn restart(&mut self, now: Timestamp) -> bool {
        let is_set = self.prng.below(100) < self.options.jumps_percent;
        let shown = self.shows(now);
        self.origin = (now, shown);
        if is_set {
            let second = Duration::from_secs(1);
            self.origin.1 = shifted(&mut self.prng, shown, second, self.options.jump_max);
        }
        is_set
    }

    /// A process ended, and somebody sets the clock by so much before the next one starts.
    pub(crate) fn set_by(&mut self, by: Duration, is_ahead: bool, now: Timestamp) {
        let shown = self.shows(now);
        self.origin = (now, if is_ahead { shown + by } else { shown - by });
    }

    /// Somebody sets it right, and it keeps right.
    pub(crate) const fn set_right(&mut self, now: Timestamp) {
        self.origin = (now, now);
        self.drift = 0;
    }
}

/// A time off by something from `least` to `most`, to either side.
fn shifted(prng: &mut Prng, time: Timestamp, least: Duration, most: Duration) -> Timestamp {
    let by = prng.duration_between(least.min(most), most);
    if prng.below(2) == 0 { time + by } else { time - by }
}

#[cfg(test)]
mod tests;
