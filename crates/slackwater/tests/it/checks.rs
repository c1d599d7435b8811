//! `slackwater check`: twelve rows, and no pass without evidence.

use serde_json::Value;

use crate::{
    bench::{Bench, Outcome},
    candles::{NAME, hourly},
    keys::{ENOUGH, info, store_trade_key},
    kraken_stub::KrakenStub,
    running::CHURN,
};

const STATUS: &str =
    r#"{"error":[],"result":{"status":"online","timestamp":"2026-11-22T00:00:00Z"}}"#;
const BALANCES: &str =
    r#"{"error":[],"result":{"ZUSD":{"balance":"100.0000","hold_trade":"0.0000"}}}"#;

#[track_caller]
fn states(outcome: &Outcome) -> Vec<(String, String)> {
    assert_eq!(outcome.status, Some(1), "{outcome:?}");
    let json = outcome.json();
    assert_eq!(json["passed"], false);
    let rows = json["rows"].as_array().expect("rows");
    let text = |row: &Value, key: &str| row[key].as_str().expect("text").to_owned();
    for row in rows {
        assert!(!text(row, "title").is_empty() && !text(row, "evidence").is_empty(), "{row}");
        assert_eq!(row["next"].is_null(), row["state"] == "passed", "{row}");
    }
    rows.iter().map(|row| (text(row, "id"), text(row, "state"))).collect()
}

#[track_caller]
fn check(outcome: &Outcome, passed: &[&str], failed: &[&str]) {
    for (id, state) in states(outcome) {
        let wanted = match id.as_str() {
            id if passed.contains(&id) => "passed",
            id if failed.contains(&id) => "failed",
            _ => "not_yet_known",
        };
        assert_eq!(state, wanted, "{id}: {outcome:?}");
    }
}

#[test]
fn a_fresh_machine_knows_little_and_writes_nothing() {
    let bench = Bench::new();
    let outcome = bench.run("check --offline --json");
    check(&outcome, &["S6", "S10", "S11"], &[]);
    assert_eq!(states(&outcome).len(), 12);
    assert!(bench.list(".").is_empty());
    let words = bench.run("check --offline");
    assert_eq!((words.status, words.stderr.as_str()), (Some(1), ""), "{words:?}");
    assert!(words.stdout.contains("S6   passed "), "{words:?}");
    assert!(words.stdout.contains("next: slackwater key store --role trade\n"), "{words:?}");
    assert!(words.stdout.ends_with("9 of 12 rows are open\n"), "{words:?}");
}

#[test]
fn a_dangerous_config_fails() {
    let bench = Bench::new();
    let secret =
        "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";
    bench.write("bot.toml", format!("# {secret}\nsize = \"all-in\"\n[kill]\ndrawdown = \"90%\"\n"));
    let outcome = bench.run("check --offline --json --config bot.toml");
    check(&outcome, &["S11"], &["S1", "S6", "S10"]);
    assert!(!outcome.stdout.contains("kQH5"), "a secret is never shown: {outcome:?}");
    let mut command = bench.command();
    command.args(["check", "--offline", "--json"]);
    command.env("KRAKEN_API_KEY", "SIMULATEDkey").env("KRAKEN_API_SECRET", secret);
    let output = command.output().expect("the program starts");
    check(&Outcome::new("check", output), &["S6", "S10", "S11"], &["S1"]);
}

#[test]
fn a_config_that_cannot_be_read_is_an_error_of_its_own() {
    let bench = Bench::new();
    bench.write("bot.toml", "pair = 7\n");
    bench.run("check --offline --config bot.toml").wrong(&["bot.toml:1:8"]);
}

#[test]
fn what_kraken_says_is_remembered_for_a_look_without_it() {
    let bench = Bench::new();
    store_trade_key(&bench);
    let good = info(ENOUGH, r#""203.0.113.7""#);
    let answers: &[(&str, &[&str])] =
        &[("SystemStatus", &[STATUS]), ("GetApiKeyInfo", &[&good]), ("BalanceEx", &[BALANCES])];
    let kraken = KrakenStub::start(answers);
    let asked = bench.run(&format!("check --json --rest {}", kraken.address));
    check(&asked, &["S1", "S2", "S3", "S6", "S10", "S11", "S12"], &[]);
    assert_eq!(kraken.asked().len(), 3, "three calls and no more");
    let offline = bench.run("check --json --offline");
    check(&offline, &["S1", "S3", "S6", "S10", "S11", "S12"], &[]);
}

#[test]
fn a_key_that_may_withdraw_fails_and_is_used_no_further() {
    let bench = Bench::new();
    store_trade_key(&bench);
    let bad = info(&format!("{ENOUGH},\"withdraw-funds\""), r#""203.0.113.7""#);
    let kraken = KrakenStub::start(&[("SystemStatus", &[STATUS]), ("GetApiKeyInfo", &[&bad])]);
    let asked = bench.run(&format!("check --json --rest {}", kraken.address));
    check(&asked, &["S3", "S6", "S10", "S11", "S12"], &["S1"]);
    assert!(asked.stdout.contains("untick `Funds: Withdraw`"), "{asked:?}");
    assert_eq!(kraken.asked().len(), 2);
    check(&bench.run("check --json --offline"), &["S3", "S6", "S10", "S11", "S12"], &["S1"]);
}

#[test]
fn a_key_others_may_read_fails() {
    let bench = Bench::new();
    bench.write("slackwater-keys.toml", "[trade]\nkey = \"a\"\nsecret = \"b\"\n");
    let outcome = bench.run("check --offline --json");
    check(&outcome, &["S6", "S10", "S11"], &["S1"]);
    assert!(outcome.stdout.contains("chmod 600"), "{outcome:?}");
}

#[test]
fn a_kraken_that_says_no_is_not_yet_known() {
    let bench = Bench::new();
    let kraken = KrakenStub::start(&[]);
    let outcome = bench.run(&format!("check --json --rest {}", kraken.address));
    let connection = &outcome.json()["rows"][1];
    assert_eq!((&connection["id"], &connection["state"]), (&"S2".into(), &"not_yet_known".into()));
    assert!(connection["evidence"].as_str().is_some_and(|it| it.contains("Unknown method")));
}

#[test]
fn trading_and_the_ladder_are_seen() {
    let bench = Bench::new();
    bench.write("churn.toml", CHURN);
    let ran = bench.run("run --for 7s --speed 100 --json --config churn.toml");
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let config = "interval = 60\n[strategy.settings]\nfast = 2\nslow = 6\n";
    bench.write(NAME, hourly(8_100)).write("bot.toml", config);
    bench.run(&format!("ladder backtest --config bot.toml --data {NAME}")).done();
    let offline = "check --offline --json --config bot.toml";
    let well = ["S3", "S4", "S5", "S6", "S7", "S10", "S11", "S12"];
    check(&bench.run(offline), &well, &[]);
    // The evidence is of this config and of no other.
    check(&bench.run("check --offline --json"), &["S3", "S4", "S6", "S10", "S11", "S12"], &[]);
    bench.write("slackwater-data/ladder.jsonl", "");
    check(&bench.run(offline), &["S3", "S4", "S6", "S10", "S11", "S12"], &["S5", "S7", "S9"]);
}
