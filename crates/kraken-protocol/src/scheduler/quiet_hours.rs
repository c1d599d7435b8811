//! Hours of the day (UTC) for what can wait: long histories, ledgers.

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

const HOUR: Duration = Duration::from_hours(1);
const SECONDS_PER_DAY: u64 = 86_400;

/// From one full hour to another, perhaps over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QuietHours {
    from: u8,
    to: u8,
}

/// A text that names no hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` are no hours; write for instance 22-06 (UTC)")]
pub struct ParseHoursError(String);

impl QuietHours {
    /// From the hour `from` until the hour `to` begins.
    pub fn new(from: u8, to: u8) -> Option<Self> {
        (from < 24 && to < 24 && from != to).then_some(Self { from, to })
    }

    /// When they begin: `now` within them.
    pub fn open_at(self, now: Timestamp) -> Timestamp {
        let midnight = Timestamp::from_seconds(now.day() * SECONDS_PER_DAY);
        let midnight = midnight.expect("a day that has begun can be counted in nanoseconds");
        let from = midnight + HOUR * u32::from(self.from);
        let to = midnight + HOUR * u32::from(self.to);
        let is_open = if from < to { from <= now && now < to } else { from <= now || now < to };
        if is_open {
            now
        } else if now < from {
            from
        } else {
            from + HOUR * 24
        }
    }
}

impl FromStr for QuietHours {
    type Err = ParseHoursError;

    fn from_str(text: &str) -> Result<Self, ParseHoursError> {
        let refused = || ParseHoursError(text.chars().take(40).collect());
        let (from, to) = text.split_once('-').ok_or_else(refused)?;
        let hour = |text: &str| text.parse::<u8>().map_err(|_| refused());
        Self::new(hour(from)?, hour(to)?).ok_or_else(refused)
    }
}

impl TryFrom<String> for QuietHours {
    type Error = ParseHoursError;

    fn try_from(text: String) -> Result<Self, ParseHoursError> {
        text.parse()
    }
}

impl From<QuietHours> for String {
    fn from(hours: QuietHours) -> Self {
        hours.to_string()
    }
}

impl fmt::Display for QuietHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opens(hours: &str, now: &str) -> String {
        let hours: QuietHours = hours.parse().unwrap();
        hours.open_at(now.parse().unwrap()).to_string()
    }

    #[test]
    fn opens_today_tomorrow_or_now() {
        assert_eq!(opens("22-06", "2026-11-21T23:30:00Z"), "2026-11-21T23:30:00Z");
        assert_eq!(opens("22-06", "2026-11-21T05:59:59Z"), "2026-11-21T05:59:59Z");
        assert_eq!(opens("22-06", "2026-11-21T06:00:00Z"), "2026-11-21T22:00:00Z");
        assert_eq!(opens("01-05", "2026-11-21T05:00:00Z"), "2026-11-22T01:00:00Z");
        assert_eq!(opens("01-05", "2026-11-21T00:10:00Z"), "2026-11-21T01:00:00Z");
    }

    #[test]
    fn what_are_no_hours_is_refused() {
        for text in ["", "5", "5-5", "25-3", "22:00-06:00", "-1-4"] {
            assert!(text.parse::<QuietHours>().is_err(), "{text}");
        }
    }
}
