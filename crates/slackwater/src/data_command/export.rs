//! `slackwater data export`: a series of the history store as one file.

use std::path::Path;

use market_history::{Cursor, Row, Store, TimeRange, TradeRow, write_arrow};
use serde::Serialize;
use std::path::PathBuf;
use trading_types::Candle;

use super::csv_text::{TRADES_HEADER, add_bare_trade, add_candle, add_trade};
use crate::{
    arguments::data::{ExportArguments, FormatArgument},
    failure::Failure,
    files::{self, WholeFile},
    output,
    price_history::store_of,
    progress::Progress,
};

/// Text that gathers before it is written.
const CHUNK_BYTES: usize = 1 << 16;

#[derive(Debug, Serialize)]
struct Answer {
    file: PathBuf,
    rows: u64,
}

pub(super) fn export(arguments: &ExportArguments) -> Result<(), Failure> {
    let format = format(arguments)?;
    let store = Store::open(&store_of(&arguments.store.data_dir))?;
    let range = TimeRange { from: arguments.from, to: arguments.to };
    let pair = arguments.pair.pair;
    let rows = if arguments.trades {
        let mut trades = store.trades(pair, range)?;
        match format {
            FormatArgument::Arrow => as_arrow(&mut trades, &arguments.out)?,
            FormatArgument::Csv => trades_as_csv(&store, arguments, &mut trades)?,
        }
    } else {
        let mut candles = store.candles(pair, arguments.interval, range)?;
        match format {
            FormatArgument::Arrow => as_arrow(&mut candles, &arguments.out)?,
            FormatArgument::Csv => as_csv::<Candle>(&mut candles, &arguments.out, "", add_candle)?,
        }
    };
    let answer = Answer { file: arguments.out.clone(), rows };
    if arguments.store.json {
        return output::json(&answer);
    }
    output::line(format_args!("{}: {rows} rows", answer.file.display()))
}

fn format(arguments: &ExportArguments) -> Result<FormatArgument, Failure> {
    if let Some(format) = arguments.format {
        return Ok(format);
    }
    let ending = arguments.out.extension().map(|it| it.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("csv") => Ok(FormatArgument::Csv),
        Some("arrow" | "ipc" | "feather") => Ok(FormatArgument::Arrow),
        _ => {
            let what = format!("{} does not say its form", arguments.out.display());
            Err(Failure::wrong_hint(what, "add --format csv or --format arrow"))
        }
    }
}

/// In the form of the archive that has as much as the store.
fn trades_as_csv(
    store: &Store,
    arguments: &ExportArguments,
    trades: &mut Cursor<TradeRow>,
) -> Result<u64, Failure> {
    let mut first =
        store.trades(arguments.pair.pair, TimeRange { from: arguments.from, to: arguments.to })?;
    let is_bare = first.next_row()?.is_some_and(|it| it.side.is_none() && it.id.is_none());
    if is_bare {
        as_csv(trades, &arguments.out, "", add_bare_trade)
    } else {
        as_csv(trades, &arguments.out, TRADES_HEADER, add_trade)
    }
}

fn as_csv<R: Row>(
    rows: &mut Cursor<R>,
    path: &Path,
    header: &str,
    add: fn(&mut String, &R),
) -> Result<u64, Failure> {
    let mut file = WholeFile::create(path)?;
    let mut progress = Progress::new("rows", Some(rows.bytes_total()));
    let mut text = String::with_capacity(2 * CHUNK_BYTES);
    if !header.is_empty() {
        text.push_str(header);
        text.push('\n');
    }
    let mut count = 0;
    while let Some(row) = rows.next_row()? {
        add(&mut text, &row);
        count += 1;
        if CHUNK_BYTES < text.len() {
            files::write(path, &mut file, text.as_bytes())?;
            text.clear();
        }
        progress.see(rows.bytes_read());
    }
    files::write(path, &mut file, text.as_bytes())?;
    file.finish()?;
    progress.finish();
    Ok(count)
}

fn as_arrow<R: Row>(rows: &mut Cursor<R>, path: &Path) -> Result<u64, Failure> {
    let mut file = WholeFile::create(path)?;
    let count = write_arrow(rows, &mut file, path)?;
    file.finish()?;
    Ok(count)
}
