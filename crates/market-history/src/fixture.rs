//! Made-up rows for tests, and stores that hold them.

use std::{convert::Infallible, path::Path};

use trading_types::{Amount, Candle, Interval, Pair, Price, Side, Timestamp};

use crate::{
    cursor::{Cursor, TimeRange},
    error::StoreError,
    merge::{Conflict, MergeError, Merged},
    rows::{OrderKind, Row, TradeRow},
    series::SeriesName,
    store::Store,
};

pub(crate) const HOUR: u64 = 3_600_000_000_000;

pub(crate) fn pair() -> Pair {
    "BTC/USD".parse().unwrap()
}

pub(crate) fn minutes(minutes: u32) -> Interval {
    Interval::from_minutes(minutes).unwrap()
}

/// The hour with this number since 2018.
pub(crate) fn hour(number: u64) -> Timestamp {
    Timestamp::from_nanos(1_514_764_800_000_000_000 + number * HOUR)
}

/// A candle of an hour, with numbers of its own.
pub(crate) fn candle(number: u64) -> Candle {
    let units = i64::try_from(number % 1_000).unwrap();
    let price = |more: i64| Price::from_units(10_000_000_000_000 + 10_000 * units + more);
    Candle {
        start: hour(number),
        open: price(1),
        high: price(9),
        low: price(0),
        close: price(3),
        volume: Amount::from_units(1 + i128::from(number) * 1_000_000_000_000_000_001),
        trades: u32::try_from(number % 77).unwrap(),
    }
}

/// A trade so many nanoseconds after 2018, with a number or without.
pub(crate) fn trade(nanos: u64, price: i64, id: Option<u64>) -> TradeRow {
    TradeRow {
        time: hour(0) + std::time::Duration::from_nanos(nanos),
        price: Price::from_units(price),
        volume: Amount::from_units(i128::from(price) * 7),
        side: id.map(|id| if id.is_multiple_of(2) { Side::Buy } else { Side::Sell }),
        order: id.map(|id| if id.is_multiple_of(3) { OrderKind::Market } else { OrderKind::Limit }),
        id,
    }
}

pub(crate) fn merge<R: Row>(
    root: &Path,
    series: SeriesName,
    rows: &[R],
    conflict: Conflict,
) -> Result<Merged, StoreError> {
    let writer = Store::write(root)?;
    let mut source = rows.iter().map(|row| Ok::<R, Infallible>(*row));
    writer.merge(series, "a test", &mut source, conflict).map_err(|error| match error {
        MergeError::Store(error) => error,
        MergeError::Source(never) => match never {},
    })
}

pub(crate) fn all<R: Row>(mut cursor: Cursor<R>) -> Result<Vec<R>, StoreError> {
    let mut rows = Vec::new();
    while let Some(row) = cursor.next_row()? {
        rows.push(row);
    }
    Ok(rows)
}

/// All candles of an hour.
pub(crate) fn hours(root: &Path) -> Result<Vec<Candle>, StoreError> {
    all(Store::open(root)?.candles(pair(), minutes(60), TimeRange::default())?)
}

pub(crate) fn hourly() -> SeriesName {
    SeriesName::candles(pair(), minutes(60))
}
