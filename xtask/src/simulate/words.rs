//! The words after `cargo xtask simulate`.

use std::time::Duration;

use bot_simulation::{Bug, bugs::BANK};

use crate::args::{Misuse, number};

/// Every option.
pub(crate) const KNOWN: [&str; 12] = [
    "--seeds",
    "--seed",
    "--years",
    "--minutes",
    "--bug",
    "--json",
    "--verbose",
    "--twice",
    "--hashes",
    "--no-keep",
    "--no-old",
    "--hours",
];
/// How many seeds run where nothing is said, and how long each.
const SEEDS: u64 = 20;
const MINUTES: u64 = 4 * 60;
const MINUTES_OF_YEAR: u64 = 525_960;
/// A bot that is dead or down does not count: at least so much of a hundred minutes does.
const RUNNING_PERCENT: u64 = 94;
/// The most that anybody waits for.
const SEEDS_MAX: u64 = 1_000_000;
const YEARS_MAX: u64 = 10_000;

/// What is done with the seeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// They run, and a report follows.
    Report,
    /// The one that is named tells every event.
    Verbose,
    /// They run in two processes, and their traces are compared.
    Twice,
    /// Only the hash of each trace is printed.
    Hashes,
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// The words as they came, to be passed on.
    pub(crate) words: Vec<String>,
    pub(crate) seeds: u64,
    pub(crate) seed: Option<u64>,
    pub(crate) years: Option<u64>,
    pub(crate) minutes: Option<u64>,
    /// Bugs to be planted instead.
    pub(crate) bugs: Vec<Bug>,
    pub(crate) way: Way,
    pub(crate) json: bool,
    /// Whether seeds that fail are kept.
    pub(crate) keeps: bool,
    /// Whether seeds that were kept run first.
    pub(crate) with_old: bool,
}

impl Options {
    /// How long each bot runs: whole minutes, so that a seed can be asked for again.
    pub(crate) fn length(&self) -> Duration {
        let seeds = if self.seed.is_some() { 1 } else { self.seeds.max(1) };
        let minutes = |years: u64| (years * MINUTES_OF_YEAR * 100).div_ceil(RUNNING_PERCENT);
        let by_years = self.years.map(|years| minutes(years).div_ceil(seeds));
        Duration::from_mins(self.minutes.or(by_years).unwrap_or(MINUTES))
    }
}

/// Reads the words.
pub(crate) fn parse(words: Vec<String>) -> Result<Options, Misuse> {
    let mut options = Options {
        words: words.clone(),
        seeds: SEEDS,
        seed: None,
        years: None,
        minutes: None,
        bugs: Vec::new(),
        way: Way::Report,
        json: false,
        keeps: true,
        with_old: true,
    };
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word.as_str(), None),
        };
        let mut next = || value.clone().or_else(|| words.next());
        match name {
            "--seeds" => options.seeds = number("--seeds", next(), 1..=SEEDS_MAX)?,
            "--seed" => options.seed = Some(number("--seed", next(), 0..=u64::MAX)?),
            "--years" => options.years = Some(number("--years", next(), 1..=YEARS_MAX)?),
            "--hours" => options.minutes = Some(60 * number("--hours", next(), 1..=YEARS_MAX)?),
            "--minutes" => {
                let most = YEARS_MAX * MINUTES_OF_YEAR;
                options.minutes = Some(number("--minutes", next(), 1..=most)?);
            }
            "--bug" => options.bugs = bugs(next())?,
            "--json" => options.json = true,
            "--verbose" => options.way = Way::Verbose,
            "--twice" => options.way = Way::Twice,
            "--hashes" => options.way = Way::Hashes,
            "--no-keep" => options.keeps = false,
            "--no-old" => options.with_old = false,
            _ => return Err(Misuse::Unknown { kind: "option", word, known: KNOWN.to_vec() }),
        }
    }
    Ok(options)
}

fn bugs(name: Option<String>) -> Result<Vec<Bug>, Misuse> {
    let name = name.ok_or(Misuse::NoValue { option: "--bug" })?;
    if name == "all" {
        return Ok(BANK.iter().map(|row| row.bug).collect());
    }
    let known = BANK.iter().map(|row| row.name).chain(["all"]).collect();
    let bug = Bug::named(&name).ok_or(Misuse::Unknown { kind: "bug", word: name, known })?;
    Ok(vec![bug])
}
