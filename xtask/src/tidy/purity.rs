//! Below the purity line nothing looks around: no clock, socket, file, environment, thread, random
//! source or hash map, and no float function whose last bit depends on the platform.
//!
//! Clippy's bans cover most of this by type. This law holds even where clippy is told to be quiet,
//! and knows the line that clippy's one configuration file cannot know. It is a scan of text: it
//! stops slips, not somebody who hides on purpose.

use std::collections::BTreeMap;

use anyhow::Result;

use super::layers::{PURE, Pure};
use super::source::{code_only, has_word, use_paths};
use super::tree::extension;
use super::{Finding, Tree, manifest};

/// How findings of this law are marked.
pub(crate) const LAW: &str = "purity";

const NO_WORLD: &str = "files, sockets, settings and processes belong to the edge: take the value \
                        as an argument";
const NO_CLOCK: &str = "time is the last argument, named `now`";
const NO_THREAD: &str = "threads belong to the edge; a pure machine is driven by its caller";
const NO_CHANCE: &str = "chance is a seed, passed in";
const NO_HASHING: &str = "iteration order is random: use a BTreeMap, a BTreeSet or a sorted Vec";
const NO_UNSAFE: &str = "the workspace forbids it";
const NO_GLOB: &str = "name what you use, so that this law can see it";
const NO_LIBM: &str = "its last bit differs between platforms, so two machines could decide \
                       differently: use + - * / and sqrt, in a fixed order";

#[rustfmt::skip] // A table.
const FORBIDDEN: &[(&str, &str)] = &[
    ("std::fs",      NO_WORLD),
    ("std::net",     NO_WORLD),
    ("std::env",     NO_WORLD),
    ("std::process", NO_WORLD),
    ("std::thread",  NO_THREAD),
    ("std::*",       NO_GLOB),
    ("SystemTime",   NO_CLOCK),
    ("Instant::now", NO_CLOCK),
    ("rand::",       NO_CHANCE),
    ("HashMap",      NO_HASHING),
    ("HashSet",      NO_HASHING),
    ("unsafe",       NO_UNSAFE),
];

/// Float functions that IEEE 754 does not pin to the last bit. `sqrt` is exact, and so allowed;
/// `mul_add` is exact, but rounds once where `a * b + c` rounds twice, and may be slow.
#[rustfmt::skip] // A table.
const PLATFORM_FUNCTIONS: &[&str] = &[
    "powf",  "powi",  "exp",   "exp2",  "exp_m1",
    "ln",    "ln_1p", "log",   "log2",  "log10",
    "sin",   "cos",   "tan",   "sin_cos",
    "asin",  "acos",  "atan",  "atan2",
    "sinh",  "cosh",  "tanh",  "asinh", "acosh", "atanh",
    "cbrt",  "hypot", "mul_add",
];

/// Lists what the sources of the pure crates must not contain.
pub(crate) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    check_crates(tree, PURE)
}

fn check_crates(tree: &Tree, pure: &[Pure]) -> Result<Vec<Finding>> {
    let crates = manifest::crates(tree)?;
    let mut findings = Vec::new();
    for Pure { name, .. } in pure {
        let manifest = crates.iter().find(|(_, package)| package == name);
        let folder = manifest.and_then(|(file, _)| file.strip_suffix("/Cargo.toml"));
        let sources: Vec<&str> = match folder {
            Some(folder) => tree.below(folder).filter(|file| is_source(folder, file)).collect(),
            None => Vec::new(),
        };
        if sources.is_empty() {
            let file = manifest.map_or("Cargo.toml", |(file, _)| file);
            let what = format!("pure crate `{name}` has no sources here");
            findings.push(Finding::missing_target(LAW, file, &what));
        }
        for file in sources {
            for ((line, word), hint) in broken(&tree.text(file)?) {
                let what = format!("`{word}` stands below the purity line");
                findings.push(Finding::new(LAW, file, line, what, hint));
            }
        }
    }
    Ok(findings)
}

/// Rust that is not a test: tests may read fixtures and the clock, benches must.
fn is_source(folder: &str, file: &str) -> bool {
    let inside = file.strip_prefix(folder).unwrap_or(file);
    let is_test = inside.ends_with("/tests.rs")
        || inside.split('/').any(|part| part == "tests" || part == "benches");
    extension(file) == "rs" && !is_test
}

/// Every forbidden word in a source, once for each line, with what to do instead.
fn broken(text: &str) -> BTreeMap<(usize, String), &'static str> {
    let code = code_only(text);
    let mut broken = BTreeMap::new();
    let lines = code.lines().enumerate().map(|(at, line)| (at + 1, line.to_owned()));
    for (line, text) in lines.chain(use_paths(&code)) {
        for (word, hint) in FORBIDDEN {
            if has_word(&text, word) {
                broken.insert((line, (*word).to_owned()), *hint);
            }
        }
        for function in PLATFORM_FUNCTIONS {
            let forms =
                [format!(".{function}("), format!("f64::{function}"), format!("f32::{function}")];
            if forms.iter().any(|form| has_word(&text, form)) {
                broken.insert((line, (*function).to_owned()), NO_LIBM);
            }
        }
    }
    broken
}

#[cfg(test)]
mod tests;
