//! Stores with content.
#![expect(clippy::disallowed_methods, reason = "tests look at the files themselves")]

use std::fs;

use trading_types::Timestamp;

use super::*;
use crate::{
    columns::Columns,
    cursor::Batch,
    fixture::{all, candle, hour, hourly, hours, merge, minutes, pair},
    merge::Conflict,
};

fn filled(numbers: std::ops::Range<u64>) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let rows: Vec<Candle> = numbers.map(candle).collect();
    merge(root.path(), hourly(), &rows, Conflict::Refuse).unwrap();
    root
}

#[test]
fn a_range_has_the_rows_that_begin_in_it() {
    let root = filled(0..2_000);
    let store = Store::open(root.path()).unwrap();
    for (from, to) in [(0, 2_000), (0, 1), (5, 6), (740, 750), (1_500, 9_000), (743, 744)] {
        let late = Timestamp::from_nanos(hour(from).nanos() - 1);
        for from_time in [hour(from), late] {
            let range = TimeRange { from: Some(from_time), to: Some(hour(to)) };
            let rows = all(store.candles(pair(), minutes(60), range).unwrap()).unwrap();
            let expected: Vec<Candle> = (from..to.min(2_000)).map(candle).collect();
            assert_eq!(rows, expected, "{from} to {to}");
        }
    }
}

#[test]
fn columns_are_given_as_they_lie() {
    let root = filled(0..2_000);
    let store = Store::open(root.path()).unwrap();
    let range = TimeRange { from: Some(hour(700)), to: Some(hour(800)) };
    let mut cursor = store.candles(pair(), minutes(60), range).unwrap();
    let mut closes = Vec::new();
    while let Some(Batch { columns, rows }) = cursor.next_batch().unwrap() {
        assert!(rows.end <= columns.rows());
        closes.extend_from_slice(&columns.close[rows]);
    }
    let expected: Vec<i64> = (700..800).map(|it| candle(it).close.units()).collect();
    assert_eq!(closes, expected);
    assert_eq!(cursor.bytes_read(), cursor.bytes_total());
}

#[test]
fn what_is_not_there_is_said_with_what_is() {
    let root = filled(0..100);
    let store = Store::open(root.path()).unwrap();
    let range = TimeRange::default();
    for (result, parts) in [
        (store.candles(pair(), minutes(5), range), ["BTC/USD candles of 5 min", "60 min"]),
        (store.candles("ETH/USD".parse().unwrap(), minutes(60), range), ["ETH/USD", "BTC/USD"]),
        (
            store.candles(pair(), minutes(60), TimeRange { from: Some(hour(100)), to: None }),
            ["nothing from", "the store has 2018-01-01T00:00:00Z to 2018-01-05T03:00:00Z"],
        ),
        (
            store.candles(pair(), minutes(60), TimeRange { from: None, to: Some(hour(0)) }),
            ["nothing before", "the store has"],
        ),
    ] {
        let error = result.unwrap_err();
        let text = error.to_string();
        assert!(parts.iter().all(|part| text.contains(part)), "{text}");
        assert!(!error.hint().is_empty());
    }
    let nowhere = Store::open(&root.path().join("BTC-USD")).unwrap_err();
    assert!(matches!(nowhere, StoreError::NoStore { .. }), "{nowhere}");
    let bad = Pair::new("..".parse().unwrap(), "USD".parse().unwrap());
    let error = store.manifest(SeriesName::trades(bad)).unwrap_err();
    assert!(matches!(error, StoreError::PairName(_)), "{error}");
}

#[test]
fn a_damaged_part_is_named() {
    let root = filled(0..100);
    let path = root.path().join("BTC-USD/60/2018-01.arrow");
    let whole = fs::read(&path).unwrap();
    let check = |bytes: &[u8], part: &str| {
        fs::write(&path, bytes).unwrap();
        let error = hours(root.path()).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("2018-01.arrow") && text.contains(part), "{text}");
        assert!(error.hint().contains("verify"));
    };
    check(&whole[..whole.len() - 1], "bytes where");
    check(&[], "it has 0 bytes");
    let mut damaged = whole.clone();
    let middle = whole.len() / 2;
    damaged[middle] ^= 0x10;
    check(&damaged, "checksum");
    fs::remove_file(&path).unwrap();
    let error = hours(root.path()).unwrap_err();
    assert!(error.to_string().contains("cannot read"), "{error}");
    fs::write(&path, &whole).unwrap();
    assert_eq!(hours(root.path()).unwrap().len(), 100);
}

#[test]
fn a_part_of_another_series_or_time_is_named() {
    let root = filled(0..100);
    let other = filled(0..99);
    let file = "BTC-USD/60/2018-01.arrow";
    fs::copy(other.path().join(file), root.path().join(file)).unwrap();
    assert!(hours(root.path()).is_err());
    // A manifest that lies elsewhere is not believed.
    let (from, to) = (root.path().join("BTC-USD"), root.path().join("ETH-USD"));
    fs::rename(from, to).unwrap();
    let store = Store::open(root.path()).unwrap();
    let error = store.series().unwrap_err();
    assert!(error.to_string().contains("another series"), "{error}");
}

#[test]
fn reading_does_not_go_on_after_an_error() {
    let root = filled(0..2_000);
    let path = root.path().join("BTC-USD/60/2018-02.arrow");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    let store = Store::open(root.path()).unwrap();
    let mut cursor = store.candles(pair(), minutes(60), TimeRange::default()).unwrap();
    let mut rows = 0;
    let error = loop {
        match cursor.next_row() {
            Ok(row) => rows += u64::from(row.is_some()),
            Err(error) => break error,
        }
    };
    assert!(rows == 744 && matches!(error, StoreError::Part { .. }), "{rows}: {error}");
    assert!(matches!(cursor.next_row(), Err(StoreError::GivenUp)));
}
