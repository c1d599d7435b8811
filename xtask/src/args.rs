//! The command line, read by hand: five commands and a few options do not need a library.
//!
//! A word that is not known is never guessed at; the error names the nearest word that is.

use std::{fmt, ops::RangeInclusive, time::Duration};

use crate::{ci, endurance::LongTest, limits_report, simulate};

/// What `--help` prints.
pub(crate) const HELP: &str = "\
The project's own tools.

usage: cargo xtask COMMAND

commands:
  tidy [--json]           the laws that clippy cannot say; exit 1 when one is broken
  ci [--skip STEP]...     what CI runs:
                          fmt, clippy, tidy, test, doc, deny, simulate, endurance, kill-loop
  test                    only the tests of the whole workspace
  limits-report [--json] [--hours N] [--seed N] [--quick] [--wire]
                          how clients fare against Kraken's rate limits, in virtual time;
                          exit 1 when ours is refused a call
  simulate [OPTIONS]      the whole bot, a faulty net and disk and the simulated Kraken in one
                          thread and virtual time; exit 1 when an invariant is broken
  endurance [--orders N] [--seconds N] [--speed N] [--lanes N] [--markets N] [--seed N]
                          the service over real sockets while answers get lost and connections
                          break; exit 1 when an order is lost or doubled, or a unit is missing
  kill-loop [--kills N] [--seconds N] [--lanes N] [--speed N] [--seed N]
                          a bot in a process of its own, killed again and again; exit 1 when a
                          start does not go on from what is on the disk
  ladder-walk [--speed N] a bot climbs from backtest to scaled, day by day, is thrown back, and
                          every step it may not take is refused; five minutes
  history-load [--megabytes N]
                          archives of candles and of both forms of time and sales are made and
                          imported; prints time and peak memory, exit 1 when a row is lost

options:
  -h, --help              print this help
  --json                  one JSON document instead of text
  --hours N               the length of each run, 24 unless given
  --seed N                what chance makes of a run, 1 unless given
  --quick                 runs of ten minutes: a look that takes seconds
  for simulate:           --seeds N, --seed S, --years Y, --hours H or --minutes M, --json,
                          --bug NAME|all, --twice, --verbose, --no-keep, --no-old
  --wire                  through the whole simulated Kraken, signed requests and frames, instead
                          of its limits alone; with what it counted itself

examples:
  cargo xtask tidy                      before every commit
  cargo xtask tidy --json               the findings, for an editor or a script
  cargo xtask ci                        before handing work in
  cargo xtask ci --skip deny            without cargo-deny, for instance offline
  cargo xtask ci --skip test --skip doc
  cargo xtask limits-report --quick     does it still hold
  cargo xtask limits-report --json --hours 24 --seed 7
  cargo xtask simulate --seeds 500 --years 5
  cargo xtask simulate --bug all        known mistakes, planted one at a time, are found
  cargo xtask endurance --orders 200000
  cargo xtask kill-loop --kills 100000
  cargo xtask history-load --megabytes 1000
  cargo xtask limits-report --wire      a day on each tier, request by request

exit codes: 0 passed, 1 something failed, 2 the command line was not understood
";

const COMMANDS: &[&str] = &[
    "tidy",
    "ci",
    "test",
    "limits-report",
    "simulate",
    "endurance",
    "kill-loop",
    "ladder-walk",
    "history-load",
];
/// The longest run: a year would take hours.
const HOURS_MAX: u64 = 31 * 24;

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Print the help.
    Help,
    /// Check the laws.
    Tidy(Output),
    /// Run every step but these.
    Ci { skip: Vec<String> },
    /// Run the tests.
    Test,
    /// Run the whole bot in virtual time.
    Simulate(Box<simulate::Options>),
    /// Set clients against Kraken's limits.
    LimitsReport(limits_report::Options, Output),
    /// Run the long version of a test, with these options.
    Long(LongTest, Vec<(String, u64)>),
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// A command line that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Misuse {
    /// Nothing was asked for.
    NoCommand,
    /// A word that stands for nothing here.
    Unknown { kind: &'static str, word: String, known: Vec<&'static str> },
    /// An option that needs a word after it, and has none.
    NoValue { option: &'static str },
    /// A word after an option that is not what the option needs.
    BadValue { option: &'static str, word: String, wanted: String },
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCommand => write!(f, "no command")?,
            Self::Unknown { kind, word, .. } => write!(f, "unknown {kind} `{word}`")?,
            Self::NoValue { option } => write!(f, "`{option}` needs a word after it")?,
            Self::BadValue { option, word, wanted } => {
                write!(f, "`{option}` needs {wanted}, not `{word}`")?;
            }
        }
        match self {
            Self::Unknown { word, known, .. } if !known.is_empty() => {
                let nearest = nearest(word, known);
                write!(f, "\nhint: did you mean `{nearest}`? known: {}", known.join(", "))
            }
            Self::NoCommand
            | Self::Unknown { .. }
            | Self::NoValue { .. }
            | Self::BadValue { .. } => {
                write!(f, "\nhint: `cargo xtask --help` lists the commands, with examples")
            }
        }
    }
}

/// Reads the words after `cargo xtask`.
pub(crate) fn parse(args: impl IntoIterator<Item = String>) -> Result<Command, Misuse> {
    let mut args = args.into_iter();
    let command = args.next().ok_or(Misuse::NoCommand)?;
    let rest: Vec<String> = args.collect();
    if is_help(&command) || rest.iter().any(|word| is_help(word)) {
        return Ok(Command::Help);
    }
    match command.as_str() {
        "tidy" => parse_tidy(&rest),
        "ci" => parse_ci(rest),
        "test" => match rest.first() {
            None => Ok(Command::Test),
            Some(word) => Err(unknown("option", word, &[])),
        },
        "limits-report" => parse_limits_report(rest),
        "simulate" => simulate::parse(rest).map(|it| Command::Simulate(Box::new(it))),
        "endurance" => parse_long(LongTest::Endurance, rest),
        "kill-loop" => parse_long(LongTest::KillLoop, rest),
        "ladder-walk" => parse_long(LongTest::LadderWalk, rest),
        "history-load" => parse_long(LongTest::HistoryLoad, rest),
        word => Err(unknown("command", word, COMMANDS)),
    }
}

fn parse_tidy(rest: &[String]) -> Result<Command, Misuse> {
    let mut output = Output::Text;
    for word in rest {
        match word.as_str() {
            "--json" => output = Output::Json,
            word => return Err(unknown("option", word, &["--json"])),
        }
    }
    Ok(Command::Tidy(output))
}

fn parse_ci(rest: Vec<String>) -> Result<Command, Misuse> {
    let mut skip = Vec::new();
    let mut words = rest.into_iter();
    while let Some(word) = words.next() {
        let step = if let Some(step) = word.strip_prefix("--skip=") {
            step.to_owned()
        } else if word == "--skip" {
            words.next().ok_or(Misuse::NoValue { option: "--skip" })?
        } else {
            return Err(unknown("option", &word, &["--skip"]));
        };
        let steps: Vec<&'static str> = ci::STEPS.iter().map(|step| step.name).collect();
        if !steps.contains(&step.as_str()) {
            return Err(unknown("step", &step, &steps));
        }
        skip.push(step);
    }
    Ok(Command::Ci { skip })
}

fn parse_limits_report(rest: Vec<String>) -> Result<Command, Misuse> {
    let behind = limits_report::Behind::BareLimits;
    let mut options = limits_report::Options { length: limits_report::LENGTH, seed: 1, behind };
    let mut output = Output::Text;
    let mut words = rest.into_iter();
    while let Some(word) = words.next() {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word.as_str(), None),
        };
        match (name, &value) {
            ("--json", None) => output = Output::Json,
            ("--wire", None) => options.behind = limits_report::Behind::Wire,
            ("--quick", None) => options.length = limits_report::LENGTH_QUICK,
            ("--hours", _) => {
                let hours = number("--hours", value.or_else(|| words.next()), 1..=HOURS_MAX)?;
                options.length = Duration::from_hours(hours);
            }
            ("--seed", _) => {
                options.seed = number("--seed", value.or_else(|| words.next()), 0..=u64::MAX)?;
            }
            _ => {
                let known = ["--json", "--hours", "--seed", "--quick", "--wire"];
                return Err(unknown("option", &word, &known));
            }
        }
    }
    Ok(Command::LimitsReport(options, output))
}

fn parse_long(test: LongTest, rest: Vec<String>) -> Result<Command, Misuse> {
    let mut options = Vec::new();
    let mut words = rest.into_iter();
    while let Some(word) = words.next() {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word.as_str(), None),
        };
        let Some(option) = test.options().iter().find(|option| **option == name) else {
            return Err(unknown("option", &word, test.options()));
        };
        let number = number(option, value.or_else(|| words.next()), 0..=u64::MAX)?;
        options.push(((*option).to_owned(), number));
    }
    Ok(Command::Long(test, options))
}

pub(crate) fn number(
    option: &'static str,
    word: Option<String>,
    allowed: RangeInclusive<u64>,
) -> Result<u64, Misuse> {
    let word = word.ok_or(Misuse::NoValue { option })?;
    match word.parse() {
        Ok(number) if allowed.contains(&number) => Ok(number),
        _ => {
            let wanted = format!("a number from {} to {}", allowed.start(), allowed.end());
            Err(Misuse::BadValue { option, word, wanted })
        }
    }
}

fn is_help(word: &str) -> bool {
    matches!(word, "-h" | "--help" | "help")
}

fn unknown(kind: &'static str, word: &str, known: &[&'static str]) -> Misuse {
    Misuse::Unknown { kind, word: word.to_owned(), known: known.to_vec() }
}

/// The known word that takes the fewest keystrokes to reach.
fn nearest<'a>(word: &str, known: &[&'a str]) -> &'a str {
    let distance = |candidate: &&&str| strsim::damerau_levenshtein(word, candidate);
    known.iter().min_by_key(distance).expect("there is a known word")
}

#[cfg(test)]
mod tests;
