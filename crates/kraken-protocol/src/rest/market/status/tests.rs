//! The status, and announcements of every shape we can think of.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn read(field: &str, value: &Json) -> SystemStatus {
    let text = json!({ "status": "online", field: value }).to_string();
    system_status(&text).unwrap()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const BEGINS: &str = "2026-11-23T10:00:00Z";
const ENDS: &str = "2026-11-23T12:00:00Z";

#[test]
fn the_status() {
    let status = |word: &str| {
        let text = format!(r#"{{"status":"{word}","timestamp":"2023-07-06T18:52:00Z"}}"#);
        system_status(&text).unwrap().status
    };
    assert_eq!(status("online"), VenueStatus::Online);
    assert_eq!(status("post_only"), VenueStatus::PostOnly);
    assert_eq!(status("limit_only"), VenueStatus::LimitOnly);
    assert_eq!(status("cancel_only"), VenueStatus::CancelOnly);
    assert_eq!(status("maintenance"), VenueStatus::Maintenance);
    assert_eq!(status("half_asleep"), VenueStatus::Maintenance, "what we do not know is closed");
    let bare = system_status(r#"{"status":"online"}"#).unwrap();
    assert_eq!((bare.time, bare.word.as_str()), (None, "online"));
    assert_eq!((bare.maintenance, bare.emergency, bare.unreadable), (None, None, None));
    assert!(system_status(r#"{"status":5}"#).is_err());
}

#[test]
fn an_announcement_is_found_in_any_shape() {
    let check = |value: &Json, ends: Option<&str>| {
        let status = read("upcoming_maintenance", value);
        let wanted = Maintenance { begins: time(BEGINS), ends: ends.map(time) };
        assert_eq!(status.maintenance, Some(wanted), "{value}");
        assert_eq!(status.unreadable, None, "{value}");
    };
    let both = Some(ENDS);
    check(&json!([{ "start_time": BEGINS, "end_time": ENDS }]), both);
    check(&json!({ "start": BEGINS, "end": ENDS }), both);
    check(&json!([{ "end": ENDS, "start": BEGINS, "title": "engine" }]), both);
    check(&json!([{ "startTime": BEGINS }]), None);
    check(&json!([BEGINS]), None);
    check(&json!(BEGINS), None);
    check(&json!([{ "scheduled_for": BEGINS, "scheduled_until": ENDS }]), both);
    check(&json!([{ "name": "engine", "window": { "begins": BEGINS, "ends": ENDS } }]), both);
    check(&json!([{ "start": { "at": BEGINS }, "end": { "at": ENDS } }]), both);
    check(&json!([{ "when": [BEGINS, ENDS] }]), both);
    check(&json!([{ "maintenance_time": BEGINS }]), None);
    let seconds = time(BEGINS).seconds();
    check(&json!([{ "start": seconds, "duration": 7_200 }]), None);
    check(&json!([{ "start": seconds.to_string(), "end": ENDS }]), both);
    check(&json!([{ "start": format!("{seconds}.25") }]), None);
    // When it was written is not when it begins.
    let written = "2026-11-20T08:00:00Z";
    check(&json!([{ "created_at": written, "updated_at": written, "time": BEGINS }]), None);
    // The next of several counts, in whatever order they stand.
    let later = json!({ "start": "2026-11-25T10:00:00Z", "end": "2026-11-25T11:00:00Z" });
    check(&json!([later, { "start": BEGINS, "end": ENDS }]), both);
    check(&json!([{ "start": "2026-11-23T11:00:00+01:00" }]), None);
}

/// The example of Kraken's reference.
#[test]
fn krakens_own_words() {
    let entry = |services: &[&str]| {
        json!([{
            "event_id": 21,
            "title": "Scheduled Maintenance - Website",
            "expected_start_utc": "2026-05-11T09:00:00Z",
            "expected_end_utc": "2026-05-11T10:00:00Z",
            "time_to_start_s": 1740,
            "phase": "approaching_30m",
            "affected_services": services,
            "order_submission": "allowed",
            "recommended_action": "reduce_activity",
            "cancel_before_utc": "2026-05-11T08:55:00Z",
            "source_url": "https://status.kraken.com/incidents/b7k2r9wqmn41",
        }])
    };
    let ours = Maintenance {
        begins: time("2026-05-11T08:55:00Z"),
        ends: Some(time("2026-05-11T10:00:00Z")),
    };
    for services in [&["spot_trading"][..], &["futures_ws", "spot_ws"], &["all"], &["new"], &[]] {
        let status = read("upcoming_maintenance", &entry(services));
        assert_eq!((status.maintenance, status.unreadable), (Some(ours), None), "{services:?}");
    }
    for services in [&["futures_trading"][..], &["spot_fix", "futures_rest"]] {
        let status = read("upcoming_maintenance", &entry(services));
        assert_eq!((status.maintenance, status.unreadable), (None, None), "{services:?}");
    }
}

#[test]
fn no_announcement_is_none() {
    for value in [json!(null), json!([]), json!({}), json!(""), json!(false), json!([null, {}])] {
        let status = read("upcoming_maintenance", &value);
        assert_eq!((status.maintenance, status.unreadable), (None, None), "{value}");
    }
}

#[test]
fn what_cannot_be_read_is_said_and_costs_nothing_else() {
    let check = |value: &Json, words: &str| {
        let status = read("upcoming_maintenance", value);
        assert_eq!((status.status, status.maintenance), (VenueStatus::Online, None), "{value}");
        assert_eq!(status.unreadable.as_deref(), Some(words));
    };
    check(&json!("next Tuesday\n"), "next Tuesday");
    check(&json!([{ "note": "soon" }]), r#"{"note":"soon"}"#);
    check(&json!(true), "true");
    check(&json!(7), "7");
    // One that can be read is read all the same.
    let status = read("upcoming_maintenance", &json!(["soon", { "start": BEGINS }]));
    assert_eq!(status.maintenance.map(|it| it.begins), Some(time(BEGINS)));
    assert_eq!(status.unreadable.as_deref(), Some("soon"));
    assert_eq!(status.status, VenueStatus::Online);
}

#[test]
fn an_emergency_is_told_in_krakens_words() {
    let check = |value: &Json, words: Option<&str>| {
        assert_eq!(read("emergency", value).emergency.as_deref(), words, "{value}");
    };
    check(&json!("matching is slow"), Some("matching is slow"));
    check(&json!({ "title": "slow" }), Some(r#"{"title":"slow"}"#));
    check(&json!([{ "title": "slow" }]), Some(r#"[{"title":"slow"}]"#));
    check(&json!(null), None);
    check(&json!([]), None);
    check(&json!(""), None);
    let long = read("emergency", &json!("x".repeat(10_000))).emergency.unwrap();
    assert_eq!(long.len(), TEXT_LENGTH_MAX);
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        ".{0,20}".prop_map(Json::from),
        Just(json!(BEGINS)),
    ];
    leaf.prop_recursive(6, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            prop::collection::btree_map("[a-z_]{1,10}", inner, 0..5)
                .prop_map(|fields| Json::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever is announced: the status is read, and what was announced is read or told.
    #[test]
    fn nothing_is_passed_over(value in any_json()) {
        let status = read("upcoming_maintenance", &value);
        prop_assert_eq!(status.status, VenueStatus::Online);
        let is_known = status.maintenance.is_some() || status.unreadable.is_some();
        prop_assert_eq!(is_known, !says_nothing(&value));
        let emergency = read("emergency", &value).emergency;
        prop_assert_eq!(emergency.is_some(), !says_nothing(&value));
    }
}
