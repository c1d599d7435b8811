//! Archives that are broken, lie, or lack what is asked for: never fewer candles, always an error.

use crate::{
    bench::Bench,
    candles::{NAME, hourly, replaced, stored, zipped},
};

const RUN: &str = "backtest --pair BTC/USD --strategy sma_cross --json --data candles.zip";

#[track_caller]
fn check(archive: impl AsRef<[u8]>, parts: &[&str]) {
    let bench = Bench::new();
    let outcome = bench.write("candles.zip", archive).run(RUN);
    outcome.wrong(parts);
    assert!(outcome.stderr.starts_with("error: candles.zip: "), "{outcome:?}");
}

fn good() -> Vec<u8> {
    zipped(&[("ETHUSD_60.csv", hourly(10).as_bytes()), (NAME, hourly(400).as_bytes())])
}

#[test]
fn a_good_one_is_read_wherever_its_file_lies() {
    let folders = format!("Kraken_OHLCVT/2017/{NAME}");
    for archive in [good(), zipped(&[(&folders, hourly(400).as_bytes())])] {
        let outcome = Bench::new().write("candles.zip", archive).run(RUN).done();
        assert_eq!(outcome.json()["candles"], 400);
    }
}

#[test]
fn no_archive_at_all() {
    check(hourly(30), &["it is not a ZIP archive", "download it again"]);
    check("", &["it is not a ZIP archive"]);
    check("<html>", &["it is a web page"]);
    check(b"PK\x03\x04", &["the ZIP archive is damaged", "download it again"]);
    check(b"PK\x05\x06", &["the ZIP archive is damaged"]);
}

#[test]
fn an_archive_that_was_cut_off() {
    let archive = good();
    for part in 1..20 {
        let end = archive.len() * part / 20;
        check(&archive[..end], &["damaged", "download it again"]);
    }
    check(&archive[..archive.len() - 1], &["damaged", "download it again"]);
}

#[test]
fn a_byte_that_flipped_in_the_candles() {
    let archive = zipped(&[(NAME, hourly(400).as_bytes())]);
    // Behind the name in the local header begin the packed bytes; the list begins with PK\1\2.
    let start = 30 + NAME.len();
    let end = archive.windows(4).rposition(|it| it == b"PK\x01\x02").expect("a list");
    for part in 0..25 {
        let mut archive = archive.clone();
        archive[start + (end - start - 1) * part / 24] ^= 0x10;
        let outcome = Bench::new().write("candles.zip", archive).run(RUN);
        // Either the bytes make no sense, or the candles do not, or in the end the checksum.
        outcome.wrong(&["error: candles.zip: XBTUSD_60.csv"]);
    }
    let mut archive = stored(&[(NAME, hourly(400).as_bytes())]);
    // The last digit of a number of trades: a good candle, only another one.
    let at = start + hourly(400).len() - 2;
    archive[at] ^= 1;
    check(archive, &["XBTUSD_60.csv: the checksum is", "nothing that was read"]);
}

#[test]
fn an_archive_without_the_candles() {
    let other = zipped(&[("ETHUSD_60.csv", b"x"), ("XBTEUR_60.csv", b"x")]);
    check(other, &["it has no candles of BTC/USD; near it: BTC/EUR, ETH/USD", "--pair"]);
    let daily = zipped(&[("XBTUSD_1440.csv", b"x"), ("XBTUSD_15.csv", b"x")]);
    check(daily, &["it has BTC/USD in candles of 15, 1440 min, not of 60 min", "--interval"]);
    check(zipped(&[("readme.txt", b"x")]), &["it has no file like XBTUSD_60.csv", "readme.txt"]);
    check(zipped(&[]), &["it has no file like XBTUSD_60.csv; it is empty"]);
    check(zipped(&[(NAME, b"")]), &["XBTUSD_60.csv: it has no candles"]);
    check(zipped(&[(NAME, b"1,2,3")]), &["XBTUSD_60.csv:1: ", "3 columns where 7"]);
}

#[test]
fn names_that_are_not_clear() {
    let candles = hourly(30);
    let nested = [("old/XBTUSD_60.csv", candles.as_bytes()), ("new/XBTUSD_60.csv", b"x")];
    check(zipped(&nested), &["two files in it have this name: old/XBTUSD_60.csv and new/"]);
    let twice = zipped(&[(NAME, candles.as_bytes()), ("XBTUSD_61.csv", b"x")]);
    let twice = replaced(&twice, b"XBTUSD_61.csv", NAME.as_bytes());
    check(twice, &["the same name twice", "name the CSV file"]);
}

#[test]
fn an_archive_that_is_made_to_fill_a_disk() {
    let bomb = zipped(&[(NAME, &vec![b'0'; 100 << 20])]);
    assert!(bomb.len() < 1 << 20);
    check(&bomb, &["unpack to 104857600, more than 200 times as many", "do not trust"]);
    // One that says it is smaller is believed until it is longer than it says.
    let promise = u32::to_le_bytes(100 << 20);
    let liar = replaced(&bomb, &promise, &u32::to_le_bytes(1 << 10));
    check(liar, &["XBTUSD_60.csv", "hint: "]);
}
