//! A point in time, given to the pure crates from outside. There is no `now()` here.

use std::{
    fmt,
    ops::{Add, Sub},
    str::FromStr,
    time::Duration,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Nanoseconds since the Unix epoch. Printed as RFC 3339 in UTC.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

/// A text that is neither an RFC 3339 time nor a date after 1970.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date; write 2026-01-31 or 2026-01-31T12:00:00Z")]
pub struct ParseTimeError(String);

const NANOS_PER_SECOND: u64 = 1_000_000_000;
/// The end of the year 9999, after which no date has four digits.
const SECONDS_MAX: u64 = 253_402_300_799;

impl Timestamp {
    /// The Unix epoch.
    pub const EPOCH: Self = Self(0);
    /// A moment that never comes.
    pub const NEVER: Self = Self(u64::MAX);

    /// A timestamp `nanos` nanoseconds after the epoch.
    #[inline]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// A timestamp `seconds` after the epoch, or nothing when it is too far away to be counted in
    /// nanoseconds (the year 2554).
    #[inline]
    pub const fn from_seconds(seconds: u64) -> Option<Self> {
        match seconds.checked_mul(NANOS_PER_SECOND) {
            Some(nanos) => Some(Self(nanos)),
            None => None,
        }
    }

    /// Nanoseconds since the epoch.
    #[inline]
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// Whole seconds since the epoch.
    #[inline]
    pub const fn seconds(self) -> u64 {
        self.0 / NANOS_PER_SECOND
    }

    /// Time from `earlier` to `self`, or zero if `self` is the earlier one.
    #[inline]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// The day it falls on in UTC, as a count of days since the epoch.
    #[inline]
    pub const fn day(self) -> u64 {
        self.seconds() / 86_400
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    #[inline]
    fn add(self, wait: Duration) -> Self {
        let nanos = u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(nanos))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    #[inline]
    fn sub(self, wait: Duration) -> Self {
        let nanos = u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX);
        Self(self.0.saturating_sub(nanos))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.seconds().min(SECONDS_MAX);
        let nanos = i32::try_from(self.0 % NANOS_PER_SECOND).expect("below a billion");
        let seconds = i64::try_from(seconds).expect("capped above");
        let time = jiff::Timestamp::new(seconds, nanos).expect("within the years 1970 to 9999");
        f.pad(&time.to_string())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A date (its first moment in UTC) or an RFC 3339 time.
impl FromStr for Timestamp {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, ParseTimeError> {
        let refused = || ParseTimeError(text.chars().take(40).collect());
        let time = match text.parse::<jiff::civil::Date>() {
            Ok(date) if text.len() == 10 => date
                .to_zoned(jiff::tz::TimeZone::UTC)
                .map(|midnight| midnight.timestamp())
                .map_err(|_| refused())?,
            _ => text.parse::<jiff::Timestamp>().map_err(|_| refused())?,
        };
        u64::try_from(time.as_nanosecond()).map(Self).map_err(|_| refused())
    }
}

impl Serialize for Timestamp {
    #[inline]
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { to.collect_str(self) } else { self.0.serialize(to) }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
            text.parse().map_err(de::Error::custom)
        } else {
            u64::deserialize(from).map(Self)
        }
    }
}

#[cfg(test)]
mod tests;
