//! Many runs at once, and the same runs in two processes.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use anyhow::{Result, ensure};
use bot_simulation::{
    Outcome,
    campaign::{self, Wanted},
};
use serde_json::json;

use super::{seeds_file, words::Options};

/// How many runs at once.
const THREADS: usize = 2;

/// What is to be run: seeds that once failed first.
pub(super) fn wanted(root: &Path, options: &Options) -> Vec<Wanted> {
    let length = options.length();
    if let Some(seed) = options.seed {
        return vec![Wanted { seed, length }];
    }
    let old = if options.with_old { seeds_file::read(root) } else { Vec::new() };
    let new = (1..=options.seeds).map(|seed| Wanted { seed, length });
    old.into_iter().chain(new).collect()
}

/// Runs all that are wanted, and gives what they came to in the same order. `tell` hears of each
/// that is over, with how many are.
pub(super) fn run(wanted: &[Wanted], tell: &(dyn Fn(usize, &Outcome) + Sync)) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let over: Mutex<Vec<(usize, Outcome)>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some((at, one)) = take(wanted, &next) {
                    let outcome = campaign::run(one);
                    let mut over = over.lock().expect("a run does not panic");
                    tell(over.len() + 1, &outcome);
                    over.push((at, outcome));
                }
            });
        }
    });
    let mut over = over.into_inner().expect("a run does not panic");
    over.sort_by_key(|(at, _)| *at);
    over.into_iter().map(|(_, outcome)| outcome).collect()
}

fn take<'a>(wanted: &'a [Wanted], next: &AtomicUsize) -> Option<(usize, &'a Wanted)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    wanted.get(at).map(|one| (at, one))
}

/// The same seeds in two processes: their traces are equal, or something is left to chance.
pub(super) fn twice(options: &Options, out: &mut impl Write) -> Result<bool> {
    let (one, other) = (hashes(options)?, hashes(options)?);
    ensure!(!one.is_empty() && one.len() == other.len(), "a process ended before its seeds");
    let pairs = one.iter().zip(&other);
    let differ: Vec<&String> =
        pairs.filter(|(one, other)| one != other).map(|(one, _)| one).collect();
    writeln!(out, "{}", json!({ "seeds": one.len(), "differ": differ }))?;
    Ok(differ.is_empty())
}

/// What a process of its own says of the seeds, a line each.
fn hashes(options: &Options) -> Result<Vec<String>> {
    let mut command = Command::new(std::env::current_exe()?);
    let minutes = (options.length().as_secs() / 60).to_string();
    command.args(["simulate", "--hashes", "--no-keep", "--no-old", "--minutes", &minutes]);
    match options.seed {
        Some(seed) => command.args(["--seed", &seed.to_string()]),
        None => command.args(["--seeds", &options.seeds.to_string()]),
    };
    let output = command.stderr(Stdio::null()).output()?;
    Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
}
