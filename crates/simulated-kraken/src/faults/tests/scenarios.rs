//! Scenarios are followed: the six examples that stand in `slackwater`'s folder `scenarios`, here
//! as the values that are read from them, each with what a client sees of it.

use serde_json::{Value, json};

use super::client::{Client, MARKET, Run, day};
use crate::{fixture, message::Answer, scenario::Scenario, settings::Settings};

fn client(scenario: Value) -> Client {
    let scenario: Scenario = serde_json::from_value(scenario).unwrap();
    let mut client = Client::new(fixture::settings());
    client.follow(&scenario);
    client
}

/// What `AddOrder` answers when it is asked once a second.
fn orders(client: &mut Client, count: usize) {
    for _ in 0..count {
        client.private("AddOrder", "pair=XBTUSD&type=buy&ordertype=limit&price=40000&volume=0.001");
    }
}

fn prices(run: &Run) -> Vec<String> {
    let last = |body: &String| {
        let value: Value = serde_json::from_str(body).unwrap();
        value["result"]["XXBTZUSD"]["c"][0].as_str().unwrap().to_owned()
    };
    run.bodies("Ticker").iter().map(last).collect()
}

#[test]
fn an_answer_is_lost_after_the_order_was_accepted() {
    let step = json!({ "at": "0s", "fault": "lost_answer", "on": "AddOrder", "count": 1 });
    let mut client = client(json!({ "step": [step] }));
    client.private("Balance", "");
    orders(&mut client, 2);
    let run = client.end();
    let lost = |(_, _, answer): &(_, _, &Answer)| !matches!(answer, Answer::Http(_));
    let answers = run.answers("AddOrder");
    assert_eq!(answers.iter().map(lost).collect::<Vec<_>>(), [true, false]);
    assert_eq!((run.counter("orders_accepted"), run.struck("lost_answer")), (2, 1));
    assert!(!run.lost("Balance"));
}

#[test]
fn after_maintenance_only_cancels_are_taken_at_first() {
    let step = |at: &str, status: &str| json!({ "at": at, "status": status });
    let mut client = client(json!({ "step": [
        step("5s", "maintenance"),
        step("600s", "cancel_only"),
        step("720s", "post_only"),
        step("840s", "online"),
    ] }));
    orders(&mut client, 1);
    for wait in [10, 600, 120, 120] {
        client.wait(wait);
        orders(&mut client, 1);
        client.private("CancelAll", "");
        client.public("SystemStatus", "");
    }
    let run = client.end();
    let answer = |body: &String| body.contains("\"error\":[]");
    let taken: Vec<bool> = run.bodies("AddOrder").iter().map(answer).collect();
    // An order that rests is taken while only those are.
    assert_eq!(taken, [true, false, false, true, true]);
    let canceled: Vec<bool> = run.bodies("CancelAll").iter().map(answer).collect();
    assert_eq!(canceled, [false, true, true, true]);
    let statuses = ["maintenance", "cancel_only", "post_only", "online"];
    let told = run.bodies("SystemStatus");
    assert!(told.iter().zip(statuses).all(|(body, status)| body.contains(status)), "{told:?}");
}

#[test]
fn maintenance_is_announced_until_it_begins_and_three_days_ahead_at_most() {
    let day = |hours: u64| format!("{hours}h");
    let mut client = client(json!({ "step": [
        { "at": day(2), "status": "maintenance", "announce": "30m" },
        { "at": day(3), "status": "online" },
        { "at": day(80), "status": "maintenance", "announce": "1000h" },
    ] }));
    let (minute, hour) = (60, 3_600);
    let waits = [0, 89 * minute, minute, 29 * minute, 2 * minute, hour, 4 * hour, 3 * hour];
    for wait in waits {
        client.wait(wait);
        client.public("SystemStatus", "");
    }
    let announced = |body: &String| {
        let value: Value = serde_json::from_str(body).unwrap();
        let all = &value["result"]["upcoming_maintenance"];
        let text = |field: &str| all[0][field].as_str().unwrap_or_default().to_owned();
        ["expected_start_utc", "expected_end_utc", "phase"].map(text)
    };
    let (begins, ends) = ("2026-11-21T14:00:30Z", "2026-11-21T15:00:30Z");
    let told: Vec<_> = client.end().bodies("SystemStatus").iter().map(announced).collect();
    assert_eq!(told[..2], [[""; 3], [""; 3]]);
    assert_eq!(told[2], [begins, ends, "approaching_30m"]);
    assert_eq!(told[3], [begins, ends, "imminent_5m"]);
    assert_eq!(told[4..7], [[""; 3], [""; 3], [""; 3]]);
    assert_eq!(told[7], ["2026-11-24T20:00:30Z", "", "announced"]);
}

#[test]
fn a_price_falls_and_comes_back_each_half_hour() {
    let shock = |at: &str, by: &str| json!({ "at": at, "shock": by, "pair": "BTC/USD" });
    let steps = [shock("10s", "-20%"), shock("60s", "+25%")];
    let mut client = client(json!({ "repeat": "30m", "step": steps }));
    for wait in [0, 20, 60, 1_735, 60] {
        client.wait(wait);
        client.public("Ticker", "pair=XBTUSD");
    }
    let wanted = ["50000.00000", "40000.00000", "50000.00000", "40000.00000", "50000.00000"];
    assert_eq!(prices(&client.end()), wanted);
}

#[test]
fn a_lockout_lasts_a_quarter_of_an_hour() {
    let limited = json!({ "at": "2s", "fault": "rate_limited", "for": "3s" });
    let locked = json!({ "at": "10s", "lockout": "15m" });
    let mut client = client(json!({ "step": [limited, locked] }));
    for wait in [0, 1, 4, 10, 870, 30] {
        client.wait(wait);
        client.private("Balance", "");
    }
    let run = client.end();
    let error = |body: &String| {
        let value: Value = serde_json::from_str(body).unwrap();
        value["error"][0].as_str().unwrap_or("none").to_owned()
    };
    let errors: Vec<String> = run.bodies("Balance").iter().map(error).collect();
    let (limit, lockout) = ("EAPI:Rate limit exceeded", "EGeneral:Temporary lockout");
    assert_eq!(errors, ["none", limit, "none", lockout, lockout, "none"]);
    assert_eq!(run.counter("lockouts"), 1);
}

#[test]
fn a_channel_falls_silent_and_the_others_go_on() {
    let step = json!({ "at": "20s", "fault": "silent_channel", "on": "book", "for": "60s" });
    let run = day(client(json!({ "step": [step] })));
    let plain = day(Client::new(Settings { ..fixture::settings() }));
    let heard = |run: &Run, channel: &str| run.channel(MARKET, channel).len();
    assert!(heard(&run, "book") < heard(&plain, "book"));
    assert_eq!(heard(&run, "ticker"), heard(&plain, "ticker"));
    assert_eq!(heard(&run, "trade"), heard(&plain, "trade"));
    assert!(0 < run.struck("silent_channel"));
}

#[test]
fn a_thin_book_is_thin_for_five_minutes() {
    let step = json!({ "at": "10s", "thin": 0.05, "for": "5m" });
    let mut client = client(json!({ "step": [step] }));
    for wait in [0, 20, 300] {
        client.wait(wait);
        client.public("Depth", "pair=XBTUSD&count=1");
    }
    let best = |body: &String| {
        let value: Value = serde_json::from_str(body).unwrap();
        value["result"]["XXBTZUSD"]["asks"][0][1].as_str().unwrap().to_owned()
    };
    let quantities: Vec<String> = client.end().bodies("Depth").iter().map(best).collect();
    assert_eq!(quantities, ["1.000", "0.050", "1.000"]);
}
