//! `slackwater sweep` and `slackwater walk-forward`: rows, verdicts, what is remembered, and what
//! is said to bad grids.

use std::process::Command;

use serde_json::Value;

use crate::{
    bench::{Bench, Outcome},
    candles::{NAME, hourly},
};

const SHARED: &str = "--data XBTUSD_60.csv --pair BTC/USD --strategy sma_cross --fee 0.40/0.25";
const GRID: &str = "--grid fast=3..6:1 --grid slow=6..12:2";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write(NAME, hourly(1_500));
    bench
}

fn sweep(more: &str) -> String {
    format!("sweep {SHARED} {GRID} {more}")
}

fn walk(more: &str) -> String {
    format!("walk-forward {SHARED} {GRID} --train 20d --test 10d {more}")
}

#[track_caller]
fn json(bench: &Bench, typed: &str) -> Value {
    serde_json::from_str(&bench.run(typed).done().stdout).expect("one JSON document")
}

/// The best row is what a backtest of the same candles says, to the cent and the bit.
#[test]
fn a_row_is_a_backtest() {
    let bench = bench();
    let swept = json(&bench, &sweep("--holdout 0% --json --metric sharpe --top 3"));
    let rows = swept["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 3);
    assert_eq!((&swept["tried"], &swept["impossible"]), (&15.into(), &1.into()));
    for row in rows {
        let set =
            |key: &str| format!("--set {key}={}", row["settings"][key].as_str().expect("text"));
        let typed = format!("backtest {SHARED} {} {} --json", set("fast"), set("slow"));
        let alone = json(&bench, &typed);
        for key in ["net_profit", "equity_end", "fees", "trades", "wins", "sharpe", "max_drawdown"]
        {
            assert_eq!(row[key], alone[key], "{key}");
        }
    }
}

/// Who keeps everything elsewhere names the place once.
#[test]
fn the_store_of_the_data_folder_is_read() {
    let bench = bench();
    bench.run("data import XBTUSD_60.csv --data-dir elsewhere --json").done();
    let of_file = json(&bench, &sweep("--json --data-dir one"));
    let typed = sweep("--json --data-dir elsewhere").replace("--data XBTUSD_60.csv ", "");
    assert_eq!(json(&bench, &typed), of_file);
    let typed = walk("--json --data-dir elsewhere").replace("--data XBTUSD_60.csv ", "");
    let windows = json(&bench, &typed)["windows"].as_array().map(Vec::len);
    assert!(windows.is_some_and(|it| 0 < it));
}

/// With nothing but data, pair, strategy and grid, nothing is left to the engine.
#[test]
fn by_default_the_kernel_evaluates() {
    let bench = bench();
    let by = |command: &str, strategy: &str, grid: &str| {
        let typed = format!(
            "{command} --data XBTUSD_60.csv --pair BTC/USD --strategy {strategy} --grid {grid}"
        );
        let found = json(&bench, &format!("{typed} --json"));
        let told = bench.run(&typed).done().stdout;
        (found["evaluated_by"].clone(), found["left_to_engine"].clone(), told)
    };
    for (strategy, grid) in [
        ("sma_cross", "fast=3..6:1"),
        ("donchian", "entry=10,20"),
        ("rsi_reversion", "period=9,14"),
        ("bollinger", "period=10,20"),
    ] {
        for command in ["sweep", "walk-forward --train 20d --test 10d"] {
            let (by, left, told) = by(command, strategy, grid);
            assert_eq!((by, left), ("kernel".into(), serde_json::json!({})), "{strategy}");
            assert!(told.contains("evaluated by the kernel\n"), "{told}");
        }
    }
    let (by, left, told) = by("sweep", "dca", "every=10,20");
    let expect = serde_json::json!({ "the strategy has no columns": 2 });
    assert_eq!((by, left), ("engine".into(), expect), "{told}");
    assert!(told.contains("evaluated by the engine; 2, because the strategy has no columns"));
}

#[test]
fn threads_and_repetition_change_no_byte() {
    let bench = bench();
    let one = bench.run(&sweep("--json --threads 1")).done().stdout;
    assert_eq!(one, bench.run(&sweep("--json --threads 2")).done().stdout);
    assert_eq!(one, bench.run(&sweep("--json --threads 7 --rows all.csv")).done().stdout);
    let rows = String::from_utf8(bench.read("all.csv")).expect("text");
    assert!(rows.starts_with("fast,slow,net_profit,equity_end,"), "{rows}");
    assert_eq!(rows.lines().count(), 16);
    let one = bench.run(&walk("--json --threads 1")).done().stdout;
    assert_eq!(one, bench.run(&walk("--json --threads 2")).done().stdout);
    for kind in ["random", "sobol", "tpe", "cma-es"] {
        let typed = sweep(&format!("--json --search {kind} --samples 9 --seed 4"));
        assert_eq!(bench.run(&typed).done().stdout, bench.run(&typed).done().stdout, "{kind}");
    }
}

#[test]
fn every_variant_is_remembered_over_days() {
    let bench = bench();
    let ever = |typed: &str| json(&bench, typed)["tried_ever"].as_u64().expect("a count");
    assert_eq!(ever(&sweep("--json")), 15);
    assert_eq!(ever(&sweep("--json")), 15);
    let other = format!("sweep {SHARED} --grid fast=7,8 --grid slow=20 --json");
    assert_eq!(ever(&other), 17);
    // Another strategy on the same candles is another trial of the same data.
    let donchian = other
        .replace("sma_cross", "donchian")
        .replace("--grid fast=7,8 --grid slow=20", "--grid entry=10,20");
    assert_eq!(ever(&donchian), 19);
    let table = bench.run(&sweep("")).done().stdout;
    assert!(table.contains("after 19 variants tried on this data"), "{table}");
    assert_eq!(bench.list("slackwater-data/research"), ["BTC-USD_60.tried"]);
    let elsewhere = sweep("--json --data-dir elsewhere");
    assert_eq!(ever(&elsewhere), 15);
}

#[test]
fn what_is_kept_apart_is_looked_at_on_request_and_counted() {
    let bench = bench();
    let closed = json(&bench, &sweep("--json"));
    assert_eq!((&closed["candles"], &closed["holdout"]["candles"]), (&1_200.into(), &300.into()));
    assert!(closed["holdout"]["row"].is_null());
    let open = |time: u64| {
        let open = json(&bench, &sweep("--json --open-holdout"));
        assert_eq!(open["holdout"]["openings"], time);
        assert_eq!(open["holdout"]["row"]["settings"], open["rows"][0]["settings"]);
    };
    open(1);
    open(2);
    let told = bench.run(&sweep("--open-holdout")).done().stdout;
    assert!(told.contains("looked at 3 times: it is no longer unseen"), "{told}");
    let seen = json(&bench, &sweep("--json --holdout 0%"));
    assert_eq!(seen["holdout"]["candles"], 0);
    assert_eq!(json(&bench, &sweep("--json"))["holdout"]["seen"], 15);
}

#[test]
fn rows_are_gone_on_with() {
    let bench = bench();
    let whole = bench.run(&sweep("--json")).done().stdout;
    assert_eq!(bench.run(&sweep("--json --resume my.rows")).done().stdout, whole);
    let bytes = bench.read("my.rows");
    bench.write("my.rows", &bytes[..bytes.len() / 2]);
    let again = bench.run(&sweep("--json --resume my.rows"));
    assert_eq!((again.status, &again.stdout), (Some(0), &whole), "{again:?}");
    assert!(again.stderr.contains("rows are done already"), "{again:?}");
    let other = bench.run(&sweep("--json --resume my.rows --cash 500"));
    assert_eq!(other.status, Some(2), "{other:?}");
    assert!(other.stderr.contains("my.rows belongs to another sweep"), "{other:?}");
}

/// Whatever cannot be written, the rows are printed, and everything else is written.
#[test]
fn what_cannot_be_written_takes_nothing_with_it() {
    let bench = bench();
    let whole = bench.run(&sweep("--rows all.csv --json")).done();
    let rows = bench.read("all.csv");
    let typed = sweep("--rows rows.csv --trades /dev/full --json");
    let full = bench.run(&typed);
    assert_eq!((full.status, &full.stdout), (Some(2), &whole.stdout), "{full:?}");
    assert!(full.stderr.contains("cannot write /dev/full: "), "{full:?}");
    assert_eq!(bench.read("rows.csv"), rows);
    // No room even for what has to be remembered: nothing is judged, and the rows are there.
    for typed in [sweep("--json --data-dir new"), walk("--json --data-dir new")] {
        let full = bench.run_with_files_up_to(1, &typed);
        assert_eq!(full.status, Some(2), "{full:?}");
        assert!(full.stderr.contains("what was tried has to be remembered"), "{full:?}");
        let document = full.json();
        assert!(document["verdict"].is_null(), "{full:?}");
        let rows = document.get("rows").unwrap_or_else(|| &document["windows"]);
        assert!(rows[0]["trades"].is_u64() || rows[0]["row"]["trades"].is_u64(), "{full:?}");
    }
}

/// Stopped at any moment, a sweep and a walk go on to the bytes of one that was not.
#[test]
fn what_is_stopped_goes_on() {
    let bench = bench();
    let many = "--grid fast=3..20:1 --grid slow=21..80:2 --json";
    for command in ["sweep", "walk-forward --train 20d --test 10d"] {
        let typed = |more: &str| format!("{command} {SHARED} {many} {more}");
        bench.run(&typed("--rows whole.csv")).done();
        for signal in ["-INT", "-TERM", "-KILL"] {
            stop(&bench, &typed("--resume my.rows"), signal);
        }
        let again = bench.run(&typed("--resume my.rows --rows rows.csv"));
        assert_eq!(again.status, Some(0), "{again:?}");
        assert!(again.stderr.contains("rows are done already"), "{again:?}");
        assert_eq!(bench.read("rows.csv"), bench.read("whole.csv"), "{command}");
        std::fs::remove_file(bench.path("my.rows")).expect("it was written");
    }
}

/// Starts what is typed and stops it by a signal once it has written more rows.
fn stop(bench: &Bench, typed: &str, signal: &str) {
    let rows = bench.path("my.rows");
    let written = || std::fs::metadata(&rows).map_or(0, |it| it.len());
    let before = written();
    let mut child = bench.start(typed);
    while written() == before && child.try_wait().expect("a child").is_none() {
        std::thread::yield_now();
    }
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).output();
    sent.expect("there is a `kill`");
    let ended = Outcome::new(typed, child.wait_with_output().expect("it ends"));
    let is_told = ended.stderr.contains("stopped; the same command goes on where it was");
    match ended.status {
        Some(130) => assert!(is_told && ended.json()["partial"] == true, "{ended:?}"),
        // It was killed, or faster than the signal.
        None | Some(0) => assert!(!is_told, "{ended:?}"),
        Some(_) => panic!("{ended:?}"),
    }
}

#[test]
fn windows_are_walked_and_told() {
    let bench = bench();
    let walked = json(&bench, &walk("--json --rows windows.csv --trades trades.csv"));
    let windows = walked["windows"].as_array().expect("windows");
    assert_eq!(windows.len(), 3);
    for window in windows {
        assert!(window["train_to"].as_str() <= window["test_from"].as_str());
    }
    assert_eq!(walked["total"]["equity_end"], windows[2]["row"]["equity_end"]);
    assert_eq!(String::from_utf8(bench.read("windows.csv")).expect("text").lines().count(), 4);
    let trades = String::from_utf8(bench.read("trades.csv")).expect("text").lines().count();
    assert_eq!(trades as u64 - 1, walked["total"]["trades"].as_u64().expect("a count"));
    let table = bench.run(&walk("--anchored --purge 1d --embargo 1d")).done().stdout;
    assert!(table.contains("walk-forwards were tried on this data"), "{table}");
}

/// What is typed is refused, with these words and status 2.
#[track_caller]
fn check(typed: &str, words: &[&str]) {
    let bench = bench();
    let outcome = bench.run(typed);
    assert_eq!(outcome.status, Some(2), "{outcome:?}");
    for word in words {
        assert!(outcome.stderr.contains(word), "it lacks `{word}`: {outcome:?}");
    }
    assert!(outcome.stdout.is_empty(), "{outcome:?}");
}

#[test]
fn what_cannot_be_swept_is_refused_with_what_to_do() {
    let with = |more: &str| format!("sweep {SHARED} {more}");
    check(
        &with("--grid fast=1..10000 --grid slow=1..10000 --grid x=1..10000"),
        &["1,000,000,000,000 variants", "--search random --samples"],
    );
    check(&with("--grid fast"), &["`fast` is not a grid", "key=5..104:1"]);
    check(&with("--grid fast=9..3"), &["has no value"]);
    check(&with("--grid fsat=3..9"), &["no setting `fsat`", "did you mean `fast`?"]);
    check(&with("--grid fast=0..9"), &["`fast` cannot be 0"]);
    check(&with("--grid fast=3..9 --set fast=4"), &["`fast` is set and in the grid"]);
    check(&with("--grid fast=60,70 --grid slow=20"), &["no variant of the grid can be run"]);
    check(&with("--grid fast=3 --metric sharp"), &["not a metric", "did you mean `sharpe`?"]);
    check(&with("--grid fast=3 --search tpee"), &["not a way to search", "did you mean `tpe`?"]);
    check(&with("--grid fast=3 --holdout 70%"), &["not a part between 0% and 50%"]);
    check(&with("--grid fast=3 --threads 0"), &["--threads"]);
    check(&with("--grid fast=3 --journal j"), &["--journal is about one backtest"]);
    check(&with("--grid fast=3 --ticks"), &["--ticks is about one backtest"]);
    check(&with("--grid fast=3 --rows XBTUSD_60.csv"), &["is the file of --data"]);
    check(&with("--grid fast=3 --to 2017-01-03"), &["candles are too few to try anything on"]);
    check(&format!("sweep {SHARED}"), &["--grid"]);
    check(
        &format!("walk-forward {SHARED} {GRID} --train 180d --test 30d"),
        &["days of candles are too few", "make --train and --test shorter"],
    );
    check(&format!("walk-forward {SHARED} {GRID} --train soon"), &["`soon` is not a duration"]);
    check(&format!("walk-forward {SHARED} {GRID} --train 9999d"), &["longer than 3650d"]);
}
