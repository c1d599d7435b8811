//! Candles for a backtest, wherever they are: in the history store, an archive, a CSV file or a
//! folder of them.

use std::path::{Path, PathBuf};

use backtester::{CandleFile, CandleRequest, CandleSource, ReadError, ReadLimits};
use market_history::{
    Cursor, MergeError, ResampledCandles, SeriesName, Store, StoreError, TimeRange,
};
use trading_types::{Candle, Interval, Timestamp};

use crate::failure::Failure;

/// The folder of the store in a data folder.
const STORE: &str = "store";
/// The data folder unless told otherwise.
const DATA_FOLDER: &str = "slackwater-data";

/// Candles that are read one after the other.
#[derive(Debug)]
pub(crate) enum PriceHistory {
    /// From a file or an archive.
    File(Box<CandleFile>),
    /// From the store.
    Stored(Box<Stored>),
}

/// Candles of the store, as they are kept or put together.
#[derive(Debug)]
pub(crate) struct Stored {
    name: String,
    rows: StoredRows,
    coverage: Coverage,
}

#[derive(Debug)]
enum StoredRows {
    Kept(Cursor<Candle>),
    Resampled(ResampledCandles),
}

/// Why there are no more candles.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HistoryError {
    #[error(transparent)]
    File(#[from] ReadError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The store of a data folder.
pub(crate) fn store_of(data_folder: &Path) -> PathBuf {
    data_folder.join(STORE)
}

/// Where candles are when nobody says where.
pub(crate) fn default_path() -> PathBuf {
    store_of(Path::new(DATA_FOLDER))
}

impl PriceHistory {
    /// Opens what a request's path leads to: a store, a data folder that has one, or files.
    pub(crate) fn open(request: &CandleRequest) -> Result<Self, HistoryError> {
        let inside = store_of(&request.path);
        for root in [&request.path, &inside] {
            if Store::is_there(root) {
                let stored = Stored::open(&Store::open(root)?, request)?;
                return Ok(Self::Stored(Box::new(stored)));
            }
        }
        if request.path == default_path() && !request.path.exists() {
            return Err(StoreError::NoStore { path: request.path.clone() }.into());
        }
        Ok(Self::File(Box::new(CandleFile::open(request, &ReadLimits::default())?)))
    }

    /// What was opened, for people.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::File(file) => file.name(),
            Self::Stored(stored) => &stored.name,
        }
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        match self {
            Self::File(file) => file.bytes_read(),
            Self::Stored(stored) => match &stored.rows {
                StoredRows::Kept(cursor) => cursor.bytes_read(),
                StoredRows::Resampled(cursor) => cursor.bytes_read(),
            },
        }
    }

    pub(crate) fn bytes_total(&self) -> Option<u64> {
        match self {
            Self::File(file) => file.bytes_total(),
            Self::Stored(stored) => Some(match &stored.rows {
                StoredRows::Kept(cursor) => cursor.bytes_total(),
                StoredRows::Resampled(cursor) => cursor.bytes_total(),
            }),
        }
    }

    /// How many intervals in the range, between the first and the last candle there is, have none.
    /// Complete after the last candle.
    pub(crate) fn missing(&self) -> u64 {
        match self {
            Self::File(file) => file.missing().count,
            Self::Stored(stored) => stored.coverage.missing(),
        }
    }
}

impl CandleSource for PriceHistory {
    type Error = HistoryError;

    fn next_candle(&mut self) -> Result<Option<Candle>, HistoryError> {
        match self {
            Self::File(file) => Ok(file.next_candle()?),
            Self::Stored(stored) => Ok(stored.next_candle()?),
        }
    }
}

impl Stored {
    fn open(store: &Store, request: &CandleRequest) -> Result<Self, StoreError> {
        let CandleRequest { pair, interval, from, to, .. } = *request;
        let range = TimeRange { from, to };
        let series = SeriesName::candles(pair, interval);
        let manifest = store.manifest(series)?.filter(|it| !it.parts.is_empty());
        let (rows, span) = match manifest {
            Some(manifest) => {
                (StoredRows::Kept(store.candles(pair, interval, range)?), manifest.span())
            }
            None => (StoredRows::Resampled(store.resampled(pair, interval, range)?), None),
        };
        let coverage = Coverage::new(interval, range, span);
        Ok(Self { name: series.to_string(), rows, coverage })
    }

    fn next_candle(&mut self) -> Result<Option<Candle>, StoreError> {
        let candle = match &mut self.rows {
            StoredRows::Kept(cursor) => cursor.next_row(),
            StoredRows::Resampled(cursor) => cursor.next_row(),
        }?;
        if let Some(candle) = &candle {
            self.coverage.see(candle.start);
        }
        Ok(candle)
    }
}

/// Which intervals are covered by candles.
#[derive(Clone, Copy, Debug)]
struct Coverage {
    step: u64,
    /// Where it could begin and end, when there are candles outside.
    from: Option<u64>,
    to: Option<u64>,
    rows: u64,
    first: Option<u64>,
    last: u64,
}

impl Coverage {
    /// `span` is the first and last candle there is, inside the range or not.
    fn new(interval: Interval, range: TimeRange, span: Option<(Timestamp, Timestamp)>) -> Self {
        let step = interval.duration().as_secs() * 1_000_000_000;
        let on_grid = |time: Timestamp| time.nanos().div_ceil(step) * step;
        let from = range.from.filter(|from| span.is_some_and(|(first, _)| first < *from));
        let to = range.to.filter(|to| span.is_some_and(|(_, last)| *to <= last));
        let (from, to) = (from.map(on_grid), to.map(on_grid));
        Self { step, from, to, rows: 0, first: None, last: 0 }
    }

    fn see(&mut self, start: Timestamp) {
        self.rows += 1;
        self.first = self.first.or(Some(start.nanos()));
        self.last = start.nanos();
    }

    fn missing(&self) -> u64 {
        let Some(first) = self.first else { return 0 };
        let from = self.from.unwrap_or(first);
        let to = self.to.unwrap_or(self.last + self.step);
        (to.saturating_sub(from) / self.step).saturating_sub(self.rows)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let hint = error.hint();
        Self::wrong_hint(error, hint)
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        let hint = error.hint();
        Self::wrong_hint(error, hint)
    }
}

impl From<HistoryError> for Failure {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::File(error) => error.into(),
            HistoryError::Store(error) => error.into(),
        }
    }
}

impl<E: Into<Self>> From<MergeError<E>> for Failure {
    fn from(error: MergeError<E>) -> Self {
        match error {
            MergeError::Store(error) => error.into(),
            MergeError::Source(error) => error.into(),
        }
    }
}
