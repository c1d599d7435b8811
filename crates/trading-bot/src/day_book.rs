//! A day of trading as the ladder wants to know it: how long the bot was able to enter, how long
//! the venue was away, what went wrong.
//!
//! **Law.** Only what was seen counts: time in which nobody looked was time in which the bot was
//! not ready. What was seen before a restart is gone on from.
//!
//! Time here is the venue's.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use trading_ladder::{Day, TradingMode};
use trading_types::{Amount, ClientOrderId, Fraction, Rounding, Timestamp};

/// Seconds of a day.
const DAY: u64 = 86_400;

/// A day under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayBook {
    mode: TradingMode,
    /// When it was last looked, and what the bot was able to do then.
    seen: Timestamp,
    able: Able,
    ready: Duration,
    away: Duration,
    /// Orders whose outcome is not known, and since when.
    unknown: Vec<(ClientOrderId, Timestamp)>,
    unknown_max: Duration,
    kill_trips: u32,
    /// Whether the kill switch has tripped and was not taken back.
    is_tripped: bool,
    trades: u64,
    /// When the rung was entered on which `peak` and `drawdown` were seen.
    entered: Timestamp,
    peak: Option<Amount>,
    /// What everything was worth when it was last looked.
    equity: Option<Amount>,
    drawdown: Fraction,
}

/// Whether the bot can enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Able {
    /// It can.
    Ready,
    /// It cannot, because the venue itself says that it is not open.
    VenueAway,
    /// It cannot.
    Unable,
}

/// The bot, at a look.
#[derive(Clone, Debug)]
pub struct Look {
    /// Whether it can enter.
    pub able: Able,
    /// Orders of which it does not know what came.
    pub unknown: Vec<ClientOrderId>,
    /// What everything is worth, positions at their worse side, where that is known.
    pub equity: Option<Amount>,
}

impl DayBook {
    /// A day that begins to be seen now, on a rung that was entered then.
    pub const fn new(mode: TradingMode, entered: Timestamp, now: Timestamp) -> Self {
        Self {
            mode,
            seen: now,
            able: Able::Unable,
            ready: Duration::ZERO,
            away: Duration::ZERO,
            unknown: Vec::new(),
            unknown_max: Duration::ZERO,
            kill_trips: 0,
            is_tripped: false,
            trades: 0,
            entered,
            peak: None,
            equity: None,
            drawdown: Fraction::ZERO,
        }
    }

    /// One that goes on after a restart; nobody has looked since.
    #[must_use]
    pub fn resumed(mut self, mode: TradingMode) -> Self {
        self.able = Able::Unable;
        // A day of two modes is of none that counts.
        if self.mode != mode {
            self = Self::new(mode, self.entered, self.seen);
        }
        self
    }

    /// The bot is as `look` says; it was as it said the last time until now, if that is not longer
    /// ago than `silence_max`. Gives the day that is over, if one is, with the hash of its journal
    /// at that moment.
    pub fn see(
        &mut self,
        look: &Look,
        silence_max: Duration,
        journal: impl FnOnce() -> String,
        now: Timestamp,
    ) -> Option<Day> {
        if now < self.seen {
            return None;
        }
        if silence_max < now.since(self.seen) {
            self.able = Able::Unable;
        }
        let midnight = Timestamp::from_seconds((self.seen.day() + 1).saturating_mul(DAY));
        let over = midnight.filter(|midnight| *midnight <= now).map(|midnight| {
            self.pass(midnight);
            let day = self.day(journal(), midnight);
            self.begin(midnight);
            day
        });
        self.pass(now);
        self.able = look.able;
        self.watch(&look.unknown, now);
        if let Some(equity) = look.equity {
            self.worth(equity);
        }
        over
    }

    /// Whether the kill switch has tripped by itself and was not taken back. True when that is
    /// news: it trips once, however long it stays and however often the bot is started meanwhile.
    pub const fn trip(&mut self, is_tripped: bool) -> bool {
        let is_news = is_tripped && !self.is_tripped;
        self.is_tripped = is_tripped;
        if is_news {
            self.kill_trips = self.kill_trips.saturating_add(1);
        }
        is_news
    }

    /// A round trip was closed.
    pub const fn traded(&mut self) {
        self.trades = self.trades.saturating_add(1);
    }

    /// Another rung, or the same anew: falls are measured from what there is now.
    pub const fn enter(&mut self, entered: Timestamp) {
        self.entered = entered;
        self.peak = self.equity;
        self.drawdown = Fraction::ZERO;
    }

    /// Something was deposited or withdrawn, and everything is worth `equity` with it: neither a
    /// gain nor a loss.
    pub fn moved(&mut self, equity: Amount) {
        if let (Some(peak), Some(before)) = (self.peak, self.equity) {
            self.peak = Some(peak + (equity - before));
        }
        self.equity = Some(equity);
    }

    /// When the rung was entered on which falls are measured.
    pub const fn entered(&self) -> Timestamp {
        self.entered
    }

    /// How far it has fallen on the rung.
    pub const fn drawdown(&self) -> Fraction {
        self.drawdown
    }

    /// When it was last looked.
    pub const fn seen(&self) -> Timestamp {
        self.seen
    }

    /// Time passes, in the state that was seen last.
    fn pass(&mut self, to: Timestamp) {
        let passed = to.since(self.seen);
        match self.able {
            Able::Ready => self.ready += passed,
            Able::VenueAway => self.away += passed,
            Able::Unable => (),
        }
        for (_, since) in &self.unknown {
            self.unknown_max = self.unknown_max.max(to.since(*since));
        }
        self.seen = self.seen.max(to);
    }

    fn watch(&mut self, unknown: &[ClientOrderId], now: Timestamp) {
        let before: BTreeMap<_, _> = self.unknown.drain(..).collect();
        let since = |id: &ClientOrderId| before.get(id).copied().unwrap_or(now);
        self.unknown = unknown.iter().map(|id| (*id, since(id))).collect();
    }

    fn worth(&mut self, equity: Amount) {
        let peak = self.peak.map_or(equity, |peak| peak.max(equity));
        (self.peak, self.equity) = (Some(peak), Some(equity));
        self.drawdown = self.drawdown.max(fall(peak, equity));
    }

    fn day(&self, journal: String, end: Timestamp) -> Day {
        // Parts of seconds are not time in which the bot was ready.
        Day {
            date: end - Duration::from_secs(DAY),
            mode: self.mode,
            ready_seconds: self.ready.as_secs(),
            venue_away_seconds: self.away.as_secs(),
            unknown_seconds_max: seconds_up(self.unknown_max),
            kill_trips: self.kill_trips,
            trades: self.trades,
            drawdown: self.drawdown,
            journal,
        }
    }

    fn begin(&mut self, midnight: Timestamp) {
        self.seen = midnight;
        (self.ready, self.away, self.unknown_max) = Default::default();
        (self.kill_trips, self.trades) = (0, 0);
    }
}

/// How far `equity` is below `peak`, as a part of it, rounded up. More than all is all.
fn fall(peak: Amount, equity: Amount) -> Fraction {
    if !peak.is_positive() {
        return Fraction::ZERO;
    }
    let one = Amount::from_units(i128::from(Fraction::ONE.units()));
    let lost = peak.saturating_less(equity).min(peak);
    let units = one.share(lost, peak, Rounding::Up).units();
    Fraction::from_units(i64::try_from(units).expect("at most one"))
}

fn seconds_up(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(0 < duration.subsec_nanos())
}

#[cfg(test)]
mod tests;
