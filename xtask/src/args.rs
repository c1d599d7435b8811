//! The command line, read by hand: three commands and two options do not need a library.
//!
//! A word that is not known is never guessed at; the error names the nearest word that is.

use std::fmt;

use crate::ci;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
The project's own tools.

usage: cargo xtask COMMAND

commands:
  tidy [--json]           the laws that clippy cannot say; exit 1 when one is broken
  ci [--skip STEP]...     what CI runs: fmt, clippy, tidy, test, doc, deny
  test                    only the tests of the whole workspace

options:
  -h, --help              print this help

examples:
  cargo xtask tidy                      before every commit
  cargo xtask tidy --json               the findings, for an editor or a script
  cargo xtask ci                        before handing work in
  cargo xtask ci --skip deny            without cargo-deny, for instance offline
  cargo xtask ci --skip test --skip doc

exit codes: 0 passed, 1 something failed, 2 the command line was not understood
";

const COMMANDS: &[&str] = &["tidy", "ci", "test"];

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
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCommand => write!(f, "no command")?,
            Self::Unknown { kind, word, .. } => write!(f, "unknown {kind} `{word}`")?,
            Self::NoValue { option } => write!(f, "`{option}` needs a word after it")?,
        }
        match self {
            Self::Unknown { word, known, .. } if !known.is_empty() => {
                let nearest = nearest(word, known);
                write!(f, "\nhint: did you mean `{nearest}`? known: {}", known.join(", "))
            }
            Self::NoCommand | Self::Unknown { .. } | Self::NoValue { .. } => {
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
