//! What can go wrong with the store, sorted by what to do next. Each message is one line.

use std::{io, path::PathBuf};

use trading_types::{Pair, Timestamp};

use crate::{arrow::PartFault, series::SeriesName};

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk would not.
    #[error("cannot {doing} {}: {error}", path.display())]
    Disk {
        /// What was tried.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// There is no store.
    #[error("there is no history store at {}", path.display())]
    NoStore {
        /// Where one was looked for.
        path: PathBuf,
    },
    /// It was written by a later version.
    #[error("{}: it has format {found}, and known are those up to {known}", path.display())]
    Newer {
        /// The file that says so.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest that is known.
        known: u32,
    },
    /// The store has nothing of it.
    #[error("the store has no {wanted}; it has {has}")]
    NoSeries {
        /// What was asked for.
        wanted: SeriesName,
        /// What it has of that pair, or which pairs it has.
        has: String,
    },
    /// The series has nothing in the range.
    #[error("{series}: nothing {range}; the store has {first} to {last}")]
    NothingInRange {
        /// What was asked for.
        series: SeriesName,
        /// From when to when.
        range: String,
        /// The first row there is.
        first: Timestamp,
        /// The last row there is.
        last: Timestamp,
    },
    /// A manifest is damaged.
    #[error("{}: {what}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A part is damaged.
    #[error("{}: {fault}", path.display())]
    Part {
        /// The part.
        path: PathBuf,
        /// What is wrong with it.
        fault: PartFault,
    },
    /// Reading went on after an error.
    #[error("reading was given up before, at an error")]
    GivenUp,
    /// Another process writes.
    #[error("another process writes to {}", path.display())]
    Busy {
        /// The lock.
        path: PathBuf,
    },
    /// A row cannot be kept.
    #[error("row {number}: {what}")]
    Row {
        /// Which row of the source, from 1.
        number: u64,
        /// What is wrong with it.
        what: String,
    },
    /// Rows go back in time.
    #[error("row {number}, at {time}, comes after {before}")]
    Backward {
        /// Which row of the source, from 1.
        number: u64,
        /// Its time.
        time: Timestamp,
        /// The time of the row before it.
        before: Timestamp,
    },
    /// The source and the store do not say the same.
    #[error("at {time} the store has {stored}, and the source says {offered}")]
    Contradiction {
        /// When.
        time: Timestamp,
        /// What is stored.
        stored: String,
        /// What was offered.
        offered: String,
    },
    /// Trades with numbers and trades without would be counted twice.
    #[error(
        "at {time} the source has trades {offered} numbers, and the store has trades {stored} \
         them from {first} to {last}"
    )]
    Mixed {
        /// Where they meet.
        time: Timestamp,
        /// `with` or `without`.
        offered: &'static str,
        /// `with` or `without`.
        stored: &'static str,
        /// The first stored trade of the month.
        first: Timestamp,
        /// The last stored trade of the month.
        last: Timestamp,
    },
    /// So many rows at one moment are no market.
    #[error("more than {limit} rows at {time}")]
    Crowd {
        /// When.
        time: Timestamp,
        /// The most that are taken.
        limit: usize,
    },
    /// An asset that cannot name a folder.
    #[error("{0} cannot be kept: its name has more than letters, digits and points")]
    PairName(Pair),
}

impl StoreError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Disk { error, .. } if is_full(error) => {
                "make room on the disk and run it again; what was stored before is untouched"
            }
            Self::Disk { error, .. } if error.kind() == io::ErrorKind::PermissionDenied => {
                "check who may read and write there"
            }
            Self::Disk { .. } => "check the path and the disk",
            Self::NoStore { .. } => {
                "begin one with `slackwater data import FILE`, or name another path"
            }
            Self::Newer { .. } => "use the version that wrote it, or import into another folder",
            Self::NoSeries { .. } => {
                "import it with `slackwater data import FILE`; `slackwater data list` shows what \
                 there is"
            }
            Self::NothingInRange { .. } => "ask for another range",
            Self::Manifest { .. } | Self::Part { .. } => {
                "`slackwater data verify` lists all that is damaged; remove the folder of that \
                 series and import its sources again"
            }
            Self::GivenUp => "look at the first error",
            Self::Busy { .. } => "wait until it is done, then run it again",
            Self::Row { .. } => "mend that row, or leave the file out",
            Self::Backward { .. } => "sort the file by time, or fetch it again",
            Self::Contradiction { .. } => {
                "find out which is right; --replace lets the source win where the two differ"
            }
            Self::Mixed { .. } => {
                "import the two kinds for different times; --replace lets the source win from its \
                 first trade to its last"
            }
            Self::Crowd { .. } => "check that the times of the file are not all the same",
            Self::PairName(_) => "leave it out",
        }
    }
}

fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind as K;
    [K::StorageFull, K::QuotaExceeded, K::FileTooLarge].contains(&error.kind())
}
