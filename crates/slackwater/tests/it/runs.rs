//! `slackwater run`: events as they happen, a summary, a journal that replays.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command},
};

use serde_json::Value;

use crate::bench::Bench;

const RUN: &str = "run --for 2s --speed 20000 --json --data-dir data";

/// Every line as JSON: the events, and the summary as the last of them.
#[track_caller]
fn events(stdout: &str) -> (Vec<Value>, Value) {
    let parse = |line: &str| serde_json::from_str::<Value>(line).expect("every line is JSON");
    let mut events: Vec<_> = stdout.lines().map(parse).collect();
    for event in &events {
        let time = event["time"].as_str().expect("a time");
        assert!(time.starts_with("2026-") && time.ends_with('Z'), "{event}");
        assert!(event["event"].is_string(), "{event}");
    }
    let times: Vec<_> = events.iter().map(|it| it["time"].to_string()).collect();
    assert!(times.is_sorted_by_key(|it| it[..20].to_owned()), "time never goes back");
    let summary = events.pop().expect("a last line");
    assert_eq!(summary["event"], "summary");
    assert!(events.iter().all(|it| it["event"] != "summary"), "there is one summary");
    (events, summary)
}

fn count(events: &[Value], name: &str) -> u64 {
    events.iter().filter(|it| it["event"] == name).count() as u64
}

#[track_caller]
fn check_summary(summary: &Value, events: &[Value]) {
    for key in ["equity_start", "equity_end", "fees", "journal", "journal_hash"] {
        assert!(summary[key].is_string(), "{key}: {summary}");
    }
    for key in ["orders", "fills", "trades", "wins", "rate_rejections"] {
        assert!(summary[key].is_u64(), "{key}: {summary}");
    }
    assert!(summary["halted"].is_boolean(), "{summary}");
    assert_eq!(summary["halt_reason"].is_string(), summary["halted"] == true, "{summary}");
    assert_eq!(summary.as_object().map(serde_json::Map::len), Some(14), "{summary}");
    assert_eq!(summary["orders"], count(events, "order_placed"));
    assert_eq!(summary["fills"], count(events, "order_filled"));
    assert_eq!(summary["trades"], count(events, "position_closed"));
    assert_eq!(summary["rate_rejections"], 0);
}

#[test]
fn the_same_seed_is_the_same_run() {
    let bench = Bench::new();
    let run = |seed: u64| {
        let (events, mut summary) =
            events(&bench.run(&format!("{RUN} --seed {seed}")).done().stdout);
        check_summary(&summary, &events);
        let journal = summary["journal"].take().as_str().map(str::to_owned).expect("a path");
        (events, summary, journal)
    };
    let (first, second) = (run(7), run(7));
    assert!(summary_orders(&first.1) > 0, "{}", first.1);
    assert_eq!((&first.0, &first.1), (&second.0, &second.1));
    assert_ne!(first.2, second.2, "each run has a journal of its own");
    let third = run(8);
    assert_ne!(first.1["journal_hash"], third.1["journal_hash"]);
    assert_eq!(bench.list("."), ["data"]);
    assert_eq!(bench.list("data/journals").len(), 3);
    for (_, summary, journal) in [first, third] {
        let replayed = bench.run(&format!("replay {journal} --json")).done().json();
        assert_eq!((&replayed["same"], &replayed["torn_at"]), (&true.into(), &Value::Null));
        assert_eq!(replayed["journal_hash"], summary["journal_hash"]);
    }
}

fn summary_orders(summary: &Value) -> u64 {
    summary["orders"].as_u64().expect("a count")
}

#[test]
fn events_have_their_fields() {
    let (events, _) = events(&Bench::new().run(&format!("{RUN} --seed 3")).done().stdout);
    for (name, keys) in [
        ("order_placed", "order pair side role kind quantity spend price"),
        ("order_filled", "order trade pair side role price quantity cost fee liquidity"),
        ("lot_closed", "pair quantity entry_price exit_price fees profit exit_reason"),
        ("position_closed", "pair profit exit_reason"),
    ] {
        let event = events.iter().find(|it| it["event"] == name).expect("it happened");
        for key in keys.split(' ') {
            assert!(event.get(key).is_some(), "{key}: {event}");
        }
    }
    // A stop rests at the venue as soon as something is held.
    let held = events.iter().position(|it| it["event"] == "order_filled").expect("a fill");
    let next = &events[held + 1];
    assert_eq!((&next["event"], &next["role"]), (&"order_placed".into(), &"stop".into()), "{next}");
}

#[test]
fn a_halt_sells_and_nothing_follows() {
    let bench = Bench::new();
    bench
        .write("bot.toml", "[strategy.settings]\nfast = 5\nslow = 20\n[kill]\ndrawdown = '0.2%'\n");
    let outcome = bench.run(&format!("{RUN} --seed 7 --config bot.toml")).done();
    let (events, summary) = events(&outcome.stdout);
    check_summary(&summary, &events);
    assert_eq!(summary["halted"], true);
    assert!(summary["halt_reason"].as_str().is_some_and(|it| it.contains("drawdown")), "{summary}");
    let at = |name: &str| events.iter().position(|it| it["event"] == name).expect("it happened");
    let (halted, flattened) = (at("halted"), at("flattened"));
    assert!(halted < flattened);
    let placed = |it: &&Value| it["event"] == "order_placed";
    assert!(events[halted..].iter().filter(placed).all(|it| it["side"] == "sell"));
    assert_eq!(events[flattened..].iter().filter(placed).count(), 0);
    assert_eq!(count(&events, "halted"), 1);
    assert_eq!(count(&events, "alert"), 0);

    let journal = summary["journal"].as_str().expect("a path");
    let replayed = bench.run(&format!("replay {journal} --json")).done().json();
    assert_eq!((&replayed["same"], &replayed["halted"]), (&true.into(), &summary["halt_reason"]));
}

#[test]
fn the_events_for_reading() {
    let bench = Bench::new();
    let outcome = bench.run("run --for 1s --speed 20000 --seed 3 --data-dir data");
    assert_eq!(outcome.status, Some(0), "{outcome:?}");
    assert!(outcome.stderr.starts_with("trading BTC/USD on a simulated market"), "{outcome:?}");
    for words in ["placed    buy", "filled    buy", "market time", "orders ", "journal  "] {
        assert!(outcome.stdout.contains(words), "lacks `{words}`: {outcome:?}");
    }
    assert!(!outcome.stdout.contains('{'), "{outcome:?}");
}

#[test]
fn a_run_without_fills_ends_with_what_it_began() {
    let typed = "run --for 1s --speed 1 --json --data-dir data --no-dashboard";
    let (events, summary) = events(&Bench::new().run(typed).done().stdout);
    assert!(events.is_empty(), "{events:?}");
    assert_eq!(summary["equity_start"], summary["equity_end"]);
}

/// A signal, as a person or the system sends it.
fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(sent.expect("kill is there").success());
}

#[track_caller]
fn check_interrupted(signal: &str) {
    let bench = Bench::new();
    let mut child = bench.start("run --for 60s --speed 5000 --json --data-dir data");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut lines = String::new();
    // Something has happened: it is at work, and no longer starting.
    stdout.read_line(&mut lines).expect("a line");
    send(signal, &child);
    while 0 < stdout.read_line(&mut lines).expect("text") {}
    let status = child.wait().expect("it ends");
    assert_eq!(status.code(), Some(0), "{signal}");
    let (events, summary) = events(&lines);
    check_summary(&summary, &events);

    let journal = summary["journal"].as_str().expect("a path");
    let replayed = bench.run(&format!("replay {journal} --json")).done().json();
    assert_eq!(replayed["same"], true);
    assert_eq!(replayed["torn_at"], Value::Null, "the journal is whole");
    assert_eq!(replayed["journal_hash"], summary["journal_hash"]);
}

#[test]
#[cfg(unix)]
fn an_interrupt_ends_it_in_order() {
    check_interrupted("-INT");
}

#[test]
#[cfg(unix)]
fn a_termination_ends_it_in_order() {
    check_interrupted("-TERM");
}
