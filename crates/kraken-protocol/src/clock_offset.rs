//! How far Kraken's clock is from ours, as an interval that holds the truth: Kraken read its clock
//! at some moment between our asking and its answer, and no sooner or later.

use std::{collections::VecDeque, time::Duration};

use trading_types::Timestamp;

/// How many answers are remembered.
const SAMPLES_MAX: usize = 16;
/// How far two clocks may drift apart, in millionths. A bad crystal is ten times better than this.
const DRIFT_PPM: i128 = 500;
/// From this difference on a person has to look at the clock.
const OFFSET_MAX: i128 = 1_000_000_000;

/// An answer that says what Kraken's clock showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSample {
    /// When we asked, by our clock.
    pub sent: Timestamp,
    /// When we had the answer, by our clock.
    pub received: Timestamp,
    /// What Kraken's clock showed in between, rounded down.
    pub shown: Timestamp,
    /// To which unit it was rounded down: a second in answers of `Time`.
    pub unit: Duration,
}

/// Keeps the best recent knowledge of Kraken's clock.
#[derive(Clone, Debug, Default)]
pub struct ClockOffset {
    samples: VecDeque<ClockSample>,
}

/// How far Kraken's clock is ahead of ours: more than `least`, less than `most` nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// The least it can be; negative when Kraken's clock may be behind.
    pub least: i128,
    /// The most it can be.
    pub most: i128,
}

impl ClockSample {
    fn ahead(&self, now: Timestamp) -> Ahead {
        let nanos = |moment: Timestamp| i128::from(moment.nanos());
        let age = nanos(now) - nanos(self.sent);
        let drift = age.max(0) * DRIFT_PPM / 1_000_000;
        let unit = i128::try_from(self.unit.as_nanos()).unwrap_or(i128::MAX / 4);
        Ahead {
            least: nanos(self.shown) - nanos(self.received) - drift,
            most: nanos(self.shown) + unit - nanos(self.sent) + drift,
        }
    }
}

impl ClockOffset {
    /// Takes an answer into account.
    pub fn observe(&mut self, sample: ClockSample) {
        assert!(sample.sent <= sample.received, "an answer follows its question");
        if self.samples.len() == SAMPLES_MAX {
            self.samples.pop_front();
        }
        self.samples.push_back(sample);
        // Answers that contradict each other: one of the clocks was set. The newest is right.
        while self.intersection(sample.received).is_none_or(|ahead| ahead.most < ahead.least) {
            self.samples.pop_front();
        }
    }

    /// What is known now: the interval in which all recent answers agree.
    pub fn ahead(&self, now: Timestamp) -> Option<Ahead> {
        self.intersection(now)
    }

    fn intersection(&self, now: Timestamp) -> Option<Ahead> {
        let each = self.samples.iter().map(|sample| sample.ahead(now));
        each.reduce(|one, other| Ahead {
            least: one.least.max(other.least),
            most: one.most.min(other.most),
        })
    }
}

impl Ahead {
    /// How far the middle of the interval may be from the truth.
    pub fn error_max(&self) -> Duration {
        Duration::from_nanos(u64::try_from((self.most - self.least) / 2 + 1).unwrap_or(u64::MAX))
    }

    /// How far apart the clocks can be at the most.
    pub fn apart_max(&self) -> Duration {
        let apart = self.least.unsigned_abs().max(self.most.unsigned_abs());
        Duration::from_nanos(u64::try_from(apart).unwrap_or(u64::MAX))
    }

    /// Whether the clocks are certainly more than a second apart.
    pub fn is_alarming(&self) -> bool {
        OFFSET_MAX < self.least || self.most < -OFFSET_MAX
    }

    /// What Kraken's clock shows at `now` of ours, to the best of our knowledge.
    pub fn kraken_time(&self, now: Timestamp) -> Timestamp {
        let theirs = i128::from(now.nanos()) + i128::midpoint(self.least, self.most);
        Timestamp::from_nanos(u64::try_from(theirs.max(0)).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests;
