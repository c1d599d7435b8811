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
