//! `simulate`: the whole bot in virtual time, with all speed a compiler can give.
//!
//! The invariant: the words are the simulation's own; nothing is read or decided here.

use std::path::Path;
use std::process::Command;

/// Builds the simulation with all speed and runs it with these words; true if it passed.
pub(crate) fn run(root: &Path, words: &[String]) -> bool {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root);
    cargo.args(["run", "--quiet", "--release", "--locked", "--package", "bot-simulation", "--"]);
    match cargo.args(words).status() {
        Ok(status) => status.success(),
        Err(error) => {
            eprintln!("error: the simulation cannot be started: {error}");
            false
        }
    }
}
