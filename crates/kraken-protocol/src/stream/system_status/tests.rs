//! Every state has its word; any other word is maintenance.

use super::*;

#[track_caller]
fn check(data: &str, status: VenueStatus, unknown: Option<&str>, connection: Option<u64>) {
    let frame = format!(r#"{{"channel":"status","type":"update","data":{data}}}"#);
    let read = SystemStatus::decode(&Envelope::open(&frame).unwrap()).unwrap();
    let expect = SystemStatus { status, unknown_state: unknown.map(str::to_owned), connection };
    assert_eq!(read, expect);
}

#[test]
fn every_state_has_its_word() {
    use VenueStatus::{CancelOnly, LimitOnly, Maintenance, Online, PostOnly};
    check(r#"[{"system":"online"}]"#, Online, None, None);
    check(r#"[{"system":"post_only"}]"#, PostOnly, None, None);
    check(r#"[{"system":"limit_only"}]"#, LimitOnly, None, None);
    check(r#"[{"system":"cancel_only"}]"#, CancelOnly, None, None);
    check(r#"[{"system":"maintenance"}]"#, Maintenance, None, None);
}

#[test]
fn what_is_missing_or_unknown_is_maintenance() {
    use VenueStatus::Maintenance;
    check(r#"[{"system":"half_open"}]"#, Maintenance, Some("half_open"), None);
    check(r#"[{"version":"2.0.4"}]"#, Maintenance, None, None);
    check(r#"[{"system":null,"connection_id":null}]"#, Maintenance, None, None);
    check("[]", Maintenance, None, None);
}

#[test]
fn the_connection_number_needs_all_64_bits_and_costs_nothing() {
    use VenueStatus::Online;
    let row = |id: &str| format!(r#"[{{"system":"online","connection_id":{id}}}]"#);
    check(&row("18266300427528990701"), Online, None, Some(18_266_300_427_528_990_701));
    check(&row("18446744073709551615"), Online, None, Some(u64::MAX));
    check(&row("18446744073709551616"), Online, None, None);
    check(&row("\"abc\""), Online, None, None);
}

#[test]
fn a_state_of_the_wrong_type_is_an_error() {
    let frame = r#"{"channel":"status","type":"update","data":[{"system":1}]}"#;
    assert!(SystemStatus::decode(&Envelope::open(frame).unwrap()).is_err());
}
