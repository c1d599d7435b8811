//! Merges against a naive twin, and ones that end early.
#![expect(clippy::disallowed_methods, reason = "tests look at the files themselves")]

use std::{collections::BTreeMap, fs};

use proptest::prelude::*;
use trading_types::{Candle, Price};

use super::*;
use crate::{
    cursor::TimeRange,
    fixture::{all, candle, hour, hourly, hours, merge, pair, trade},
    rows::TradeRow,
    store::Store,
};

fn other(number: u64) -> Candle {
    Candle { close: candle(number).low, ..candle(number) }
}

fn files(folder: &std::path::Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|it| it.unwrap());
    entries
        .map(|it| (it.file_name().into_string().unwrap(), fs::read(it.path()).unwrap()))
        .collect()
}

#[test]
fn the_same_rows_again_change_nothing() {
    let root = tempfile::tempdir().unwrap();
    let rows: Vec<Candle> = (0..2_000).filter(|it| it % 7 != 3).map(candle).collect();
    let first = merge(root.path(), hourly(), &rows, Conflict::Refuse).unwrap();
    assert_eq!((first.rows, first.added), (rows.len() as u64, rows.len() as u64));
    assert_eq!(first.span, Some((hour(0), hour(1_999))));
    let folder = root.path().join("BTC-USD/60");
    let before = files(&folder);
    assert_eq!(
        before.keys().map(String::as_str).collect::<Vec<_>>(),
        ["2018-01.arrow", "2018-02.arrow", "2018-03.arrow", "manifest.json"]
    );
    let again = merge(root.path(), hourly(), &rows, Conflict::Refuse).unwrap();
    assert_eq!((again.rows, again.added), (rows.len() as u64, 0));
    assert_eq!(files(&folder), before);
    assert_eq!(hours(root.path()).unwrap(), rows);
}

#[test]
fn a_contradiction_is_named_or_the_source_wins() {
    let root = tempfile::tempdir().unwrap();
    let rows: Vec<Candle> = (0..100).map(candle).collect();
    merge(root.path(), hourly(), &rows, Conflict::Refuse).unwrap();
    let offered = [candle(98), other(99), candle(100)];
    let error = merge(root.path(), hourly(), &offered, Conflict::Refuse).unwrap_err();
    let text = error.to_string();
    assert!(text.contains(&hour(99).to_string()) && text.contains("the source says"), "{text}");
    assert!(error.hint().contains("--replace"));
    assert_eq!(hours(root.path()).unwrap(), rows);

    let merged = merge(root.path(), hourly(), &offered, Conflict::Replace).unwrap();
    assert_eq!((merged.added, merged.replaced, merged.removed), (1, 1, 0));
    let expected: Vec<Candle> = (0..99).map(candle).chain([other(99), candle(100)]).collect();
    assert_eq!(hours(root.path()).unwrap(), expected);
    let manifest = Store::open(root.path()).unwrap().manifest(hourly()).unwrap().unwrap();
    assert_eq!(manifest.sources.len(), 2);
    assert_eq!(manifest.parts[0].sources, [0, 1]);
    assert_eq!(manifest.parts[0].file, "2018-01.r1.arrow");
    let folder = root.path().join("BTC-USD/60");
    assert_eq!(files(&folder).len(), 2, "the file before is gone");
}

#[test]
fn a_source_that_fails_leaves_everything_as_it_was() {
    let root = tempfile::tempdir().unwrap();
    let rows: Vec<Candle> = (0..900).map(candle).collect();
    merge(root.path(), hourly(), &rows, Conflict::Refuse).unwrap();
    let folder = root.path().join("BTC-USD/60");
    let before = files(&folder);
    for end in [700, 800, 1_500, 3_000] {
        let writer = Store::write(root.path()).unwrap();
        let good = (600..end).map(|it| Ok(if it < 900 { candle(it) } else { other(it) }));
        let mut source = good.chain([Err("the archive ends here")]);
        let failed = writer.merge(hourly(), "x", &mut source, Conflict::Refuse);
        assert!(matches!(failed, Err(MergeError::Source("the archive ends here"))));
        assert_eq!(files(&folder), before, "{end}");
    }
    let backward = [candle(1_000), candle(999)];
    let error = merge(root.path(), hourly(), &backward, Conflict::Refuse).unwrap_err();
    assert!(error.to_string().contains("row 2"), "{error}");
    assert_eq!(files(&folder), before);
}

/// What a crash leaves between any two steps: parts that no manifest speaks of, and files that were
/// not finished.
#[test]
fn what_a_crash_left_is_not_seen_and_goes_away() {
    let root = tempfile::tempdir().unwrap();
    let rows: Vec<Candle> = (0..100).map(candle).collect();
    merge(root.path(), hourly(), &rows, Conflict::Refuse).unwrap();
    let folder = root.path().join("BTC-USD/60");
    for left in ["2018-01.r1.arrow", "2018-02.arrow", "2018-03.arrow.new", "manifest.json.new"] {
        fs::write(folder.join(left), b"half of it").unwrap();
    }
    assert_eq!(hours(root.path()).unwrap(), rows);
    let more: Vec<Candle> = (50..800).map(candle).collect();
    merge(root.path(), hourly(), &more, Conflict::Refuse).unwrap();
    assert_eq!(hours(root.path()).unwrap(), (0..800).map(candle).collect::<Vec<_>>());
    let names: Vec<String> = files(&folder).into_keys().collect();
    assert_eq!(names, ["2018-01.r1.arrow", "2018-02.arrow", "manifest.json"]);
}

#[test]
fn only_one_writes_at_a_time() {
    let root = tempfile::tempdir().unwrap();
    let writer = Store::write(root.path()).unwrap();
    let error = Store::write(root.path()).unwrap_err();
    assert!(matches!(error, StoreError::Busy { .. }), "{error}");
    drop(writer);
    Store::write(root.path()).unwrap();
}

fn trades(root: &std::path::Path) -> Vec<TradeRow> {
    all(Store::open(root).unwrap().trades(pair(), TimeRange::default()).unwrap()).unwrap()
}

#[test]
fn trades_with_numbers_are_told_apart_and_others_are_not_mixed_with_them() {
    let root = tempfile::tempdir().unwrap();
    let series = SeriesName::trades(pair());
    let numbered: Vec<TradeRow> =
        (1..=30).map(|it| trade(it / 3, i64::try_from(it).unwrap(), Some(it))).collect();
    merge(root.path(), series, &numbered[..20], Conflict::Refuse).unwrap();
    let merged = merge(root.path(), series, &numbered[10..], Conflict::Refuse).unwrap();
    assert_eq!((merged.rows, merged.added), (20, 10));
    assert_eq!(trades(root.path()), numbered);

    let changed = TradeRow { price: Price::from_units(77), ..numbered[4] };
    let error = merge(root.path(), series, &[changed], Conflict::Refuse).unwrap_err();
    assert!(matches!(error, StoreError::Contradiction { .. }), "{error}");

    let bare: Vec<TradeRow> = [2, 5].map(|at| trade(at, 9, None)).to_vec();
    let error = merge(root.path(), series, &bare, Conflict::Refuse).unwrap_err();
    assert!(error.to_string().contains("without numbers"), "{error}");
    let merged = merge(root.path(), series, &bare, Conflict::Replace).unwrap();
    let kept = |row: &&TradeRow| row.time < bare[0].time || bare[1].time < row.time;
    let mut expected: Vec<TradeRow> =
        numbered.iter().filter(kept).copied().chain(bare.clone()).collect();
    expected.sort_by_key(|row| row.time);
    assert_eq!(trades(root.path()), expected);
    assert_eq!(merged.added + merged.replaced, 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Sources in any order and with any overlap come to what a map comes to.
    #[test]
    fn sources_come_to_what_a_map_comes_to(
        sources in prop::collection::vec(prop::collection::btree_set(0_u64..2_500, 0..60), 1..6),
    ) {
        let root = tempfile::tempdir().unwrap();
        let mut expected = BTreeMap::new();
        for numbers in &sources {
            let rows: Vec<Candle> = numbers.iter().copied().map(candle).collect();
            let added = numbers.iter().filter(|it| !expected.contains_key(*it)).count();
            let merged = merge(root.path(), hourly(), &rows, Conflict::Refuse).unwrap();
            prop_assert_eq!(merged.added, added as u64);
            expected.extend(numbers.iter().map(|it| (*it, candle(*it))));
        }
        let expected: Vec<Candle> = expected.into_values().collect();
        if expected.is_empty() {
            return Ok(());
        }
        prop_assert_eq!(&hours(root.path()).unwrap(), &expected);
        // Gaps and counts are those of the rows.
        let manifest = Store::open(root.path()).unwrap().manifest(hourly()).unwrap().unwrap();
        let (first, last) = (expected[0].start, expected.last().unwrap().start);
        let hours = (last.nanos() - first.nanos()) / crate::fixture::HOUR + 1;
        prop_assert_eq!(manifest.rows(), expected.len() as u64);
        let (missing, gaps) = manifest.missing();
        prop_assert_eq!(missing, hours - expected.len() as u64);
        if gaps.len() < crate::gaps::GAPS_LISTED_MAX {
            let nanos: u64 = gaps.iter().map(|gap| gap.nanos()).sum();
            prop_assert_eq!(nanos / crate::fixture::HOUR, missing);
        }
    }
}
