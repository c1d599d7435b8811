//! `slackwater data fetch`: price history from Kraken, into the store or a file.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use kraken_protocol::{
    request::Request,
    rest::{
        PairNames,
        market::{Candles, Trades, TradesRow, candles, trades},
    },
};
use market_history::{
    Conflict, OrderKind, SeriesName, Store, StoreError, TimeRange, TradeCsvError, TradeReader,
    TradeRow,
};
use serde::Serialize;
use trading_types::{Candle, Pair, Timestamp, kraken_pairs};

use super::csv_text::{TRADES_HEADER, add_candle, add_trade};
use crate::{
    arguments::data::FetchArguments, clock, failure::Failure, files, history_file::HistoryFile,
    kraken_link::KrakenLink, output, price_history::store_of, progress::TimeProgress,
};

/// The most trades in one page.
const PAGE: usize = 1_000;
pub(super) fn fetch(arguments: &FetchArguments) -> Result<(), Failure> {
    if arguments.trades { fetch_trades(arguments) } else { fetch_candles(arguments) }
}

/// What was fetched.
#[derive(Debug, Serialize)]
struct Answer {
    pair: Pair,
    kind: &'static str,
    file: PathBuf,
    rows_added: u64,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    /// Whether candles between the last in the file and the first that Kraken still has are lost.
    hole: Option<[Timestamp; 2]>,
}

impl Answer {
    fn new(arguments: &FetchArguments, kind: &'static str, file: PathBuf) -> Self {
        let pair = arguments.pair.pair;
        Self { pair, kind, file, rows_added: 0, from: None, to: None, hole: None }
    }

    fn print(&self, as_json: bool) -> Result<(), Failure> {
        if as_json {
            return output::json(self);
        }
        let file = self.file.display();
        match (self.from, self.to) {
            (Some(from), Some(to)) => {
                let (rows, kind) = (self.rows_added, self.kind);
                output::line(format_args!("{file}: {rows} {kind} added, {from} to {to}"))?;
            }
            _ => output::line(format_args!("{file}: nothing new"))?,
        }
        if let Some([from, to]) = self.hole {
            output::word(format_args!(
                "warning: nothing is known between {from} and {to}; Kraken's OHLC reaches back 720 \
                 candles. Fetch the trades, or take Kraken's archive"
            ));
        }
        Ok(())
    }
}

fn fetch_candles(arguments: &FetchArguments) -> Result<(), Failure> {
    let pair = arguments.pair.pair;
    let names = PairNames::recorded();
    let name = names.name(pair).ok_or_else(|| unnamed(pair))?;
    let (mut target, last) = Target::open(arguments)?;
    let request = Request::candles(name, arguments.interval, last).map_err(Failure::wrong)?;
    let link = KrakenLink::open(&arguments.kraken, Vec::new())?;
    let reply = link.public(request)?;
    let Candles { closed, .. } = candles(&reply.result, &names).map_err(unreadable)?;

    let mut answer = Answer::new(arguments, "candles", target.path());
    let step = arguments.interval.duration();
    let first = closed.first().map(|candle| candle.start);
    answer.hole = last.zip(first).map(|(last, first)| [last + step, first]);
    answer.hole = answer.hole.filter(|[from, to]| from < to);
    // Kraken's archives leave quiet intervals out, its OHLC fills them.
    let new = closed.into_iter().filter(|candle| 0 < candle.trades && last < Some(candle.start));
    let new: Vec<Candle> = new.collect();
    answer.rows_added = new.len() as u64;
    answer.from = new.first().map(|candle| candle.start);
    answer.to = new.last().map(|candle| candle.start);
    target.add(&new)?;
    answer.print(arguments.json)
}

/// Where fetched candles go.
enum Target {
    File(PathBuf, HistoryFile),
    Store(PathBuf, SeriesName),
}

impl Target {
    /// Opens it, and gives the last candle that is there.
    fn open(arguments: &FetchArguments) -> Result<(Self, Option<Timestamp>), Failure> {
        if let Some(path) = &arguments.out {
            let (file, last) = HistoryFile::open(path, "")?;
            let last = last.map(|line| last_start(path, &line)).transpose()?;
            return Ok((Self::File(path.clone(), file), last));
        }
        let root = store_of(&arguments.kraken.data_dir);
        let series = SeriesName::candles(arguments.pair.pair, arguments.interval);
        let last = last_time(&root, series)?;
        Ok((Self::Store(root, series), last))
    }

    fn path(&self) -> PathBuf {
        match self {
            Self::File(path, _) | Self::Store(path, _) => path.clone(),
        }
    }

    fn add(&mut self, candles: &[Candle]) -> Result<(), Failure> {
        match self {
            Self::File(_, file) => {
                let mut lines = String::new();
                for candle in candles {
                    add_candle(&mut lines, candle);
                }
                file.add(&lines)
            }
            Self::Store(..) if candles.is_empty() => Ok(()),
            Self::Store(root, series) => {
                let mut source = candles.iter().map(|candle| Ok::<_, StoreError>(*candle));
                let writer = Store::write(root)?;
                writer.merge(*series, "Kraken's REST OHLC", &mut source, Conflict::Refuse)?;
                Ok(())
            }
        }
    }
}

/// The last row of a series of a store, if there is one.
fn last_time(root: &Path, series: SeriesName) -> Result<Option<Timestamp>, Failure> {
    if !Store::is_there(root) {
        return Ok(None);
    }
    let manifest = Store::open(root)?.manifest(series)?;
    Ok(manifest.and_then(|it| it.span()).map(|(_, last)| last))
}

fn fetch_trades(arguments: &FetchArguments) -> Result<(), Failure> {
    let root = store_of(&arguments.kraken.data_dir);
    let Some(path) = &arguments.out else {
        let pending = Pending::of(&root, arguments.pair.pair);
        // What an interrupted fetch left.
        pending.store()?;
        let known = last_stored(&root, arguments.pair.pair)?;
        let fetched = fetch_pages(arguments, &pending.path, known);
        // Pages are kept though a later one failed.
        pending.store()?;
        return Answer { file: root, ..fetched? }.print(arguments.json);
    };
    fetch_pages(arguments, path, None)?.print(arguments.json)
}

/// Fetches page after page into a file.
fn fetch_pages(
    arguments: &FetchArguments,
    path: &Path,
    known: Option<Mark>,
) -> Result<Answer, Failure> {
    let pair = arguments.pair.pair;
    let names = PairNames::recorded();
    let name = names.name(pair).ok_or_else(|| unnamed(pair))?;
    let (mut file, last) = HistoryFile::open(path, TRADES_HEADER)?;
    let mut last = last.map(|line| last_trade(path, &line)).transpose()?.or(known);
    let end = arguments.to.unwrap_or_else(clock::now);
    // A trade of the very same moment may not be in the file yet.
    let resumed = last.map(|mark| mark.time - Duration::from_nanos(1));
    let mut since = resumed.or(arguments.from).unwrap_or(Timestamp::EPOCH);

    let link = KrakenLink::open(&arguments.kraken, Vec::new())?;
    let mut answer = Answer::new(arguments, "trades", path.to_owned());
    let mut progress = TimeProgress::new("trades", since, end);
    loop {
        let request = Request::trades(name, Some(since), PAGE).map_err(Failure::wrong)?;
        let reply = link.public(request)?;
        let Trades { trades: rows, next, .. } =
            trades(&reply.result, &names).map_err(unreadable)?;
        let mut lines = String::new();
        let new = rows.iter().filter(|row| is_new(row, last) && row.trade.time < end);
        for row in new {
            add_trade(&mut lines, &stored(row));
            answer.rows_added += 1;
            answer.from = answer.from.or(Some(row.trade.time));
            answer.to = Some(row.trade.time);
        }
        file.add(&lines)?;
        last = rows.last().map(Mark::of).or(last);
        progress.see(last.map_or(since, |mark| mark.time));
        match next {
            Some(next) if since < next && next < end && !rows.is_empty() => since = next,
            Some(_) | None => break,
        }
    }
    progress.finish();
    Ok(answer)
}

/// Trades that were fetched and are not in the store yet: a page is on the disk before the next one
/// is asked for, and a month is not written again for each page.
struct Pending {
    root: PathBuf,
    series: SeriesName,
    path: PathBuf,
}

impl Pending {
    fn of(root: &Path, pair: Pair) -> Self {
        let name = format!("fetched-{}.csv", kraken_pairs::archive_name(pair));
        let series = SeriesName::trades(pair);
        Self { root: root.to_owned(), series, path: root.join(name) }
    }

    /// Puts them into the store, and takes the file away.
    fn store(&self) -> Result<(), Failure> {
        let Some(input) = files::open_if_any(&self.path)? else { return Ok(()) };
        let mut reader = TradeReader::new(input);
        let mut rows = std::iter::from_fn(|| reader.next_trade().transpose()).peekable();
        if !matches!(rows.peek(), None | Some(Err(TradeCsvError::Empty))) {
            let writer = Store::write(&self.root)?;
            let name = "Kraken's REST Trades";
            let merged = writer.merge(self.series, name, &mut rows, Conflict::Refuse);
            merged
                .map_err(|error| Failure::from(error).in_place(&self.path.display().to_string()))?;
        }
        files::remove(&self.path)
    }
}

/// The last trade in the store.
fn last_stored(root: &Path, pair: Pair) -> Result<Option<Mark>, Failure> {
    let Some(time) = last_time(root, SeriesName::trades(pair))? else { return Ok(None) };
    let range = TimeRange { from: Some(time), to: None };
    let mut rows = Store::open(root)?.trades(pair, range)?;
    let mut last = None;
    while let Some(row) = rows.next_row()? {
        last = Some(Mark { time: row.time, number: row.id });
    }
    Ok(last)
}

/// A trade as it is stored.
fn stored(row: &TradesRow) -> TradeRow {
    TradeRow {
        time: row.trade.time,
        price: row.trade.price,
        volume: row.trade.quantity.into(),
        side: Some(row.trade.taker_side),
        order: Some(if row.is_market { OrderKind::Market } else { OrderKind::Limit }),
        id: row.number.filter(|number| *number != 0),
    }
}

/// The last trade that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    time: Timestamp,
    number: Option<u64>,
}

impl Mark {
    const fn of(row: &TradesRow) -> Self {
        Self { time: row.trade.time, number: row.number }
    }
}

/// Whether a row comes after `last`. Moments repeat, numbers do not; old trades have none.
fn is_new(row: &TradesRow, last: Option<Mark>) -> bool {
    let Some(last) = last else { return true };
    match (row.number, last.number) {
        (Some(number), Some(known)) => known < number,
        // The complete archive cuts times to seconds: a trade of its last second is in it.
        (_, None) if last.time.nanos().is_multiple_of(1_000_000_000) => {
            last.time.seconds() < row.trade.time.seconds()
        }
        (Some(_), None) | (None, _) => last.time < row.trade.time,
    }
}

/// When the candle in the last line of a file began.
fn last_start(path: &Path, line: &str) -> Result<Timestamp, Failure> {
    let seconds = line.split(',').next().and_then(|field| field.parse().ok());
    seconds.and_then(Timestamp::from_seconds).ok_or_else(|| not_ours(path, line, "candles"))
}

fn last_trade(path: &Path, line: &str) -> Result<Mark, Failure> {
    let fields: Vec<&str> = line.split(',').collect();
    let [_, _, time, _, _, _, number] = fields[..] else {
        return Err(not_ours(path, line, "trades"));
    };
    let time = moment(time).ok_or_else(|| not_ours(path, line, "trades"))?;
    Ok(Mark { time, number: number.parse().ok() })
}

/// Seconds with up to nine decimals.
fn moment(text: &str) -> Option<Timestamp> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let all_digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
    let nanos: u64 = format!("{fraction:0<9}").parse().ok().filter(|_| all_digits)?;
    let whole = Timestamp::from_seconds(seconds.parse().ok()?)?;
    (fraction.len() <= 9).then(|| whole + Duration::from_nanos(nanos))
}

fn unnamed(pair: Pair) -> Failure {
    Failure::wrong(format_args!("it is not known what Kraken's REST interface calls {pair}"))
}

fn unreadable(error: impl std::fmt::Display) -> Failure {
    Failure::venue(format_args!("Kraken's answer cannot be read: {error}"))
}

fn not_ours(path: &Path, line: &str, what: &str) -> Failure {
    let shown: String = line.chars().take(60).collect();
    Failure::wrong_hint(
        format_args!("{}: its last line, `{shown}`, is no line of {what}", path.display()),
        "name another file with --out, or move this one away",
    )
}

#[cfg(test)]
mod tests;
