//! What a candle frame holds, and numbers that make no candle.

use super::*;

fn read(row: &str) -> Result<CandlesMessage, FrameError> {
    let frame = format!(r#"{{"channel":"ohlc","type":"snapshot","data":[{row}]}}"#);
    CandlesMessage::decode(&Envelope::open(&frame)?)
}

const ROW: &str = r#"{"symbol":"ALGO/USD","open":0.1,"high":0.2,"low":0.05,"close":0.1,"trades":2,
    "volume":11.20001,"vwap":0.10001,"interval_begin":"2023-10-04T16:25:00.000000000Z",
    "interval":5,"timestamp":"2023-10-04T16:30:00.000000Z"}"#;

#[test]
fn a_candle_is_read() {
    let message = read(ROW).unwrap();
    let report = message.candles[0];
    assert_eq!(message.kind, MessageKind::Snapshot);
    assert_eq!(report.pair, "ALGO/USD".parse().unwrap());
    assert_eq!(report.interval.minutes(), 5);
    let expect = Candle {
        start: "2023-10-04T16:25:00Z".parse().unwrap(),
        open: "0.1".parse().unwrap(),
        high: "0.2".parse().unwrap(),
        low: "0.05".parse().unwrap(),
        close: "0.1".parse().unwrap(),
        volume: "11.20001".parse().unwrap(),
        trades: 2,
    };
    assert_eq!(report.candle, expect);
}

#[test]
fn refuses_numbers_that_make_no_candle() {
    for (field, value) in [
        ("\"high\":0.2", "\"high\":0.09"),
        ("\"low\":0.05", "\"low\":0"),
        ("\"interval\":5", "\"interval\":7"),
        ("\"trades\":2", "\"trades\":-2"),
        ("\"volume\":11.20001", "\"volume\":-1"),
    ] {
        assert!(ROW.contains(field), "{field}");
        assert!(read(&ROW.replace(field, value)).is_err(), "{value}");
    }
}
