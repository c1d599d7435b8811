//! Runs the simulation from the command line: `cargo xtask simulate` builds this with all speed and
//! passes its words on.
//!
//! The invariant: data on stdout, words on stderr; the exit status is zero when nothing was wrong.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command")]
#![expect(clippy::disallowed_methods, reason = "a command: it reads its arguments and a file")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write as _,
    path::Path,
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use bot_simulation::{
    Bug, Options, Outcome, Seed, World,
    bugs::BANK,
    campaign::{self, Report, Wanted},
};

const HELP: &str = "\
usage: cargo xtask simulate [OPTIONS]

  --seeds N       how many seeds, from 1 on (20)
  --seed S        only this seed
  --years Y       how many years all bots together run; without it each runs four hours
  --hours H       how many hours each bot runs
  --json          one JSON document on stdout
  --bug NAME|all  plant a bug of the bank instead, until a seed finds it
  --verbose       with --seed: every event on stdout
  --twice         each seed in two processes, whose traces must be equal
  --no-keep       do not add seeds that fail to crates/bot-simulation/seeds.txt
  --no-old        without the seeds of that file, which run first otherwise
";
/// How long a bot runs where nothing is said.
const HOURS: f64 = 4.0;
const HOURS_OF_YEAR: f64 = 8_766.0;

#[derive(Debug, Default)]
struct Arguments {
    seeds: Option<u64>,
    seed: Option<u64>,
    years: Option<f64>,
    hours: Option<f64>,
    bug: Option<String>,
    json: bool,
    verbose: bool,
    twice: bool,
    hashes: bool,
    forgets: bool,
    only_new: bool,
}

fn main() -> ExitCode {
    let arguments = match parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(why) => {
            eprintln!("error: {why}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    let passed = if arguments.twice {
        twice(&arguments)
    } else if let Some(bug) = &arguments.bug {
        plant(bug, arguments.json)
    } else if let (Some(seed), true) = (arguments.seed, arguments.verbose) {
        tell(seed, length(&arguments))
    } else {
        run(&arguments)
    };
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut arguments = Arguments::default();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("`{word}` needs a word after it"));
        let wrong = |value: String| format!("`{value}` is not a number");
        match word.as_str() {
            "--seeds" => arguments.seeds = Some(value()?.parse().map_err(|_| wrong(word))?),
            "--seed" => arguments.seed = Some(value()?.parse().map_err(|_| wrong(word))?),
            "--years" => arguments.years = Some(value()?.parse().map_err(|_| wrong(word))?),
            "--hours" => arguments.hours = Some(value()?.parse().map_err(|_| wrong(word))?),
            "--bug" => arguments.bug = Some(value()?),
            "--json" => arguments.json = true,
            "--verbose" => arguments.verbose = true,
            "--twice" => arguments.twice = true,
            "--hashes" => arguments.hashes = true,
            "--no-keep" => arguments.forgets = true,
            "--no-old" => arguments.only_new = true,
            _ => return Err(format!("`{word}` is not known")),
        }
    }
    Ok(arguments)
}

/// How long each bot runs.
#[expect(clippy::float_arithmetic, reason = "a length that a person asks for")]
fn length(arguments: &Arguments) -> Duration {
    let seeds = if arguments.seed.is_some() { 1 } else { arguments.seeds.unwrap_or(20) };
    let seeds = u32::try_from(seeds.max(1)).unwrap_or(u32::MAX);
    let by_years = arguments.years.map(|years| years * HOURS_OF_YEAR / f64::from(seeds));
    let hours = arguments.hours.or(by_years).unwrap_or(HOURS).clamp(0.05, 10_000.0);
    // Whole minutes, so that a seed can be asked for again.
    let minutes = (hours * 60.0).ceil();
    Duration::from_secs_f64(minutes * 60.0)
}

fn wanted(arguments: &Arguments) -> Vec<Wanted> {
    let length = length(arguments);
    if let Some(seed) = arguments.seed {
        return vec![Wanted { seed, length }];
    }
    let old = if arguments.only_new { Vec::new() } else { old_seeds() };
    let new = (1..=arguments.seeds.unwrap_or(20)).map(|seed| Wanted { seed, length });
    old.into_iter().chain(new).collect()
}

fn seeds_file() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/seeds.txt"))
}

/// Seeds that once failed: a number and minutes on each line.
fn old_seeds() -> Vec<Wanted> {
    let text = fs::read_to_string(seeds_file()).unwrap_or_default();
    let read = |line: &str| {
        let mut words = line.split_whitespace();
        let seed = words.next()?.parse().ok()?;
        let minutes = words.next()?.parse().ok()?;
        Some(Wanted { seed, length: Duration::from_mins(minutes) })
    };
    text.lines().filter_map(read).collect()
}

fn run(arguments: &Arguments) -> bool {
    let wanted = wanted(arguments);
    let (begun, count) = (Instant::now(), wanted.len());
    let outcomes = campaign::run(&wanted, &|over, outcome: &Outcome| {
        if outcome.broken.is_some() || over % 10 == 0 || over == count {
            let seconds = begun.elapsed().as_secs();
            eprintln!("simulate: {over} of {count} seeds, {seconds} s");
        }
    });
    let report = Report { outcomes, ..Report::default() };
    for (one, outcome) in wanted.iter().zip(&report.outcomes) {
        show_broken(one, outcome);
    }
    if !arguments.forgets && arguments.seed.is_none() {
        keep(&wanted, &report);
    }
    if arguments.hashes {
        for outcome in &report.outcomes {
            println!("{} {}", outcome.seed, outcome.trace_hash);
        }
    } else {
        print(&report, arguments.json);
    }
    report.passed()
}

fn minutes(one: &Wanted) -> u64 {
    one.length.as_secs() / 60
}

fn show_broken(one: &Wanted, outcome: &Outcome) {
    let Some(broken) = &outcome.broken else { return };
    eprintln!("\nseed {} breaks {} at event {}:", outcome.seed, broken.invariant, broken.step);
    eprintln!("  {}", broken.what);
    let hours = shown_hours(minutes(one));
    eprintln!("  again: cargo xtask simulate --seed {} --hours {hours} --verbose", outcome.seed);
    for event in &outcome.last_events {
        eprintln!("    {}", event.chars().take(220).collect::<String>());
    }
}

/// Hours as they are typed; minutes come back from them unchanged.
fn shown_hours(minutes: u64) -> String {
    format!("{}.{:04}", minutes / 60, minutes % 60 * 10_000 / 60)
}

/// Adds one seed of each kind of failure to the file.
fn keep(wanted: &[Wanted], report: &Report) {
    let known: BTreeSet<u64> = old_seeds().into_iter().map(|one| one.seed).collect();
    let mut kinds = BTreeMap::new();
    for (one, outcome) in wanted.iter().zip(&report.outcomes) {
        if let Some(broken) = outcome.broken.as_ref().filter(|_| !known.contains(&one.seed)) {
            kinds.entry(broken.invariant).or_insert((one, broken));
        }
    }
    let file = fs::OpenOptions::new().create(true).append(true).open(seeds_file());
    let Ok(mut file) = file else { return };
    for (one, broken) in kinds.values() {
        let what: String = broken.what.chars().take(80).collect();
        let line = format!("{} {} # {} {what}\n", one.seed, minutes(one), broken.invariant);
        if let Err(error) = file.write_all(line.as_bytes()) {
            eprintln!("simulate: a seed cannot be kept: {error}");
        }
    }
}

fn print(report: &Report, is_json: bool) {
    let json = report.to_json();
    if is_json {
        println!("{json}");
        return;
    }
    println!("{json:#}");
}

/// One seed, event by event.
fn tell(seed: u64, length: Duration) -> bool {
    let options = Options::draw(Seed(seed), length);
    let outcome = World::telling(Seed(seed), options, Some(|line| println!("{line}"))).run();
    if let Some(broken) = &outcome.broken {
        println!("seed {seed} breaks {}: {}", broken.invariant, broken.what);
    }
    outcome.broken.is_none()
}

fn plant(name: &str, is_json: bool) -> bool {
    let bugs: Vec<Bug> = match Bug::named(name) {
        Some(bug) => vec![bug],
        None if name == "all" => BANK.iter().map(|row| row.bug).collect(),
        None => {
            let names: Vec<&str> = BANK.iter().map(|row| row.name).collect();
            eprintln!("error: `{name}` is no bug of the bank; known: {}", names.join(", "));
            return false;
        }
    };
    let report = campaign::plant(&bugs, &|row, found| match found {
        Some(what) => eprintln!("{:22} found by {what:.140}", row.name),
        None => eprintln!("{:22} NOT FOUND", row.name),
    });
    print(&report, is_json);
    report.passed()
}

/// The same seeds in two processes: their traces are equal, or something is left to chance.
fn twice(arguments: &Arguments) -> bool {
    let hashes = || {
        let me = std::env::current_exe().map_err(|error| error.to_string())?;
        let hours = shown_hours(length(arguments).as_secs() / 60);
        let mut command = Command::new(me);
        command.args(["--hashes", "--no-keep", "--no-old", "--hours", &hours]);
        match arguments.seed {
            Some(seed) => command.args(["--seed", &seed.to_string()]),
            None => command.args(["--seeds", &arguments.seeds.unwrap_or(20).to_string()]),
        };
        let output = command.stderr(std::process::Stdio::null()).output();
        let output = output.map_err(|error| error.to_string())?;
        Ok::<String, String>(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    match (hashes(), hashes()) {
        (Ok(one), Ok(other)) => {
            let pairs = || one.lines().zip(other.lines());
            let differ: Vec<&str> =
                pairs().filter(|(one, other)| one != other).map(|(one, _)| one).collect();
            let seeds = pairs().count();
            let whole = one.lines().count() == other.lines().count() && 0 < seeds;
            println!("{}", serde_json::json!({ "seeds": seeds, "differ": differ }));
            whole && differ.is_empty()
        }
        (Err(why), _) | (_, Err(why)) => {
            eprintln!("error: {why}");
            false
        }
    }
}
