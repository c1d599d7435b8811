//! A day of trading, and what keeps it from counting.
//!
//! A day is a day of UTC, from midnight to midnight. It counts when it has no [`Blemish`].

use std::fmt;

use serde::{Deserialize, Serialize};
use trading_types::{Fraction, Timestamp};

use crate::{requirements::CleanDay, rung::TradingMode};

/// Seconds of a day.
pub(crate) const SECONDS: u64 = 86_400;

/// What a day was like, as the bot wrote it down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Day {
    /// Any moment of the day.
    pub date: Timestamp,
    /// With which money it was traded.
    pub mode: TradingMode,
    /// Seconds in which the bot was able to enter: connected, reconciled, not halted, not in doubt.
    pub ready_seconds: u64,
    /// Seconds in which it was not, because the venue itself said that it was not open.
    pub venue_away_seconds: u64,
    /// The longest time the outcome of an order was unknown, in seconds, rounded up.
    pub unknown_seconds_max: u64,
    /// How often the kill switch tripped by itself, or 1 when it stayed tripped from before. A halt
    /// by hand is no trip.
    pub kill_trips: u32,
    /// Round trips closed.
    pub trades: u64,
    /// The deepest fall of the equity from its highest since the rung was entered, as a part of it,
    /// positions at their worse side.
    pub drawdown: Fraction,
    /// The hash of the journal at the end of the day.
    pub journal: String,
}

/// Why a day does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blemish {
    /// The day had begun when the rung was entered.
    PartOfADay,
    /// Paper was traded where real money was to be shown, or the other way round.
    OtherMode,
    /// The bot was not ready for too long, and not because of the venue.
    NotReady {
        /// For how long.
        seconds: u64,
    },
    /// The venue was away for so long that little was shown.
    TooShort {
        /// How long the bot was ready.
        ready_seconds: u64,
    },
    /// The outcome of an order was unknown for too long.
    UnknownOutcome {
        /// For how long.
        seconds: u64,
    },
    /// The kill switch tripped.
    KillSwitch,
    /// There are more seconds in it than a day has.
    Contradiction,
}

impl Day {
    /// The day's number, counted from 1970.
    pub const fn number(&self) -> u64 {
        self.date.day()
    }

    /// When it is over; a day that no clock reaches never is.
    pub fn end(&self) -> Timestamp {
        let seconds = (self.number() + 1).saturating_mul(SECONDS);
        Timestamp::from_seconds(seconds).unwrap_or(Timestamp::NEVER)
    }

    /// What keeps it from counting, besides what only the ladder knows.
    pub(crate) fn blemishes(&self, clean: &CleanDay) -> Vec<Blemish> {
        let known = self.ready_seconds.saturating_add(self.venue_away_seconds);
        let unready = SECONDS.saturating_sub(known);
        let seconds = self.unknown_seconds_max;
        let ready_seconds = self.ready_seconds;
        #[rustfmt::skip] // A table.
        let rules = [
            (SECONDS < known,                         Blemish::Contradiction),
            (clean.unready_seconds_max < unready,     Blemish::NotReady { seconds: unready }),
            (ready_seconds < clean.ready_seconds_min, Blemish::TooShort { ready_seconds }),
            (clean.unknown_seconds_max < seconds,     Blemish::UnknownOutcome { seconds }),
            (0 < self.kill_trips,                     Blemish::KillSwitch),
        ];
        rules.into_iter().filter_map(|(is_broken, blemish)| is_broken.then_some(blemish)).collect()
    }
}

impl fmt::Display for Blemish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PartOfADay => f.write_str("the rung was entered during the day"),
            Self::OtherMode => f.write_str("it was traded in the other mode"),
            Self::NotReady { seconds } => write!(f, "the bot was not ready for {seconds} s"),
            Self::TooShort { ready_seconds } => write!(f, "ready for only {ready_seconds} s"),
            Self::UnknownOutcome { seconds } => {
                write!(f, "the outcome of an order was unknown for {seconds} s")
            }
            Self::KillSwitch => f.write_str("the kill switch tripped"),
            Self::Contradiction => f.write_str("it has more seconds than a day"),
        }
    }
}

#[cfg(test)]
mod tests;
