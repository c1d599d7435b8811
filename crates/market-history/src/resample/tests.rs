//! Longer candles against a naive twin.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{
    fixture::{candle, hour, hourly, merge, minutes, pair, trade},
    merge::Conflict,
    series::SeriesName,
    store::Store,
};

fn resampled(candles: &[Candle], to: u32) -> Vec<Candle> {
    let mut resampler = Resampler::new(minutes(to));
    let mut all: Vec<Candle> =
        candles.iter().filter_map(|it| resampler.add(*it).unwrap()).collect();
    all.extend(resampler.finish());
    all
}

/// The same by sorting into groups and looking at each as a whole.
fn naive(candles: &[Candle], to: u32) -> Vec<Candle> {
    let step = u64::from(to) * 60_000_000_000;
    let mut groups: BTreeMap<u64, Vec<Candle>> = BTreeMap::new();
    for candle in candles {
        groups.entry(candle.start.nanos() / step).or_default().push(*candle);
    }
    let whole = groups.into_iter().map(|(number, group)| Candle {
        start: Timestamp::from_nanos(number * step),
        open: group[0].open,
        high: group.iter().map(|it| it.high).max().unwrap(),
        low: group.iter().map(|it| it.low).min().unwrap(),
        close: group.last().unwrap().close,
        volume: group.iter().map(|it| it.volume).sum(),
        trades: group.iter().map(|it| it.trades).sum(),
    });
    whole.collect()
}

proptest! {
    #[test]
    fn each_way_to_longer_candles_comes_to_the_same(
        numbers in prop::collection::btree_set(0_u64..5_000, 0..300),
    ) {
        let candles: Vec<Candle> = numbers.into_iter().map(candle).collect();
        let four_hours = resampled(&candles, 240);
        prop_assert_eq!(&four_hours, &naive(&candles, 240));
        prop_assert_eq!(&resampled(&four_hours, 1_440), &naive(&candles, 1_440));
        prop_assert_eq!(&resampled(&candles, 10_080), &naive(&candles, 10_080));
        prop_assert_eq!(&resampled(&candles, 60), &candles);
    }
}

fn read(store: &Store, to: u32, range: TimeRange) -> Vec<Candle> {
    let mut cursor = store.resampled(pair(), minutes(to), range).unwrap();
    let mut all = Vec::new();
    while let Some(candle) = cursor.next_row().unwrap() {
        all.push(candle);
    }
    assert_eq!(cursor.bytes_read(), cursor.bytes_total());
    all
}

#[test]
fn a_range_has_whole_candles_only() {
    let root = tempfile::tempdir().unwrap();
    let candles: Vec<Candle> = (0..1_000).map(candle).collect();
    merge(root.path(), hourly(), &candles, Conflict::Refuse).unwrap();
    let store = Store::open(root.path()).unwrap();
    let all = naive(&candles, 240);
    assert_eq!(read(&store, 240, TimeRange::default()), all);
    // From the middle of the first and to the middle of the fifth: the second to the fifth.
    let range = TimeRange { from: Some(hour(1)), to: Some(hour(17)) };
    assert_eq!(read(&store, 240, range), all[1..5]);
    let error = store.resampled(pair(), minutes(5), TimeRange::default()).unwrap_err();
    assert!(matches!(error, StoreError::NoSeries { .. }), "{error}");
}

#[test]
fn the_longest_candles_that_fit_are_read_and_else_trades() {
    let root = tempfile::tempdir().unwrap();
    let candles: Vec<Candle> = (0..100).map(candle).collect();
    let trades = [trade(0, 5, None), trade(1, 9, None), trade(60_000_000_000, 2, None)];
    merge(root.path(), SeriesName::trades(pair()), &trades, Conflict::Refuse).unwrap();
    let store = Store::open(root.path()).unwrap();
    let minute = read(&store, 1, TimeRange::default());
    let ends: Vec<_> =
        minute.iter().map(|it| (it.open.units(), it.high.units(), it.trades)).collect();
    assert_eq!(ends, [(5, 9, 2), (2, 2, 1)]);

    merge(root.path(), hourly(), &candles, Conflict::Refuse).unwrap();
    let four = SeriesName::candles(pair(), minutes(240));
    merge(root.path(), four, &naive(&candles, 240), Conflict::Refuse).unwrap();
    assert_eq!(store.source_interval(pair(), minutes(1_440)).unwrap(), Some(minutes(240)));
    assert_eq!(store.source_interval(pair(), minutes(240)).unwrap(), Some(minutes(240)));
    assert_eq!(store.source_interval(pair(), minutes(30)).unwrap(), None);
    assert_eq!(read(&store, 1_440, TimeRange::default()), naive(&candles, 1_440));
}
