//! Seeds that once failed: `crates/bot-simulation/seeds.txt`, a seed and its minutes on each line,
//! and behind a `#` what was wrong. They run before all others.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};
use bot_simulation::{Outcome, campaign::Wanted};

/// How much is said of what was wrong.
const WORDS_MAX: usize = 100;

fn path(root: &Path) -> PathBuf {
    root.join("crates/bot-simulation/seeds.txt")
}

/// The seeds of the file; none where there is no file.
pub(super) fn read(root: &Path) -> Vec<Wanted> {
    let text = fs::read_to_string(path(root)).unwrap_or_default();
    text.lines().filter_map(wanted).collect()
}

fn wanted(line: &str) -> Option<Wanted> {
    let mut words = line.split('#').next()?.split_whitespace();
    let (seed, minutes) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    Some(Wanted { seed, length: Duration::from_mins(minutes) })
}

/// Adds one seed of each kind of failure that is new.
pub(super) fn keep(root: &Path, wanted: &[Wanted], outcomes: &[Outcome]) -> Result<()> {
    let known: BTreeSet<u64> = read(root).into_iter().map(|one| one.seed).collect();
    let mut kinds = BTreeMap::new();
    for (one, outcome) in wanted.iter().zip(outcomes) {
        if let Some(broken) = outcome.broken.as_ref().filter(|_| !known.contains(&one.seed)) {
            kinds.entry(broken.invariant).or_insert((one, broken));
        }
    }
    if kinds.is_empty() {
        return Ok(());
    }
    let path = path(root);
    let file = fs::OpenOptions::new().create(true).append(true).open(&path);
    let mut file = file.with_context(|| format!("seeds cannot be kept in {}", path.display()))?;
    for (one, broken) in kinds.values() {
        let what: String = broken.what.chars().take(WORDS_MAX).collect();
        let (seed, minutes) = (one.seed, one.length.as_secs() / 60);
        writeln!(file, "{seed} {minutes} # {} {what}", broken.invariant)?;
    }
    Ok(())
}
