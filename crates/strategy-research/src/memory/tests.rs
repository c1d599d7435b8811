//! What is remembered, what counts, and what does not.
#![expect(clippy::disallowed_methods, reason = "a test makes the files it needs")]

use super::*;
use crate::samples::{candles, hourly};

fn pair() -> Pair {
    "BTC/USD".parse().unwrap()
}

fn entry(candles: &[Candle], period: u32, sharpe: f64) -> Entry {
    let settings = [("fast".to_owned(), period.to_string())];
    let (first, last) = (candles[0], candles[candles.len() - 1]);
    Entry {
        kind: EntryKind::Sweep,
        strategy: "sma_cross".to_owned(),
        settings_hash: settings_hash("sma_cross", &settings, "all-in"),
        from: first.start,
        to: last.start,
        first_close: first.close,
        last_close: last.close,
        metric: "sharpe".to_owned(),
        value: Some(1.0),
        sharpe: Some(sharpe),
        tried_at: Timestamp::EPOCH,
    }
}

#[test]
fn every_variant_counts_once_and_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let all = candles(1, 100, 0.0);
    let open = || Memory::open(folder.path(), pair(), hourly()).unwrap();
    let mut memory = open();
    let some = || vec![entry(&all, 5, 0.01), entry(&all, 6, 0.03)];
    memory.remember(some()).unwrap();
    memory.remember(some()).unwrap();
    assert_eq!(memory.trials(&all).count, 2);
    let bytes = std::fs::read(memory.path()).unwrap();

    let mut memory = open();
    memory.remember(some()).unwrap();
    assert_eq!(std::fs::read(memory.path()).unwrap(), bytes, "nothing was added");
    memory.remember(vec![Entry { kind: EntryKind::WalkForward, ..entry(&all, 7, 0.02) }]).unwrap();
    let trials = open().trials(&all);
    assert_eq!(trials.count, 3);
    assert!((trials.variance - 1e-4).abs() < 1e-12, "{}", trials.variance);
}

#[test]
fn what_counts_is_what_overlaps_and_agrees() {
    let folder = tempfile::tempdir().unwrap();
    let all = candles(1, 300, 0.0);
    let mut memory = Memory::open(folder.path(), pair(), hourly()).unwrap();
    memory.remember(vec![entry(&all[..100], 5, 0.0), entry(&all[50..200], 5, 0.0)]).unwrap();
    assert_eq!(memory.trials(&all).count, 2);
    assert_eq!(memory.trials(&all[..50]).count, 1);
    assert_eq!(memory.trials(&all[120..]).count, 1);
    assert_eq!(memory.trials(&all[200..]).count, 0);
    // Other candles under the same name are another history.
    assert_eq!(memory.trials(&candles(2, 300, 0.0)).count, 0);
}

#[test]
fn openings_are_all_counted_and_are_no_trials() {
    let folder = tempfile::tempdir().unwrap();
    let all = candles(1, 100, 0.0);
    let mut memory = Memory::open(folder.path(), pair(), hourly()).unwrap();
    let opened = || vec![Entry { kind: EntryKind::HoldoutOpened, ..entry(&all[80..], 5, 0.0) }];
    memory.remember(opened()).unwrap();
    memory.remember(opened()).unwrap();
    memory.remember(vec![Entry { kind: EntryKind::Procedure, ..entry(&all, 5, 0.0) }]).unwrap();
    assert_eq!((memory.openings(&all[80..]), memory.trials(&all).count), (2, 0));
    assert_eq!((memory.openings(&all[..80]), memory.procedures(&all).count), (0, 1));
}

#[test]
fn damage_is_counted_and_harms_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let all = candles(1, 100, 0.0);
    let mut memory = Memory::open(folder.path(), pair(), hourly()).unwrap();
    memory.remember((0..5).map(|it| entry(&all, it, 0.0)).collect()).unwrap();
    let path = memory.path().to_owned();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[20] ^= 4;
    bytes.truncate(bytes.len() - 7);
    std::fs::write(&path, bytes).unwrap();
    let mut memory = Memory::open(folder.path(), pair(), hourly()).unwrap();
    assert_eq!((memory.trials(&all).count, memory.damaged), (3, 2));
    memory.remember(vec![entry(&all, 9, 0.0)]).unwrap();
    assert_eq!(Memory::open(folder.path(), pair(), hourly()).unwrap().trials(&all).count, 4);
}

#[test]
fn the_order_of_settings_makes_no_other_variant() {
    let setting = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let one = settings_hash("s", &[setting("a", "1"), setting("b", "2")], "all-in");
    assert_eq!(one, settings_hash("s", &[setting("b", "2"), setting("a", "1")], "all-in"));
    assert_ne!(one, settings_hash("s", &[setting("a", "1"), setting("b", "3")], "all-in"));
    assert_ne!(one, settings_hash("s", &[setting("a", "1"), setting("b", "2")], "risk:1%"));
}
