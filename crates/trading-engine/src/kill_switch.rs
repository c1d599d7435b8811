//! The kill switch: when too much has been lost, everything stops and stays stopped.
//!
//! It latches: only a person with a reason takes it back, and a restart does not.

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Fraction, Rounding, Timestamp};

/// How much may be lost. What is `None` is not watched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KillLimits {
    /// From the highest equity ever seen, open positions included.
    pub drawdown: Option<Fraction>,
    /// From the equity at the first event of the day (UTC), open positions included.
    pub daily_loss: Option<Fraction>,
    /// Closed trades lost one after the other.
    pub consecutive_losses: Option<u32>,
    /// From the equity at the first event of the week (UTC, from Monday), open positions included.
    pub weekly_loss: Option<Fraction>,
}

/// Why trading was halted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KillReason {
    /// Equity fell too far from its peak.
    Drawdown {
        /// The highest equity.
        peak: Amount,
        /// The equity that was too low.
        equity: Amount,
    },
    /// Equity fell too far within a day.
    DailyLoss {
        /// The equity at the beginning of the day.
        start: Amount,
        /// The equity that was too low.
        equity: Amount,
    },
    /// Too many losses one after the other.
    ConsecutiveLosses {
        /// How many.
        losses: u32,
    },
    /// A person said so.
    Operator {
        /// What they said.
        reason: String,
    },
    /// The engine found that it must be wrong.
    Contradiction {
        /// What does not fit.
        what: String,
    },
    /// The venue refused too many orders in a short time.
    RejectStorm {
        /// How many.
        rejects: u32,
    },
    /// There was no price for too long while a position was held.
    StaleData {
        /// What has gone silent.
        what: String,
    },
    /// Nobody could find out for too long what came of an order.
    UnknownOrder {
        /// Which.
        order: String,
    },
    /// The key can do what no key of the bot may, or is not accepted any more.
    DangerousKey {
        /// What is wrong with it.
        what: String,
    },
    /// Nobody has looked at an alert that could not wait.
    Unacknowledged {
        /// What the alert said.
        alert: String,
    },
    /// Equity fell too far within a week.
    WeeklyLoss {
        /// The equity at the beginning of the week.
        start: Amount,
        /// The equity that was too low.
        equity: Amount,
    },
}

impl std::fmt::Display for KillReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Drawdown { peak, equity } => {
                write!(f, "drawdown: equity fell from its peak of {peak} to {equity}")
            }
            Self::DailyLoss { start, equity } => {
                write!(f, "daily loss: equity fell from {start} to {equity} within a day")
            }
            Self::ConsecutiveLosses { losses: 1 } => f.write_str("a loss"),
            Self::ConsecutiveLosses { losses } => write!(f, "{losses} losses in a row"),
            Self::Operator { reason } => write!(f, "halted by hand: {reason}"),
            Self::RejectStorm { rejects } => write!(f, "{rejects} orders refused in a row"),
            Self::StaleData { what } => write!(f, "no data: {what}"),
            Self::UnknownOrder { order } => write!(f, "nobody knows what came of order {order}"),
            Self::DangerousKey { what } => write!(f, "the key is not safe: {what}"),
            Self::Unacknowledged { alert } => write!(f, "nobody answered to the alert: {alert}"),
            Self::WeeklyLoss { start, equity } => {
                write!(f, "weekly loss: equity fell from {start} to {equity} within a week")
            }
            Self::Contradiction { what } => write!(f, "contradiction: {what}"),
        }
    }
}

/// Watches the equity and latches.
#[derive(Clone, Debug)]
pub struct KillSwitch {
    limits: KillLimits,
    seen: Seen,
    /// At or below this the drawdown is too deep; kept so that no division is needed per candle.
    drawdown_floor: Option<Amount>,
    day_floor: Option<Amount>,
    week_floor: Option<Amount>,
}

/// Which equities change nothing: it has neither more to remember nor a reason to trip.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calm {
    /// The day that has been seen begins here.
    day_start: u64,
    /// At or below this it trips.
    floor: Option<Amount>,
    /// The highest equity so far.
    pub(crate) peak: Amount,
    /// Whether a new peak is only remembered, and moves no floor.
    may_rise: bool,
}

impl Calm {
    /// Whether an equity is one of them; a new `peak` is noted.
    #[inline]
    pub(crate) fn holds(&self, equity: Amount, peak: &mut Amount, now: Timestamp) -> bool {
        let is_same_day = now.nanos().wrapping_sub(self.day_start) < NANOS_PER_DAY;
        if !is_same_day || self.floor.is_some_and(|floor| equity <= floor) {
            return false;
        }
        equity <= *peak || self.rises(equity, peak)
    }

    /// A new peak, of which there are few.
    #[cold]
    const fn rises(&self, equity: Amount, peak: &mut Amount) -> bool {
        if self.may_rise {
            *peak = equity;
        }
        self.may_rise
    }
}

const NANOS_PER_DAY: u64 = 86_400_000_000_000;

/// What a kill switch remembers, whatever its limits are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    peak: Amount,
    day: u64,
    day_start: Amount,
    week: u64,
    week_start: Amount,
    losses: u32,
    latched: Option<KillReason>,
}

impl Seen {
    const NOTHING: Self = Self {
        peak: Amount::ZERO,
        day: u64::MAX,
        day_start: Amount::ZERO,
        week: u64::MAX,
        week_start: Amount::ZERO,
        losses: 0,
        latched: None,
    };
}

impl KillSwitch {
    /// A switch that has seen nothing.
    pub const fn new(limits: KillLimits) -> Self {
        let (drawdown_floor, day_floor, week_floor) = (None, None, None);
        Self { limits, seen: Seen::NOTHING, drawdown_floor, day_floor, week_floor }
    }

    /// A switch that remembers what another one saw, and holds it against these limits.
    pub(crate) fn remembering(limits: KillLimits, seen: Seen) -> Self {
        let mut switch = Self { seen, ..Self::new(limits) };
        switch.lay_floors();
        switch
    }

    /// What it remembers.
    pub(crate) const fn seen(&self) -> &Seen {
        &self.seen
    }

    /// Why it is latched, if it is.
    #[inline]
    pub const fn latched(&self) -> Option<&KillReason> {
        self.seen.latched.as_ref()
    }

    /// The highest equity seen.
    pub const fn peak(&self) -> Amount {
        self.seen.peak
    }

    /// Looks at the equity; says why when this is what trips it.
    #[inline]
    pub fn see_equity(&mut self, equity: Amount, now: Timestamp) -> Option<&KillReason> {
        let seen = &mut self.seen;
        if now.day() != seen.day {
            seen.day = now.day();
            seen.day_start = equity;
            self.day_floor = floor_below(equity, self.limits.daily_loss);
            if week_of(now) != seen.week {
                seen.week = week_of(now);
                seen.week_start = equity;
                self.week_floor = floor_below(equity, self.limits.weekly_loss);
            }
        }
        if seen.peak < equity {
            seen.peak = equity;
            self.drawdown_floor = floor_below(equity, self.limits.drawdown);
        }
        if seen.latched.is_some() {
            return None;
        }
        if self.drawdown_floor.is_some_and(|floor| equity <= floor) {
            seen.latched = Some(KillReason::Drawdown { peak: seen.peak, equity });
        } else if self.day_floor.is_some_and(|floor| equity <= floor) {
            seen.latched = Some(KillReason::DailyLoss { start: seen.day_start, equity });
        } else if self.week_floor.is_some_and(|floor| equity <= floor) {
            seen.latched = Some(KillReason::WeeklyLoss { start: seen.week_start, equity });
        }
        seen.latched.as_ref()
    }

    /// Which equities change nothing from now on, if there are any.
    pub(crate) fn calm(&self) -> Option<Calm> {
        let day_start = self.seen.day.checked_mul(NANOS_PER_DAY)?;
        if self.seen.latched.is_some() {
            return None;
        }
        let floor = [self.drawdown_floor, self.day_floor, self.week_floor].into_iter().max()?;
        let may_rise = self.limits.drawdown.is_none();
        Some(Calm { day_start, floor, peak: self.seen.peak, may_rise })
    }

    /// Remembers a peak that [`Calm::holds`] has noted.
    pub(crate) const fn note_peak(&mut self, peak: Amount) {
        self.seen.peak = peak;
    }

    /// Looks at the profit of a closed trade; says why when this is what trips it.
    pub fn see_profit(&mut self, profit: Amount) -> Option<&KillReason> {
        let seen = &mut self.seen;
        seen.losses = if profit < Amount::ZERO { seen.losses + 1 } else { 0 };
        let too_many = self.limits.consecutive_losses.is_some_and(|most| most <= seen.losses);
        if seen.latched.is_some() || !too_many {
            return None;
        }
        seen.latched = Some(KillReason::ConsecutiveLosses { losses: seen.losses });
        seen.latched.as_ref()
    }

    /// The day was not over after all: what was lost before stays counted from where it is.
    pub(crate) fn set_back(&mut self, now: Timestamp) {
        let seen = &mut self.seen;
        // Before the first event there is no day.
        if seen.day != u64::MAX {
            seen.day = seen.day.min(now.day());
            seen.week = seen.week.min(week_of(now));
        }
    }

    /// Latches for a reason from outside, unless it is latched already.
    pub fn trip(&mut self, reason: KillReason) -> bool {
        let is_new = self.seen.latched.is_none();
        if is_new {
            self.seen.latched = Some(reason);
        }
        is_new
    }

    /// A deposit or withdrawal is neither a gain nor a loss: everything remembered moves with it.
    pub fn move_by(&mut self, change: Amount) {
        self.seen.peak += change;
        self.seen.day_start += change;
        self.seen.week_start += change;
        self.lay_floors();
    }

    /// Takes the latch back. What has been lost so far is forgiven: peak and day start at `equity`
    /// again, or it would trip at once.
    pub fn rearm(&mut self, equity: Amount, now: Timestamp) {
        *self = Self::new(self.limits);
        self.see_equity(equity, now);
    }

    fn lay_floors(&mut self) {
        self.drawdown_floor = floor_below(self.seen.peak, self.limits.drawdown);
        self.day_floor = floor_below(self.seen.day_start, self.limits.daily_loss);
        self.week_floor = floor_below(self.seen.week_start, self.limits.weekly_loss);
    }
}

/// The week it falls in, from Monday to Sunday in UTC. The first day of 1970 was a Thursday.
const fn week_of(now: Timestamp) -> u64 {
    (now.day() + 3) / 7
}

/// `equity` less `part` of it, rounded so that the switch trips rather too early. An account with
/// nothing in it has nothing to lose.
fn floor_below(equity: Amount, part: Option<Fraction>) -> Option<Amount> {
    part.filter(|_| equity.is_positive()).map(|part| equity - equity.times(part, Rounding::Down))
}

#[cfg(test)]
mod tests;
