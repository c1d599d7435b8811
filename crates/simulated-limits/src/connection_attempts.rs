//! Attempts to connect, by address: about 150 in any ten minutes, and then a ban of ten minutes
//! (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21).

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

use crate::{exceeded::Exceeded, window::Window};

const ATTEMPTS_MAX: u32 = 150;
const SPAN: Duration = Duration::from_mins(10);
const BAN: Duration = Duration::from_mins(10);
/// More addresses than this, and those that were long quiet are forgotten.
const ADDRESSES_MAX: usize = 1_024;

/// The attempts of all addresses.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ConnectionAttempts {
    addresses: BTreeMap<String, Attempts>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Attempts {
    recent: Window,
    banned_until: Timestamp,
}

impl ConnectionAttempts {
    /// An attempt arrives; whether it succeeds is another matter, it counts. While a ban lasts,
    /// attempts are refused and do not prolong it.
    pub fn attempt(&mut self, address: &str, now: Timestamp) -> Result<(), Exceeded> {
        if ADDRESSES_MAX < self.addresses.len() {
            self.addresses.retain(|_, attempts| attempts.matters(now));
        }
        let attempts = self.addresses.entry(address.to_owned()).or_insert_with(|| Attempts {
            recent: Window::new(ATTEMPTS_MAX, SPAN),
            banned_until: Timestamp::EPOCH,
        });
        if attempts.banned_until <= now {
            if attempts.recent.take(1, now) {
                return Ok(());
            }
            attempts.banned_until = now + BAN;
        }
        Err(Exceeded::Connections { until: attempts.banned_until })
    }

    /// How many attempts of the last ten minutes an address has on record.
    pub fn recent(&self, address: &str, now: Timestamp) -> u32 {
        self.addresses.get(address).map_or(0, |attempts| attempts.recent.used(now))
    }
}

impl Attempts {
    fn matters(&self, now: Timestamp) -> bool {
        now < self.banned_until || 0 < self.recent.used(now)
    }
}

#[cfg(test)]
mod tests;
