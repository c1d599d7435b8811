//! What the outside world thinks a thing is worth: a random walk with clusters and trends.
#![expect(clippy::float_arithmetic, reason = "the model is an opinion, not money")]

use std::time::Duration;

use serde::{Deserialize, Serialize};
use trading_types::{Fraction, Side};

use super::{MarketModelSettings, chance::Chance, shock::Shock};

/// Seconds in a year of 365.25 days.
const YEAR: f64 = 31_557_600.0;
/// How fast the variance returns to its mean, per second: clusters last about two hours.
const VARIANCE_RETURN: f64 = 1.0 / 7_200.0;
/// How much the variance itself varies, per square root of a second. With the return above its
/// deviation is about 0.7 of its mean.
const VARIANCE_NOISE: f64 = 0.011_8;
/// The variance stays within these multiples of its mean.
const VARIANCE: (f64, f64) = (0.1, 8.0);
/// The steepest trend, per second: three percent a day.
const DRIFT_MAX: f64 = 0.03 / 86_400.0;
/// The mean length of a trend, in seconds: six hours.
const TREND: f64 = 21_600.0;
/// The largest single move.
const MOVE_MAX: f64 = 0.02;
/// The price stays within this multiple and part of its start.
const AWAY_MAX: f64 = 20.0;
/// The largest distance between bid and ask while the market is calm, and its mean, in the unit of
/// the spread: a tick, or more where ticks are fine.
const SPREAD_MAX: u64 = 4;
const SPREAD_MEAN: f64 = 2.5;
/// The part of takers who run with a shock.
const RUNNERS: f64 = 0.9;

/// A price in ticks, and how it moves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct FairPrice {
    ticks: f64,
    start: f64,
    /// Deviation of the return of a second.
    volatility: f64,
    /// The variance of the moment, as a multiple of its mean.
    variance: f64,
    /// The trend of the moment, per second.
    drift: f64,
    /// How long the trend still lasts, in seconds.
    trend_left: f64,
    /// The mean distance between bid and ask, as a part of the price.
    spread: f64,
    shock: Option<Shock>,
}

impl FairPrice {
    pub(super) fn new(settings: &MarketModelSettings, chance: &mut Chance) -> Self {
        let start = real(settings.start_price.units() / settings.rules.tick.units());
        Self {
            ticks: start,
            start,
            volatility: settings.volatility.to_f64() / YEAR.sqrt(),
            variance: 1.0,
            drift: 0.0,
            trend_left: chance.exponential() * TREND,
            spread: settings.spread.to_f64(),
            shock: None,
        }
    }

    /// The price runs away, and the market goes wild.
    pub(super) fn strike(&mut self, change: Fraction) {
        self.shock = Some(Shock::new(change));
        (_, self.variance) = VARIANCE;
    }

    /// What the next taker does.
    pub(super) fn taker_side(&self, chance: &mut Chance) -> Side {
        match self.shock.as_ref().and_then(Shock::side) {
            Some(side) if chance.uniform() < RUNNERS => side,
            Some(side) => side.opposite(),
            None if chance.toss() => Side::Buy,
            None => Side::Sell,
        }
    }

    /// Wanders for a while.
    pub(super) fn wander(&mut self, length: Duration, chance: &mut Chance) {
        let seconds = length.as_secs_f64();
        self.trend_left -= seconds;
        if self.trend_left <= 0.0 {
            self.trend_left = chance.exponential() * TREND;
            self.drift = (2.0 * chance.uniform() - 1.0) * DRIFT_MAX;
        }
        let back = ((1.0 - self.variance) * VARIANCE_RETURN * seconds).clamp(-1.0, 1.0);
        let noise = VARIANCE_NOISE * (self.variance * seconds).sqrt() * chance.normal();
        let (least, most) = VARIANCE;
        self.variance = (self.variance + back + noise).clamp(least, most);
        let noise = self.volatility * (self.variance * seconds).sqrt() * chance.normal();
        let step = (self.drift * seconds + noise).clamp(-MOVE_MAX, MOVE_MAX);
        let moved = self.ticks * (1.0 + step) * self.shocked(length);
        self.ticks = moved.clamp(self.start / AWAY_MAX, self.start * AWAY_MAX).max(100.0);
    }

    fn shocked(&mut self, length: Duration) -> f64 {
        let Some(shock) = &mut self.shock else { return 1.0 };
        let factor = shock.pass(length);
        if shock.is_over() {
            self.shock = None;
        }
        factor
    }

    /// The best bid and ask around it, in ticks. A wild market keeps them further apart.
    pub(super) fn quote(&self, chance: &mut Chance) -> (i64, i64) {
        let spread = draw_spread(self.ticks * self.spread, chance) * self.variance.max(1.0);
        let bid = whole(self.ticks - spread / 2.0);
        (bid, bid + whole(spread).max(1))
    }
}

/// A distance between bid and ask, in ticks: `mean` on average, or a few ticks where that is more.
pub(super) fn draw_spread(mean: f64, chance: &mut Chance) -> f64 {
    let calm = chance.between(1, SPREAD_MAX);
    real(i64::try_from(calm).expect("a few ticks")) * (mean / SPREAD_MEAN).max(1.0)
}

/// A count as a floating number.
#[expect(clippy::cast_precision_loss, reason = "a price of 2^53 ticks is beyond any market")]
pub(super) const fn real(count: i64) -> f64 {
    count as f64
}

/// The whole part of a floating number; the end of the range for what is beyond it.
#[expect(clippy::cast_possible_truncation, reason = "the conversion saturates")]
pub(super) const fn whole(number: f64) -> i64 {
    number as i64
}

#[cfg(test)]
mod tests;
