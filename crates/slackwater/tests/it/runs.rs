//! `slackwater run`: a simulated Kraken over sockets, events as they happen, a summary, a journal
//! that replays, and a next start that goes on.

use std::io::{BufRead, BufReader, Read};

use serde_json::Value;

use crate::{
    bench::{Bench, Outcome},
    running::{CHURN, Running, send},
};

/// Every line as JSON: the events, and the summary as the last of them.
#[track_caller]
fn parsed(stdout: &str) -> (Vec<Value>, Value) {
    let parse = |line: &str| serde_json::from_str::<Value>(line).expect("every line is JSON");
    let mut events: Vec<_> = stdout.lines().map(parse).collect();
    for event in &events {
        let time = event["time"].as_str().expect("a time");
        assert!(time.starts_with("2026-") && time.ends_with('Z'), "{event}");
        assert!(event["event"].is_string(), "{event}");
    }
    let summary = events.pop().expect("a last line");
    assert_eq!(summary["event"], "summary");
    assert!(events.iter().all(|it| it["event"] != "summary"), "there is one summary");
    (events, summary)
}

fn named<'a>(events: &'a [Value], name: &str) -> Vec<&'a Value> {
    events.iter().filter(|it| it["event"] == name).collect()
}

/// It ended in order; under load it may have words to say about the net.
#[track_caller]
fn well(outcome: Outcome) -> Outcome {
    assert_eq!(outcome.status, Some(0), "{outcome:?}");
    outcome
}

#[track_caller]
fn check_summary(summary: &Value, events: &[Value]) {
    for key in ["equity_start", "equity_end", "fees", "journal"] {
        assert!(summary[key].is_string(), "{key}: {summary}");
    }
    for key in ["orders", "fills", "trades", "wins", "rate_rejections"] {
        assert!(summary[key].is_u64(), "{key}: {summary}");
    }
    assert!(summary["halted"].is_boolean(), "{summary}");
    assert_eq!(summary["halt_reason"].is_string(), summary["halted"] == true, "{summary}");
    assert_eq!(summary.as_object().map(serde_json::Map::len), Some(13), "{summary}");
    assert_eq!(summary["orders"], named(events, "order_placed").len());
    assert_eq!(summary["fills"], named(events, "order_filled").len());
    assert_eq!(summary["trades"], named(events, "position_closed").len());
    assert_eq!(summary["rate_rejections"], 0);
}

#[track_caller]
fn check_fields(events: &[Value]) {
    for (name, keys) in [
        ("stage", "stage equity"),
        ("order_placed", "order pair side role kind quantity spend price"),
        ("order_filled", "order trade pair side role price quantity cost fee liquidity"),
        ("lot_closed", "pair quantity entry_price exit_price fees profit exit_reason"),
        ("position_closed", "pair profit exit_reason"),
    ] {
        let event = *named(events, name).first().expect("it happened");
        for key in keys.split(' ') {
            assert!(event.get(key).is_some(), "{key}: {event}");
        }
    }
    // A stop rests at the venue as soon as something is held.
    let entry = |it: &Value| it["event"] == "order_filled" && it["role"] == "entry";
    let held = events.iter().position(entry).expect("an entry");
    let stop = |it: &Value| it["event"] == "order_placed" && it["role"] == "stop";
    assert!(events[held..].iter().any(stop), "{events:?}");
}

/// The journal says the same when it is run again.
#[track_caller]
fn check_replay(bench: &Bench, epochs: u64) -> Value {
    let replayed = bench.run("replay data --json").done().json();
    assert_eq!((&replayed["same"], &replayed["torn_at"]), (&true.into(), &Value::Null));
    assert_eq!(replayed["epochs"], epochs);
    let words = bench.run("replay data").done().stdout;
    let hash = replayed["journal_hash"].as_str().expect("a hash");
    assert!(words.starts_with("the same: ") && words.contains(hash), "{words}");
    replayed
}

/// Everything a run tells that ends in order after this has happened.
#[track_caller]
fn until(bench: &Bench, event: &str) -> String {
    let mut bot = Running::start(bench, "--speed 100 --json --config bot.toml");
    bot.wait_for(|it| it["event"] == event);
    send("-INT", bot.id());
    bot.rest()
}

#[test]
fn it_trades_and_the_next_start_goes_on() {
    let bench = Bench::new();
    bench.write("bot.toml", CHURN);
    let (events, summary) = parsed(&until(&bench, "position_closed"));
    check_summary(&summary, &events);
    check_fields(&events);
    assert_eq!(summary["journal"], "data/journal");
    check_replay(&bench, 1);

    let (again, next) = parsed(&until(&bench, "order_filled"));
    check_summary(&next, &again);
    let ready = again.iter().find(|it| it["stage"] == "ready").expect("it gets ready");
    let amount = |value: &Value| value.as_str().expect("an amount").parse::<f64>().expect("it is");
    let (before, after) = (amount(&summary["equity_end"]), amount(&ready["equity"]));
    assert!((before - after).abs() < 50.0, "{before} and {after}");
    assert!(named(&events, "order_filled").len() > 1, "{events:?}");
    let orders = |events: &[Value]| -> Vec<String> {
        named(events, "order_placed").iter().map(|it| it["order"].to_string()).collect()
    };
    let before = orders(&events);
    assert!(orders(&again).iter().all(|id| !before.contains(id)), "names are not used twice");
    assert!(summary["time"].as_str() < ready["time"].as_str(), "time goes on");
    // The same settings: it is one stretch.
    check_replay(&bench, 1);

    let why = "why --pair BTC/USD --data-dir data --json --at";
    let time = summary["time"].as_str().expect("a time");
    let then = bench.run(&format!("{why} {time}")).done().json();
    assert_eq!(then["pair"], "BTC/USD");
    assert!(then["rules"].as_array().is_some_and(|rules| 10 < rules.len()), "{then}");
    bench.run(&format!("{why} 2020-01-01")).wrong(&["begins after 2020-01-01", "later moment"]);
    let past = bench.run(&format!("why --pair ETH/USD --data-dir data --at {time}"));
    past.wrong(&["ETH/USD is not traded by this bot"]);

    let fills = bench.run("history fills --data-dir data --json").done().json();
    let rows = fills["rows"].as_array().expect("rows").len();
    let filled = named(&events, "order_filled").len() + named(&again, "order_filled").len();
    assert_eq!(rows, filled, "{fills}");
    let csv = bench.run("history fills --data-dir data --csv").done().stdout;
    assert_eq!(csv.lines().count(), filled + 1, "{csv}");
    let table = bench.run("history orders --data-dir data --newest 1").done().stdout;
    assert_eq!(table.lines().count(), 2, "{table}");
}

#[test]
fn the_events_for_reading() {
    let bench = Bench::new();
    bench.write("bot.toml", CHURN);
    let mut child = bench.start("run --for 60s --speed 100 --data-dir data --config bot.toml");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut lines = String::new();
    while !lines.contains("filled    buy") {
        assert_ne!(stdout.read_line(&mut lines).expect("text"), 0, "it ended: {lines}");
    }
    send("-INT", child.id());
    stdout.read_to_string(&mut lines).expect("text");
    let mut words = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut words).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(0), "{words}");
    assert!(words.starts_with("a simulated Kraken serves at http://127.0.0.1:"), "{words}");
    assert!(words.contains("trading BTC/USD there with sma_cross"), "{words}");
    for words in [
        "bot       the key is accepted",
        "bot       ready; equity 10000",
        "placed    buy",
        "filled    buy",
        "market time",
        "journal  ",
    ] {
        assert!(lines.contains(words), "lacks `{words}`: {lines}");
    }
    assert!(!lines.contains('{'), "{lines}");
}

#[track_caller]
fn check_interrupted(signal: &str) {
    let bench = Bench::new();
    let mut bot = Running::start(&bench, "--json --speed 60");
    bot.wait_for(|it| it["stage"] == "ready");
    send(signal, bot.id());
    let lines = bot.rest();
    let (_, summary) = parsed(&lines);
    assert_eq!(summary["halted"], false, "{summary}");
    check_replay(&bench, 1);
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

#[test]
fn another_market_needs_another_folder() {
    let bench = Bench::new();
    well(bench.run("run --for 1s --json --data-dir data"));
    bench.write("bot.toml", "pair = 'ETH/USD'\n[simulated]\nstart_price = '3000'\n");
    let outcome = bench.run("run --for 1s --json --data-dir data --config bot.toml");
    outcome.wrong(&["simulated-kraken.state", "choose another --data-dir"]);
    // A file is no data folder.
    bench.write("file", "").run("run --for 1s --data-dir file").wrong(&["cannot create file"]);
}

/// Somebody who goes away in the middle.
#[test]
fn a_reader_that_goes_away_ends_it_in_order() {
    let bench = Bench::new();
    let mut child = bench.start("run --for 60s --json --data-dir data");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    stdout.read_line(&mut String::new()).expect("a line");
    drop(stdout);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    check_replay(&bench, 1);
}

/// What a bad disk does.
#[test]
fn a_damaged_journal_is_put_aside_by_name_and_the_venue_tells_the_rest() {
    let bench = Bench::new();
    bench.write("bot.toml", CHURN);
    bench.run("run --rebuild 'none there' --data-dir data").wrong(&["there is no journal in"]);
    let (_, before) = parsed(&until(&bench, "position_closed"));
    let segment = "data/journal/00000001.journal";
    let mut bytes = bench.read(segment);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bench.write(segment, bytes);
    let typed = "run --for 1s --data-dir data --config bot.toml";
    let refused = bench.run(typed);
    assert_eq!(refused.status, Some(2), "{refused:?}");
    for part in ["is damaged, in `00000001.journal`", "hint: restore a copy", "run --rebuild"] {
        assert!(refused.stderr.contains(part), "lacks `{part}`: {refused:?}");
    }
    assert!(bench.list("data").contains(&"journal".to_owned()), "nothing was moved");

    let options = "--speed 100 --json --config bot.toml --rebuild 'the disk is old'";
    let mut bot = Running::start(&bench, options);
    let ready = bot.wait_for(|it| it["stage"] == "ready");
    assert_eq!(ready["equity"], before["equity_end"], "the venue tells what there is");
    bot.wait_for(|it| it["event"] == "order_filled");
    send("-INT", bot.id());
    bot.rest();
    let names = bench.list("data");
    assert!(names.iter().any(|name| name.starts_with("journal-until-")), "{names:?}");
    check_replay(&bench, 1);
    let fills = bench.run("history fills --data-dir data --json").done().json();
    assert!(fills["rows"].as_array().is_some_and(|rows| !rows.is_empty()), "{fills}");
}
