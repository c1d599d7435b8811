//! `slackwater data import`: archives, CSV files and recordings go into the history store.

mod plan;
mod recording;
mod source;

use std::{fmt::Write, path::PathBuf};

use market_history::{Conflict, Content, MergeError, Merged, SeriesName, Store, StoreWriter};
use serde::Serialize;
use trading_types::Timestamp;

use self::{
    plan::{Input, Job, Plan},
    recording::{RecordedBook, RecordedTrades},
    source::{CandleRows, TradeRows},
};
use super::list::word;
use crate::{
    arguments::data::ImportArguments, failure::Failure, output, price_history::store_of,
    progress::Progress,
};

/// What was imported.
#[derive(Debug, Serialize)]
struct Answer {
    store: PathBuf,
    imported: Vec<Imported>,
    /// Files that are no candles and no trades of the pairs and lengths that were asked for.
    skipped: Vec<String>,
}

/// A file that was imported into a series.
#[derive(Debug, Serialize)]
struct Imported {
    source: String,
    #[serde(flatten)]
    series: SeriesName,
    rows: u64,
    added: u64,
    replaced: u64,
    removed: u64,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

pub(super) fn import(arguments: &ImportArguments) -> Result<(), Failure> {
    let plan = Plan::of(arguments)?;
    let root = store_of(&arguments.store.data_dir);
    let writer = Store::write(&root)?;
    let conflict = if arguments.replace { Conflict::Replace } else { Conflict::Refuse };
    let mut progress = Progress::new("rows", plan.bytes());
    let mut answer = Answer { store: root, imported: Vec::new(), skipped: plan.skipped };
    let count = plan.jobs.len();
    for (number, job) in plan.jobs.iter().enumerate() {
        let done = run(&writer, job, conflict, &mut progress)
            .map_err(|error| if number == 0 { error } else { error.after(number, count) })?;
        if !arguments.store.json {
            print(&done)?;
        }
        answer.imported.push(done);
    }
    progress.finish();
    if arguments.store.json {
        return output::json(&answer);
    }
    match answer.skipped.len() {
        0 => (),
        1 => output::word(format_args!("passed over: {}", answer.skipped[0])),
        count => output::word(format_args!(
            "{count} files passed over, the first of them {}",
            answer.skipped[0]
        )),
    }
    Ok(())
}

/// Imports one file.
fn run(
    writer: &StoreWriter,
    job: &Job,
    conflict: Conflict,
    progress: &mut Progress,
) -> Result<Imported, Failure> {
    let (series, name) = (job.series, job.name());
    let in_file = |failure: Failure| failure.in_place(&name);
    let merged = match (&job.input, series.content) {
        (Input::File(file), Content::Candles { interval }) => {
            let mut rows = CandleRows::open(file, interval, progress)?;
            writer.merge(series, &name, &mut rows, conflict).map_err(|error| match error {
                // These know their place better.
                MergeError::Source(error) => error.into(),
                MergeError::Store(error) => in_file(error.into()),
            })
        }
        (Input::File(file), Content::Trades | Content::Book) => {
            let mut rows = TradeRows::open(file, progress)?;
            let merged = writer.merge(series, &name, &mut rows, conflict);
            merged.map_err(|error| in_file(error.into()))
        }
        (Input::Recording(path), Content::Book) => {
            let mut rows = RecordedBook::open(path, series.pair, progress)?;
            let merged = writer.merge(series, &name, &mut rows, conflict);
            merged.map_err(|error| in_file(error.into()))
        }
        (Input::Recording(path), Content::Trades | Content::Candles { .. }) => {
            let mut rows = RecordedTrades::open(path, series.pair, progress)?;
            let merged = writer.merge(series, &name, &mut rows, conflict);
            merged.map_err(|error| in_file(error.into()))
        }
    };
    Ok(Imported::new(name.clone(), series, &merged?))
}

impl Imported {
    fn new(source: String, series: SeriesName, merged: &Merged) -> Self {
        let Merged { rows, added, replaced, removed, span } = *merged;
        let (from, to) = (span.map(|(first, _)| first), span.map(|(_, last)| last));
        Self { source, series, rows, added, replaced, removed, from, to }
    }
}

fn print(imported: &Imported) -> Result<(), Failure> {
    let Imported { series, rows, added, replaced, removed, from, to, .. } = imported;
    let what = format!("{:<12} {:<8}", series.pair.to_string(), word(series.content));
    let mut line = format!("{what} {rows:>10} rows, {added} new");
    for (count, word) in [(replaced, "replaced"), (removed, "gone")] {
        if 0 < *count {
            let _ = write!(line, ", {count} {word}");
        }
    }
    if let (Some(from), Some(to)) = (from, to) {
        let _ = write!(line, "  {from} to {to}");
    }
    output::line(line)
}
