//! A line that is not a candle: the caller mends or converts the file.

use trading_types::{CandleError, Interval, Timestamp};

use super::{ARCHIVE_PAGE, Column};

/// What is wrong with the content of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentFault {
    /// No line holds a candle.
    #[error("it has no candles")]
    Empty,
    /// The last line stops in its middle.
    #[error("the file stops in the middle of its last line, after {columns} of 7 columns")]
    Truncated {
        /// Columns of the last line that are whole.
        columns: usize,
    },
    /// Single trades, Kraken's other archive.
    #[error("these are trades, not candles")]
    Trades,
    /// The first line names columns, and not those of candles.
    #[error("the columns are named \"{0}\"")]
    OtherColumns(String),
    /// Too many columns, or too few.
    #[error("{found} column{} where 7 are expected", if *found == 1 { "" } else { "s" })]
    ColumnCount {
        /// Columns found.
        found: usize,
        /// A character that seems to part the columns in place of the comma.
        separator: Option<char>,
    },
    /// Nothing on a line that is not the last.
    #[error("the line is empty")]
    BlankLine,
    /// More bytes than a candle can need.
    #[error("the line is longer than {0} bytes")]
    LongLine(usize),
    /// Something other than digits where the time stands.
    #[error("\"{0}\" is not a whole number of seconds")]
    TimeNotWhole(String),
    /// A time that no market of Kraken's has seen.
    #[error("{0} seconds is not a time between 2009 and 2100")]
    TimeOutOfRange(u64),
    /// A time at which no candle of this length begins.
    #[error("no candle of {interval} begins at {time}")]
    TimeOffGrid {
        /// The time.
        time: Timestamp,
        /// The candle length asked for.
        interval: Interval,
    },
    /// The same time as the line before.
    #[error("{0} is there twice")]
    TimeRepeated(Timestamp),
    /// A time before that of the line before.
    #[error("{time} comes after {last}")]
    TimeBackward {
        /// The time.
        time: Timestamp,
        /// The time of the line before.
        last: Timestamp,
    },
    /// Something other than digits and one point.
    #[error("\"{0}\" is not a plain decimal number")]
    NotDecimal(String),
    /// More decimals than can be kept exactly.
    #[error("\"{text}\" has more than {limit} decimals")]
    TooPrecise {
        /// The number.
        text: String,
        /// The most decimals of its column.
        limit: usize,
    },
    /// More than its type can hold.
    #[error("\"{0}\" is too large")]
    TooLarge(String),
    /// A price of zero or less.
    #[error("\"{0}\" is not above zero")]
    NotPositive(String),
    /// A volume below zero.
    #[error("\"{0}\" is below zero")]
    Negative(String),
    /// Something other than a count where the trades stand.
    #[error("\"{0}\" is not a number of trades")]
    NotACount(String),
    /// The numbers do not fit together.
    #[error("{0}")]
    Contradiction(CandleError),
}

impl ContentFault {
    /// What to do next.
    pub(super) fn hint(&self) -> String {
        let hint = match self {
            Self::Empty => return format!("get a file with candles at {ARCHIVE_PAGE}"),
            Self::Truncated { .. } => "truncated? download or copy the file again",
            Self::Trades => {
                return format!(
                    "get the OHLCVT archive in place of the trading history: {ARCHIVE_PAGE}"
                );
            }
            Self::OtherColumns(_) => return expected_columns(),
            Self::ColumnCount { separator: Some(character), .. } => {
                let character = character.escape_default();
                return format!("put commas between the columns in place of `{character}`");
            }
            Self::ColumnCount { separator: None, .. } => return expected_columns(),
            Self::BlankLine => "delete the line",
            Self::LongLine(_) => "this is no file of candles; check the path",
            Self::TimeNotWhole(text) => time_hint(text),
            Self::TimeOutOfRange(seconds) => out_of_range_hint(*seconds),
            Self::TimeOffGrid { .. } => "check --interval: these may be candles of another length",
            Self::TimeRepeated(_) => "delete one of the two lines; if they differ, get a new file",
            Self::TimeBackward { .. } => "sort the file by its first column",
            Self::NotDecimal(text) => decimal_hint(text),
            Self::TooPrecise { .. } => {
                "nothing is rounded here: round the column yourself, or get Kraken's own file"
            }
            Self::TooLarge(_) => "check that the columns stand in the expected order",
            Self::NotPositive(_) => "delete the line if nothing was traded",
            Self::Negative(_) => "check that the columns stand in the expected order",
            Self::NotACount(_) => "write a whole number; write 0 if the number is not known",
            Self::Contradiction(_) => "check the order of the columns, or get Kraken's own file",
        };
        hint.to_owned()
    }
}

fn expected_columns() -> String {
    let names: Vec<&str> = Column::ALL.into_iter().map(Column::name).collect();
    format!("write {}", names.join(","))
}

fn time_hint(text: &str) -> &'static str {
    if text.contains(['-', ':', 'T']) {
        "write the time as seconds since 1970, not as a date"
    } else if text.contains('.') {
        "write whole seconds, without a fraction"
    } else if text.contains([' ', '"']) {
        NO_WRAPPING
    } else {
        "write the time as seconds since 1970"
    }
}

/// Counts of smaller units stand where no count of seconds can.
fn out_of_range_hint(seconds: u64) -> &'static str {
    match seconds {
        0..100_000_000_000 => "check that the first column is the time, in seconds since 1970",
        100_000_000_000..100_000_000_000_000 => "these look like milliseconds: divide by 1000",
        100_000_000_000_000.. => "these look like micro- or nanoseconds: write whole seconds",
    }
}

const NO_WRAPPING: &str = "write the number alone, without spaces or quotes";

fn decimal_hint(text: &str) -> &'static str {
    let is_exponent = text.contains(['e', 'E']) && text.contains(|c: char| c.is_ascii_digit());
    if text.is_empty() || text.eq_ignore_ascii_case("nan") || text.eq_ignore_ascii_case("null") {
        "delete the line: an interval without trades has none"
    } else if text.contains([' ', '"']) {
        NO_WRAPPING
    } else if is_exponent {
        "write all digits, without an exponent"
    } else {
        "write digits with at most one point, for example 0.00001234"
    }
}
