//! Many seeds: what all of them came to.
//!
//! The invariant: a report depends on the runs alone, in whatever order they came to their end.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde_json::{Map, Value, json};

use crate::{
    bugs::{BANK, Bug, Row},
    options::{Options, Seed},
    tally::Tally,
    world::{Outcome, World},
};

/// How many seeds a planted bug may live through.
pub const SEEDS_PER_BUG: u64 = 12;
/// How long a world with a planted bug runs.
pub const BUG_LENGTH: Duration = Duration::from_hours(2);
/// Seconds of a year of 365.25 days.
const YEAR: u64 = 31_557_600;

/// Our own faults by their numbers in the catalogue of faults; those of the simulated Kraken know
/// their own.
#[rustfmt::skip] // A table.
const NUMBERS: [(&str, u8); 39] = [
    ("net_lost_answer", 1),     ("net_lost_request", 2),   ("net_slow", 4),
    ("clock_set", 14),          ("net_reset", 19),         ("net_half_open", 19),
    ("net_never_sent", 19),     ("net_dial_failed", 19),   ("net_outage", 25),
    ("disk_full", 31),          ("disk_sync_failed", 32),  ("writes_torn", 33),
    ("short_write", 33),        ("writes_lost", 34),       ("writes_reordered", 34),
    ("names_lost", 39),
    ("sync_lied_refused", 35), ("killed_for_memory", 52),
    ("power_failure", 34),      ("crash_during_sync", 34), ("journal_bit_flip", 36),
    ("journal_file_missing", 37), ("journal_truncated", 37), ("operator_halt", 48),
    ("operator_twice", 48),     ("operator_cap", 48),      ("ended_in_order", 48),
    ("operator_resume", 48),    ("paused", 49),            ("killed", 50),
    ("killed_at_output", 50),   ("killed_in_a_loop", 51),  ("crash_loop", 51),
    ("second_instance", 53),    ("nonsense", 55),          ("alert_unanswered", 56),
    ("disk_slow_sync", 64),     ("budgets_lost", 68),      ("swarm", 70),
];

/// The faults that have to strike in every campaign that is large enough, by their numbers.
const WANTED: [std::ops::RangeInclusive<u8>; 5] = [1..=20, 23..=37, 40..=42, 48..=53, 57..=60];
/// How many seeds are enough for that.
pub const SEEDS_FOR_ALL: usize = 500;

/// One run that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// With this seed.
    pub seed: u64,
    /// For so long.
    pub length: Duration,
}

/// What a campaign came to.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// All runs, in the order they were wanted.
    pub outcomes: Vec<Outcome>,
    /// Planted bugs: each with the seed that found it and the invariant, or nothing.
    pub bugs: Vec<(&'static Row, Option<(u64, String)>)>,
}

/// Runs one.
pub fn run(one: &Wanted) -> Outcome {
    World::new(Seed(one.seed), Options::draw(Seed(one.seed), one.length)).run()
}

/// Plants each of these bugs until a seed finds it.
pub fn plant(bugs: &[Bug], tell: &dyn Fn(&Row, Option<&str>)) -> Report {
    let mut report = Report::default();
    for row in BANK.iter().filter(|row| bugs.contains(&row.bug)) {
        let found = (0..SEEDS_PER_BUG).find_map(|seed| found_by(row, seed, BUG_LENGTH));
        tell(row, found.as_ref().map(|(_, what)| what.as_str()));
        report.bugs.push((row, found));
    }
    report
}

/// Whether a seed finds a planted bug, and how: an invariant that may find it is broken, and is not
/// without the bug.
pub fn found_by(row: &Row, seed: u64, length: Duration) -> Option<(u64, String)> {
    let options = row.bug.options(length);
    let outcome = World::new(Seed(seed), options.clone()).run();
    let broken = outcome.broken?;
    if !row.found_by.contains(&broken.invariant) {
        return None;
    }
    // Without the bug it need not live longer than until then.
    let length = length.min(outcome.bot_time + Duration::from_mins(1));
    let without = Options { bug: None, length, ..options };
    let without = World::new(Seed(seed), without).run().broken;
    let is_it = without.is_none_or(|other| other.invariant != broken.invariant);
    is_it.then(|| (seed, format!("{}: {}", broken.invariant, broken.what)))
}

impl Report {
    /// Whether nothing was wrong, every fault has struck where the campaign was large enough, and
    /// every planted bug was found.
    pub fn passed(&self) -> bool {
        let is_whole = self.outcomes.iter().all(|outcome| outcome.broken.is_none());
        let has_all = self.outcomes.len() < SEEDS_FOR_ALL || self.never_struck().is_empty();
        is_whole && has_all && self.bugs.iter().all(|(_, found)| found.is_some())
    }

    /// The faults that have to strike and did not, by their numbers.
    pub fn never_struck(&self) -> Vec<u8> {
        let struck: BTreeSet<u8> = self.faults().into_iter().map(|(number, _)| number).collect();
        WANTED.into_iter().flatten().filter(|number| !struck.contains(number)).collect()
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        let mut faults = Map::new();
        for (number, count) in self.faults() {
            faults.insert(format!("F{number}"), json!(count));
        }
        let never: Vec<String> =
            self.never_struck().iter().map(|number| format!("F{number}")).collect();
        let broken: Vec<Value> = self.broken().map(|(seed, what)| json!([seed, what])).collect();
        let sum = |of: fn(&Outcome) -> u64| self.outcomes.iter().map(of).sum::<u64>();
        let sometimes: Map<String, Value> =
            self.sometimes().iter().map(|(name, count)| (name.to_owned(), json!(count))).collect();
        let found = self.bugs.iter().filter(|(_, found)| found.is_some()).count();
        json!({
            "seeds": self.outcomes.len(),
            "broken": broken.len(),
            "bot_years": self.years(),
            "orders": sum(|it| it.orders),
            "sends": sum(|it| it.sends),
            "starts": sum(|it| it.starts),
            "events": sum(|it| it.steps),
            "faults": faults,
            "faults_that_never_struck": never,
            "sometimes": sometimes,
            "attempts_most": self.outcomes.iter().map(|it| it.attempts_most).max(),
            "bugs_found": found,
            "bugs_planted": self.bugs.len(),
            "broken_seeds": broken,
        })
    }

    /// What is broken, by seed.
    pub fn broken(&self) -> impl Iterator<Item = (u64, String)> {
        let broken = |outcome: &Outcome| {
            let broken = outcome.broken.as_ref()?;
            Some((outcome.seed, format!("{}: {}", broken.invariant, broken.what)))
        };
        self.outcomes.iter().filter_map(broken)
    }

    /// How often each fault struck, by its number.
    pub fn faults(&self) -> Vec<(u8, u64)> {
        let mut counts = BTreeMap::<u8, u64>::new();
        let sometimes = self.sometimes();
        for (name, number) in NUMBERS {
            *counts.entry(number).or_default() += sometimes.of(name);
        }
        for outcome in &self.outcomes {
            for (name, count) in outcome.faults.iter() {
                let fault = simulated_kraken::Fault::named(name);
                let number = fault.map_or(0, simulated_kraken::Fault::number);
                *counts.entry(number).or_default() += count;
            }
        }
        counts.into_iter().filter(|(_, count)| 0 < *count).collect()
    }

    /// How often each rare thing was reached.
    pub fn sometimes(&self) -> Tally {
        let mut all = Tally::default();
        for outcome in &self.outcomes {
            all.merge(&outcome.sometimes);
        }
        all
    }

    /// How long bots ran, in years, in thousandths.
    fn years(&self) -> f64 {
        let millis: u128 = self.outcomes.iter().map(|it| it.bot_time.as_millis()).sum();
        let thousandths = millis / u128::from(YEAR);
        years(u32::try_from(thousandths).unwrap_or(u32::MAX))
    }
}

/// A report may have a floating number.
#[expect(clippy::float_arithmetic, reason = "for people to read")]
fn years(thousandths: u32) -> f64 {
    f64::from(thousandths) / 1_000.0
}
