//! A folder with the history of many pairs: `BTC-USD/60/2018-01.arrow`, and a manifest beside the
//! parts of each series.

use std::path::{Path, PathBuf};

use trading_types::{Candle, Interval, Pair};

use crate::{
    cursor::{Cursor, TimeRange},
    disk::{self, Lock, failed},
    error::StoreError,
    manifest::{FILE as MANIFEST, FORMAT, Manifest},
    merge::{Conflict, Merge, MergeError, Merged, RowSource},
    resample::{ResampledCandles, read_range},
    rows::{BookRow, Row, TradeRow},
    series::{Content, SeriesName},
};

/// The file that makes a folder a store.
const MARK: &str = "store.json";
/// The file that whoever writes holds.
const LOCK: &str = "lock";
/// The longest mark that is looked at.
const MARK_BYTES_MAX: u64 = 4 << 10;

/// A history store that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    root: PathBuf,
}

/// A history store that is written to; nobody else can, until this is dropped.
#[derive(Debug)]
pub struct StoreWriter {
    store: Store,
    _lock: Lock,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Mark {
    format: u32,
}

impl Store {
    /// The store in a folder.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let path = root.join(MARK);
        let bytes = disk::read_if_any(&path, MARK_BYTES_MAX).map_err(failed("read", &path))?;
        let Some(bytes) = bytes else {
            return Err(StoreError::NoStore { path: root.to_owned() });
        };
        let mark: Mark = serde_json::from_slice(&bytes).map_err(|error| StoreError::Manifest {
            path: path.clone(),
            what: format!("this is no mark of a store: {error}"),
        })?;
        if FORMAT < mark.format {
            return Err(StoreError::Newer { path, found: mark.format, known: FORMAT });
        }
        Ok(Self { root: root.to_owned() })
    }

    /// Whether a folder is a store.
    pub fn is_there(root: &Path) -> bool {
        root.join(MARK).is_file()
    }

    /// The store to write to; begun if it is not there.
    pub fn write(root: &Path) -> Result<StoreWriter, StoreError> {
        disk::create_folder(root)?;
        let lock = Lock::take(&root.join(LOCK))?;
        if !Self::is_there(root) {
            let mark = serde_json::to_vec(&Mark { format: FORMAT });
            disk::replace(&root.join(MARK), &mark.expect("a number can be written as JSON"))?;
        }
        Ok(StoreWriter { store: Self::open(root)?, _lock: lock })
    }

    /// Where it lies.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Every series, by pair and content.
    pub fn series(&self) -> Result<Vec<Manifest>, StoreError> {
        let mut found = Vec::new();
        for pair in disk::names(&self.root)? {
            let folder = self.root.join(pair);
            if !folder.is_dir() {
                continue;
            }
            for content in disk::names(&folder)? {
                let folder = folder.join(content);
                if !folder.is_dir() {
                    continue;
                }
                if let Some(manifest) = Manifest::load(&folder)? {
                    if manifest.series.folder(&self.root)? != folder {
                        let what =
                            format!("it is the manifest of another series: {}", manifest.series);
                        return Err(StoreError::Manifest { path: folder.join(MANIFEST), what });
                    }
                    found.push(manifest);
                }
            }
        }
        found.sort_by_key(|manifest| manifest.series);
        Ok(found)
    }

    /// What is known of a series, if it is there.
    pub fn manifest(&self, series: SeriesName) -> Result<Option<Manifest>, StoreError> {
        let folder = series.folder(&self.root)?;
        let manifest = Manifest::load(&folder)?;
        match &manifest {
            Some(found) if found.series != series => {
                let what = format!("it is the manifest of another series: {}", found.series);
                Err(StoreError::Manifest { path: folder.join(MANIFEST), what })
            }
            Some(_) | None => Ok(manifest),
        }
    }

    /// Candles in a range, as they are stored.
    pub fn candles(
        &self,
        pair: Pair,
        interval: Interval,
        range: TimeRange,
    ) -> Result<Cursor<Candle>, StoreError> {
        self.rows(SeriesName::candles(pair, interval), range)
    }

    /// Trades in a range.
    pub fn trades(&self, pair: Pair, range: TimeRange) -> Result<Cursor<TradeRow>, StoreError> {
        self.rows(SeriesName::trades(pair), range)
    }

    /// Levels of the book in a range of times at which they were received.
    pub fn book(&self, pair: Pair, range: TimeRange) -> Result<Cursor<BookRow>, StoreError> {
        self.rows(SeriesName::book(pair), range)
    }

    /// Candles of a length that is not stored, put together from the longest stored ones that
    /// divide it, or from trades.
    pub fn resampled(
        &self,
        pair: Pair,
        interval: Interval,
        range: TimeRange,
    ) -> Result<ResampledCandles, StoreError> {
        let range = read_range(range, interval);
        if let Some(shorter) = self.source_interval(pair, interval)? {
            let cursor = self.candles(pair, shorter, range)?;
            return Ok(ResampledCandles::of_candles(cursor, interval));
        }
        if self.manifest(SeriesName::trades(pair))?.is_some() {
            let cursor = self.trades(pair, range)?;
            return Ok(ResampledCandles::of_trades(cursor, interval));
        }
        Err(self.missing_series(SeriesName::candles(pair, interval)))
    }

    /// Candles of a length, put together from shorter ones or from trades even where that length
    /// is stored, and what they are made from. The last is left out while the shorter ones do not
    /// reach its end.
    pub fn made_from_shorter(
        &self,
        pair: Pair,
        interval: Interval,
    ) -> Result<(ResampledCandles, SeriesName), StoreError> {
        let shorter = self.dividing_interval(pair, interval, false)?;
        let range = TimeRange::default();
        if let Some(shorter) = shorter {
            let cursor = self.candles(pair, shorter, range)?;
            let rows = ResampledCandles::of_candles(cursor, interval).whole(shorter);
            return Ok((rows, SeriesName::candles(pair, shorter)));
        }
        let trades = SeriesName::trades(pair);
        if self.manifest(trades)?.is_some() {
            let cursor = self.trades(pair, range)?;
            return Ok((ResampledCandles::of_trades(cursor, interval).without_last(), trades));
        }
        Err(self.missing_series(SeriesName::candles(pair, interval)))
    }

    /// The interval whose candles can be put together to those of `wanted`: itself, or the longest
    /// stored one that divides it.
    pub fn source_interval(
        &self,
        pair: Pair,
        wanted: Interval,
    ) -> Result<Option<Interval>, StoreError> {
        self.dividing_interval(pair, wanted, true)
    }

    fn dividing_interval(
        &self,
        pair: Pair,
        wanted: Interval,
        may_be_same: bool,
    ) -> Result<Option<Interval>, StoreError> {
        let mut found = None;
        for manifest in self.series_of(pair)? {
            if let Content::Candles { interval } = manifest.series.content
                && wanted.minutes().is_multiple_of(interval.minutes())
                && (may_be_same || interval != wanted)
                && !manifest.parts.is_empty()
            {
                found = found.max(Some(interval));
            }
        }
        Ok(found)
    }

    /// The error that says what there is when `wanted` is not.
    pub fn missing_series(&self, wanted: SeriesName) -> StoreError {
        let listed = self
            .series_of(wanted.pair)
            .and_then(|of_pair| if of_pair.is_empty() { self.series() } else { Ok(of_pair) });
        let has = match listed {
            Ok(all) if all.is_empty() => "nothing".to_owned(),
            Ok(all) => {
                let mut names: Vec<String> = all.iter().map(|it| it.series.to_string()).collect();
                let more = names.len().saturating_sub(NAMES_MAX);
                names.truncate(NAMES_MAX);
                if 0 < more {
                    names.push(format!("{more} more"));
                }
                names.join(", ")
            }
            Err(error) => return error,
        };
        StoreError::NoSeries { wanted, has }
    }

    fn series_of(&self, pair: Pair) -> Result<Vec<Manifest>, StoreError> {
        Ok(self.series()?.into_iter().filter(|it| it.series.pair == pair).collect())
    }

    fn rows<R: Row>(&self, series: SeriesName, range: TimeRange) -> Result<Cursor<R>, StoreError> {
        let folder = series.folder(&self.root)?;
        let manifest = self.manifest(series)?;
        let Some((manifest, (first, last))) =
            manifest.and_then(|it| Some((it.span()?, it))).map(|(span, it)| (it, span))
        else {
            return Err(self.missing_series(series));
        };
        let is_before = range.to.is_some_and(|to| to <= first);
        if is_before || range.from.is_some_and(|from| last < from) {
            let range = range.to_string();
            return Err(StoreError::NothingInRange { series, range, first, last });
        }
        Ok(Cursor::new(folder, &manifest, range))
    }
}

/// The most series that a message repeats.
const NAMES_MAX: usize = 8;

impl StoreWriter {
    /// The store, to be read.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Adds the rows of a source, called by `name`, to a series.
    pub fn merge<R: Row, S: RowSource<R>>(
        &self,
        series: SeriesName,
        name: &str,
        source: &mut S,
        conflict: Conflict,
    ) -> Result<Merged, MergeError<S::Error>> {
        let folder = series.folder(&self.store.root)?;
        // A manifest of another series in its place is found before anything is written.
        self.store.manifest(series)?;
        Merge { folder, series, conflict }.run(name, source)
    }
}

#[cfg(test)]
mod tests;
