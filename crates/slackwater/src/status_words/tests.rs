//! What a person reads of a status.

use serde_json::{Value, json};

use super::*;

/// A bot that holds something behind a stop.
pub(crate) fn holding() -> Value {
    json!({
        "time": "2026-01-01T00:12:05.5Z",
        "stage": "ready",
        "equity": "10012.31",
        "fees": "8.69",
        "positions": [{
            "pair": "BTC/USD", "quantity": "0.0364", "average_price": "59568.2",
            "mark": "60000", "stop": "59400", "covered": "0.0364", "without_stop": "0",
        }],
        "orders": [{
            "pair": "BTC/USD", "side": "sell", "kind": "stop-loss", "why": "stop",
        }],
        "worst_case": {
            "gap": "0.1", "at_stops": "30.5", "at_gap": "245.1", "without_stop": "0",
            "may_be_added": "0", "total": "245.1",
        },
        "dead_man": { "choice": "stops_rest", "fires": null },
        "blocks": [{ "cause": "stale_data", "pair": "BTC/USD" }],
        "halt_reason": null,
        "halt_verified": true,
        "unknown_orders": 0,
        "budgets": [{ "name": "trade key", "used": "4.5", "limit": "15" }],
        "clock_error_ms": 12,
        "journal": { "durable": 40, "records": 42 },
    })
}

fn words(status: &Value) -> String {
    status_words(&StatusView::read(status).unwrap()).join("\n")
}

#[track_caller]
fn check(status: &Value, parts: &[&str]) {
    let words = words(status);
    for part in parts {
        assert!(words.contains(part), "lacks `{part}`:\n{words}");
    }
}

#[test]
fn a_position_behind_its_stop() {
    let expected = "\
stage     ready, at 2026-01-01T00:12:05.5Z
equity    10012.31, 8.69 of fees paid
holds     0.0364 BTC bought at 59568.2, now 60000, its stop at 59400 is 1.0% below
at risk   245.1 is the most that can be lost now
          30.5 if every stop sells where it stands, fees and slippage included
          245.1 if the price jumps 10% beyond every stop
if it dies the stop of BTC/USD stays at Kraken and sells at 59400
orders    1 open, 0 of unknown outcome
no entry  BTC/USD: there has been no data for too long
budget    ██████░░░░░░░░░░░░░░    4.5 of 15 trade key
clock     at most 12 ms from Kraken's
journal   40 of 42 records are durable";
    assert_eq!(words(&holding()), expected);
}

#[test]
fn what_is_dangerous_is_said() {
    let mut status = holding();
    status["positions"][0]["stop"] = Value::Null;
    status["positions"][0]["without_stop"] = "2184".into();
    status["worst_case"]["without_stop"] = "2184".into();
    status["unknown_orders"] = 2.into();
    check(
        &status,
        &[
            "now 60000, WITHOUT A STOP",
            "2184 is held without a stop",
            "BTC/USD stays held, and nothing sells it",
            "2 of unknown outcome",
        ],
    );
    status["dead_man"] = json!({ "choice": "cancel_all", "fires": "2026-01-01T00:13:00Z" });
    check(
        &status,
        &[
            "Kraken cancels every order at 2026-01-01T00:13:00Z, stops too",
            "BTC/USD stays held, and then without a stop",
        ],
    );
    status["dead_man"]["fires"] = Value::Null;
    check(&status, &["the switch is not set: every order stays open"]);
    status["halt_reason"] = "the news".into();
    check(&status, &["HALTED    the news", "`slackwater resume`"]);
    status["halt_verified"] = false.into();
    check(&status, &["what is still open is being looked up"]);
}

#[test]
fn orders_that_stay_open_are_named() {
    let mut status = holding();
    let entry = json!({ "pair": "ETH/USD", "side": "buy", "kind": "limit", "why": "entry" });
    status["orders"].as_array_mut().unwrap().push(entry);
    check(&status, &["these stay open until they trade or end: buy limit on ETH/USD"]);
}

#[test]
fn nothing_is_held() {
    let mut status = holding();
    status["positions"] = json!([]);
    status["orders"] = json!([]);
    for key in ["at_stops", "at_gap", "total"] {
        status["worst_case"][key] = "0".into();
    }
    status["clock_error_ms"] = Value::Null;
    check(&status, &["holds     nothing", "nothing is held and nothing is open", "not compared"]);
    assert!(!words(&status).contains("beyond every stop"));
}

#[test]
fn a_budget_is_never_fuller_than_its_bar() {
    let amount = |text: &str| text.parse().unwrap();
    for (used, limit, full) in [("0", "15", 0), ("15", "15", 20), ("99", "15", 20), ("1", "0", 20)]
    {
        let bar = bar(amount(used), amount(limit));
        assert_eq!(bar.matches('█').count(), full, "{bar}");
        assert_eq!(bar.chars().filter(|it| "█░".contains(*it)).count(), 20, "{bar}");
    }
}

#[test]
fn another_version_is_named() {
    let error = StatusView::read(&json!({ "time": "2026-01-01T00:00:00Z" })).unwrap_err();
    assert!(error.contains("use its own version"), "{error}");
}
