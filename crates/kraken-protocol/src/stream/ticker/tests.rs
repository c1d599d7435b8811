//! Numbers are exact; statistics may be missing, best prices may not.

use super::*;

fn read(row: &str) -> Result<Vec<Ticker>, FrameError> {
    let frame = format!(r#"{{"channel":"ticker","type":"update","data":[{row}]}}"#);
    Ticker::decode(&Envelope::open(&frame)?)
}

const FULL: &str = r#"{"symbol":"ALGO/USD","bid":0.10025,"bid_qty":740.0,"ask":0.10036,
    "ask_qty":1361.44813783,"last":0.10035,"volume":997038.98383185,"vwap":0.10148,"low":0.09979,
    "high":0.10285,"change":-0.00017,"change_pct":-0.17}"#;

#[test]
fn every_number_is_exact() {
    let ticker = read(FULL).unwrap()[0];
    assert_eq!(ticker.pair, "ALGO/USD".parse().unwrap());
    assert_eq!(ticker.quote.bid.price, "0.10025".parse().unwrap());
    assert_eq!(ticker.quote.bid.quantity, "740".parse().unwrap());
    assert_eq!(ticker.quote.ask.price, "0.10036".parse().unwrap());
    assert_eq!(ticker.quote.ask.quantity, "1361.44813783".parse().unwrap());
    assert_eq!(ticker.last, "0.10035".parse().unwrap());
    assert_eq!(ticker.volume, Some("997038.98383185".parse().unwrap()));
    assert_eq!(ticker.average_price, Some("0.10148".parse().unwrap()));
    assert_eq!(ticker.low, Some("0.09979".parse().unwrap()));
    assert_eq!(ticker.high, Some("0.10285".parse().unwrap()));
    assert_eq!(ticker.change, Some("-0.00017".parse().unwrap()));
    assert_eq!(ticker.change_fraction, Some("-0.0017".parse().unwrap()));
    assert_eq!(ticker.time, None);
}

#[test]
fn statistics_may_be_missing_and_best_prices_may_not() {
    let bare = r#"{"symbol":"ALGO/USD","bid":"0.10025","bid_qty":"740","ask":"0.10036",
        "ask_qty":"1361","last":"0.1","timestamp":"2026-11-21T00:00:00Z"}"#;
    let ticker = read(bare).unwrap()[0];
    assert_eq!(ticker.quote.bid.price, "0.10025".parse().unwrap());
    assert_eq!((ticker.volume, ticker.change_fraction), (None, None));
    assert!(ticker.time.is_some());
    assert!(read(&bare.replace("bid_qty", "bid_size")).is_err());
    assert!(read(&bare.replace("\"740\"", "null")).is_err());
}

#[test]
fn a_percentage_that_no_fraction_holds_is_left_out() {
    let odd = FULL.replace("-0.17}", "-0.1234567}");
    assert_eq!(read(&odd).unwrap()[0].change_fraction, None);
    let fine = FULL.replace("-0.17}", "-0.123456}");
    assert_eq!(read(&fine).unwrap()[0].change_fraction, Some("-0.00123456".parse().unwrap()));
}
