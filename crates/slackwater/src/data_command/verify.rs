//! `slackwater data verify`: whether the history store is as it was written, and what is strange.

use market_history::{Content, Manifest, Store, Verified};

use super::list::{chosen, word};
use crate::{
    arguments::data::ListArguments, failure::Failure, output, price_history::store_of,
    progress::Progress,
};

/// The most lines of one kind about a series.
const LINES_MAX: usize = 5;

pub(super) fn verify(arguments: &ListArguments) -> Result<(), Failure> {
    let store = Store::open(&store_of(&arguments.store.data_dir))?;
    let series = chosen(&store, arguments)?;
    if series.is_empty() {
        return Err(Failure::Wrong {
            what: format!("{}: the store is empty, nothing was verified", store.root().display()),
            hint: Some("`slackwater data import FILE` fills it".to_owned()),
        });
    }
    let bytes = series.iter().map(Manifest::bytes).sum();
    let mut progress = Progress::new("parts", Some(bytes));
    let mut done = 0;
    let mut found = Vec::new();
    for manifest in &series {
        let verified = store.verify(manifest, &mut |bytes| {
            done += bytes;
            progress.reach(done);
        })?;
        if !arguments.store.json {
            print(&verified)?;
        }
        found.push(verified);
    }
    progress.finish();
    if arguments.store.json {
        output::json(&found)?;
    }
    if found.iter().any(|it| !it.damage.is_empty()) { Err(Failure::No) } else { Ok(()) }
}

fn print(found: &Verified) -> Result<(), Failure> {
    let what = format!("{:<12} {:<8}", found.series.pair.to_string(), word(found.series.content));
    let state = if found.damage.is_empty() { "as it was written" } else { "DAMAGED" };
    output::line(format_args!("{what} {} rows in {} parts: {state}", found.rows, found.parts))?;
    for line in found.damage.iter().take(LINES_MAX) {
        output::line(format_args!("  damaged: {line}"))?;
    }
    more(found.damage.len(), "damaged")?;
    if 0 < found.missing {
        output::line(format_args!("  {} intervals without a candle", found.missing))?;
        let mut longest = found.gaps.clone();
        longest.sort_by_key(|gap| (std::cmp::Reverse(gap.nanos()), gap.from));
        for gap in longest.iter().take(LINES_MAX) {
            output::line(format_args!("    {} to {}", gap.from, gap.to))?;
        }
        more(longest.len(), "stretches")?;
    }
    if 0 < found.outliers {
        let count = found.outliers;
        output::line(format_args!("  {count} candles reach far beyond their neighbors"))?;
        for outlier in found.outliers_listed.iter().take(LINES_MAX) {
            let (time, times) = (outlier.time, outlier.times_median);
            output::line(format_args!("    {time}: {times} times the median range"))?;
        }
        more(usize::try_from(count).unwrap_or(usize::MAX), "such candles")?;
    }
    if let Some(longest) = found.without_volume_longest {
        let (count, from, to) = (found.without_volume, longest.from, longest.to);
        output::line(format_args!(
            "  {count} candles without volume, the longest row of them from {from} to {to}"
        ))?;
    }
    if found.series.content == Content::Trades && 0 < found.without_number {
        let count = found.without_number;
        output::line(format_args!("  {count} trades without Kraken's number"))?;
    }
    Ok(())
}

fn more(count: usize, what: &str) -> Result<(), Failure> {
    match count.checked_sub(LINES_MAX) {
        Some(more @ 1..) => output::line(format_args!("    and {more} more {what} (--json)")),
        Some(0) | None => Ok(()),
    }
}
