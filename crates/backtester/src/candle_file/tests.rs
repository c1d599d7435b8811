//! Candles from files, folders and archives on disk; each refusal with its advice.

use std::io::{Cursor, Write};

use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::candle_csv::{Gap, read_all};

/// Kraken's own files, where somebody has them.
const SAMPLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/data/kraken-ohlcvt/Kraken_OHLCVT_sample.zip"
);

const ROWS: &str = "1381104000,121.99,122.5,121,122,10.5,23\n\
                    1381107600,122,122,122,122,0.5,1\n\
                    1381118400,122.1,125,122.1,124.9,10,7\n";

/// A folder with `files` in it.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        #[expect(clippy::disallowed_methods, reason = "a test makes its own files")]
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn archive(member: &str, text: &str) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(member, SimpleFileOptions::default()).unwrap();
    archive.write_all(text.as_bytes()).unwrap();
    archive.finish().unwrap().into_inner()
}

fn request(path: impl AsRef<Path>, pair: &str, minutes: u32) -> CandleRequest {
    CandleRequest {
        path: path.as_ref().to_owned(),
        pair: pair.parse().unwrap(),
        interval: Interval::from_minutes(minutes).unwrap(),
        from: None,
        to: None,
    }
}

fn read(request: &CandleRequest) -> Result<(Vec<Candle>, CandleFile), ReadError> {
    let mut file = CandleFile::open(request, &ReadLimits::default())?;
    let mut candles = Vec::new();
    while let Some(candle) = file.next_candle()? {
        candles.push(candle);
    }
    Ok((candles, file))
}

/// What the request is refused with: the message without the folder, and the advice.
#[track_caller]
fn check(folder: &TempDir, request: &CandleRequest, message: &str, hint: &str) {
    let error = read(request).unwrap_err();
    let folder = folder.path().to_string_lossy().into_owned();
    let shown = error.to_string().replace(&folder, "folder");
    assert_eq!((shown.as_str(), error.hint().as_str()), (message, hint));
}

#[test]
fn reads_a_file_a_folder_and_an_archive() {
    let expect = read_all(ROWS.as_bytes(), Interval::from_minutes(60).unwrap()).unwrap();
    let packed = archive("deep/XBTUSD_60.csv", ROWS);
    let files: [(&str, &[u8]); 6] = [
        ("XBTUSD_60.csv", ROWS.as_bytes()),
        ("mine.csv", ROWS.as_bytes()),
        ("mine", ROWS.as_bytes()),
        ("Kraken_OHLCVT.zip", &packed),
        ("download.tmp", &packed),
        ("XBTEUR_60.csv", &packed),
    ];
    let folder = folder(&files);
    for (path, name) in [
        ("", "XBTUSD_60.csv"),
        ("XBTUSD_60.csv", "XBTUSD_60.csv"),
        ("mine.csv", "mine.csv"),
        ("mine", "mine"),
        ("Kraken_OHLCVT.zip", "deep/XBTUSD_60.csv"),
        // What is inside decides, not what is written on it.
        ("download.tmp", "deep/XBTUSD_60.csv"),
        ("XBTEUR_60.csv", "deep/XBTUSD_60.csv"),
    ] {
        let (candles, file) = read(&request(folder.path().join(path), "BTC/USD", 60)).unwrap();
        assert_eq!(candles, expect, "{path}");
        assert_eq!(file.name(), name);
        assert_eq!(file.bytes_total(), Some(ROWS.len() as u64));
        assert_eq!(file.bytes_read(), ROWS.len() as u64);
        assert_eq!(file.missing().count, 2);
    }
}

#[test]
fn is_a_source_of_candles_for_a_backtest() {
    let folder = folder(&[("XBTUSD_60.csv", ROWS.as_bytes())]);
    let request = request(folder.path(), "BTC/USD", 60);
    let mut file = CandleFile::open(&request, &ReadLimits::default()).unwrap();
    let mut count = 0;
    while CandleSource::next_candle(&mut file).unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, 3);
}

#[test]
fn paths_that_lead_nowhere() {
    let folder = folder(&[("mine.csv", ROWS.as_bytes())]);
    let path = |name: &str| request(folder.path().join(name), "BTC/USD", 60);
    let get = "check the path; Kraken offers its candles at \
               https://support.kraken.com/articles/360047124832";
    check(&folder, &path("other.csv"), "folder/other.csv: no such file or folder", get);
    let inside = "folder/mine.csv/XBTUSD_60.csv: no such file or folder";
    check(&folder, &path("mine.csv/XBTUSD_60.csv"), inside, get);

    fs::create_dir(folder.path().join("XBTUSD_60.csv")).unwrap();
    let hint = "name a CSV file, a ZIP archive of Kraken's, or a folder of CSV files";
    check(&folder, &path(""), "folder/XBTUSD_60.csv: it is not a file", hint);
}

#[test]
fn folders_without_the_file() {
    let get = "name a file that has candles; Kraken offers them at \
               https://support.kraken.com/articles/360047124832";
    let empty = folder(&[]);
    let message = "folder: it has no file like XBTUSD_60.csv; it is empty";
    check(&empty, &request(empty.path(), "BTC/USD", 60), message, get);

    let packed = folder(&[("Kraken_OHLCVT.zip", b"")]);
    let message = "folder: it has no file like XBTUSD_60.csv; it has Kraken_OHLCVT.zip";
    check(&packed, &request(packed.path(), "BTC/USD", 60), message, get);

    let others = folder(&[("XBTUSD_1.csv", b""), ("XBTUSD_240.csv", b""), ("ETHUSD_60.csv", b"")]);
    let message = "folder: it has BTC/USD in candles of 1, 240 min, not of 60 min";
    let hint = "say --interval with one of 1, 240";
    check(&others, &request(others.path(), "BTC/USD", 60), message, hint);

    let message = "folder: it has no candles of DOGE/USD; near it: BTC/USD, ETH/USD";
    let hint = "say --pair with one of its pairs, or get another file at \
                https://support.kraken.com/articles/360047124832";
    check(&others, &request(others.path(), "DOGE/USD", 60), message, hint);
}

#[test]
fn files_of_other_candles() {
    let folder = folder(&[("ETHUSD_240.csv", ROWS.as_bytes()), ("XBTUSD_7.csv", b"")]);
    let path = folder.path().join("ETHUSD_240.csv");
    check(
        &folder,
        &request(&path, "BTC/USD", 240),
        "folder/ETHUSD_240.csv: it is named for ETH/USD, not for BTC/USD",
        "say --pair ETH/USD, or rename the file if its name is wrong",
    );
    check(
        &folder,
        &request(&path, "ETH/USD", 60),
        "folder/ETHUSD_240.csv: it is named for candles of 240 min, not of 60 min",
        "say --interval 240, or rename the file if its name is wrong",
    );
    check(
        &folder,
        &request(folder.path().join("XBTUSD_7.csv"), "BTC/USD", 60),
        "folder/XBTUSD_7.csv: it is named for candles of 7 min, not of 60 min",
        "rename the file if its name is wrong",
    );
}

#[test]
fn archives_in_name_only() {
    let folder = folder(&[("a.zip", b"PC"), ("b.ZIP", b"<html>"), ("c.zip", b"")]);
    let path = |name: &str| request(folder.path().join(name), "BTC/USD", 60);
    let hint = "download it again: a download that stopped early looks like this";
    check(&folder, &path("a.zip"), "folder/a.zip: it is not a ZIP archive", hint);
    check(&folder, &path("c.zip"), "folder/c.zip: it is not a ZIP archive", hint);
    let hint = "the page was saved in place of the file: download it again in a browser";
    check(&folder, &path("b.ZIP"), "folder/b.ZIP: it is a web page", hint);
}

#[test]
fn a_range_needs_an_inside() {
    let folder = folder(&[("XBTUSD_60.csv", ROWS.as_bytes())]);
    let time = |text: &str| Some(text.parse().unwrap());
    let (from, to) = (time("2013-10-08"), time("2013-10-07"));
    let request = CandleRequest { from, to, ..request(folder.path(), "BTC/USD", 60) };
    let message = "folder: nothing lies between 2013-10-08T00:00:00Z and 2013-10-07T00:00:00Z";
    check(&folder, &request, message, "let --from be before --to");
    let same = CandleRequest { to: from, ..request };
    let message = "folder: nothing lies between 2013-10-08T00:00:00Z and 2013-10-08T00:00:00Z";
    check(&folder, &same, message, "let --from be before --to");
}

#[test]
fn lines_are_told_with_the_file_that_holds_them() {
    let bad = format!("{ROWS}1381122000,1,1e5,1,1,1,1\n");
    let packed = archive("deep/XBTUSD_60.csv", &bad);
    let folder = folder(&[("XBTUSD_60.csv", bad.as_bytes()), ("a.zip", &packed)]);
    let hint = "write all digits, without an exponent";
    for (path, place) in
        [("", "folder/XBTUSD_60.csv:4"), ("a.zip", "folder/a.zip: deep/XBTUSD_60.csv:4")]
    {
        let message = format!("{place}: column 3 (high): \"1e5\" is not a plain decimal number");
        check(&folder, &request(folder.path().join(path), "BTC/USD", 60), &message, hint);
    }
}

/// A range that ends early must not hide that the archive is damaged after it.
#[test]
fn a_packed_file_is_checked_to_its_end() {
    let mut packed = archive("XBTUSD_60.csv", ROWS);
    let list = packed.windows(4).position(|it| it == b"PK\x01\x02").unwrap();
    packed[list + 16] ^= 1;
    let folder = folder(&[("a.zip", &packed)]);
    let to = Some("2013-10-07T01:00:00Z".parse().unwrap());
    let request = CandleRequest { to, ..request(folder.path().join("a.zip"), "BTC/USD", 60) };
    let mut file = CandleFile::open(&request, &ReadLimits::default()).unwrap();
    assert!(file.next_candle().unwrap().is_some());
    let refused = file.next_candle().unwrap_err();
    assert!(refused.to_string().contains("the checksum is"), "{refused}");
    assert_eq!(file.next_candle(), Err(refused));
}

#[test]
fn reads_krakens_own_archive() {
    if !Path::new(SAMPLE).exists() {
        return;
    }
    for (pair, minutes, count, first, missing) in [
        ("BTC/USD", 60, 43_802, "2013-10-06T21:00:00Z", 10_849),
        ("ETH/USD", 60, 35_112, "2015-08-07T14:00:00Z", 3_466),
        ("ETH/EUR", 240, 4_383, "2024-01-01T00:00:00Z", 3),
    ] {
        let (candles, file) = read(&request(SAMPLE, pair, minutes)).unwrap();
        assert_eq!(candles.len(), count, "{pair}");
        assert_eq!(candles[0].start.to_string(), first, "{pair}");
        assert_eq!(file.missing().count, missing, "{pair}");
        assert_eq!(Some(file.bytes_read()), file.bytes_total(), "{pair}");
    }
}

/// Kraken was down for most of 11 and 12 January 2018.
#[test]
fn sees_krakens_outage_of_2018() {
    if !Path::new(SAMPLE).exists() {
        return;
    }
    let time = |text: &str| text.parse().unwrap();
    let month = CandleRequest {
        from: Some(time("2018-01-01")),
        to: Some(time("2018-02-01")),
        ..request(SAMPLE, "BTC/USD", 60)
    };
    let (candles, file) = read(&month).unwrap();
    let missing = file.missing();
    assert_eq!(candles.len() as u64 + missing.count, 31 * 24);
    let gap = Gap { from: time("2018-01-11T16:00:00Z"), to: time("2018-01-12T15:00:00Z") };
    assert_eq!(missing.longest, Some(gap));
    let inside = CandleRequest { from: Some(gap.from), to: Some(gap.to), ..month };
    let refused = read(&inside).unwrap_err().to_string();
    assert!(refused.ends_with("the file covers 2013-10-06T21:00:00Z to 2019-12-31T23:00:00Z"));
}
