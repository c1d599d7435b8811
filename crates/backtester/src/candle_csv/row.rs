//! One line of a file of candles, from bytes to a [`Candle`] or to the first thing wrong with it.
//!
//! The rules stand in the order of the columns. Nothing here knows other lines.

use trading_types::{Candle, CandleError, Interval, Timestamp};

use super::number;
use crate::read_error::{Column, ContentFault, Format, shown};

/// From 2009, the year of Bitcoin's first block, to 2100.
pub(super) const SECONDS: std::ops::Range<u64> = 1_230_768_000..4_102_444_800;

/// Characters that some programs write in place of the comma.
const OTHER_SEPARATORS: [char; 3] = [';', '\t', '|'];

/// What is wrong with a line, and in which column.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RowError {
    pub(super) column: Option<Column>,
    pub(super) fault: ContentFault,
}

/// What the first line of a file turns out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FirstLine {
    /// The names of the columns, as some programs write them.
    Names,
    /// The first row, or something that is refused like one.
    Row,
    /// Another kind of file.
    Other(Format),
    /// Names of other columns.
    Refused(ContentFault),
}

/// The candle of a line.
pub(super) fn row(line: &[u8], interval: Interval) -> Result<Candle, Box<RowError>> {
    let Some([time, open, high, low, close, volume, trades]) = split(line) else {
        return Err(Box::new(RowError { column: None, fault: column_count(line) }));
    };
    let candle = Candle {
        start: start(time, interval).map_err(in_column(Column::Timestamp))?,
        open: number::price(open).map_err(in_column(Column::Open))?,
        high: number::price(high).map_err(in_column(Column::High))?,
        low: number::price(low).map_err(in_column(Column::Low))?,
        close: number::price(close).map_err(in_column(Column::Close))?,
        volume: number::volume(volume).map_err(in_column(Column::Volume))?,
        trades: count(trades).map_err(in_column(Column::Trades))?,
    };
    match candle.check() {
        Ok(()) => Ok(candle),
        Err(error) => Err(in_column(contradicting(error))(ContentFault::Contradiction(error))),
    }
}

/// What the first line of a file is, without the mark that some programs put before it.
pub(super) fn first_line(line: &[u8]) -> FirstLine {
    if let Some(format) = Format::of(line) {
        return FirstLine::Other(format);
    }
    let names: Vec<String> =
        line.split(|byte| *byte == b',').map(|it| shown(it).to_lowercase()).collect();
    let begins_like_a_name = |it: &String| it.starts_with(|c: char| c.is_alphabetic() || c == '\\');
    if names.len() < 2 || !names.iter().all(begins_like_a_name) {
        return FirstLine::Row;
    }
    if are_candle_columns(&names) {
        FirstLine::Names
    } else if names.iter().any(|it| it == "price") {
        FirstLine::Refused(ContentFault::Trades)
    } else {
        FirstLine::Refused(ContentFault::OtherColumns(shown(line)))
    }
}

/// Whether a line that is no candle is a row of one of Kraken's two archives of trades: time, price
/// and volume; or price, volume, time, side, order kind and two more.
pub(super) fn is_trade(line: &[u8]) -> bool {
    let fields: Vec<&[u8]> = line.split(|byte| *byte == b',').collect();
    match fields[..] {
        [time, price, volume] => {
            let is_time = number::whole(time).is_some_and(|it| SECONDS.contains(&it));
            is_time && number::price(price).is_ok() && number::volume(volume).is_ok()
        }
        [_, _, _, side, kind, ..] => matches!(side, b"b" | b"s") && matches!(kind, b"m" | b"l"),
        _ => false,
    }
}

/// How many columns of a line that was cut off are whole, when it is short of some.
pub(super) fn whole_columns(line: &[u8]) -> Option<usize> {
    let columns: Vec<&[u8]> = line.split(|byte| *byte == b',').collect();
    let is_cut = columns.len() < 7 || columns.len() == 7 && columns[6].is_empty();
    // Nobody knows how much of the last one is missing.
    is_cut.then_some(columns.len() - 1)
}

fn in_column(column: Column) -> impl FnOnce(ContentFault) -> Box<RowError> {
    move |fault| Box::new(RowError { column: Some(column), fault })
}

fn split(line: &[u8]) -> Option<[&[u8]; 7]> {
    let mut fields = [&line[..0]; 7];
    let mut rest = line.split(|byte| *byte == b',');
    for field in &mut fields {
        *field = rest.next()?;
    }
    rest.next().is_none().then_some(fields)
}

fn column_count(line: &[u8]) -> ContentFault {
    let found = line.split(|byte| *byte == b',').count();
    let is_there = |separator: &char| line.iter().any(|byte| char::from(*byte) == *separator);
    let separator = OTHER_SEPARATORS.into_iter().find(is_there).filter(|_| found < 7);
    ContentFault::ColumnCount { found, separator }
}

fn start(text: &[u8], interval: Interval) -> Result<Timestamp, ContentFault> {
    let seconds = number::whole(text).ok_or_else(|| ContentFault::TimeNotWhole(shown(text)))?;
    if !SECONDS.contains(&seconds) {
        return Err(ContentFault::TimeOutOfRange(seconds));
    }
    let time = Timestamp::from_seconds(seconds).expect("times before 2100 fit");
    if seconds % interval.duration().as_secs() != 0 {
        return Err(ContentFault::TimeOffGrid { time, interval });
    }
    Ok(time)
}

fn count(text: &[u8]) -> Result<u32, ContentFault> {
    let count = number::whole(text).and_then(|it| u32::try_from(it).ok());
    count.ok_or_else(|| ContentFault::NotACount(shown(text)))
}

/// The column to look at when numbers do not fit together.
fn contradicting(error: CandleError) -> Column {
    match error {
        CandleError::HighTooLow { .. } => Column::High,
        CandleError::LowTooHigh { .. } => Column::Low,
        CandleError::PriceNotPositive { field, .. } | CandleError::PriceTooHigh { field, .. } => {
            match field {
                "open" => Column::Open,
                "high" => Column::High,
                "low" => Column::Low,
                _ => Column::Close,
            }
        }
        CandleError::VolumeNegative(_) => Column::Volume,
    }
}

fn are_candle_columns(names: &[String]) -> bool {
    let [time, open, high, low, close, volume, trades] = names else { return false };
    (time.starts_with("time") || time.starts_with("unix"))
        && [open, high, low, close, volume] == ["open", "high", "low", "close", "volume"]
        && (trades == "trades" || trades == "count")
}
