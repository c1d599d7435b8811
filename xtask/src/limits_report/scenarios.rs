//! The runs that a row of the report is made of.

use std::time::Duration;

use simulated_limits::{DecayMode, Tier};
use trading_types::Timestamp;

use super::{
    Options,
    client::{Client, Profile, Setup},
    figures::Figures,
    network::Weather,
    prng::Prng,
    simulation::{Conditions, Process, simulate},
    venue::{BareLimits, Venue},
    wire_venue::WireVenue,
    workload::{
        Workload, article::Article, realistic::Realistic, reconnect::Reconnect,
        saturation::Saturation, trading::Trading,
    },
};

/// One in a moment of the year 2026 that is no whole minute.
const START: Timestamp = Timestamp::from_nanos(1_767_225_617_300_000_000);
/// What a reconnect and everything that follows from it take, with the slowest of clients.
const RECONNECT_LENGTH: Duration = Duration::from_mins(10);

/// A run that can be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    work: Work,
    weather: Weather,
    mode: Mode,
    process: Process,
}

/// What is wanted of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Saturation,
    Realistic,
    Reconnect,
    Trading,
    Article,
}

/// How Kraken keeps its counters, or its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Counters decay evenly.
    Even,
    /// Counters decay in steps whose length and phase the seed decides.
    Steps,
    /// Kraken's clock is half a second ahead of ours.
    ClockAhead,
    /// Kraken's clock is half a second behind ours.
    ClockBehind,
}

use Mode::{ClockAhead, ClockBehind, Even, Steps};
use Process::{Restarts, Survives};
use Weather::{Bad, Near, Ordinary};

/// The run that a row's share of the budget is taken from.
pub(crate) const SATURATION: &str = "saturation";
/// The run that a row's waiting time of orders is taken from.
pub(crate) const REALISTIC: &str = "realistic";
/// The run that a row's time of a reconnect is taken from.
pub(crate) const RECONNECT: &str = "reconnect";
/// The run that a row's waiting times of cancels and halts are taken from.
pub(crate) const TRADING: &str = "trading";

#[rustfmt::skip] // A table.
const DOCUMENTED: &[Scenario] = &[
    row(SATURATION,             Work::Saturation, Ordinary, Even,  Survives),
    row(REALISTIC,              Work::Realistic,  Ordinary, Even,  Survives),
    row(RECONNECT,              Work::Reconnect,  Near,     Even,  Survives),
    row("reconnect_far",        Work::Reconnect,  Ordinary, Even,  Survives),
    row("saturation_steps",     Work::Saturation, Ordinary, Steps, Survives),
    row("saturation_bad",       Work::Saturation, Bad,      Even,  Survives),
    row("saturation_bad_steps", Work::Saturation, Bad,      Steps, Survives),
    row("restarts",             Work::Saturation, Ordinary, Even,  Restarts),
    row("restarts_bad",         Work::Saturation, Bad,      Even,  Restarts),
    row("realistic_bad",        Work::Realistic,  Bad,      Even,  Survives),
    row(TRADING,                Work::Trading,    Ordinary, Even,  Survives),
    row("trading_bad",          Work::Trading,    Bad,      Even,  Survives),
];

#[rustfmt::skip] // A table.
const BY_ARTICLE: &[Scenario] = &[
    row(SATURATION,                Work::Article,   Ordinary, ClockAhead,  Survives),
    row(REALISTIC,                 Work::Realistic, Ordinary, ClockAhead,  Survives),
    row(RECONNECT,                 Work::Reconnect, Near,     ClockBehind, Survives),
    row("saturation_clock_behind", Work::Article,   Ordinary, ClockBehind, Survives),
    row("saturation_bad",          Work::Article,   Bad,      ClockAhead,  Survives),
    row("restarts",                Work::Article,   Ordinary, ClockBehind, Restarts),
];

const fn row(
    name: &'static str,
    work: Work,
    weather: Weather,
    mode: Mode,
    process: Process,
) -> Scenario {
    Scenario { name, work, weather, mode, process }
}

/// What stands behind the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behind {
    /// Kraken's limits by themselves.
    BareLimits,
    /// The whole simulated Kraken: signed requests, frames and answers.
    Wire,
}

/// The scenarios that are played over the wire too: those that a row is made of.
const ON_THE_WIRE: [&str; 3] = [SATURATION, REALISTIC, RECONNECT];

/// The scenarios of a profile.
pub(crate) fn of(profile: Profile, behind: Behind) -> impl Iterator<Item = &'static Scenario> {
    let is_played = move |name| behind == Behind::BareLimits || ON_THE_WIRE.contains(&name);
    all(profile).iter().filter(move |scenario| is_played(scenario.name))
}

const fn all(profile: Profile) -> &'static [Scenario] {
    match profile {
        Profile::Documented => DOCUMENTED,
        Profile::Article => BY_ARTICLE,
    }
}

impl Scenario {
    /// Runs it with the client that `new` makes, for `length` where the scenario has no end of its
    /// own.
    pub(crate) fn run(
        self,
        new: fn(Setup) -> Box<dyn Client>,
        tier: Tier,
        options: Options,
    ) -> Figures {
        let Options { length, seed, behind } = options;
        let mut client = new(Setup { tier, profile: self.mode.profile(), now: START });
        let mut venue = self.venue(tier, behind, seed);
        let mut workload = self.workload(seed);
        let length = match self.work {
            Work::Reconnect => RECONNECT_LENGTH,
            Work::Saturation | Work::Realistic | Work::Trading | Work::Article => length,
        };
        let Self { weather, process, .. } = self;
        let conditions = Conditions { weather, process, seed, start: START, length };
        let record = simulate(&mut *client, &mut *venue, &mut *workload, conditions);
        Figures::new(self.name, self.mode.name(), &conditions, &record, &*venue)
    }

    fn venue(self, tier: Tier, behind: Behind, seed: u64) -> Box<dyn Venue> {
        let mut prng = Prng::new(seed, "steps");
        let documented = |decay| -> Box<dyn Venue> {
            match behind {
                Behind::BareLimits => Box::new(BareLimits::documented(tier, decay)),
                Behind::Wire => Box::new(WireVenue::documented(tier, decay, START)),
            }
        };
        let article = |ahead| -> Box<dyn Venue> {
            match behind {
                Behind::BareLimits => Box::new(BareLimits::article(tier, ahead)),
                Behind::Wire => Box::new(WireVenue::article(tier, ahead, START)),
            }
        };
        match self.mode {
            Even => documented(DecayMode::Continuous),
            Steps => {
                let tick = prng.duration(Duration::from_secs(1), Duration::from_secs(3));
                let phase = prng.duration(Duration::ZERO, tick);
                documented(DecayMode::Stepwise { tick, phase })
            }
            ClockAhead => article(Duration::from_secs(1)),
            ClockBehind => article(Duration::ZERO),
        }
    }

    fn workload(self, seed: u64) -> Box<dyn Workload> {
        match self.work {
            Work::Saturation => Box::new(Saturation::new(seed, START)),
            Work::Realistic => Box::new(Realistic::new(seed, START)),
            Work::Reconnect => Box::new(Reconnect::new(START)),
            Work::Trading => Box::new(Trading::new(seed, START)),
            Work::Article => Box::new(Article::new(seed, START)),
        }
    }
}

impl Mode {
    const fn profile(self) -> Profile {
        match self {
            Even | Steps => Profile::Documented,
            ClockAhead | ClockBehind => Profile::Article,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Even => "even",
            Steps => "steps",
            ClockAhead => "clock half a second ahead",
            ClockBehind => "clock half a second behind",
        }
    }
}

#[cfg(test)]
mod tests;
