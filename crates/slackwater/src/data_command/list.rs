//! `slackwater data list`: what the history store has.

use indicatif::HumanBytes;
use market_history::{Content, Gap, Manifest, SeriesName, Source, Store};
use serde::Serialize;
use trading_types::Timestamp;

use crate::{arguments::data::ListArguments, failure::Failure, output, price_history::store_of};

/// A series, as scripts read it.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    #[serde(flatten)]
    series: SeriesName,
    rows: u64,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    /// Intervals between them without a candle.
    missing: u64,
    /// Where those are: the hundred longest stretches.
    gaps: Vec<Gap>,
    bytes: u64,
    parts: usize,
    sources: &'a [Source],
}

pub(super) fn list(arguments: &ListArguments) -> Result<(), Failure> {
    let root = store_of(&arguments.store.data_dir);
    let series = chosen(&Store::open(&root)?, arguments)?;
    let listed: Vec<Listed<'_>> = series.iter().map(listed).collect();
    if arguments.store.json {
        return output::json(&listed);
    }
    for Listed { series, rows, from, to, missing, bytes, gaps, .. } in &listed {
        let (Some(from), Some(to)) = (from, to) else { continue };
        let what = format!("{:<12} {:<8}", series.pair.to_string(), word(series.content));
        let size = HumanBytes(*bytes).to_string();
        let longest = gaps.iter().max_by_key(|gap| gap.nanos());
        let missing = match longest {
            Some(gap) => {
                format!("{missing} missing, the most from {} to {}", gap.from, gap.to)
            }
            None => String::new(),
        };
        let line = format!("{what} {rows:>10}  {from} to {to}  {size:>10}  {missing}");
        output::line(line.trim_end())?;
    }
    if listed.is_empty() {
        output::word("the store is empty; `slackwater data import FILE` fills it");
    }
    Ok(())
}

/// The series that are meant.
pub(super) fn chosen(store: &Store, arguments: &ListArguments) -> Result<Vec<Manifest>, Failure> {
    let mut series = store.series()?;
    if let Some(rules) = &arguments.pair {
        series.retain(|it| it.series.pair == rules.pair);
        if series.is_empty() {
            return Err(store.missing_series(SeriesName::trades(rules.pair)).into());
        }
    }
    Ok(series)
}

fn listed(manifest: &Manifest) -> Listed<'_> {
    let (missing, gaps) = manifest.missing();
    let span = manifest.span();
    Listed {
        series: manifest.series,
        rows: manifest.rows(),
        from: span.map(|(first, _)| first),
        to: span.map(|(_, last)| last),
        missing,
        gaps,
        bytes: manifest.bytes(),
        parts: manifest.parts.len(),
        sources: &manifest.sources,
    }
}

/// What a series holds, in a word.
pub(super) fn word(content: Content) -> String {
    match content {
        Content::Candles { interval } => interval.to_string(),
        Content::Trades => "trades".to_owned(),
        Content::Book => "book".to_owned(),
    }
}
