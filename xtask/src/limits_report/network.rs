//! How long calls are on their way, and which never arrive.

use std::time::Duration;

use super::prng::Prng;

/// How bad the way to Kraken is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    /// Up to 25 ms each way: nothing of what is measured comes from the network.
    Near,
    /// Up to half a second each way.
    Ordinary,
    /// Up to 20 s each way; of a hundred requests one gets lost, and two answers do.
    Bad,
}

/// The way to Kraken and back.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    weather: Weather,
    prng: Prng,
}

const DELAY_MIN: Duration = Duration::from_millis(1);
const REQUESTS_LOST_PERCENT: u64 = 1;
const ANSWERS_LOST_PERCENT: u64 = 2;

impl Weather {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Near => "near",
            Self::Ordinary => "ordinary",
            Self::Bad => "bad",
        }
    }

    const fn delay_max(self) -> Duration {
        match self {
            Self::Near => Duration::from_millis(25),
            Self::Ordinary => Duration::from_millis(500),
            Self::Bad => Duration::from_secs(20),
        }
    }
}

impl Network {
    pub(crate) fn new(weather: Weather, seed: u64) -> Self {
        Self { weather, prng: Prng::new(seed, "network") }
    }

    /// How long a request takes, or nothing if it is lost.
    pub(crate) fn request(&mut self) -> Option<Duration> {
        self.pass(REQUESTS_LOST_PERCENT)
    }

    /// How long an answer takes, or nothing if it is lost.
    pub(crate) fn answer(&mut self) -> Option<Duration> {
        self.pass(ANSWERS_LOST_PERCENT)
    }

    /// How long news of a stream takes.
    pub(crate) fn news(&mut self) -> Duration {
        self.prng.duration(DELAY_MIN, self.weather.delay_max())
    }

    fn pass(&mut self, lost_percent: u64) -> Option<Duration> {
        let is_lost = self.prng.percent(lost_percent) && self.weather == Weather::Bad;
        let delay = self.news();
        (!is_lost).then_some(delay)
    }
}
