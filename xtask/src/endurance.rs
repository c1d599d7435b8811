//! `cargo xtask endurance`, `kill-loop`, `ladder-walk` and `history-load`: tests that take minutes,
//! with optimized code. What they do stands in the tests themselves.
//!
//! The invariant: nothing is decided here, and nothing of the bot is built for any other command.

use std::path::Path;

use crate::ci;

/// A test with a long version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LongTest {
    /// The service over real sockets while answers get lost.
    Endurance,
    /// A bot that is killed again and again.
    KillLoop,
    /// A bot that climbs the ladder, day by day.
    LadderWalk,
    /// Archives of a gigabyte, imported.
    HistoryLoad,
}

impl LongTest {
    /// Its options, each with a number.
    pub(crate) const fn options(self) -> &'static [&'static str] {
        match self {
            Self::Endurance => {
                &["--orders", "--seconds", "--speed", "--lanes", "--markets", "--seed"]
            }
            Self::KillLoop => &["--kills", "--seconds", "--lanes", "--speed", "--seed"],
            Self::LadderWalk => &["--speed"],
            Self::HistoryLoad => &["--megabytes"],
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Endurance => "endurance",
            Self::KillLoop => "kill_loop",
            Self::LadderWalk => "ladder_walk",
            Self::HistoryLoad => "history_load",
        }
    }

    const fn package(self) -> &'static str {
        match self {
            Self::Endurance | Self::KillLoop | Self::LadderWalk => "trading-bot",
            Self::HistoryLoad => "slackwater",
        }
    }
}

/// Runs it; true if it found nothing wrong.
pub(crate) fn run(root: &Path, test: LongTest, options: &[(String, u64)]) -> bool {
    let (package, name) = (test.package(), test.name());
    let begin = format!("test --release -q -p {package} --test {name} --");
    let words =
        options.iter().fold(begin, |words, (option, number)| format!("{words} {option} {number}"));
    ci::succeeds(&mut ci::cargo(root, &words))
}
