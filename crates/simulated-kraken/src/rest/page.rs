//! Pages of the past: from, until, and which fifty of it
//! (<https://docs.kraken.com/api-reference/account-data/>, read on 2026-11-21).
//!
//! The invariant: `count` is of everything that was asked for, not of the page.

use trading_types::{Timestamp, VenueOrderId};

use crate::{
    faults::Faults,
    json::Json,
    kraken_error::KrakenError,
    rest::{parameters::Parameters, time_text::parse_seconds},
};

/// Rows on a page.
const ROWS_MAX: usize = 50;

/// A stretch of time, without its beginning and with its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
}

impl Stretch {
    /// `start` and `end`: seconds, or the name of something whose time `time_of` knows.
    pub(crate) fn read(
        parameters: &Parameters,
        time_of: impl Fn(&VenueOrderId) -> Option<Timestamp>,
    ) -> Result<Self, KrakenError> {
        let moment = |name: &str| {
            let Some(text) = parameters.text(name)? else { return Ok(None) };
            let named = || text.parse().ok().and_then(|id| time_of(&id));
            parse_seconds(text).or_else(named).map(Some).ok_or(KrakenError::invalid(name))
        };
        Ok(Self { start: moment("start")?, end: moment("end")? })
    }

    /// Whether a moment lies in it. A start of zero is the beginning of all.
    pub(crate) fn contains(self, time: Timestamp) -> bool {
        let begun = self.start.is_none_or(|start| start < time);
        begun && self.end.is_none_or(|end| time <= end)
    }
}

/// Which page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    offset: usize,
    is_counted: bool,
}

impl Page {
    /// `ofs` and `without_count`
    pub(crate) fn read(parameters: &Parameters) -> Result<Self, KrakenError> {
        let offset = parameters.parsed("ofs")?.unwrap_or(0);
        Ok(Self { offset, is_counted: !parameters.flag("without_count")? })
    }

    /// The page as it is read while rows come and go, should that fault strike.
    pub(crate) fn shifting(self, faults: &mut Faults) -> Self {
        Self { offset: faults.shifted(self.offset), ..self }
    }

    /// `{name: {id: row, …}, "count": n}`; only rows on the page are written.
    pub(crate) fn write<T>(
        self,
        name: &str,
        rows: impl Iterator<Item = T>,
        write: impl Fn(&T) -> (String, String),
    ) -> String {
        let (mut page, mut count) = (Json::object(), 0_usize);
        let end = self.offset.saturating_add(ROWS_MAX);
        for row in rows {
            if (self.offset..end).contains(&count) {
                let (id, json) = write(&row);
                page = page.raw(&id, json);
            }
            count += 1;
            if !self.is_counted && end <= count {
                break;
            }
        }
        let object = Json::object().raw(name, page.close());
        if self.is_counted { object.raw("count", count).close() } else { object.close() }
    }
}
