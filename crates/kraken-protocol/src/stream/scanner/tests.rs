//! The scanner against the whole parser: what it reads is the same, and it reads nothing else.

use proptest::prelude::*;
use serde_json::value::RawValue;
use trading_types::{Amount, Price, Quantity};

use super::*;
use crate::stream::number::Exact;

fn whole<'a, T>(text: &'a str, read: impl FnOnce(&mut Scanner<'a>) -> Option<T>) -> Option<T> {
    let mut scanner = Scanner::new(text);
    let value = read(&mut scanner)?;
    scanner.end()?;
    Some(value)
}

#[track_caller]
fn check(number: &str, expect: Option<&str>) {
    let read = whole(number, Scanner::number::<Price>);
    assert_eq!(read, expect.map(|it| it.parse().unwrap()), "{number}");
}

#[test]
fn numbers_are_exact_or_left_to_others() {
    check("29430.2", Some("29430.2"));
    check(" 29430.20\n", Some("29430.2"));
    check("0", Some("0"));
    check("0.0000000001", Some("0.0000000001"));
    check("1E-10", Some("0.0000000001"));
    check("4.4e-7", Some("0.00000044"));
    check("-2.5", Some("-2.5"));
    check("1.00000000000000000000", Some("1"));
    check("922337203.6854775807", Some("922337203.6854775807"));
    check("922337203.6854775808", None);
    check("0.00000000001", None);
    for wrong in ["01", "1.", ".5", "+1", "1e", "--1", "1 2", "\"1\"", "null", "", "00", "1..2"] {
        check(wrong, None);
    }
}

#[test]
fn texts_with_escapes_are_left_to_others() {
    assert_eq!(whole("\"BTC/USD\"", Scanner::text), Some("BTC/USD"));
    assert_eq!(whole("\"Ð\"", Scanner::text), Some("Ð"));
    for other in ["\"B\\u0054C\"", "\"tab\there\"", "\"open", "open\"", "\""] {
        assert_eq!(whole(other, Scanner::text), None, "{other}");
    }
}

#[test]
fn what_is_passed_over_is_json() {
    for right in ["true", "false", "null", "\"x\"", "0", "-1.5e+7", "1e5"] {
        assert!(whole(right, Scanner::skip_scalar).is_some(), "{right}");
    }
    for wrong in ["tru", "nul", "01", "-", "1e", "1.e1", "[", "{}", "", "e5", "1e+"] {
        assert!(whole(wrong, Scanner::skip_scalar).is_none(), "{wrong}");
    }
}

#[test]
fn commas_stand_between_and_nowhere_else() {
    let count = |text: &str| {
        let mut rows = 0;
        whole(text, |scanner| {
            scanner.list(|scanner| {
                rows += 1;
                scanner.skip_scalar()
            })
        })?;
        Some(rows)
    };
    assert_eq!(count(" [ ] "), Some(0));
    assert_eq!(count("[1 , 2\n,3]"), Some(3));
    for wrong in ["[1,]", "[,1]", "[1 2]", "[1", "1]", "[1]]", "[1],"] {
        assert_eq!(count(wrong), None, "{wrong}");
    }
}

#[test]
fn moments_are_those_of_the_calendar() {
    for text in [
        "1970-01-01T00:00:00Z",
        "2000-02-29T23:59:59.999999999Z",
        "2024-12-31T00:00:00.1Z",
        "2026-11-21T09:30:00.123456Z",
        "2400-02-29T00:00:00Z",
    ] {
        assert_eq!(moment::parse(text.as_bytes()), Some(text.parse().unwrap()), "{text}");
    }
    for text in [
        "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z",
        "1969-12-31T23:59:59Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00.1234567890Z",
        "2026-01-01T00:00:00+00:00",
        "2026-01-01 00:00:00Z",
        "2026-01-01",
    ] {
        assert_eq!(moment::parse(text.as_bytes()), None, "{text}");
    }
}

fn parsed<'a, T: serde::Deserialize<'a>>(text: &'a str) -> Option<T> {
    serde_json::from_str(text).ok()
}

proptest! {
    #[test]
    fn numbers_equal_those_of_the_parser(
        text in "[ ]?-?(0|[1-9][0-9]{0,12})(\\.[0-9]{1,12})?([eE][+-]?[0-9]{1,2})?[ ]?",
    ) {
        let exact = parsed::<Exact<Price>>(&text).map(|it| it.0);
        prop_assert_eq!(whole(&text, Scanner::number), exact);
        let exact = parsed::<Exact<Quantity>>(&text).map(|it| it.0);
        prop_assert_eq!(whole(&text, Scanner::number), exact);
        let exact = parsed::<Exact<Amount>>(&text).map(|it| it.0);
        prop_assert_eq!(whole(&text, Scanner::number), exact);
    }

    #[test]
    fn nonsense_is_read_by_neither(text in "[-+.eE0-9 ]{0,8}") {
        let exact = parsed::<Exact<Price>>(&text).map(|it| it.0);
        prop_assert_eq!(whole(&text, Scanner::number), exact);
        let is_json = parsed::<&RawValue>(&text).is_some();
        prop_assert_eq!(whole(&text, Scanner::skip_scalar).is_some(), is_json);
    }

    #[test]
    fn whole_numbers_equal_those_of_the_parser(text in "[-+.e0-9]{0,20}") {
        // Longer ones are left to the parser.
        if let Some(read) = whole(&text, Scanner::unsigned) {
            prop_assert_eq!(parsed(&text), Some(read));
        } else if text.len() <= SHORT_DIGITS {
            prop_assert_eq!(parsed::<u64>(&text), None);
        }
    }

    #[test]
    fn moments_equal_those_of_the_library(
        year in 1960_u32..2510, month in 0_u32..14, day in 0_u32..33,
        clock in "([01][0-9]|2[0-4]):[0-6][0-9]:[0-6][0-9]",
        fraction in "(\\.[0-9]{1,10})?",
    ) {
        let text = format!("{year:04}-{month:02}-{day:02}T{clock}{fraction}Z");
        let quoted = format!("\"{text}\"");
        prop_assert_eq!(whole(&quoted, Scanner::moment), text.parse().ok());
        if let Some(read) = moment::parse(text.as_bytes()) {
            prop_assert_eq!(text.parse(), Ok(read));
        }
    }
}
