//! Messages: one line, with nothing of a file in them that is not escaped and cut.

use std::io;

use super::*;

#[test]
fn a_place_is_told_as_exactly_as_it_is_known() {
    let file = Place::file("data/XBTUSD_60.csv");
    let line = Place { line: Some(1_043), ..file.clone() };
    let column = Place { column: Some(Column::High), ..line.clone() };
    let member = Place { line: Some(7), ..Place::member("a.zip", "b/XBTUSD_60.csv") };
    for (place, expect) in [
        (file, "data/XBTUSD_60.csv: "),
        (line, "data/XBTUSD_60.csv:1043: "),
        (column, "data/XBTUSD_60.csv:1043: column 3 (high): "),
        (member, "a.zip: b/XBTUSD_60.csv:7: "),
        (Place::file("a\nb\u{1b}[31m"), "a\\nb\\u{1b}[31m: "),
    ] {
        assert_eq!(place.to_string(), expect);
    }
}

#[test]
fn columns_are_numbered_and_named() {
    let shown: Vec<String> = Column::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(shown.first().unwrap(), "column 1 (timestamp)");
    assert_eq!(shown.last().unwrap(), "column 7 (trades)");
}

#[test]
fn what_a_file_holds_is_escaped_and_cut() {
    for (bytes, expect) in [
        (&b""[..], ""),
        (b"1e5", "1e5"),
        (b"\x00\xff\n\"\\", "\\x00\\xff\\n\\\"\\\\"),
        (&[b'7'; 40], &"7".repeat(40)),
        (&[b'7'; 41], &format!("{}…", "7".repeat(40))),
        (&[0; 1_000], &format!("{}…", "\\x00".repeat(10))),
    ] {
        assert_eq!(shown(bytes), expect);
    }
}

#[test]
#[rustfmt::skip] // A table.
fn the_operating_system_is_understood() {
    const GET: &str = "check the path; Kraken offers its candles at \
                       https://support.kraken.com/articles/360047124832";
    for (kind, message, hint) in [
        (io::ErrorKind::NotFound,         "no such file or folder", GET),
        (io::ErrorKind::NotADirectory,    "no such file or folder", GET),
        (io::ErrorKind::PermissionDenied, "no permission to read it",
         "give your user the right to read it"),
        (io::ErrorKind::IsADirectory,     "it is not a file",
         "name a CSV file, a ZIP archive of Kraken's, or a folder of CSV files"),
        (io::ErrorKind::TimedOut,         "it cannot be read: timed out",
         "check the disk and try again"),
    ] {
        let error = ReadError::new(Place::file("x"), PathFault::from_io(&kind.into()));
        assert_eq!((error.to_string(), error.hint()), (format!("x: {message}"), hint.to_owned()));
    }
}

#[test]
fn an_error_is_small_enough_to_return() {
    assert_eq!(size_of::<ReadError>(), 2 * size_of::<usize>());
}
