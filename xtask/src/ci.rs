//! Every check there is, in one fixed order: cheap ones first, so that a slip shows early.
//!
//! A failed step does not stop the ones after it. One run shows everything that is wrong.

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::tidy::{self, Tree};

/// The version that `deny.toml` is written for, and that CI installs.
const CARGO_DENY_VERSION: &str = "0.20.2";

/// One check.
#[derive(Debug)]
pub(crate) struct Step {
    /// What `--skip` and the summary call it.
    pub(crate) name: &'static str,
    kind: Kind,
    /// The words after `cargo`.
    words: &'static str,
}

/// What a step needs besides cargo.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Nothing.
    Plain,
    /// Warnings of rustdoc made errors.
    Rustdoc,
    /// cargo-deny, which does not come with cargo.
    Deny,
    /// No child: the laws in [`crate::tidy`] run in this process.
    Tidy,
}

const fn step(name: &'static str, kind: Kind, words: &'static str) -> Step {
    Step { name, kind, words }
}

const TEST: &str = "test --workspace --locked";

/// The checks, in their order.
#[rustfmt::skip] // A table.
pub(crate) const STEPS: &[Step] = &[
    step("fmt",    Kind::Plain,   "fmt --all --check"),
    step("clippy", Kind::Plain,   "clippy --workspace --all-targets --locked -- -D warnings"),
    step("tidy",   Kind::Tidy,    "xtask tidy"),
    step("test",   Kind::Plain,   TEST),
    step("doc",    Kind::Rustdoc, "doc --workspace --no-deps --locked"),
    step("deny",   Kind::Deny,    "deny --locked check bans licenses sources"),
    // Minutes each, with optimized code; the long versions are commands of their own.
    step("simulate",  Kind::Plain, "run --release -q --locked -p xtask -- simulate --seeds 500"),
    step("endurance", Kind::Plain, "xtask endurance --orders 5000 --seconds 80"),
    step("kill-loop", Kind::Plain, "xtask kill-loop --kills 2000 --seconds 170"),
];

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    Skipped,
}

#[derive(Debug)]
struct Ended {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

/// Runs every step but the skipped ones; true if all of them passed.
pub(crate) fn run(root: &Path, skip: &[String]) -> bool {
    let ended = run_steps(skip, |step| run_step(root, step));
    eprint!("\n{}", summary(&ended));
    passed(&ended)
}

/// Runs only the tests.
pub(crate) fn test(root: &Path) -> bool {
    succeeds(&mut cargo(root, TEST))
}

fn run_steps(skip: &[String], mut run: impl FnMut(&Step) -> bool) -> Vec<Ended> {
    let mut ended = Vec::with_capacity(STEPS.len());
    for step in STEPS {
        let started = Instant::now();
        let outcome = if skip.iter().any(|name| name == step.name) {
            Outcome::Skipped
        } else if run(step) {
            Outcome::Passed
        } else {
            Outcome::Failed
        };
        ended.push(Ended { name: step.name, outcome, took: started.elapsed() });
    }
    ended
}

fn passed(ended: &[Ended]) -> bool {
    ended.iter().all(|step| step.outcome != Outcome::Failed)
}

fn summary(ended: &[Ended]) -> String {
    let mut text = String::from("step     result    seconds\n");
    for step in ended {
        let result = match step.outcome {
            Outcome::Passed => "ok",
            Outcome::Failed => "FAILED",
            Outcome::Skipped => "skipped",
        };
        let seconds = step.took.as_secs_f64();
        let _ = writeln!(text, "{:<8} {result:<8} {seconds:>8.1}", step.name);
    }
    let failed: Vec<&str> =
        ended.iter().filter(|step| step.outcome == Outcome::Failed).map(|step| step.name).collect();
    match failed.as_slice() {
        [] => text.push_str("ci: passed\n"),
        failed => {
            let _ = writeln!(
                text,
                "ci: failed: {}\nhint: what is wrong stands above, after `==> {}`",
                failed.join(", "),
                failed[0]
            );
        }
    }
    text
}

fn run_step(root: &Path, step: &Step) -> bool {
    eprintln!("\n==> {}: cargo {}", step.name, step.words);
    let mut command = cargo(root, step.words);
    match step.kind {
        Kind::Plain => succeeds(&mut command),
        Kind::Rustdoc => succeeds(command.env("RUSTDOCFLAGS", "-D warnings")),
        Kind::Deny => is_there(cargo(root, "deny --version")) && succeeds(&mut command),
        Kind::Tidy => tidy_passes(root),
    }
}

fn tidy_passes(root: &Path) -> bool {
    match Tree::open(root).and_then(|tree| tidy::check(&tree)) {
        Ok(findings) => {
            eprintln!("{}{}", tidy::as_text(&findings), tidy::summary(&findings));
            findings.is_empty()
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            false
        }
    }
}

pub(crate) fn cargo(root: &Path, words: &str) -> Command {
    // The cargo that started this tool, so that every step uses the same toolchain.
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(words.split_whitespace()).current_dir(root);
    command
}

/// Waits for a child; true if it succeeded.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    match command.status() {
        Ok(status) => status.success(),
        Err(error) => {
            eprintln!("error: cargo did not start: {error}\nhint: install Rust, then try again");
            false
        }
    }
}

/// Whether cargo-deny answers `version`; if not, says how to get it.
fn is_there(mut version: Command) -> bool {
    let found = succeeds(version.stdout(Stdio::null()).stderr(Stdio::null()));
    if !found {
        eprintln!("error: cargo-deny is not installed\nhint: {}", install_cargo_deny());
    }
    found
}

fn install_cargo_deny() -> String {
    format!(
        "`cargo install cargo-deny --locked --version {CARGO_DENY_VERSION}` (about three minutes), \
         or leave it to CI with `cargo xtask ci --skip deny`"
    )
}

#[cfg(test)]
mod tests;
