//! Who fails to authenticate too often in a row is locked out for a while.
//!
//! Kraken names neither the number nor whose failures they are: an older text speaks of an address
//! and of about 15 minutes, the present one of a key and of a few minutes
//! (<https://support.kraken.com/articles/360001491786> and
//! <https://docs.kraken.com/exchange/guides/general/errors>, read on 2026-11-21). Here both are
//! locked out, for the longer time.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

/// So many failures in a row lock out.
pub(crate) const FAILURES_MAX: u32 = 10;
/// For so long.
pub(crate) const LOCKOUT: Duration = Duration::from_mins(15);
/// More culprits than this, and those who are not locked out are forgotten.
const CULPRITS_MAX: usize = 1_024;

/// Whose calls are counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Culprit {
    Address(String),
    Key(String),
}

/// Failures in a row.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Lockouts {
    culprits: BTreeMap<Culprit, Failures>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Failures {
    run: u32,
    locked_until: Timestamp,
}

impl Lockouts {
    /// Whether calls are refused unread.
    pub(crate) fn is_locked(&self, culprit: &Culprit, now: Timestamp) -> bool {
        self.culprits.get(culprit).is_some_and(|failures| now < failures.locked_until)
    }

    /// A call could not be authenticated; true if that locks out.
    pub(crate) fn fail(&mut self, culprit: Culprit, now: Timestamp) -> bool {
        if CULPRITS_MAX < self.culprits.len() {
            self.culprits.retain(|_, failures| now < failures.locked_until);
        }
        let failures = self.culprits.entry(culprit).or_default();
        failures.run += 1;
        let begins = FAILURES_MAX <= failures.run;
        if begins {
            *failures = Failures { run: 0, locked_until: now + LOCKOUT };
        }
        begins
    }

    /// A call was authentic: what failed before it is forgiven.
    pub(crate) fn succeed(&mut self, culprit: &Culprit) {
        self.culprits.remove(culprit);
    }
}

#[cfg(test)]
mod tests;
