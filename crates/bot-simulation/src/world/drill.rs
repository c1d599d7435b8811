//! Misfortunes with names: each strikes once, in a world in which nothing else goes wrong, and the
//! bot has to be there again afterwards.
//!
//! The invariant: a drill is a function of its seed. All invariants hold on the way, as in any run.

use std::time::Duration;

use serde::Deserialize;

use super::{Outcome, World};
use crate::{
    checker::{Ending, Look},
    options::{Options, Seed},
};

/// How long it trades before the misfortune, and after it.
const CALM: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// How long the net is away.
const OUTAGE: Duration = Duration::from_hours(72);
/// How long maintenance was to take, and how much longer it took.
const PLANNED: Duration = Duration::from_hours(2);
const OVERRUN: Duration = Duration::from_hours(46);
/// How long the process is away while somebody sets the clock.
const AWAY: Duration = Duration::from_secs(30);
/// How long is waited for the bot to be ready again.
const PATIENCE: Duration = Duration::from_mins(10);

/// A misfortune.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Drill {
    /// Nothing gets through for three days.
    Outage,
    /// The machine's clock is set a day ahead and a day back again, each time the bot is restarted.
    ClockAhead,
    /// The same, a day back first.
    ClockBack,
    /// Maintenance is announced for two hours and takes two days; on the way back only cancels are
    /// taken, then only orders that rest.
    Maintenance,
}

/// What became of it.
#[derive(Clone, Debug)]
pub struct Drilled {
    /// The run; what broke, if anything did.
    pub outcome: Outcome,
    /// What the venue has counted.
    pub venue: VenueCounts,
    /// How long after the misfortune the bot was ready; nothing if it never was.
    pub ready_after: Option<Duration>,
    /// Orders that had left before the misfortune, and left after the bot was ready again.
    pub sends: (u64, u64),
}

/// What the venue has counted of what should never happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct VenueCounts {
    /// Lockouts.
    pub lockouts: u64,
    /// Orders whose name was open already.
    pub orders_duplicate_cl_ord_id: u64,
    /// Calls that were too many.
    pub private_rejected_rate: u64,
    /// Public calls that were too many.
    pub public_rejected_rate: u64,
    /// Commands that were too many.
    pub pair_rejected_rate: u64,
    /// Nonces that did not grow.
    pub nonce_rejected: u64,
    /// Messages that were too many.
    pub ws_rejected_rate: u64,
}

impl Drill {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Outage, Self::ClockAhead, Self::ClockBack, Self::Maintenance];

    /// Its name, for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Outage => "outage of 72 hours",
            Self::ClockAhead => "clock a day ahead and back",
            Self::ClockBack => "clock a day back and ahead",
            Self::Maintenance => "maintenance of 2 hours that takes 48",
        }
    }

    /// Has it strike.
    pub fn run(self, seed: Seed) -> Drilled {
        let mut options = Options::calm(CALM);
        // It trades all the time, so that there is something to lose, and people are awake.
        (options.strategy.enters, options.strategy.leaves) = (60, 10);
        (options.strategy.stopless, options.strategy.moves) = (0, 20);
        options.people.answer_after = Duration::from_secs(30);
        options.people.resume_after = Duration::from_secs(30);
        World::new(seed, options).drilled(self)
    }
}

impl World {
    fn drilled(mut self, drill: Drill) -> Drilled {
        self.run_for(CALM);
        let before = self.checker.sends();
        match drill {
            Drill::Outage => {
                self.net.break_for(OUTAGE, &mut self.tally, self.now);
                self.run_for(OUTAGE);
            }
            Drill::ClockAhead => self.set_clock_twice(true),
            Drill::ClockBack => self.set_clock_twice(false),
            Drill::Maintenance => self.maintenance(),
        }
        let ready_after = self.ready_after();
        let ready = self.checker.sends();
        self.run_for(CALM);
        let after = self.checker.sends() - ready;
        if self.checker.broken().is_none() {
            self.end();
        }
        let venue = serde_json::from_str(&self.kraken.statistics_json()).expect("its statistics");
        let outcome = self.outcome();
        Drilled { outcome, venue, ready_after, sends: (before, after) }
    }

    fn set_clock_twice(&mut self, is_ahead_first: bool) {
        self.restart_with_clock(is_ahead_first);
        self.run_for(CALM);
        self.restart_with_clock(!is_ahead_first);
    }

    fn restart_with_clock(&mut self, is_ahead: bool) {
        self.die("the clock is set");
        self.clock.set_by(DAY, is_ahead, self.now);
        self.tally.count("clock_set");
        self.run_for(AWAY);
    }

    fn maintenance(&mut self) {
        let step = |at: Duration, status: &str| {
            let at = format!("{}s", at.as_secs());
            serde_json::json!({ "at": at, "status": status })
        };
        let minutes = Duration::from_mins;
        let mut begins = step(CALM, "maintenance");
        begins["announce"] = "50m".into();
        let cancels = CALM + PLANNED + OVERRUN;
        let steps = [
            begins,
            step(CALM + PLANNED, "online"),
            step(CALM + PLANNED, "maintenance"),
            step(cancels, "cancel_only"),
            step(cancels + minutes(5), "post_only"),
            step(cancels + minutes(10), "online"),
        ];
        let text = serde_json::json!({ "step": steps }).to_string();
        let scenario = serde_json::from_str(&text).expect("a scenario of ours can be read");
        self.kraken.follow(&scenario, self.now);
        self.run_for(cancels + minutes(10));
    }

    fn ready_after(&mut self) -> Option<Duration> {
        let begun = self.now;
        while self.checker.broken().is_none() && self.now < begun + PATIENCE {
            let look = Look { kraken: &self.kraken, bot: self.bot(), now: self.now };
            let is_ready = self.checker.ending(&look) == Ending::Ready;
            // Nothing keeps it from opening a position.
            let is_free = self.bot().is_some_and(|bot| bot.engine().blocks().next().is_none());
            if is_ready && is_free {
                return Some(self.now.since(begun));
            }
            self.run_for(Duration::from_secs(1));
        }
        None
    }
}

#[cfg(test)]
mod tests;
