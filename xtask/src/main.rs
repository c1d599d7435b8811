//! The project's own tools, in Rust so that they run wherever the project builds.
//!
//! `tidy` says what clippy cannot: which crate may name which, what may stand below the purity
//! line, that documents name files which exist. `ci` runs every check there is, in one fixed
//! order, so that a green run here is a green run anywhere. `limits-report` sets our scheduler
//! against Kraken's limits, `simulate` the whole bot against everything that can go wrong.

#![expect(clippy::disallowed_methods, reason = "a tool: it reads files and measures time")]
#![expect(clippy::print_stderr, reason = "a command: data goes to stdout, words to stderr")]

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use crate::args::{Command, Output};
use crate::limits_report::Report;
use crate::tidy::Tree;

mod args;
mod ci;
mod endurance;
mod limits_report;
mod simulate;
mod tidy;

/// Something was found, or a step failed.
const EXIT_FAILED: u8 = 1;
/// The command line was not understood.
const EXIT_MISUSED: u8 = 2;

fn main() -> ExitCode {
    let args = std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned());
    match args::parse(args) {
        Ok(command) => run(&command).unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            ExitCode::from(EXIT_FAILED)
        }),
        Err(misuse) => {
            eprintln!("error: {misuse}");
            ExitCode::from(EXIT_MISUSED)
        }
    }
}

fn run(command: &Command) -> Result<ExitCode> {
    let root = root();
    let mut stdout = std::io::stdout();
    let passed = match command {
        Command::Help => {
            print(&mut stdout, args::HELP);
            true
        }
        Command::Tidy(output) => check_laws(root, *output, &mut stdout)?,
        Command::Ci { skip } => ci::run(root, skip),
        Command::Test => ci::test(root),
        Command::Simulate(options) => simulate::run(root, options, &mut stdout)?,
        Command::Long(test, options) => endurance::run(root, *test, options),
        Command::LimitsReport(options, output) => report_limits(*options, *output, &mut stdout),
    };
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::from(EXIT_FAILED) })
}

/// Writes what the laws find in the checkout at `root`; true if it is nothing.
fn check_laws(root: &Path, output: Output, out: &mut impl Write) -> Result<bool> {
    let findings = tidy::check(&Tree::open(root)?)?;
    match output {
        Output::Text => print(out, &tidy::as_text(&findings)),
        Output::Json => print(out, &format!("{:#}\n", tidy::as_json(&findings))),
    }
    eprintln!("{}", tidy::summary(&findings));
    Ok(findings.is_empty())
}

/// Writes how clients fare against Kraken's limits; true if ours kept them all.
fn report_limits(options: limits_report::Options, output: Output, out: &mut impl Write) -> bool {
    let report = Report::new(options, |what| eprintln!("limits-report: {what}"));
    match output {
        Output::Text => print(out, &report.as_table()),
        Output::Json => print(out, &format!("{:#}\n", report.as_json())),
    }
    report.passed()
}

/// A reader who has seen enough, `head` for instance, is no error.
fn print(out: &mut impl Write, text: &str) {
    let _ = out.write_all(text.as_bytes());
}

/// The checkout this tool was built from.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this crate is a folder of the workspace")
}

#[cfg(test)]
mod tests;
