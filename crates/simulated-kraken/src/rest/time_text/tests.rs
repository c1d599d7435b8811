//! Times in and out, digit by digit.

use proptest::prelude::*;
use trading_types::Timestamp;

use super::{Seconds, parse_seconds, parse_seconds_or_nanos, rfc1123, whole_seconds};

#[track_caller]
fn check(nanos: u64, text: &str) {
    let time = Timestamp::from_nanos(nanos);
    assert_eq!(Seconds(time).to_string(), text);
    assert_eq!(parse_seconds(text), Some(time));
}

#[test]
fn seconds() {
    check(1_688_583_840_864_800_000, "1688583840.8648");
    check(1_688_583_840_000_000_001, "1688583840.000000001");
    check(1_688_583_840_000_000_000, "1688583840");
    check(0, "0");
}

#[test]
fn what_is_no_number_of_seconds() {
    for text in ["", ".", ".5", "-1", "+1", "1e9", "1.5.5", "a", "1a", "1.a", " 1", "99999999999"] {
        assert_eq!(parse_seconds(text), None, "{text}");
    }
    let longer = parse_seconds("1.1234567899");
    assert_eq!(longer, Some(Timestamp::from_nanos(1_123_456_789)), "the rest is cut off");
}

#[test]
fn seconds_or_nanoseconds() {
    let time = Timestamp::from_nanos(1_716_550_666_000_000_000);
    assert_eq!(parse_seconds_or_nanos("1716550666"), Some(time));
    assert_eq!(parse_seconds_or_nanos("1716550666000000000"), Some(time));
    assert_eq!(parse_seconds_or_nanos("1716550666.000000000"), Some(time));
    assert_eq!(parse_seconds_or_nanos("0"), Some(Timestamp::EPOCH));
    assert_eq!(parse_seconds_or_nanos("99999999999999999999"), None);
}

#[test]
fn dates() {
    let time = Timestamp::from_nanos(1_616_336_594_123_456_789);
    assert_eq!(rfc1123(time), "Sun, 21 Mar 21 14:23:14 +0000");
    assert_eq!(rfc1123(Timestamp::EPOCH), "Thu, 01 Jan 70 00:00:00 +0000");
    assert_eq!(whole_seconds(time), "2021-03-21T14:23:14Z");
}

proptest! {
    #[test]
    fn every_time_comes_back(nanos in 0..10_u64.pow(19)) {
        let time = Timestamp::from_nanos(nanos);
        prop_assert_eq!(parse_seconds(&Seconds(time).to_string()), Some(time));
    }
}
