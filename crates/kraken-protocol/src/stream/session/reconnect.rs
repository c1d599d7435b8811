//! When to try again, and what not to try again.
//!
//! Two quick tries for a dropped connection; then no faster than once in five seconds, as Kraken
//! asks after maintenance or a longer outage, doubling to forty seconds, so that a venue that is
//! back is found within a minute
//! (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21). The
//! budget of attempts, shared by all sockets, is the caller's.

use std::time::Duration;

use trading_types::Timestamp;

use super::event::{EndReason, LinkLoss};
use crate::chance::Chance;

/// Quick tries before the slow ones.
const QUICK_TRIES: u32 = 2;
const QUICK_WAIT: Duration = Duration::from_secs(1);
const SLOW_WAIT: Duration = Duration::from_secs(5);
const WAIT_MAX: Duration = Duration::from_mins(1);
const RECONNECT_MAX: Duration = Duration::from_secs(40);
/// A connection that held this long starts the count anew.
const STABLE_AFTER: Duration = Duration::from_secs(30);
/// The edge bans an address for ten minutes
/// (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21).
const BAN_WAIT: Duration = Duration::from_mins(10);
/// The close code that says we broke a rule.
const POLICY_VIOLATION: u16 = 1008;

/// What follows a lost connection or a failed dial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Another try, then.
    At(Timestamp),
    /// None.
    Never(EndReason),
}

/// How often it has failed in a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Reconnect {
    failures: u32,
}

impl Reconnect {
    /// What follows `loss`, after a connection that was open for `held`, if it was open at all.
    pub(super) fn after(
        &mut self,
        loss: &LinkLoss,
        held: Option<Duration>,
        chance: &mut Chance,
        now: Timestamp,
    ) -> Next {
        if held.is_some_and(|held| STABLE_AFTER <= held) {
            self.failures = 0;
        }
        if matches!(loss, LinkLoss::ConnectFailed { http_status: Some(429 | 503) }) {
            self.slow_down();
        }
        self.failures = self.failures.saturating_add(1);
        match loss {
            LinkLoss::Shutdown => Next::Never(EndReason::Shutdown),
            LinkLoss::Closed { code: Some(POLICY_VIOLATION), reason } => {
                Next::Never(EndReason::PolicyViolation { reason: reason.clone() })
            }
            LinkLoss::ConnectFailed { http_status: Some(http_status @ (400 | 401 | 404)) } => {
                Next::Never(EndReason::UpgradeRefused { http_status: *http_status })
            }
            LinkLoss::ConnectFailed { http_status: Some(403) } => {
                Next::At(now + BAN_WAIT + chance.below(SLOW_WAIT))
            }
            LinkLoss::ConnectFailed { .. }
            | LinkLoss::Closed { .. }
            | LinkLoss::Silent
            | LinkLoss::DialTooSlow => Next::At(now + self.wait(chance)),
        }
    }

    /// No quick tries for now: the venue is in maintenance, or says that we are too many.
    pub(super) fn slow_down(&mut self) {
        self.failures = self.failures.max(QUICK_TRIES);
    }

    fn wait(&self, chance: &mut Chance) -> Duration {
        if self.failures <= QUICK_TRIES {
            return QUICK_WAIT * 3 / 4 + chance.below(QUICK_WAIT / 2);
        }
        let doublings = (self.failures - QUICK_TRIES - 1).min(8);
        let base = RECONNECT_MAX.min(SLOW_WAIT * 2_u32.pow(doublings));
        base + chance.below(base / 4)
    }
}

/// How long something that failed `failures` times in a row waits: 1, 2, 4 … 60 s, and up to a
/// quarter more by chance.
pub(super) fn back_off(failures: u32, chance: &mut Chance) -> Duration {
    let doublings = failures.saturating_sub(1).min(8);
    let base = WAIT_MAX.min(QUICK_WAIT * 2_u32.pow(doublings));
    base + chance.below(base / 4)
}

#[cfg(test)]
mod tests;
