//! Folders, files and archives by what they have.

use std::{
    fs::{self, File},
    io::{Read, Write},
};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

const CANDLES: &str = "1500000000,1,1,1,1,1,1\n";
const TRADES: &str = "1500000000,1,1\n";

fn what(files: &[HistoryFile]) -> Vec<String> {
    let one = |file: &HistoryFile| {
        let pair = file.pair.map_or_else(|| "-".to_owned(), |it| it.to_string());
        format!("{pair} {:?} {:?}", file.minutes, file.bytes)
    };
    files.iter().map(one).collect()
}

fn text(file: &HistoryFile) -> String {
    let mut text = String::new();
    file.open().unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test makes its files")]
fn folders_and_archives_have_what_their_names_say() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    let mut archive = ZipWriter::new(File::create(&path).unwrap());
    for (name, text) in [
        ("TimeAndSales_Combined/XBTUSD.csv", TRADES),
        ("ETHUSD_60.csv", CANDLES),
        ("NEWCOINEUR_1.csv", CANDLES),
        ("something.csv", CANDLES),
        ("__MACOSX/._ETHUSD_60.csv", "x"),
        ("readme.txt", "x"),
    ] {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
    let files = history_files(&path, &ReadLimits::default()).unwrap();
    assert_eq!(
        what(&files),
        [
            "ETH/USD Some(60) Some(23)",
            "NEWCOIN/EUR Some(1) Some(23)",
            "BTC/USD None Some(15)",
            "- None Some(23)",
        ]
    );
    assert_eq!((text(&files[0]).as_str(), text(&files[2]).as_str()), (CANDLES, TRADES));

    for (name, text) in [("XBTUSD_60.csv", CANDLES), ("ETHUSD.csv", TRADES), ("x.txt", "x")] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let files = history_files(folder.path(), &ReadLimits::default()).unwrap();
    assert_eq!(what(&files), ["ETH/USD None Some(15)", "BTC/USD Some(60) Some(23)"]);
    let one = history_files(&folder.path().join("ETHUSD.csv"), &ReadLimits::default()).unwrap();
    assert_eq!((what(&one).as_slice(), text(&one[0]).as_str()), (&what(&files)[..1], TRADES));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test makes its files")]
fn what_is_neither_is_said() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes, part) in [
        ("a.zip", b"<html>".as_slice(), "web page"),
        ("b.zip", b"1,2,3", "not a ZIP"),
        ("c.csv", &[0x1f, 0x8b, 0, 0], "gzip"),
        ("d.zip", b"PK\x03\x04rest", "damaged"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let error = history_files(&path, &ReadLimits::default()).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
        assert!(!error.hint().is_empty());
    }
    let error = history_files(&folder.path().join("none"), &ReadLimits::default()).unwrap_err();
    assert!(error.to_string().contains("no such file"), "{error}");
}
