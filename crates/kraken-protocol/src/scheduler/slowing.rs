//! What Kraken says about our rate, and how long we stop for it. Nothing here ever speeds us up.

use std::time::Duration;

use trading_types::Timestamp;

use super::{
    Scheduler,
    work::{AddressIndex, SchedulerOutput, Slowed, Work},
};
use crate::limits::{Feedback, Points};

/// After a full counter Kraken's own program waits five to fifteen seconds
/// (<https://github.com/krakenfx/kraken-cli>, read on 2026-11-21).
const KEY_STOP_MIN: Duration = Duration::from_secs(5);
/// A lockout for bad keys or nonces lasts "typically a few minutes"; older texts say fifteen
/// (<https://docs.kraken.com/exchange/guides/general/errors>, read on 2026-11-21).
const LOCKOUT: Duration = Duration::from_mins(15);
/// The edge bans an address for ten minutes
/// (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21).
const EDGE_BAN: Duration = Duration::from_mins(10);
/// The longest wait that is believed, so that a nonsense time does not stop a bot for good.
pub(super) const STOP_MAX: Duration = Duration::from_hours(24);

impl Scheduler {
    /// Slows down as `feedback` says.
    pub(super) fn heed(
        &mut self,
        work: &Work,
        address: AddressIndex,
        feedback: Feedback,
        now: Timestamp,
    ) {
        let estimate = self.estimate(work, now);
        let until = match feedback {
            Feedback::Fine => {
                self.forgive(work, address);
                return;
            }
            Feedback::KeyExceeded => {
                let until = self.stop_key(work, now).max(now + KEY_STOP_MIN);
                if let Some((role, _)) = work.key() {
                    let key = self.keys.get_mut(&role).expect("every role has a budget");
                    key.pause.stop_until(until);
                }
                until
            }
            Feedback::AddressExceeded | Feedback::TooManyRequests => {
                self.stop_key(work, now).max(self.strike_address(address, now))
            }
            Feedback::PairExceeded => self.stop_pair(work, now),
            Feedback::DomainExceeded => self.stop_all_pairs(work, now),
            Feedback::ThrottledUntil(named) => {
                // Whole seconds by a clock that is not ours.
                let named = named + Duration::from_secs(1) + self.clock_error;
                self.stop_all_keys(named, now)
            }
            Feedback::RetryAfter(wait) => self.stop_address(address, now + wait, now),
            Feedback::AddressBlocked => self.stop_address(address, now + EDGE_BAN, now),
            Feedback::LockedOut => {
                let until = now + LOCKOUT;
                for index in 0..self.addresses.len() {
                    self.stop_address(index, until, now);
                }
                self.stop_all_keys(until, now)
            }
            // The socket paces its messages itself.
            Feedback::MessagesExceeded => now,
            Feedback::BudgetLeft { left, until } => {
                if 0 < left {
                    self.forgive(work, address);
                    return;
                }
                match work.key() {
                    Some(_) => self.stop_all_keys(until, now),
                    None => self.stop_address(address, until, now),
                }
            }
        };
        let slowed = Slowed {
            time: now,
            endpoint: work.endpoint(),
            cost: work.key_cost(),
            estimate,
            feedback,
            until,
        };
        self.outputs.push_back(SchedulerOutput::Slowed(slowed));
    }

    fn forgive(&mut self, work: &Work, address: AddressIndex) {
        match work.key() {
            Some((role, _)) => {
                let key = self.keys.get_mut(&role).expect("every role has a budget");
                key.pause.forgive();
            }
            None => self.addresses[address].pause.forgive(),
        }
    }

    fn stop_key(&mut self, work: &Work, now: Timestamp) -> Timestamp {
        let Some((role, _)) = work.key() else { return now };
        let key = self.keys.get_mut(&role).expect("every role has a budget");
        key.fill(now);
        key.pause.strike(&mut self.chance, now);
        key.pause.until()
    }

    fn strike_address(&mut self, address: AddressIndex, now: Timestamp) -> Timestamp {
        let budget = &mut self.addresses[address];
        budget.fill(now);
        budget.pause.strike(&mut self.chance, now);
        budget.pause.until()
    }

    fn stop_address(
        &mut self,
        address: AddressIndex,
        until: Timestamp,
        now: Timestamp,
    ) -> Timestamp {
        let pause = &mut self.addresses[address].pause;
        pause.stop_until(until.min(now + STOP_MAX));
        pause.until()
    }

    fn stop_all_keys(&mut self, until: Timestamp, now: Timestamp) -> Timestamp {
        let until = until.min(now + STOP_MAX);
        for key in self.keys.values_mut() {
            key.pause.stop_until(until);
        }
        until
    }

    /// A full counter holds placements back by itself; a cancel may always be tried.
    fn stop_pair(&mut self, work: &Work, now: Timestamp) -> Timestamp {
        if let Work::Trading { pair, .. } = work {
            self.pair(*pair, now).fill(now);
        }
        now
    }

    fn stop_all_pairs(&mut self, work: &Work, now: Timestamp) -> Timestamp {
        for budget in self.pairs.values_mut() {
            budget.fill(now);
        }
        self.stop_pair(work, now)
    }

    fn estimate(&self, work: &Work, now: Timestamp) -> Points {
        if let Work::Trading { pair, .. } = work {
            return self.pairs.get(pair).map_or(Points::ZERO, |budget| budget.estimate(now));
        }
        match work.key() {
            Some((role, _)) => self.keys[&role].estimate(now),
            None => Points::ZERO,
        }
    }
}
