//! A file of candles read back, in every form that is accepted and in none that is refused.

use std::io::{BufReader, Cursor, Read};

use super::*;

mod random;
mod refused;

/// Three candles of an hour, the third after a gap.
const ROWS: &str = "1381104000,121.99,122.5,121,122,10.5,23\n\
                    1381107600,122,122,122,122,0.12345678901234,1\n\
                    1381118400,122.1,125,122.1,124.9,1E+1,7\n";

fn hourly() -> Interval {
    Interval::from_minutes(60).unwrap()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn rows() -> Vec<Candle> {
    [
        ("2013-10-07T00:00:00Z", ["121.99", "122.5", "121", "122"], "10.5", 23),
        ("2013-10-07T01:00:00Z", ["122", "122", "122", "122"], "0.12345678901234", 1),
        ("2013-10-07T04:00:00Z", ["122.1", "125", "122.1", "124.9"], "10", 7),
    ]
    .map(|(start, prices, volume, trades)| {
        let [open, high, low, close] = prices.map(|it| it.parse().unwrap());
        let (start, volume) = (time(start), volume.parse().unwrap());
        Candle { start, open, high, low, close, volume, trades }
    })
    .to_vec()
}

fn reader(from: Option<&str>, to: Option<&str>) -> CandleReader<Cursor<Vec<u8>>> {
    let window = Window { interval: hourly(), from: from.map(time), to: to.map(time) };
    CandleReader::new(Cursor::new(ROWS.into()), Place::file("input"), window)
}

fn drain<R: BufRead>(reader: &mut CandleReader<R>) -> Result<Vec<Candle>, ReadError> {
    let mut candles = Vec::new();
    while let Some(candle) = reader.next_candle()? {
        candles.push(candle);
    }
    Ok(candles)
}

#[test]
fn reads_candles() {
    assert_eq!(read_all(ROWS.as_bytes(), hourly()), Ok(rows()));
}

#[test]
fn accepts_what_other_programs_make_of_it() {
    let no_newline = ROWS.trim_end().to_owned();
    for text in [
        no_newline.clone(),
        format!("{ROWS}\n"),
        format!("{ROWS}\r\n"),
        ROWS.replace('\n', "\r\n"),
        format!("{no_newline}\r"),
        format!("\u{feff}{ROWS}"),
        format!("timestamp,open,high,low,close,volume,trades\n{ROWS}"),
        format!("Time,Open,High,Low,Close,Volume,Count\r\n{ROWS}"),
        format!("UNIX_TIME,OPEN,HIGH,LOW,CLOSE,VOLUME,TRADES\n{ROWS}"),
        format!("\u{feff}unixtime,open,high,low,close,volume,trades\n{ROWS}"),
    ] {
        assert_eq!(read_all(text.as_bytes(), hourly()), Ok(rows()), "{text:?}");
    }
}

#[test]
fn a_window_keeps_what_begins_in_it() {
    for (from, to, expect) in [
        (None, None, 0..3),
        (Some("2013-10-07T01:00:00Z"), None, 1..3),
        (Some("2013-10-07T00:00:01Z"), None, 1..3),
        (Some("2013-01-01"), Some("2014-01-01"), 0..3),
        (None, Some("2013-10-07T04:00:00Z"), 0..2),
        (None, Some("2013-10-07T04:00:01Z"), 0..3),
        (Some("2013-10-07T01:00:00Z"), Some("2013-10-07T01:00:01Z"), 1..2),
    ] {
        let candles = drain(&mut reader(from, to));
        assert_eq!(candles, Ok(rows()[expect].to_vec()), "{from:?} {to:?}");
    }
}

#[test]
fn counts_bytes_and_gaps() {
    let mut reader = reader(None, None);
    assert_eq!(reader.bytes_read(), 0);
    reader.next_candle().unwrap();
    assert_eq!(reader.bytes_read(), 40);
    drain(&mut reader).unwrap();
    assert_eq!(reader.bytes_read(), ROWS.len() as u64);
    let gap = Gap { from: time("2013-10-07T02:00:00Z"), to: time("2013-10-07T04:00:00Z") };
    assert_eq!(reader.missing(), MissingIntervals { count: 2, longest: Some(gap) });
}

#[test]
fn reading_stops_soon_after_the_window() {
    let mut reader = reader(None, Some("2013-10-07T01:00:00Z"));
    assert_eq!(drain(&mut reader), Ok(rows()[..1].to_vec()));
    assert!(reader.bytes_read() < ROWS.len() as u64);
    reader.skip_rest().unwrap();
    assert_eq!(reader.bytes_read(), ROWS.len() as u64);
}

#[test]
fn a_line_without_an_end_is_refused() {
    let window = Window { interval: hourly(), from: None, to: None };
    let endless = BufReader::with_capacity(100, io::repeat(b'1'));
    let mut reader = CandleReader::new(endless, Place::file("input"), window);
    let error = drain(&mut reader).unwrap_err();
    assert_eq!(error.to_string(), "input:1: the line is longer than 512 bytes");
    assert!(reader.line.len() <= 2 * LINE_BYTES_MAX);
}

#[test]
fn the_end_and_an_error_stay() {
    let mut ended = reader(None, None);
    drain(&mut ended).unwrap();
    assert_eq!(ended.next_candle(), Ok(None));
    assert_eq!(ended.next_candle(), Ok(None));

    let text = format!("{ROWS}nonsense\n{ROWS}");
    let window = Window { interval: hourly(), from: None, to: None };
    let mut failed = CandleReader::new(text.as_bytes(), Place::file("input"), window);
    let error = drain(&mut failed).unwrap_err();
    assert_eq!(failed.next_candle(), Err(error));
}

#[test]
fn the_size_of_the_buffer_does_not_matter() {
    let long = format!("timestamp,open,high,low,close,volume,trades\r\n{ROWS}1,{:600}\n", "");
    for capacity in 1..80 {
        let read = |text: &str| {
            let input = BufReader::with_capacity(capacity, Cursor::new(text.to_owned()));
            let window = Window { interval: hourly(), from: None, to: None };
            drain(&mut CandleReader::new(input, Place::file("input"), window))
        };
        assert_eq!(read(ROWS), Ok(rows()), "{capacity}");
        let error = read(&long).unwrap_err().to_string();
        assert_eq!(error, "input:5: the line is longer than 512 bytes", "{capacity}");
    }
}

#[test]
fn a_line_may_be_as_long_as_the_limit() {
    let [first, ..] = ROWS.split(',').collect::<Vec<_>>()[..] else { unreachable!() };
    for (end, extra, is_read) in [("\n", 0, true), ("\r\n", 0, true), ("\n", 1, false)] {
        let rest = ",1,1,1,1,1,1";
        let zeros = "0".repeat(LINE_BYTES_MAX - first.len() - rest.len() + extra);
        // A price of many zeros is refused for itself, after the line was found short enough.
        let text = format!("{first},{zeros}{}{end}", &rest[1..]);
        let refused = read_all(text.as_bytes(), hourly()).unwrap_err();
        let is_long = *refused.fault == ContentFault::LongLine(LINE_BYTES_MAX).into();
        assert_eq!(is_long, !is_read, "{refused}");
    }
}

/// An input that is interrupted before each piece, and fails when it is told to.
struct Unsteady<'a> {
    pieces: Vec<&'a [u8]>,
    is_interrupted: bool,
    error: Option<io::Error>,
}

impl Read for Unsteady<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.is_interrupted = !self.is_interrupted;
        if self.is_interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        if let Some(piece) = self.pieces.pop() {
            buffer[..piece.len()].copy_from_slice(piece);
            return Ok(piece.len());
        }
        self.error.take().map_or(Ok(0), Err)
    }
}

#[test]
fn a_signal_does_not_stop_reading_and_a_broken_disk_does() {
    let (one, two) = ROWS.as_bytes().split_at(60);
    for (error, expect) in [
        (None, Ok(rows())),
        (Some(io::Error::other("bad sector")), Err("input: it cannot be read: bad sector")),
        (Some(io::Error::other(ArchiveFault::Encrypted)), Err("input: it is encrypted")),
    ] {
        let input = Unsteady { pieces: vec![two, one], is_interrupted: false, error };
        let window = Window { interval: hourly(), from: None, to: None };
        let mut reader = CandleReader::new(BufReader::new(input), Place::file("input"), window);
        let read = drain(&mut reader).map_err(|it| it.to_string());
        assert_eq!(read, expect.map_err(str::to_owned));
    }
}
