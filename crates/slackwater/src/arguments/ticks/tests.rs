//! Delays as they are typed.

use std::time::Duration;

use exchange_simulator::Delay;

use super::{parse_base, parse_delay, parse_ways};

#[test]
fn delays_are_read() {
    let check = |text, min, max| {
        let [min, max] = [min, max].map(Duration::from_micros);
        assert_eq!(parse_delay(text), Ok(Delay { min, max }), "{text}");
    };
    check("50ms", 50_000, 50_000);
    check("0ms", 0, 0);
    check("800us", 800, 800);
    check("1s", 1_000_000, 1_000_000);
    check("40ms-60ms", 40_000, 60_000);
    let ways = parse_ways("40ms-60ms/1s").unwrap();
    assert_eq!(ways.there.max, Duration::from_millis(60));
    assert_eq!(ways.back.min, Duration::from_secs(1));
}

#[test]
fn what_is_no_delay_is_said() {
    let check = |text: &str, words: &str| {
        let said = parse_ways(text).unwrap_err();
        assert!(said.contains(words), "{text}: {said}");
    };
    check("50ms", "write there/back");
    check("50/50", "`50` is not a delay");
    check("ms/50ms", "`ms` is not a delay");
    check("2m/50ms", "`2m` is not a delay");
    check("61s/50ms", "`61s` is not a delay");
    check("60ms-40ms/50ms", "ends before it begins");
    check("99999999999999999999s/1s", "is not a delay");
    assert!(parse_base("-1").is_err() && parse_base("x").is_err());
}
