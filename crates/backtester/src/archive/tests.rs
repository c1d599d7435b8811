//! Members of archives, whole and damaged: the candles that were packed come out, or an error does.

use std::io::{BufReader, Cursor, Write};

use proptest::{prelude::*, sample::Index};
use trading_types::{Candle, Interval};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::candle_csv::{CandleReader, Window, read_all};

const ROWS: &str = "1381104000,121.99,122.5,121,122,10.5,23\n\
                    1381107600,122,122,122,122,0.12345678901234,1\n\
                    1381118400,122.1,125,122.1,124.9,1E+1,7\n";
const NAME: &str = "XBTUSD_60.csv";
const ROOMY: ReadLimits = ReadLimits { unpacked_bytes_max: 1 << 20, expansion_max: 200 };

fn packed(files: &[(&str, &str)], method: CompressionMethod) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, text) in files {
        archive.start_file(*name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn stored() -> Vec<u8> {
    packed(&[(NAME, ROWS)], CompressionMethod::Stored)
}

fn deflated() -> Vec<u8> {
    packed(&[(NAME, ROWS)], CompressionMethod::Deflated)
}

fn hourly() -> Interval {
    Interval::from_minutes(60).unwrap()
}

fn read(archive: &[u8], limits: &ReadLimits) -> Result<Vec<Candle>, ReadError> {
    let pair = "BTC/USD".parse().unwrap();
    let request =
        CandleRequest { path: "a.zip".into(), pair, interval: hourly(), from: None, to: None };
    let place = Place::file("a.zip");
    let member = open(Cursor::new(archive), &request, limits, &place)?;
    let place = Place::member("a.zip", &member.name);
    let window = Window { interval: hourly(), from: None, to: None };
    let mut reader = CandleReader::new(BufReader::new(member), place, window);
    let mut candles = Vec::new();
    while let Some(candle) = reader.next_candle()? {
        candles.push(candle);
    }
    Ok(candles)
}

#[track_caller]
fn check(archive: &[u8], limits: &ReadLimits, message: &str, hint: &str) {
    let error = read(archive, limits).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.hint().as_str()), (message, hint));
}

/// Overwrites what stands `after` bytes behind the first `signature`.
fn patched(mut archive: Vec<u8>, signature: &[u8], after: usize, value: &[u8]) -> Vec<u8> {
    let start = archive.windows(signature.len()).position(|it| it == signature).unwrap();
    archive[start + after..][..value.len()].copy_from_slice(value);
    archive
}

/// How each entry of the list of members begins, and what stands where in it.
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_FLAGS: usize = 8;
const ENTRY_METHOD: usize = 10;
const ENTRY_CHECKSUM: usize = 16;
const ENTRY_SIZE: usize = 24;

const AGAIN: &str = "download it again: a download that stopped early looks like this";
const UNTRUSTED: &str = "download the archive again; nothing that was read from it can be trusted";
const END_LOST: &str = "a.zip: the ZIP archive is damaged: Could not find EOCD";
const BOMB: &str = "do not trust this archive: it is made to fill a disk; download Kraken's again";

#[test]
fn reads_what_was_packed() {
    let expect = read_all(ROWS.as_bytes(), hourly()).unwrap();
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        for name in [NAME, "master/2026/XBTUSD_60.csv", "windows\\XBTUSD_60.csv"] {
            let others = [("__MACOSX/._XBTUSD_60.csv", "x"), ("ETHUSD_60.csv", "y"), (name, ROWS)];
            assert_eq!(read(&packed(&others, method), &ROOMY), Ok(expect.clone()), "{name}");
        }
    }
}

#[test]
fn damaged_archives() {
    check(b"PK\x03\x04 and nothing more", &ROOMY, END_LOST, AGAIN);
    let whole = deflated();
    check(&whole[..whole.len() - 30], &ROOMY, END_LOST, AGAIN);
    let list = patched(whole, ENTRY, 0, b"PK\x01\x09");
    check(&list, &ROOMY, "a.zip: the ZIP archive is damaged: No CDFH found", AGAIN);
}

#[test]
fn damaged_members() {
    let data = b"XBTUSD_60.csv";
    // The third kind of Deflate block, which does not exist.
    let block = patched(deflated(), data, data.len(), &[0b111]);
    let message = "a.zip: XBTUSD_60.csv: the packed data is damaged: corrupt deflate stream";
    check(&block, &ROOMY, message, UNTRUSTED);

    let digit = patched(stored(), b"121.99", 0, b"121.98");
    let message = "a.zip: XBTUSD_60.csv: the checksum is f1e0d10b, the archive promises 4698f141";
    check(&digit, &ROOMY, message, UNTRUSTED);

    let promise = patched(deflated(), ENTRY, ENTRY_CHECKSUM, &[0; 4]);
    let message = "a.zip: XBTUSD_60.csv: the checksum is 4698f141, the archive promises 00000000";
    check(&promise, &ROOMY, message, UNTRUSTED);

    let longer = patched(deflated(), ENTRY, ENTRY_SIZE, &200_u32.to_le_bytes());
    let message = "a.zip: XBTUSD_60.csv: it unpacks to 126 bytes, the archive promises 200";
    check(&longer, &ROOMY, message, UNTRUSTED);

    let shorter = patched(deflated(), ENTRY, ENTRY_SIZE, &100_u32.to_le_bytes());
    let message =
        "a.zip: XBTUSD_60.csv: it unpacks to more than the 100 bytes that the archive promises";
    check(&shorter, &ROOMY, message, BOMB);
}

#[test]
fn members_that_are_not_unpacked() {
    let name = "a.zip: XBTUSD_60.csv";
    let locked = patched(deflated(), ENTRY, ENTRY_FLAGS, &[1]);
    let hint = "unpack it with its password and name the CSV file";
    check(&locked, &ROOMY, &format!("{name}: it is encrypted"), hint);

    let other = patched(deflated(), ENTRY, ENTRY_METHOD, &[12]);
    let hint = "unpack it with the tool that packed it and name the CSV file";
    check(
        &other,
        &ROOMY,
        &format!("{name}: it is packed by a method other than Deflate: Bzip2"),
        hint,
    );

    let small = ReadLimits { unpacked_bytes_max: 125, ..ROOMY };
    let message = format!("{name}: it unpacks to 126 bytes, more than the 125 that are read");
    let hint = "if you trust the archive, unpack it and name the CSV file";
    check(&deflated(), &small, &message, hint);

    let bomb = patched(stored(), ENTRY, ENTRY_SIZE, &26_000_u32.to_le_bytes());
    let message = format!("{name}: its 126 bytes unpack to 26000, more than 200 times as many");
    check(&bomb, &ROOMY, &message, BOMB);
}

#[test]
fn a_member_may_be_as_large_as_the_limits() {
    let exact = ReadLimits { unpacked_bytes_max: 126, expansion_max: 1 };
    assert!(read(&stored(), &exact).is_ok());
}

#[test]
fn names_that_are_not_clear() {
    let two = [("a/XBTUSD_60.csv", ROWS), ("b\u{1b}/XBTUSD_60.csv", ROWS)];
    let message = "a.zip: two files in it have this name: a/XBTUSD_60.csv and \
                   b\\u{1b}/XBTUSD_60.csv";
    let hint = "unpack the one that you mean and name the CSV file";
    check(&packed(&two, CompressionMethod::Stored), &ROOMY, message, hint);

    let two = packed(&[(NAME, ROWS), ("XBTUSD_61.csv", ROWS)], CompressionMethod::Stored);
    // Once at the member, once in the list.
    let same = patched(two, b"XBTUSD_61.csv", 0, NAME.as_bytes());
    let same = patched(same, b"XBTUSD_61.csv", 0, NAME.as_bytes());
    let message = "a.zip: its list of files has the same name twice";
    let hint = "download it again, or unpack it and name the CSV file";
    check(&same, &ROOMY, message, hint);
}

#[test]
fn members_that_are_not_there() {
    let archive = |names: &[&str]| {
        packed(&names.iter().map(|it| (*it, "")).collect::<Vec<_>>(), CompressionMethod::Stored)
    };
    let message = "a.zip: it has BTC/USD in candles of 15, 240 min, not of 60 min";
    let hint = "say --interval with one of 15, 240";
    check(&archive(&["x/XBTUSD_15.csv", "x/XBTUSD_240.csv"]), &ROOMY, message, hint);
    let message = "a.zip: it has BTC/USD in candles of 15 min, not of 60 min";
    check(&archive(&["XBTUSD_15.csv", "ETHUSD_60.csv"]), &ROOMY, message, "say --interval 15");

    let message = "a.zip: it has no candles of BTC/USD; near it: BTC/EUR, ETH/USD";
    let hint = "say --pair with one of its pairs, or get another file at \
                https://support.kraken.com/articles/360047124832";
    check(&archive(&["ETHUSD_60.csv", "XBTEUR_60.csv"]), &ROOMY, message, hint);

    let message = "a.zip: it has no file like XBTUSD_60.csv; it has XBTUSD.csv, readme.txt";
    let hint = "name a file that has candles; Kraken offers them at \
                https://support.kraken.com/articles/360047124832";
    check(&archive(&["XBTUSD.csv", "readme.txt"]), &ROOMY, message, hint);
    let message = "a.zip: it has no file like XBTUSD_60.csv; it is empty";
    check(&archive(&[]), &ROOMY, message, hint);
}

#[test]
fn what_the_disk_says_is_not_the_archives_fault() {
    let disk = || io::Error::from_raw_os_error(5);
    assert_eq!(damaged(disk()).raw_os_error(), Some(5));
    assert!(matches!(io_fault(&disk()), Fault::Path(PathFault::Unreadable(_))));
    assert!(matches!(zip_fault(ZipError::Io(disk())), Fault::Path(PathFault::Unreadable(_))));
}

#[test]
fn what_zip_says_is_told() {
    let odd = "the ZIP archive is damaged: odd";
    for (error, expect) in [
        (ZipError::InvalidArchive("odd".into()), odd),
        (ZipError::UnsupportedArchive("odd"), odd),
        (ZipError::Io(io::Error::other("odd")), odd),
        (ZipError::FileNotFound, "the ZIP archive is damaged: specified file not found in archive"),
        (ZipError::InvalidPassword, "it is encrypted"),
        (
            ZipError::CompressionMethodNotSupported(99),
            "it is packed by a method other than Deflate: 99",
        ),
    ] {
        assert_eq!(zip_fault(error).to_string(), expect);
    }
}

proptest! {
    /// Whatever bytes are hit: the same candles, or an error. Never other candles, never fewer.
    #[test]
    fn a_damaged_archive_never_tells_another_story(
        is_stored: bool,
        hits in proptest::collection::vec((any::<Index>(), 1_u8..=255), 1..4),
        cut in proptest::option::weighted(0.2, any::<Index>()),
    ) {
        let mut archive = if is_stored { stored() } else { deflated() };
        for (at, bits) in &hits {
            let at = at.index(archive.len());
            archive[at] ^= bits;
        }
        if let Some(cut) = cut {
            archive.truncate(cut.index(archive.len()));
        }
        match read(&archive, &ROOMY) {
            Ok(candles) => prop_assert_eq!(Ok(candles), read_all(ROWS.as_bytes(), hourly())),
            Err(error) => prop_assert!(!error.hint().is_empty(), "{error}"),
        }
    }
}
