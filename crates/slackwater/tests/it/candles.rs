//! Candles that tests make up, as CSV and as archives.

use std::io::{Cursor, Write};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// 2017-01-01, when the first candle begins.
pub(crate) const START: u64 = 1_483_228_800;

/// The name that Kraken gives hourly candles of BTC/USD.
pub(crate) const NAME: &str = "XBTUSD_60.csv";

/// `count` hourly candles whose price goes up and down, so that averages cross.
pub(crate) fn hourly(count: u64) -> String {
    // Two waves of 23 and 150 candles: a triangle each, in whole numbers.
    let triangle = |at: u64, length: u64| (at % length).min(length - at % length);
    let price = |at: u64| 10_000 + 40 * triangle(at, 23) + 25 * triangle(at, 150);
    let line = |at: u64| {
        let (time, open, close) = (START + 3_600 * at, price(at), price(at + 1));
        let (high, low) = (open.max(close) + 7, open.min(close) - 9);
        format!("{time},{open}.5,{high},{low}.1,{close},1.25,{}\n", at % 50)
    };
    (0..count).map(line).collect()
}

/// [`hourly`] with line `number`, from 1, replaced.
pub(crate) fn with_line(number: usize, line: &str) -> String {
    let text = hourly(30);
    let lines = text.lines().enumerate();
    lines.map(|(at, old)| if at + 1 == number { line } else { old }.to_owned() + "\n").collect()
}

/// An archive with these files.
pub(crate) fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    packed(files, CompressionMethod::Deflated)
}

/// An archive with these files as they are.
pub(crate) fn stored(files: &[(&str, &[u8])]) -> Vec<u8> {
    packed(files, CompressionMethod::Stored)
}

fn packed(files: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in files {
        archive.start_file(*name, options).expect("a new file in the archive");
        archive.write_all(bytes).expect("memory takes everything");
    }
    archive.finish().expect("memory takes everything").into_inner()
}

/// `bytes` with all of `from` replaced by `to`, which is as long.
pub(crate) fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len(), "nothing may move");
    let mut bytes = bytes.to_vec();
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(from.len()).position(|it| it == from) {
        at += found;
        bytes[at..at + to.len()].copy_from_slice(to);
        at += to.len();
    }
    assert_ne!(at, 0, "there is something to replace");
    bytes
}
