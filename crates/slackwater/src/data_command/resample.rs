//! `slackwater data resample`: longer candles, put together once and stored.

use market_history::{Conflict, Hash, ResampledCandles, RowSource, SeriesName, Store, StoreError};
use serde::Serialize;
use trading_types::{Candle, Interval, Pair};

use crate::{
    arguments::data::ResampleArguments, failure::Failure, output, price_history::store_of,
    progress::Progress,
};

#[derive(Debug, Serialize)]
struct Answer {
    pair: Pair,
    interval: Interval,
    made_from: String,
    rows: u64,
    added: u64,
    replaced: u64,
}

pub(super) fn resample(arguments: &ResampleArguments) -> Result<(), Failure> {
    let (pair, interval) = (arguments.pair.pair, arguments.interval);
    let root = store_of(&arguments.store.data_dir);
    Store::open(&root)?;
    let writer = Store::write(&root)?;
    let (rows, made_from) = writer.store().made_from_shorter(pair, interval)?;
    let conflict = if arguments.replace { Conflict::Replace } else { Conflict::Refuse };
    let made_from = made_from.to_string();
    let progress = Progress::new("rows", Some(rows.bytes_total()));
    let mut source = Shorter { rows, progress };
    let name = format!("resampled from {made_from}");
    let merged = writer.merge(SeriesName::candles(pair, interval), &name, &mut source, conflict)?;
    source.progress.finish();
    let (rows, added, replaced) = (merged.rows, merged.added, merged.replaced);
    let answer = Answer { pair, interval, made_from, rows, added, replaced };
    if arguments.store.json {
        return output::json(&answer);
    }
    output::line(format_args!(
        "{pair} {interval}: {rows} candles from {}, {added} of them new, {replaced} replaced",
        answer.made_from
    ))
}

/// Candles that are put together.
struct Shorter {
    rows: ResampledCandles,
    progress: Progress,
}

impl RowSource<Candle> for Shorter {
    type Error = StoreError;

    fn next_row(&mut self) -> Result<Option<Candle>, StoreError> {
        let row = self.rows.next_row()?;
        self.progress.see(self.rows.bytes_read());
        Ok(row)
    }

    fn sha256(&mut self) -> Option<Hash> {
        None
    }
}
