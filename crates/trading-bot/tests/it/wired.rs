//! What hangs on the service: halts that do not wait for the disk, the history, the ladder.

use std::{path::Path, time::Duration};

use serde_json::Value;
use trading_bot::{
    Told,
    control::{self, Ask},
    halt_file::HaltFile,
    ladder_desk::{LadderError, LadderUse},
    read_model::{HISTORY_NAME, History, Listing, Query},
};
use trading_engine::Report;
use trading_ladder::{Requirements, Rung, Subject, TradingMode};
use trading_types::Interval;

use crate::{run::Run, world::World};

/// From the moment a halt was heard until the gate was closed and that was told.
const GATE_MAX: Duration = Duration::from_millis(50);

async fn ask(folder: &Path, what: Ask) -> Value {
    control::ask(folder, &what, Duration::from_secs(10)).await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_halt_closes_the_gate_before_it_asks_the_disk() {
    let world = World::new(&[("BTC/USD", "60000"), ("ETH/USD", "3000")], 60, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = HaltFile::of(folder.path());
    let mut run = Run::start(&world, folder.path());
    run.until_ready().await;
    run.until_report(|it| matches!(it, Report::OrderPlaced { .. })).await;
    let mut times = Vec::new();
    for _ in 0..5 {
        let answer = ask(folder.path(), Ask::Halt { reason: "a drill".to_owned() }).await;
        assert_eq!((&answer["halted"], &answer["warning"]), (&true.into(), &Value::Null));
        let took = answer["gate_closed_us"].as_u64().expect("how long it took");
        times.push(Duration::from_micros(took));
        assert_eq!(file.read().expect("the file").reason, "a drill");
        run.until_report(|it| matches!(it, Report::Halted { .. })).await;

        // A pair that is to trade again takes nothing from a halt of everything.
        let pair = Some("BTC/USD".parse().expect("a pair"));
        let answer = ask(folder.path(), Ask::Resume { reason: "no".to_owned(), pair }).await;
        assert_eq!(answer["halted"], true);
        assert!(file.read().is_some(), "the file stays");

        let all = Ask::Resume { reason: "the drill is over".to_owned(), pair: None };
        assert_eq!(ask(folder.path(), all).await["halted"], false);
        assert!(file.read().is_none(), "the file is gone");
        run.until_report(|it| matches!(it, Report::Resumed { .. })).await;
    }
    run.end().await;
    times.sort();
    // The median: this machine may be busy with something else for a moment.
    assert!(times[2] <= GATE_MAX, "{times:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_history_follows_and_is_rebuilt_from_the_journal() {
    let world = World::new(&[("BTC/USD", "60000")], 60, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let mut run = Run::start(&world, folder.path());
    run.until_ready().await;
    run.until_report(|it| matches!(it, Report::OrderFilled { .. })).await;
    run.end().await;
    let first = counted(folder.path());
    assert!(0 < first.0 && 0 < first.1, "fills and points of the equity: {first:?}");

    // It is gone; the next start has everything again, and goes on.
    for name in [HISTORY_NAME, "history.sqlite-wal", "history.sqlite-shm"] {
        drop(std::fs::remove_file(folder.path().join(name)));
    }
    let mut run = Run::start(&world, folder.path());
    run.until_ready().await;
    run.end().await;
    let second = counted(folder.path());
    assert!(first.0 <= second.0 && first.1 < second.1, "{first:?}, then {second:?}");
}

/// How many fills there are, and how many points of the equity.
fn counted(folder: &Path) -> (usize, usize) {
    let history = History::open(&folder.join(HISTORY_NAME)).expect("a history");
    let count = |listing| history.rows(listing, &Query::default()).expect("rows").rows.len();
    (count(Listing::Fills), count(Listing::Equity))
}

fn uses(mode: TradingMode) -> LadderUse {
    let subject = Subject {
        strategy: "churn".to_owned(),
        settings: std::collections::BTreeMap::new(),
        pair: "BTC/USD".parse().expect("a pair"),
        interval: Interval::from_minutes(1).expect("a minute"),
        tables: std::collections::BTreeMap::new(),
        journal_format: 1,
    };
    LadderUse { mode, subject, requirements: Requirements::default(), requested: None }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ladder_says_who_may_trade() {
    let world = World::new(&[("BTC/USD", "60000")], 60, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let mut parts = world.launch(folder.path());
    parts.ladder = Some(uses(TradingMode::Live));
    let refused = Run::launch(parts).result().await.expect_err("it is refused");
    let trading_bot::LaunchError::Ladder(LadderError::Refused(missing)) = &refused else {
        panic!("{refused}")
    };
    let words = refused.to_string();
    assert!(missing.missing.iter().all(|it| words.contains(&it.to_string())), "{words}");
    assert!(words.contains("need tiny") && words.contains("trades out of sample"), "{words}");
    assert!(!folder.path().join("ladder.jsonl").metadata().is_ok_and(|it| 0 < it.len()));

    let mut parts = world.launch(folder.path());
    parts.ladder = Some(uses(TradingMode::Paper));
    let mut run = Run::launch(parts);
    run.until_ready().await;
    let status = ask(folder.path(), Ask::Status).await;
    assert_eq!(status["ladder"]["rung"], Rung::Backtest.to_string());
    let line = &status["line"];
    assert_eq!((&line["venue"], &line["rate_refusals"]), (&"simulated".into(), &0.into()));
    assert!(line["public_socket"] == true && line["private_socket"] == true, "{line}");
    run.until(|told| matches!(told, Told::Pulse(_))).await;
    run.end().await;
    assert!(folder.path().join("ladder.day").exists(), "the day goes on after a restart");
}
