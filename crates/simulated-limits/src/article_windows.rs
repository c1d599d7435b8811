//! A stricter model than Kraken's, which an article describes and some users choose: fixed clock
//! minutes, 15 public calls of an address and 20 private calls of an account in each.
//!
//! Kraken's documentation knows no such windows. Whoever obeys them obeys a rule that is simple to
//! check, so the counts of each minute can be read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

use crate::exceeded::Exceeded;

const PUBLIC_MAX: u32 = 15;
const PRIVATE_MAX: u32 = 20;
const SECONDS_PER_MINUTE: u64 = 60;
/// Minutes older than a day are forgotten.
const MINUTES_KEPT_MAX: u64 = 24 * 60;

/// The calls of all addresses and accounts, by clock minute.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ArticleWindows {
    public: Minutes,
    private: Minutes,
}

/// Units accepted, by minute and by whose they are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Minutes {
    units: BTreeMap<(u64, String), u32>,
}

impl ArticleWindows {
    /// A public call of so many units arrives from an address.
    pub fn public_call(
        &mut self,
        address: &str,
        units: u32,
        now: Timestamp,
    ) -> Result<(), Exceeded> {
        if self.public.take(address, units, PUBLIC_MAX, now) {
            return Ok(());
        }
        Err(Exceeded::ArticlePublic { until: next_minute(now) })
    }

    /// A private call of so many units arrives for an account.
    pub fn private_call(
        &mut self,
        account: &str,
        units: u32,
        now: Timestamp,
    ) -> Result<(), Exceeded> {
        if self.private.take(account, units, PRIVATE_MAX, now) {
            return Ok(());
        }
        Err(Exceeded::ArticlePrivate { until: next_minute(now) })
    }

    /// Public units an address has left in the minute of `now`.
    pub fn public_left(&self, address: &str, now: Timestamp) -> u32 {
        PUBLIC_MAX - self.public_units(address, minute(now))
    }

    /// Private units an account has left in the minute of `now`.
    pub fn private_left(&self, account: &str, now: Timestamp) -> u32 {
        PRIVATE_MAX - self.private_units(account, minute(now))
    }

    /// Public units accepted from an address in a minute, counted from the epoch.
    pub fn public_units(&self, address: &str, minute: u64) -> u32 {
        self.public.units(address, minute)
    }

    /// Private units accepted for an account in a minute, counted from the epoch.
    pub fn private_units(&self, account: &str, minute: u64) -> u32 {
        self.private.units(account, minute)
    }
}

impl Minutes {
    fn units(&self, whose: &str, minute: u64) -> u32 {
        self.units.get(&(minute, whose.to_owned())).copied().unwrap_or(0)
    }

    fn take(&mut self, whose: &str, units: u32, max: u32, now: Timestamp) -> bool {
        let minute = minute(now);
        let oldest = minute.saturating_sub(MINUTES_KEPT_MAX);
        self.units = self.units.split_off(&(oldest, String::new()));
        let used = self.units(whose, minute).saturating_add(units);
        let fits = used <= max;
        if fits {
            self.units.insert((minute, whose.to_owned()), used);
        }
        fits
    }
}

fn minute(at: Timestamp) -> u64 {
    at.seconds() / SECONDS_PER_MINUTE
}

fn next_minute(at: Timestamp) -> Timestamp {
    let seconds = (minute(at) + 1) * SECONDS_PER_MINUTE;
    Timestamp::from_seconds(seconds).unwrap_or(Timestamp::NEVER)
}

#[cfg(test)]
mod tests;
