//! Each channel reaches its own decoder.

use trading_types::VenueStatus;

use super::*;

mod random;

fn read(frame: &str) -> Result<MarketMessage, FrameError> {
    decode(&Envelope::open(frame)?)
}

#[test]
fn a_heartbeat_is_only_that() {
    assert_eq!(read(r#"{"channel":"heartbeat"}"#), Ok(MarketMessage::Heartbeat));
}

#[test]
fn a_status_frame_is_told() {
    let frame = r#"{"channel":"status","type":"update","data":[{"api_version":"v2",
        "connection_id":18266300427528990701,"system":"online","version":"2.0.4"}]}"#;
    let status = SystemStatus {
        status: VenueStatus::Online,
        unknown_state: None,
        connection: Some(18_266_300_427_528_990_701),
    };
    assert_eq!(read(frame), Ok(MarketMessage::Status(status)));
}

#[test]
fn a_channel_that_is_not_public_is_named() {
    let error = read(r#"{"channel":"executions","type":"update","data":[]}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the market channel says something unknown (channel `executions`)"
    );
    assert!(read(r#"{"method":"pong"}"#).is_err());
}

#[test]
fn every_channel_reaches_its_decoder() {
    let channels = ["book", "level3", "ticker", "trade", "ohlc", "instrument", "status"];
    for channel in channels {
        let frame = format!(r#"{{"channel":"{channel}","type":"snapshot","data":7}}"#);
        let error = read(&frame).unwrap_err().to_string();
        assert!(error.contains(channel), "{error}");
    }
    let kind = |channel: &str, data: &str| {
        let frame = format!(r#"{{"channel":"{channel}","type":"snapshot","data":{data}}}"#);
        read(&frame).unwrap().kind()
    };
    assert_eq!(kind("book", r#"[{"symbol":"BTC/USD"}]"#), Some(MessageKind::Snapshot));
    assert_eq!(kind("level3", r#"[{"symbol":"BTC/USD"}]"#), Some(MessageKind::Snapshot));
    assert_eq!(kind("instrument", "{}"), Some(MessageKind::Snapshot));
    assert_eq!(kind("trade", "[]"), Some(MessageKind::Snapshot));
    assert_eq!(kind("ohlc", "[]"), Some(MessageKind::Snapshot));
    assert_eq!(kind("ticker", "[]"), None);
    assert_eq!(kind("status", "[]"), None);
}
