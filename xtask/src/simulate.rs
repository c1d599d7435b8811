//! `simulate`: the whole bot, a faulty net and disk and the simulated Kraken in virtual time, each
//! run in one thread.
//!
//! The invariant: a run is a function of its seed and its length; only how long it takes depends on
//! this machine.

mod campaign;
mod seeds_file;
mod words;

use std::{io::Write, path::Path, process::Command, time::Instant};

use anyhow::Result;
use bot_simulation::{
    Options as World, Outcome, Seed, World as Run,
    campaign::{Report, SEEDS_FOR_ALL, Wanted, plant},
};

use self::words::Way;
pub(crate) use self::words::{Options, parse};

/// Runs what is wanted; true if nothing was wrong. Unless this program was built for speed it
/// builds itself anew and has that do it: a month takes minutes then, and else hours.
pub(crate) fn run(root: &Path, options: &Options, out: &mut impl Write) -> Result<bool> {
    if cfg!(debug_assertions) {
        return with_all_speed(root, options);
    }
    if !options.bugs.is_empty() {
        return Ok(planted(options, out));
    }
    match (options.way, options.seed) {
        (Way::Twice, _) => campaign::twice(options, out),
        (Way::Verbose, Some(seed)) => Ok(told(seed, options, out)),
        (Way::Report | Way::Hashes | Way::Verbose, _) => many(root, options, out),
    }
}

fn with_all_speed(root: &Path, options: &Options) -> Result<bool> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root);
    cargo.args(["run", "--quiet", "--release", "--locked", "--package", "xtask", "--", "simulate"]);
    Ok(cargo.args(&options.words).status()?.success())
}

/// Many seeds, on two threads.
fn many(root: &Path, options: &Options, out: &mut impl Write) -> Result<bool> {
    let wanted = campaign::wanted(root, options);
    let (begun, count) = (Instant::now(), wanted.len());
    let outcomes = campaign::run(&wanted, &|over, outcome| {
        if outcome.broken.is_some() || over % 10 == 0 || over == count {
            let seconds = begun.elapsed().as_secs();
            eprintln!("simulate: {over} of {count} seeds, {seconds} s");
        }
    });
    for (one, outcome) in wanted.iter().zip(&outcomes) {
        show_broken(one, outcome);
    }
    if options.keeps && options.seed.is_none() {
        seeds_file::keep(root, &wanted, &outcomes)?;
    }
    if options.way == Way::Hashes {
        for outcome in &outcomes {
            writeln!(out, "{} {}", outcome.seed, outcome.trace_hash)?;
        }
        return Ok(true);
    }
    let report = Report { outcomes, ..Report::default() };
    print(&report, options, out);
    let never = report.never_struck();
    if SEEDS_FOR_ALL <= count && !never.is_empty() {
        eprintln!("simulate: these faults never struck, by their numbers: {never:?}");
    }
    Ok(report.passed())
}

fn show_broken(one: &Wanted, outcome: &Outcome) {
    let Some(broken) = &outcome.broken else { return };
    let (seed, minutes) = (outcome.seed, one.length.as_secs() / 60);
    eprintln!("\nseed {seed} breaks {} at event {}:", broken.invariant, broken.step);
    eprintln!("  {}", broken.what);
    eprintln!("  again: cargo xtask simulate --seed {seed} --minutes {minutes} --verbose");
    for event in &outcome.last_events {
        eprintln!("    {}", event.chars().take(220).collect::<String>());
    }
}

/// One seed, event by event.
fn told(seed: u64, options: &Options, out: &mut impl Write) -> bool {
    let world = World::draw(Seed(seed), options.length());
    let outcome = Run::telling(Seed(seed), world, Some(|line| eprintln!("{line}"))).run();
    let report = Report { outcomes: vec![outcome], ..Report::default() };
    print(&report, options, out);
    report.passed()
}

/// Planted bugs, each until a seed finds it.
fn planted(options: &Options, out: &mut impl Write) -> bool {
    let report = plant(&options.bugs, &|row, found| match found {
        Some(what) => eprintln!("{:22} found by {what:.140}", row.name),
        None => eprintln!("{:22} NOT FOUND", row.name),
    });
    print(&report, options, out);
    report.passed()
}

fn print(report: &Report, options: &Options, out: &mut impl Write) {
    let json = report.to_json();
    let text = if options.json { format!("{json}\n") } else { format!("{json:#}\n") };
    crate::print(out, &text);
}

#[cfg(test)]
mod tests;
