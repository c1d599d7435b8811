//! Facts from the newest journal: that signals became orders, and orders trades.

use std::{fs, path::Path};

use trading_engine::{JournalReader, Output, Record, Report};
use trading_types::{OrderKind, Timestamp};

use crate::{check_command::facts::Known, files};

/// What a journal shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct JournalFacts {
    /// Its name.
    pub(crate) name: String,
    pub(crate) market_orders: u64,
    /// Orders with a price of their own: limits, stops.
    pub(crate) priced_orders: u64,
    pub(crate) fills: u64,
    /// When the last thing in it happened.
    pub(crate) last: Timestamp,
}

/// A journal larger than this is not read for a look.
const BYTES_MAX: u64 = 256 << 20;

/// The newest journal of a folder; their names begin with the time.
pub(crate) fn newest(folder: &Path) -> Known<JournalFacts> {
    let none = || format!("there is no journal in {}", folder.display());
    let entries = fs::read_dir(folder).map_err(|_| none())?;
    let journals = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let journals = journals.filter(|path| path.extension().is_some_and(|it| it == "journal"));
    let path = journals.max().ok_or_else(none)?;
    let shown = path.display();
    let about = fs::metadata(&path).map_err(|error| format!("{shown}: {error}"))?;
    if BYTES_MAX < about.len() {
        return Err(format!("{shown} is too large for a look"));
    }
    let bytes = files::read_journal(&path).map_err(|_| format!("{shown} cannot be read"))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    read(name, &bytes).map_err(|error| format!("{shown}: {error}"))
}

fn read(name: String, bytes: &[u8]) -> Result<JournalFacts, trading_engine::JournalError> {
    let mut reader = JournalReader::new(bytes)?;
    let mut facts = JournalFacts { name, ..JournalFacts::default() };
    // One that is being written ends in the middle of a record.
    while let Some((time, record)) = reader.next_record().unwrap_or(None) {
        facts.last = time;
        let Record::Output(Output::Report(report)) = record else { continue };
        match report {
            Report::OrderPlaced { kind: OrderKind::Market, .. } => facts.market_orders += 1,
            Report::OrderPlaced { .. } => facts.priced_orders += 1,
            Report::OrderFilled { .. } => facts.fills += 1,
            Report::OrderEnded { .. }
            | Report::OrderRejected { .. }
            | Report::OrderRefused { .. }
            | Report::SizeRefused { .. }
            | Report::LotClosed { .. }
            | Report::TradeClosed { .. }
            | Report::Halted { .. }
            | Report::Flattened
            | Report::Resumed { .. }
            | Report::Alarm(_)
            | Report::Residual { .. }
            | Report::PairHalted { .. }
            | Report::PairFlattened { .. }
            | Report::PairResumed { .. }
            | Report::PairNotTraded { .. } => (),
        }
    }
    Ok(facts)
}
