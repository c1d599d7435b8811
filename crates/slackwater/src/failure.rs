//! What went wrong, sorted by what the person at the terminal does next.

use std::fmt;

use crate::output;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The answer is no; everything needed has been printed.
    No,
    /// The arguments or the input are wrong: correct them.
    Wrong {
        /// What is wrong and where.
        what: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// The venue or the network failed: try again later, or look there.
    Venue {
        /// What happened.
        what: String,
    },
    /// Stopped by Ctrl-C; what was done has been printed.
    Interrupted,
    /// The reader of our output has gone away: nothing to say to anybody.
    NobodyListens,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong { what, .. } | Self::Venue { what } => f.write_str(what),
            Self::No | Self::Interrupted | Self::NobodyListens => f.write_str("no"),
        }
    }
}

impl From<trading_bot::ladder_file::LadderFileError> for Failure {
    fn from(error: trading_bot::ladder_file::LadderFileError) -> Self {
        let hint = error.hint();
        Self::wrong_hint(error, hint)
    }
}

impl Failure {
    /// Something to correct.
    pub(crate) fn wrong(what: impl fmt::Display) -> Self {
        Self::Wrong { what: what.to_string(), hint: None }
    }

    /// Something to correct, and how.
    pub(crate) fn wrong_hint(what: impl fmt::Display, hint: impl fmt::Display) -> Self {
        Self::Wrong { what: what.to_string(), hint: Some(hint.to_string()) }
    }

    /// Nothing to correct here.
    pub(crate) fn venue(what: impl fmt::Display) -> Self {
        Self::Venue { what: what.to_string() }
    }

    /// The first failure of things that were all tried, so that none takes another with it.
    pub(crate) fn first_of(tried: impl IntoIterator<Item = Result<(), Self>>) -> Result<(), Self> {
        tried.into_iter().collect()
    }

    /// The same, with where it is wrong before it.
    pub(crate) fn in_place(self, place: &str) -> Self {
        match self {
            Self::Wrong { what, hint } => Self::Wrong { what: format!("{place}: {what}"), hint },
            Self::No | Self::Venue { .. } | Self::Interrupted | Self::NobodyListens => self,
        }
    }

    /// The same, after so many files of so many were done.
    pub(crate) fn after(self, done: usize, count: usize) -> Self {
        match self {
            Self::Wrong { what, hint } => {
                let kept = format!("{done} of {count} files are stored");
                let hint = hint.map_or_else(|| kept.clone(), |hint| format!("{hint}; {kept}"));
                Self::Wrong { what, hint: Some(hint) }
            }
            Self::No | Self::Venue { .. } | Self::Interrupted | Self::NobodyListens => self,
        }
    }

    /// The exit status the command line promises.
    pub(crate) const fn exit_status(&self) -> u8 {
        match self {
            Self::No => 1,
            Self::Wrong { .. } => 2,
            Self::Venue { .. } => 3,
            // As the shell has it for a program that SIGINT has ended.
            Self::Interrupted => 130,
            Self::NobodyListens => 0,
        }
    }

    /// Tells the person.
    pub(crate) fn print(&self) {
        match self {
            Self::Wrong { what, hint } => {
                output::word(format_args!("error: {what}"));
                if let Some(hint) = hint {
                    output::word(format_args!("hint: {hint}"));
                }
            }
            Self::Venue { what } => output::word(format_args!("error: {what}")),
            Self::No | Self::Interrupted | Self::NobodyListens => (),
        }
    }
}
