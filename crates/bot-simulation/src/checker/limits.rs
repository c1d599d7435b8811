//! Rates: ours against the venue's, and connection attempts across restarts.

use std::{collections::VecDeque, time::Duration};

use kraken_protocol::{limits::Points, scheduler::Gauge};
use simulated_kraken::{Fault, SimulatedKraken};
use trading_types::{Pair, Timestamp};

use super::{Checker, Look};

/// The window in which connection attempts are counted, and how many may be in it.
const WINDOW: Duration = Duration::from_mins(10);
const ATTEMPTS_MAX: usize = 150;

/// What was spent.
#[derive(Debug, Default)]
pub(super) struct Limits {
    attempts: VecDeque<Timestamp>,
    attempts_most: usize,
    /// Whether what was spent was forgotten with a file, so that nobody can know.
    forgot: bool,
    refused: u64,
}

impl Checker {
    /// I-23: a connection is attempted.
    pub(crate) fn dial_leaves(&mut self, now: Timestamp) {
        let attempts = &mut self.limits.attempts;
        attempts.push_back(now);
        while attempts.front().is_some_and(|at| WINDOW < now.since(*at)) {
            attempts.pop_front();
        }
        let count = attempts.len();
        self.limits.attempts_most = self.limits.attempts_most.max(count);
        if ATTEMPTS_MAX < count {
            self.broke("I-23", format!("{count} connection attempts in ten minutes"));
        }
    }

    /// The most connection attempts in any ten minutes.
    pub(crate) const fn attempts_most(&self) -> usize {
        self.limits.attempts_most
    }

    /// The file of budgets was lost.
    pub(crate) const fn budgets_lost(&mut self) {
        self.limits.forgot = true;
    }

    /// I-22: the venue refuses nothing for its rate.
    pub(crate) fn check_rates(&mut self, kraken: &SimulatedKraken) {
        let refused = kraken.refused_for_rate();
        if refused == self.limits.refused {
            return;
        }
        self.limits.refused = refused;
        // Whoever else uses the account spends what we do not know of.
        let foreign = [Fault::OtherActor, Fault::RateLimited, Fault::CancelRateLimited];
        if !foreign.iter().any(|fault| self.is_on(*fault)) && !self.limits.forgot {
            let statistics = kraken.statistics_json();
            self.broke("I-22", format!("refused for its rate: {statistics:.400}"));
        }
    }

    /// I-20, I-21, I-22: our counters are within their limits, and not below the venue's.
    pub(super) fn check_gauges(&mut self, gauges: &[Gauge], look: &Look<'_>) {
        for gauge in gauges {
            let is_counter = gauge.name.starts_with("trading on ");
            if is_counter && gauge.limit < gauge.used && !self.is_on(Fault::OtherActor) {
                let Gauge { name, used, limit } = gauge;
                self.broke("I-20", format!("{name}: {used} of {limit}"));
            }
        }
        if self.is_on(Fault::OtherActor) || self.limits.forgot {
            return;
        }
        let pairs: Vec<_> = self.rules.keys().copied().collect();
        for pair in pairs {
            let name = format!("trading on {pair}");
            let Some(gauge) = gauges.iter().find(|gauge| gauge.name == name) else { continue };
            let theirs = look.kraken.true_pair_counter(0, pair, look.now);
            if covers(gauge.used, theirs) {
                continue;
            }
            let name_kept = format!("kept for cancels on {pair}");
            let kept = gauges.iter().find(|gauge| gauge.name == name_kept);
            // Nobody can count what the switch spends before it is told; it is kept for it.
            let is_kept = kept.is_some_and(|kept| covers(gauge.used + kept.used, theirs));
            if !is_kept || !self.has_untold_switch(pair, look) {
                self.broke("I-22", format!("{name}: ours is {}, theirs {theirs}", gauge.used));
            }
        }
    }

    /// Whether the venue's switch has canceled an order of ours that the bot takes for live yet.
    fn has_untold_switch(&self, pair: Pair, look: &Look<'_>) -> bool {
        let Some(bot) = look.bot else { return false };
        let mut canceled = look
            .kraken
            .true_ended_orders(0)
            .filter(|order| order.is_canceled_by_switch && order.placed.pair == pair);
        canceled
            .any(|order| self.ours(&order).is_some_and(|id| bot.engine().live_order(id).is_some()))
    }
}

/// Whether so much is not below the venue's counter, which is in millionths. Ours is in halves.
fn covers(ours: Points, theirs: u128) -> bool {
    theirs <= u128::from(ours.halves()) * 500_000 + 500_000
}
