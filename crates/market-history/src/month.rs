//! Months of the calendar, in UTC: a part of a series holds one.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use trading_types::Timestamp;

const SECONDS_PER_DAY: u64 = 86_400;

/// A month of a year, written `2018-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    year: u32,
    /// From 1.
    month: u32,
}

impl Month {
    /// The month that a moment is in.
    pub fn of(time: Timestamp) -> Self {
        // Counted from the first of March of the year 0, so that a leap day is the last of a year.
        let days = time.day() + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let leap_days = day_of_era / 1_460 + day_of_era / 146_096;
        let year_of_era = (day_of_era + day_of_era / 36_524 - leap_days) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let is_next_year = 10 <= month_from_march;
        let month = if is_next_year { month_from_march - 9 } else { month_from_march + 3 };
        let year = era * 400 + year_of_era + u64::from(is_next_year);
        let small = |value: u64| u32::try_from(value).expect("a timestamp ends in the year 2554");
        Self { year: small(year), month: small(month) }
    }

    /// Its first moment.
    pub fn start(self) -> Timestamp {
        let (year, month) = (u64::from(self.year), u64::from(self.month));
        let year = if month <= 2 { year - 1 } else { year };
        let (era, year_of_era) = (year / 400, year % 400);
        let month_from_march = if 2 < month { month - 3 } else { month + 9 };
        let day_of_year = (153 * month_from_march + 2) / 5;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = era * 146_097 + day_of_era - 719_468;
        Timestamp::from_seconds(days * SECONDS_PER_DAY).unwrap_or(Timestamp::NEVER)
    }

    /// The first moment after it.
    pub fn end(self) -> Timestamp {
        self.next().start()
    }

    const fn next(self) -> Self {
        if self.month == 12 {
            Self { year: self.year + 1, month: 1 }
        } else {
            Self { year: self.year, month: self.month + 1 }
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = "a month is written like 2018-01";
        let (year, month) = text.split_once('-').ok_or(refused)?;
        let (Ok(year), Ok(month)) = (year.parse(), month.parse()) else { return Err(refused) };
        let found = Self { year, month };
        let is_real = (1970..2554).contains(&year) && (1..=12).contains(&month);
        if is_real && found.to_string() == text { Ok(found) } else { Err(refused) }
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
