//! Files of ticks: what is written is read, and each damage has its words.

use std::{fs, path::PathBuf};

use exchange_simulator::replay::Tick;
use trading_types::{Quantity, Side, Timestamp};

use super::{HEAD_BYTES, TickFile, TickFileError, TickFileHead, TickWriter};

fn head() -> TickFileHead {
    TickFileHead { pair: "BTC/USD".parse().unwrap(), tick: "0.1".parse().unwrap() }
}

fn ticks(count: i64) -> Vec<Tick> {
    let tick = |number: i64| {
        let time = Timestamp::from_nanos(1_000 + number.unsigned_abs());
        let quantity = Quantity::from_units(number);
        Tick::level(Side::Sell, 600_000 + number, quantity, time)
    };
    (0..count).map(tick).collect()
}

/// A file of ticks, changed by `change`.
fn file(ticks: &[Tick], change: impl FnOnce(&mut Vec<u8>)) -> (tempfile::TempDir, PathBuf) {
    let mut bytes = Vec::new();
    let mut writer = TickWriter::new(&mut bytes, &head()).unwrap();
    for tick in ticks {
        writer.write(tick).unwrap();
    }
    writer.finish().unwrap();
    change(&mut bytes);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("some.ticks");
    #[expect(clippy::disallowed_methods, reason = "a test makes its own files")]
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

#[test]
fn what_is_written_is_read() {
    for count in [0, 1, 2_047, 2_048, 2_049, 10_000] {
        let (_folder, path) = file(&ticks(count), |_| ());
        let file = TickFile::open(&path).unwrap();
        assert_eq!(file.head(), head());
        let read: Result<Vec<Tick>, TickFileError> = file.collect();
        assert_eq!(read.unwrap(), ticks(count));
    }
}

/// What is wrong is named, with the number of the tick; what is before it is read.
#[test]
fn a_damaged_file_is_refused_by_name() {
    let check = |change: &dyn Fn(&mut Vec<u8>), good: usize, words: &str| {
        let (_folder, path) = file(&ticks(3_000), |bytes| change(bytes));
        let read = match TickFile::open(&path) {
            Ok(file) => file.collect::<Vec<_>>(),
            Err(error) => vec![Err(error)],
        };
        let first = read.iter().position(Result::is_err).unwrap();
        let said = read[first].as_ref().unwrap_err().to_string();
        assert_eq!(first, good, "{said}");
        assert!(said.ends_with(&words.replace("FILE", path.to_str().unwrap())), "{said}");
    };
    let at = |number: usize| HEAD_BYTES + (number - 1) * Tick::BYTES;
    check(&|bytes| bytes.clear(), 0, "FILE is not a file of ticks");
    check(&|bytes| bytes[0] = b's', 0, "FILE is not a file of ticks");
    check(&|bytes| bytes[8..16].fill(0), 0, "FILE is not a file of ticks");
    check(&|bytes| bytes[16] = 0xff, 0, "FILE is not a file of ticks");
    check(
        &|bytes| bytes.truncate(at(3_000) + 5),
        2_999,
        "FILE ends in the middle of tick 3000; it was not written to its end",
    );
    check(&|bytes| bytes[at(7) + 31] = 0xff, 6, "tick 7 of FILE is damaged");
    check(&|bytes| bytes[at(7) + 30] = 0x7f, 6, "tick 7 of FILE is damaged");
    check(&|bytes| bytes[at(7) + 24] |= 7, 6, "tick 7 of FILE is damaged");
    check(
        &|bytes| bytes[at(2_500)..at(2_500) + 8].fill(0),
        2_499,
        "tick 2500 of FILE is earlier than the one before it; sort them by time",
    );
}

#[test]
fn a_missing_file_is_said() {
    let error = TickFile::open("nowhere/some.ticks".as_ref()).err().unwrap();
    assert!(error.to_string().starts_with("cannot read nowhere/some.ticks: "), "{error}");
}
