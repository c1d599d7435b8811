//! `slackwater data`: price history from Kraken, in files that `backtest` reads.

use std::{
    fmt::Write,
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
use serde::Serialize;
use trading_types::{Candle, Pair, Side, Timestamp, kraken_pairs};

use crate::{
    arguments::data::{DataArguments, DataCommand, FetchArguments},
    clock,
    failure::Failure,
    history_file::HistoryFile,
    kraken_link::KrakenLink,
    output,
    progress::TimeProgress,
    record_command::record,
};

/// The most trades in one page.
const PAGE: usize = 1_000;
/// The first line of a file of trades, as in Kraken's quarterly archives.
const TRADES_HEADER: &str = "price,volume,timestamp,type,ordertype,misc,tradeid";

pub(crate) fn data(arguments: &DataArguments) -> Result<(), Failure> {
    match &arguments.command {
        DataCommand::Fetch(it) if it.trades => fetch_trades(it),
        DataCommand::Fetch(it) => fetch_candles(it),
        DataCommand::Record(it) => record(it),
    }
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
    let minutes = arguments.interval.minutes();
    let path = path(arguments, &format!("{minutes}"));
    let (mut file, last) = HistoryFile::open(&path, "")?;
    let last = last.map(|line| last_start(&path, &line)).transpose()?;
    let request = Request::candles(name, arguments.interval, last).map_err(Failure::wrong)?;
    let link = KrakenLink::open(&arguments.kraken, Vec::new())?;
    let reply = link.public(request)?;
    let Candles { closed, .. } = candles(&reply.result, &names).map_err(unreadable)?;

    let mut answer = Answer::new(arguments, "candles", path);
    let step = Duration::from_secs(u64::from(minutes) * 60);
    let first = closed.first().map(|candle| candle.start);
    answer.hole = last.zip(first).map(|(last, first)| [last + step, first]);
    answer.hole = answer.hole.filter(|[from, to]| from < to);
    // Kraken's archives leave quiet intervals out, its OHLC fills them.
    let new = closed.iter().filter(|candle| 0 < candle.trades && last < Some(candle.start));
    let mut lines = String::new();
    for candle in new {
        add_candle(&mut lines, candle);
        answer.rows_added += 1;
        answer.from = answer.from.or(Some(candle.start));
        answer.to = Some(candle.start);
    }
    file.add(&lines)?;
    answer.print(arguments.json)
}

fn fetch_trades(arguments: &FetchArguments) -> Result<(), Failure> {
    let pair = arguments.pair.pair;
    let names = PairNames::recorded();
    let name = names.name(pair).ok_or_else(|| unnamed(pair))?;
    let path = path(arguments, "trades");
    let (mut file, last) = HistoryFile::open(&path, TRADES_HEADER)?;
    let mut last = last.map(|line| last_trade(&path, &line)).transpose()?;
    let end = arguments.to.unwrap_or_else(clock::now);
    // A trade of the very same moment may not be in the file yet.
    let resumed = last.map(|mark| mark.time - Duration::from_nanos(1));
    let mut since = resumed.or(arguments.from).unwrap_or(Timestamp::EPOCH);

    let link = KrakenLink::open(&arguments.kraken, Vec::new())?;
    let mut answer = Answer::new(arguments, "trades", path);
    let mut progress = TimeProgress::new("trades", since, end);
    loop {
        let request = Request::trades(name, Some(since), PAGE).map_err(Failure::wrong)?;
        let reply = link.public(request)?;
        let Trades { trades: rows, next, .. } =
            trades(&reply.result, &names).map_err(unreadable)?;
        let mut lines = String::new();
        let new = rows.iter().filter(|row| is_new(row, last) && row.trade.time < end);
        for row in new {
            add_trade(&mut lines, row);
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
    answer.print(arguments.json)
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
        (Some(_), None) | (None, _) => last.time < row.trade.time,
    }
}

fn add_candle(lines: &mut String, candle: &Candle) {
    let Candle { start, open, high, low, close, volume, trades } = candle;
    let start = start.seconds();
    let _ = writeln!(lines, "{start},{open},{high},{low},{close},{volume},{trades}");
}

fn add_trade(lines: &mut String, row: &TradesRow) {
    let trade = &row.trade;
    let (seconds, nanos) = (trade.time.seconds(), trade.time.nanos() % 1_000_000_000);
    let side = match trade.taker_side {
        Side::Buy => "b",
        Side::Sell => "s",
    };
    let kind = if row.is_market { "m" } else { "l" };
    let number = row.number.map(|number| number.to_string()).unwrap_or_default();
    let (price, quantity) = (trade.price, trade.quantity);
    let _ = writeln!(lines, "{price},{quantity},{seconds}.{nanos:09},{side},{kind},,{number}");
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

fn path(arguments: &FetchArguments, what: &str) -> PathBuf {
    let name = format!("{}_{what}.csv", kraken_pairs::archive_name(arguments.pair.pair));
    let folder = arguments.kraken.data_dir.join("history");
    arguments.out.clone().unwrap_or_else(|| folder.join(name))
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
