//! Scenarios as people write them, and what is wrong with some.

use serde_json::json;

use super::*;
use crate::Permission;

fn read(value: serde_json::Value) -> Result<Scenario, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

fn step(step: &serde_json::Value) -> Result<StepEvent, String> {
    read(json!({ "step": [step] })).map(|scenario| scenario.plan().steps[0].event.clone())
}

#[test]
fn a_scenario_is_read() {
    let scenario = read(json!({
        "about": "two things",
        "repeat": "10m",
        "step": [
            { "at": "30s", "fault": "lost_answer", "count": 1, "on": "AddOrder" },
            { "at": "2m", "fault": "read_lag", "probability": 0.25, "for": "1h" },
        ],
    }))
    .unwrap();
    assert_eq!(scenario.plan().repeat, Some(Duration::from_mins(10)));
    let first = Rule {
        fault: Fault::LostAnswer,
        probability: Probability::ALWAYS,
        count: Some(1),
        on: Some("AddOrder".to_owned()),
    };
    let second = Rule::new(Fault::ReadLag, "0.25".parse().unwrap());
    let length = Some(Duration::from_hours(1));
    let wanted = [
        (30, StepEvent::Fault { rule: first, length: None }),
        (120, StepEvent::Fault { rule: second, length }),
    ];
    let wanted =
        wanted.map(|(at, event)| Step { at: Duration::from_secs(at), announced: None, event });
    assert_eq!(scenario.plan().steps, wanted);
}

#[test]
fn events() {
    let btc: Pair = "BTC/USD".parse().unwrap();
    let part = |text: &str| text.parse::<Fraction>().unwrap();
    let minute = Duration::from_mins(1);
    let cases = [
        (
            json!({ "at": "0s", "status": "cancel_only" }),
            StepEvent::Status(VenueStatus::CancelOnly),
        ),
        (
            json!({ "at": "0s", "shock": "-20%", "pair": "BTC/USD" }),
            StepEvent::Shock { pair: Some(btc), change: -part("0.2") },
        ),
        (
            json!({ "at": "0s", "shock": "+5%" }),
            StepEvent::Shock { pair: None, change: part("0.05") },
        ),
        (
            json!({ "at": "0s", "thin": 0.05, "for": "60s" }),
            StepEvent::Thin { pair: None, left: part("0.05"), length: Some(minute) },
        ),
        (
            json!({ "at": "0s", "thin": "0.05" }),
            StepEvent::Thin { pair: None, left: part("0.05"), length: None },
        ),
        (json!({ "at": "0s", "lockout": "15m" }), StepEvent::Lockout(15 * minute)),
        (
            json!({
                "at": "0s",
                "key": "trade",
                "permissions": ["withdraw-funds"],
                "addresses": [],
            }),
            StepEvent::Key(KeyChange {
                name: "trade".to_owned(),
                permissions: Some(vec![Permission::WithdrawFunds]),
                addresses: Some(Vec::new()),
                expires_after: None,
            }),
        ),
        (
            json!({ "at": "0s", "key": "second-expired", "expires": "never" }),
            StepEvent::Key(KeyChange {
                name: "second-expired".to_owned(),
                permissions: None,
                addresses: None,
                expires_after: Some(None),
            }),
        ),
    ];
    for (text, wanted) in cases {
        assert_eq!(step(&text), Ok(wanted), "{text}");
    }
}

#[test]
fn steps_that_cannot_be() {
    let one = "it says exactly one of fault, status, shock, thin, lockout and key";
    let cases = [
        (json!({ "at": "1s" }), format!("step 1 says nothing; {one}")),
        (
            json!({ "at": "1s", "fault": "bad_tick", "thin": 1 }),
            format!("step 1 says fault and thin; {one}"),
        ),
        (
            json!({ "at": "1s", "status": "online", "for": "1s" }),
            "step 1: `for` means nothing beside `status`; leave it out".to_owned(),
        ),
        (
            json!({ "at": "1s", "thin": 1, "count": 1 }),
            "step 1: `count` means nothing beside `thin`; leave it out".to_owned(),
        ),
        (
            json!({ "at": "1s", "fault": "bad_tik" }),
            "step 1: `bad_tik` is no fault; `slackwater simulate --list-faults` lists them"
                .to_owned(),
        ),
        (
            json!({ "at": "1s", "fault": "bad_tick", "count": 0 }),
            "step 1: a count of 0 never strikes; write at least 1".to_owned(),
        ),
        (
            json!({ "at": "1s", "fault": "bad_tick", "announce": "1h" }),
            "step 1: `announce` means nothing beside `fault`; leave it out".to_owned(),
        ),
        (
            json!({ "at": "1s", "status": "post_only", "announce": "1h" }),
            "step 1: only maintenance is announced; leave `announce` out".to_owned(),
        ),
        (
            json!({ "at": "1s", "status": "maintenance", "announce": "0s" }),
            "step 1: `announce` is no time at all; write at least 1s".to_owned(),
        ),
        (
            json!({ "at": "1s", "key": "trade" }),
            "step 1: nothing changes; write permissions, addresses or expires".to_owned(),
        ),
        (
            json!({ "at": "1s", "lockout": "1s", "expires": "1s" }),
            "step 1: `expires` means nothing beside `lockout`; leave it out".to_owned(),
        ),
        (
            json!({ "at": "1s", "fault": "bad_tick", "for": "0s" }),
            "step 1: `for` is no time at all; write at least 1s".to_owned(),
        ),
    ];
    for (text, wanted) in cases {
        assert_eq!(step(&text), Err(wanted), "{text}");
    }
}

#[test]
fn values_that_cannot_be() {
    for (text, wanted) in [
        (json!({ "at": "1", "status": "online" }), "`1` is not a duration"),
        (json!({ "at": "1w", "status": "online" }), "write 90s, 10m, 2h or 7d"),
        (json!({ "at": "18446744073709551615d", "status": "online" }), "is not a duration"),
        (json!({ "at": 5, "status": "online" }), "invalid type: integer `5`, expected a string"),
        (json!({ "at": "1s", "status": "on" }), "unknown variant `on`"),
        (
            json!({ "at": "1s", "fault": "lost_answer", "on": "AddOrders" }),
            "`AddOrders` is no endpoint, method, channel or pair",
        ),
        (json!({ "at": "1s", "shock": "-100%" }), "is not a change; write -20% or +5%"),
        (json!({ "at": "1s", "shock": "-20" }), "is not a change"),
        (json!({ "at": "1s", "shock": -0.2 }), "expected a change in percent as a text"),
        (json!({ "at": "1s", "thin": 1.5 }), "`1.5` is not a probability"),
        (json!({ "at": "1s", "thin": [] }), "a number from 0 to 1"),
        (json!({ "at": "1s", "fault": "bad_tick", "probability": "often" }), "`often`"),
        (json!({ "at": "1s", "pair": "BTC", "thin": 1 }), "BTC"),
        (json!({ "at": "1s", "when": 1 }), "unknown field `when`, expected one of `at`, `fault`"),
        (json!({ "status": "online" }), "missing field `at`"),
    ] {
        let error = step(&text).unwrap_err();
        assert!(error.contains(wanted), "{text}: {error}");
    }
}

#[test]
fn a_scenario_without_steps_or_that_overtakes_itself() {
    let empty = "the scenario has no steps; write at least one [[step]]";
    assert_eq!(read(json!({})), Err(empty.to_owned()));
    let step = json!({ "at": "1m", "status": "online" });
    let again = read(json!({ "repeat": "60s", "step": [step] })).unwrap_err();
    assert_eq!(again, "repeat = 60s is not longer than the last step at 60s; write more");
}
