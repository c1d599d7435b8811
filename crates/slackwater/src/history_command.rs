//! `slackwater history`: what happened, out of the tables that the bot keeps of its journal.

use std::io;

use trading_bot::read_model::{ExportError, HISTORY_NAME, History, Listing, Query, Rows};

use crate::{
    arguments::bot::{HistoryArguments, ListingArgument},
    failure::Failure,
    output,
};

pub(crate) fn history(arguments: &HistoryArguments) -> Result<(), Failure> {
    let history = History::open(&arguments.bot.data_dir.join(HISTORY_NAME));
    let history = history.map_err(Failure::wrong)?;
    let query = Query {
        pair: arguments.pair.as_ref().map(|rules| rules.pair),
        from: arguments.from,
        before: arguments.to,
        newest: arguments.newest,
    };
    let listing = listing(arguments.listing);
    if arguments.csv {
        let done = history.export(listing, &query, &mut io::stdout().lock());
        return done.map(|_| ()).map_err(|error| match error {
            ExportError::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                Failure::NobodyListens
            }
            ExportError::Output(_) | ExportError::History(_) => Failure::wrong(error),
        });
    }
    let rows = history.rows(listing, &query).map_err(Failure::wrong)?;
    if arguments.bot.json {
        return output::json(&rows);
    }
    print(&rows)
}

const fn listing(argument: ListingArgument) -> Listing {
    match argument {
        ListingArgument::Fills => Listing::Fills,
        ListingArgument::Orders => Listing::Orders,
        ListingArgument::Trades => Listing::RoundTrips,
        ListingArgument::Ledger => Listing::Ledger,
        ListingArgument::Equity => Listing::Equity,
        ListingArgument::Events => Listing::Events,
        ListingArgument::Notes => Listing::Notes,
        ListingArgument::Alerts => Listing::Alerts,
    }
}

/// As a table: each column as wide as it has to be.
fn print(rows: &Rows) -> Result<(), Failure> {
    if rows.rows.is_empty() {
        output::word("nothing of the kind has happened yet");
        return Ok(());
    }
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let names: Vec<String> = rows.columns.iter().map(ToString::to_string).collect();
    let lines = rows.rows.iter().map(|row| row.iter().map(text).collect());
    let lines: Vec<Vec<String>> = std::iter::once(names).chain(lines).collect();
    let width = |column: usize| {
        let lines = lines.iter().map(|line| line[column].chars().count());
        lines.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..rows.columns.len()).map(width).collect();
    for line in &lines {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        output::line(cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}
