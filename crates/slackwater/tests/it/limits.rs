//! `slackwater limits`: plans that trip, plans that fit, budgets that are not there.

use crate::{
    bench::{Bench, Outcome},
    kraken_stub::KrakenStub,
};

fn ask(typed: &str) -> Outcome {
    Bench::new().run(typed)
}

#[test]
fn the_plan_of_the_manual_trips_after_eight_seconds() {
    let plan = "limits plan Balance@1s OpenOrders@1s --tier starter";
    let json = ask(&format!("{plan} --json")).refused().json();
    assert_eq!(json["fits"], false);
    assert_eq!(json["limits"][0]["trips_after_s"], 8.0);
    assert_eq!(json["limits"][0]["calls_before"], 17);
    let slower: Vec<f64> = json["suggestions"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|suggestion| suggestion["every_s"].as_f64())
        .collect();
    assert_eq!(slower, [6.2, 6.2]);
    let words = ask(plan).refused().stdout;
    for part in ["trips after 8.0 s", "`balances`", "`executions`", "Balance every 6.2 s"] {
        assert!(words.contains(part), "{words}");
    }
}

#[test]
fn what_was_suggested_fits() {
    let json = ask("limits plan Balance@6200ms OpenOrders@6200ms --json").done().json();
    assert_eq!(json["fits"], true);
    assert_eq!(json["suggestions"].as_array().map(Vec::len), Some(0));
    ask("limits plan Balance@1s --tier pro").done();
    ask("limits plan BTC/USD@10s/1s --tier starter").done();
    ask("limits plan BTC/USD@8s/1s --tier starter").refused();
    ask("limits plan Balance@3s --limits article").done();
    ask("limits plan Balance@2s --limits article").refused();
}

#[test]
#[rustfmt::skip] // A table.
fn what_cannot_be_planned_is_said() {
    let cases: [(&str, &[&str]); 8] = [
        ("limits plan",                          &["<CALL@EVERY>"]),
        ("limits plan Balance",                  &["says not how often", "Balance@1s"]),
        ("limits plan Balanse@1s",               &["did you mean Balance?"]),
        ("limits plan Balance@1year",            &["is not a duration"]),
        ("limits plan Balance@0s",               &["a period of nothing never ends"]),
        ("limits plan BTC/USD@5s",               &["says not when orders are canceled"]),
        ("limits plan Balance@1s --tier gold",   &["write starter, intermediate or pro"]),
        ("limits plan Balance@1s --limits lax",  &["documented", "article", "strictest"]),
    ];
    for (typed, parts) in cases {
        ask(typed).wrong(parts);
    }
}

#[test]
fn budgets_that_nobody_wrote_and_budgets_that_are_none() {
    ask("limits show").wrong(&["slackwater-data: no bot has written down budgets there"]);
    let bench = Bench::new();
    bench.write("data/kraken-budgets.json", "{\"tier\": 7}");
    bench.run("limits show --data-dir data").broken(&["kraken-budgets.json is damaged"]);
}

#[test]
fn budgets_show_what_a_command_has_spent() {
    let ticker = r#"{"error":[],"result":{"XXBTZUSD":[],"last":1}}"#;
    let kraken = KrakenStub::start(&[("OHLC", &[ticker])]);
    let bench = Bench::new();
    bench.run(&format!("data fetch --pair BTC/USD --rest {}", kraken.address)).done();
    let shown = bench.run("limits show --json").done().json();
    assert_eq!(shown["tier"], "starter");
    let names: Vec<&str> =
        shown["budgets"].as_array().unwrap().iter().filter_map(|it| it["name"].as_str()).collect();
    assert!(names.contains(&"trade key"), "{names:?}");
    assert!(bench.run("limits show").done().stdout.contains("[....................] 0 of 15"));
}
