//! Whole series, damaged ones and strange ones.
#![expect(clippy::disallowed_methods, reason = "tests change the files themselves")]

use std::fs;

use trading_types::{Amount, Price};

use super::*;
use crate::{
    fixture::{candle, hour, hourly, merge, pair, trade},
    merge::Conflict,
};

fn verify(root: &Path) -> Verified {
    let store = Store::open(root).unwrap();
    let manifests = store.series().unwrap();
    let mut bytes = 0;
    let verified = store.verify(&manifests[0], &mut |more| bytes += more).unwrap();
    assert_eq!(bytes, verified.bytes);
    verified
}

#[test]
fn each_turned_bit_of_a_part_is_found() {
    let root = tempfile::tempdir().unwrap();
    let rows: Vec<Candle> = (0..3).map(candle).collect();
    merge(root.path(), hourly(), &rows, Conflict::Refuse).unwrap();
    let whole = verify(root.path());
    assert_eq!((whole.rows, whole.damage.len(), whole.missing), (3, 0, 0));
    let path = root.path().join("BTC-USD/60/2018-01.arrow");
    let bytes = fs::read(&path).unwrap();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        fs::write(&path, damaged).unwrap();
        let damage = verify(root.path()).damage;
        assert!(damage.iter().any(|it| it.contains("SHA-256")), "byte {at}: {damage:?}");
    }
    fs::remove_file(&path).unwrap();
    let damage = verify(root.path()).damage;
    assert!(damage[0].contains("cannot read") && damage.len() == 1, "{damage:?}");
}

#[test]
fn what_is_strange_is_listed() {
    let root = tempfile::tempdir().unwrap();
    let spike = Candle { high: Price::from_units(99_000_000_000_000), ..candle(300) };
    let quiet = |number| Candle { volume: Amount::ZERO, ..candle(number) };
    let rows: Vec<Candle> = (0..1_000)
        .filter(|it| !(500..551).contains(it) && *it != 745)
        .map(|it| match it {
            300 => spike,
            10 | 20 | 21 | 22 | 30 => quiet(it),
            it => candle(it),
        })
        .collect();
    merge(root.path(), hourly(), &rows, Conflict::Refuse).unwrap();
    let found = verify(root.path());
    assert_eq!((found.rows, found.parts, found.missing), (948, 2, 52));
    let gaps = [(500, 551), (745, 746)].map(|(from, to)| Gap { from: hour(from), to: hour(to) });
    assert_eq!(found.gaps, gaps);
    assert_eq!(found.damage, [""; 0]);
    assert_eq!(found.outliers_listed.iter().map(|it| it.time).collect::<Vec<_>>(), [hour(300)]);
    assert_eq!(found.without_volume, 5);
    assert_eq!(found.without_volume_longest, Some(Gap { from: hour(20), to: hour(23) }));
}

#[test]
fn trades_without_numbers_are_counted() {
    let root = tempfile::tempdir().unwrap();
    let rows = [trade(1, 5, Some(3)), trade(2, 5, None), trade(9, 5, None)];
    merge(root.path(), SeriesName::trades(pair()), &rows, Conflict::Refuse).unwrap();
    let found = verify(root.path());
    assert_eq!((found.rows, found.without_number, found.missing), (3, 2, 0));
}
