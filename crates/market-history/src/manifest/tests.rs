//! Manifests there and back, and damaged ones.

use super::*;
use crate::fixture::{hour, hourly};

fn part(first: u64, last: u64) -> Part {
    let month = Month::of(hour(first));
    Part {
        month,
        file: part_name(month, 3),
        rows: 10,
        first: hour(first),
        last: hour(last),
        numbered: false,
        missing: 0,
        gaps: Vec::new(),
        bytes: 1_000,
        sha256: Hash::of_bytes(b"x"),
        sources: vec![0],
    }
}

fn manifest() -> Manifest {
    let source = Source {
        name: "Kraken_OHLCVT.zip: XBTUSD_60.csv".to_owned(),
        sha256: Some(Hash::of_bytes(b"")),
        rows: 20,
        added: 20,
        replaced: 0,
        removed: 0,
    };
    let parts = vec![part(0, 700), part(750, 800)];
    Manifest { sources: vec![source], parts, ..Manifest::new(hourly()) }
}

fn parse(bytes: &[u8]) -> Result<Manifest, StoreError> {
    Manifest::parse(bytes, Path::new("m"))
}

#[test]
fn a_manifest_is_read_as_it_was_written() {
    assert_eq!(parse(&manifest().encode()).unwrap(), manifest());
    let text = String::from_utf8(manifest().encode()).unwrap();
    for part in [r#""pair": "BTC/USD""#, r#""interval": 60"#, r#""month": "2018-01""#] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_turned_bit_or_a_lost_end_is_told() {
    let bytes = manifest().encode();
    let whole = manifest();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            // White space outside the hashed text may change.
            if let Ok(read) = parse(&damaged) {
                assert_eq!(read, whole, "byte {at}, bit {bit}");
            }
        }
        if at + 1 < bytes.len() {
            assert!(parse(&bytes[..at]).is_err(), "{at}");
        }
    }
}

#[test]
fn what_cannot_be_true_is_refused() {
    let check = |change: fn(&mut Manifest), part: &str| {
        let mut manifest = manifest();
        change(&mut manifest);
        let error = parse(&manifest.encode()).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
        assert!(!error.hint().is_empty());
    };
    check(|it| it.parts.swap(0, 1), "not after");
    check(|it| it.parts[0].rows = 0, "no rows");
    check(|it| it.parts[0].last = hour(9_999), "no rows of that month");
    check(|it| it.parts[0].file = "../../x.arrow".to_owned(), "none of ours");
    check(|it| it.format = 2, "format 2");
}

#[test]
fn gaps_are_counted_between_parts_too() {
    let (missing, gaps) = manifest().missing();
    assert_eq!((missing, gaps), (49, vec![Gap { from: hour(701), to: hour(750) }]));
}

#[test]
fn names_tell_how_often_a_part_was_written() {
    let month = Month::of(hour(0));
    for again in [0, 1, 12] {
        assert_eq!(revision(&part_name(month, again)), Some(again));
    }
    for name in
        ["2018-01.txt", "x.arrow", "2018-01.rx.arrow", "manifest.json", "2018-01.r1.arrow.new"]
    {
        assert_eq!(revision(name), None, "{name}");
    }
}
