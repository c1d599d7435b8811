//! Facts from the journal: that signals became orders, and orders trades.

use std::{fs, path::Path};

use trading_bot::launch::journal_folder;
use trading_engine::{JournalError, JournalReader, Output, Record, Report};
use trading_types::{OrderKind, Timestamp};

use crate::{check_command::facts::Known, journal_folder::stretches};

/// What a journal shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct JournalFacts {
    /// Where it is.
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

/// The journal of a data folder.
pub(crate) fn of(data: &Path) -> Known<JournalFacts> {
    let folder = journal_folder(data);
    let shown = folder.display();
    let none = || format!("there is no journal in {}", data.display());
    let entries = fs::read_dir(&folder).map_err(|_| none())?;
    let sizes = entries.filter_map(|entry| Some(entry.ok()?.metadata().ok()?.len()));
    if BYTES_MAX < sizes.sum() {
        return Err(format!("{shown} is too large for a look"));
    }
    let mut facts = JournalFacts { name: shown.to_string(), ..JournalFacts::default() };
    for stretch in stretches(data).map_err(|failure| failure.to_string())? {
        facts.add(&stretch.bytes).map_err(|error| format!("{shown}: {error}"))?;
    }
    Ok(facts)
}

impl JournalFacts {
    fn add(&mut self, journal: &[u8]) -> Result<(), JournalError> {
        let mut reader = JournalReader::new(journal)?;
        while let Some((time, record)) = reader.next_record()? {
            self.last = time;
            let Record::Output(Output::Report(report)) = record else { continue };
            match report {
                Report::OrderPlaced { kind: OrderKind::Market, .. } => self.market_orders += 1,
                Report::OrderPlaced { .. } => self.priced_orders += 1,
                Report::OrderFilled { .. } => self.fills += 1,
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
        Ok(())
    }
}
