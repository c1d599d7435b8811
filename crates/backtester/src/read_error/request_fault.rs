//! A file without the candles that were asked for: the caller asks for something else.

use trading_types::{Interval, Pair, Timestamp};

use super::ARCHIVE_PAGE;

/// Why what was asked for is not in the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestFault {
    /// The range has no inside.
    #[error("nothing lies between {from} and {to}")]
    EmptyRange {
        /// Where the range begins.
        from: Timestamp,
        /// Where it ends.
        to: Timestamp,
    },
    /// The file's name names another pair.
    #[error("it is named for {named}, not for {asked}")]
    OtherPair {
        /// The pair of its name.
        named: String,
        /// The pair asked for.
        asked: Pair,
    },
    /// The file's name names another candle length.
    #[error("it is named for candles of {named} min, not of {asked}")]
    OtherInterval {
        /// The minutes of its name.
        named: u32,
        /// The candle length asked for.
        asked: Interval,
    },
    /// The pair is there, in other candle lengths.
    #[error("it has {pair} in candles of {} min, not of {asked}", list(has))]
    NoSuchInterval {
        /// The pair asked for.
        pair: Pair,
        /// The candle length asked for.
        asked: Interval,
        /// Those it has, in minutes.
        has: Vec<u32>,
    },
    /// The pair is not there.
    #[error("it has no candles of {pair}; near it: {}", list(nearest))]
    NoSuchPair {
        /// The pair asked for.
        pair: Pair,
        /// Pairs it has whose names are near.
        nearest: Vec<String>,
    },
    /// There is no file of candles at all.
    #[error("it has no file like {wanted}{}", found_there(found))]
    NoCandleFiles {
        /// The file that was looked for.
        wanted: String,
        /// Some that are there.
        found: Vec<String>,
    },
    /// Candles are there, in another range.
    #[error("no candle{}; the file covers {first} to {last}", range(*from, *to))]
    NothingInRange {
        /// Where the range begins.
        from: Option<Timestamp>,
        /// Where it ends.
        to: Option<Timestamp>,
        /// The start of the file's first candle.
        first: Timestamp,
        /// The start of its last candle.
        last: Timestamp,
    },
    /// All candles stand where only longer ones would.
    #[error("its candles are of {found}, not of {asked}")]
    LongerCandles {
        /// The candle length that fits them.
        found: Interval,
        /// The candle length asked for.
        asked: Interval,
    },
}

impl RequestFault {
    /// What to do next.
    pub(super) fn hint(&self) -> String {
        match self {
            Self::EmptyRange { .. } => "let --from be before --to".to_owned(),
            Self::OtherPair { named, .. } => {
                format!("say --pair {named}, or rename the file if its name is wrong")
            }
            Self::OtherInterval { named, .. } if Interval::from_minutes(*named).is_ok() => {
                format!("say --interval {named}, or rename the file if its name is wrong")
            }
            Self::OtherInterval { .. } => "rename the file if its name is wrong".to_owned(),
            Self::NoSuchInterval { has, .. } => match has[..] {
                [only] => format!("say --interval {only}"),
                _ => format!("say --interval with one of {}", list(has)),
            },
            Self::NoSuchPair { .. } => {
                format!("say --pair with one of its pairs, or get another file at {ARCHIVE_PAGE}")
            }
            Self::NoCandleFiles { .. } => {
                format!("name a file that has candles; Kraken offers them at {ARCHIVE_PAGE}")
            }
            Self::NothingInRange { .. } => {
                "move --from and --to into what the file covers".to_owned()
            }
            Self::LongerCandles { found, .. } => format!("say --interval {}", found.minutes()),
        }
    }
}

fn list(items: &[impl ToString]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn found_there(found: &[String]) -> String {
    if found.is_empty() { "; it is empty".to_owned() } else { format!("; it has {}", list(found)) }
}

fn range(from: Option<Timestamp>, to: Option<Timestamp>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!(" from {from} to {to}"),
        (Some(from), None) => format!(" from {from} on"),
        (None, Some(to)) => format!(" before {to}"),
        (None, None) => String::new(),
    }
}
