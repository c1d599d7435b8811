//! `slackwater ladder`: evidence is filed, a person goes up, and the file cannot be made to say
//! something else.

use std::time::Duration;

use serde_json::Value;
use trading_ladder::{
    Day, Evidence, Ladder, LadderEntry, LadderEvent, LadderOutput, Record, Requirements, Rung,
    Source, Tracking, TrackingEvidence, TradingMode, decode, encode,
};
use trading_types::{Fraction, Timestamp};

use crate::{
    bench::{Bench, Outcome},
    candles::{NAME, hourly},
};

/// Averages that turn with the waves of [`hourly`].
const GOOD: &str = "interval = 60\n[strategy]\nname = \"sma_cross\"\nstop = \"2*atr(14)\"\n\
                    [strategy.settings]\nfast = 2\nslow = 6\n";
/// Averages that turn after them.
const BAD: &str = "interval = 60\n[strategy]\nname = \"sma_cross\"\nstop = \"2*atr(14)\"\n\
                   [strategy.settings]\nfast = 12\nslow = 13\n";

/// So many that a hundred trades are out of sample.
const CANDLES: u64 = 8_100;

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write(NAME, hourly(CANDLES)).write("good.toml", GOOD).write("bad.toml", BAD);
    bench
}

fn ask(bench: &Bench, what: &str, config: &str) -> Outcome {
    bench.run(&format!("ladder {what} --config {config} --data-dir data --json"))
}

fn prove(bench: &Bench, config: &str) -> Value {
    ask(bench, &format!("backtest --data {NAME}"), config).done().json()
}

fn words(json: &Value) -> Vec<&str> {
    let rows = json.as_array().expect("rows");
    rows.iter().map(|it| it["what"].as_str().expect("a word")).collect()
}

#[test]
fn at_first_everything_is_missing_and_looking_writes_nothing() {
    let bench = bench();
    let shown = ask(&bench, "show", "good.toml").done().json();
    assert_eq!((&shown["rung"], &shown["next"]), (&"backtest".into(), &"paper".into()));
    assert_eq!((&shown["entry_cap"], &shown["entered"]), (&Value::Null, &Value::Null));
    assert_eq!(shown["ready"], false);
    let demands =
        ["out_of_sample_trades", "out_of_sample_profit", "stressed_profit", "backtest_drawdown"];
    assert_eq!(words(&shown["demands"]), demands);
    assert_eq!(bench.list("."), [NAME, "bad.toml", "good.toml"]);
    let table = bench.run("ladder show --config good.toml --data-dir data").done().stdout;
    assert!(table.contains("rung      backtest\nentries   none with real money\n"), "{table}");
    assert!(table.contains("missing  trades out of sample"), "{table}");
    let history = bench.run("ladder history --data-dir data");
    assert!(history.stderr.contains("nothing has happened yet"), "{history:?}");
}

#[test]
fn a_good_backtest_leads_to_paper_and_not_further() {
    let bench = bench();
    let filed = prove(&bench, "good.toml");
    let evidence = &filed["evidence"];
    assert_eq!((&filed["filed"], &filed["ready"]), (&true.into(), &true.into()));
    assert_eq!((&evidence["fee_stress"], &evidence["slippage"]), (&"1.5".into(), &"0.0005".into()));
    let count = |run: &str| evidence[run]["candles"].as_u64().expect("a count");
    assert_eq!(
        (count("in_sample"), count("out_of_sample"), count("stressed")),
        (5_670, 2_430, 2_430)
    );
    assert_eq!(evidence["split"], "2017-08-25T06:00:00Z");
    let fees = |run: &str| evidence[run]["fees"].as_str().and_then(|it| it.parse::<f64>().ok());
    assert!(fees("out_of_sample") < fees("stressed"), "{evidence}");

    let advance = "advance --reason 'it holds' --by ann --to paper";
    let up = ask(&bench, advance, "good.toml").done().json();
    assert_eq!((&up["advanced"], &up["rung"]), (&true.into(), &"paper".into()));
    // The same command again is the same step.
    let again = ask(&bench, advance, "good.toml").refused().json();
    assert!(words(&again["missing"]).contains(&"next_rung"), "{again}");
    let further = ask(&bench, "advance --reason soon", "good.toml").refused().json();
    let missing = words(&further["missing"]);
    assert_eq!(missing[..3], ["clean_days", "trades", "recent_day"], "{further}");
    assert_eq!(further["missing"][0]["need"], "at least 14");
    let told = bench.run("ladder advance --reason soon --config good.toml --data-dir data");
    assert_eq!(told.status, Some(1));
    let lines = "refused: it stays on paper\n  clean days on this rung: have 0, need at least 14\n";
    assert!(told.stdout.starts_with(lines), "{told:?}");

    let history = bench.run("ladder history --data-dir data --json").done().json();
    assert_eq!(history["entries"].as_array().map(Vec::len), Some(3));
    assert_eq!(history["entries"][2]["what"], "up from backtest to paper, by ann: it holds");
}

#[test]
fn a_bad_backtest_is_filed_and_leads_nowhere() {
    let bench = bench();
    let filed = prove(&bench, "bad.toml");
    assert_eq!((&filed["filed"], &filed["ready"]), (&true.into(), &false.into()));
    let refused = ask(&bench, "advance --reason please", "bad.toml").refused().json();
    let missing = words(&refused["missing"]);
    assert!(missing.contains(&"out_of_sample_profit") && missing.contains(&"stressed_profit"));
    let table =
        bench.run(&format!("ladder backtest --data {NAME} --config bad.toml")).done().stdout;
    assert!(table.contains("fees x1.5") && table.contains("missing  profit"), "{table}");
}

#[test]
fn the_same_candles_are_the_same_evidence_whatever_they_are_packed_in() {
    let bench = bench();
    let zip = crate::candles::zipped(&[(NAME, hourly(CANDLES).as_bytes())]);
    bench.write("all.zip", zip);
    let from_csv = prove(&bench, "good.toml");
    let from_zip = ask(&bench, "backtest --data all.zip", "good.toml").done().json();
    assert_eq!(from_csv["evidence"]["data"]["hash"], from_zip["evidence"]["data"]["hash"]);
    assert_eq!(from_csv["evidence"]["out_of_sample"], from_zip["evidence"]["out_of_sample"]);
    assert_eq!(ask(&bench, "show", "good.toml").done().json()["trials"], 2);
}

#[test]
fn the_fee_of_the_simulated_market_proves_nothing() {
    let bench = bench();
    bench.write("free.toml", format!("{GOOD}[simulated]\nfee = \"0/0\"\n"));
    let (paid, free) = (prove(&bench, "good.toml"), prove(&bench, "free.toml"));
    assert_eq!(paid["evidence"], free["evidence"]);
}

#[test]
fn another_config_starts_at_the_bottom_but_not_by_accident() {
    let bench = bench();
    prove(&bench, "good.toml");
    ask(&bench, "advance --reason good", "good.toml").done();
    let shown = ask(&bench, "show", "bad.toml");
    assert_eq!(shown.json()["rung"], "backtest");
    assert_eq!(shown.json()["changed"].as_array().map(Vec::len), Some(2));
    // Neither a look nor a wish with the wrong config takes the rung away.
    let wish = ask(&bench, "advance --reason good", "bad.toml");
    assert_eq!(wish.status, Some(1), "{wish:?}");
    assert!(wish.stderr.contains("not the one that climbed here: strategy.fast: 2, now 12"));
    let proof = format!("ladder backtest --data {NAME} --config bad.toml --data-dir data");
    bench.run(&proof).wrong(&["another bot is on rung paper", "--start-again"]);
    assert_eq!(ask(&bench, "show", "good.toml").done().json()["rung"], "paper");
    bench.run(&format!("{proof} --start-again")).done();
    assert_eq!(ask(&bench, "show", "good.toml").json()["rung"], "backtest");
}

#[test]
fn too_little_or_wrong_input_is_refused() {
    let bench = bench();
    let with = |more: &str| bench.run(&format!("ladder backtest --config good.toml {more}"));
    bench.write("few/XBTUSD_60.csv", hourly(1));
    with("--data few").wrong(&["too few candles to part", "a longer history"]);
    with("--data gone.csv").wrong(&["gone.csv"]);
    with(&format!("--data {NAME} --from 2030-01-01")).wrong(&["no candle from 2030"]);
    bench.run("ladder advance").wrong(&["--reason"]);
    bench.run("ladder advance --reason x --to moon").wrong(&["`moon` is not a rung"]);
    let nothing = bench.run("ladder advance --config good.toml --reason ''");
    assert_eq!(nothing.status, Some(1), "{nothing:?}");
    assert!(nothing.stdout.contains("a reason: have 0 bytes"), "{nothing:?}");
}

#[test]
fn a_file_that_was_changed_is_not_believed() {
    let bench = bench();
    prove(&bench, "bad.toml");
    let text = String::from_utf8(bench.read("data/ladder.jsonl")).expect("text");
    let better = text.replacen("\"trades\":", "\"trades\":1", 1);
    bench.write("data/ladder.jsonl", better);
    for what in ["show", "advance --reason x"] {
        ask(&bench, what, "bad.toml").wrong(&["data/ladder.jsonl: line 1 was changed"]);
    }
    bench.run("ladder history --data-dir data").wrong(&["line 1 was changed"]);
    let first = text.lines().next().expect("a line");
    bench.write("data/ladder.jsonl", format!("{first}\n"));
    ask(&bench, "show", "bad.toml").wrong(&["entry 2 was seen before"]);
}

/// What a bot would have written in two weeks on paper, up to now.
fn two_weeks_on_paper(bench: &Bench) -> (Vec<LadderEntry>, Timestamp) {
    let text = String::from_utf8(bench.read("data/ladder.jsonl")).expect("text");
    let filed = decode(&text).expect("our own chain");
    let Record::Begun { subject, requirements, program, .. } = filed[0].record.clone() else {
        panic!("{filed:?}")
    };
    let Record::BacktestFiled { evidence, .. } = filed[1].record.clone() else {
        panic!("{filed:?}")
    };
    let day = Duration::from_hours(24);
    let last = filed[1].time;
    let start = last - day * 16;
    let mut ladder = Ladder::new(Requirements::clone(&requirements));
    let identity = subject.identity();
    ladder.handle(LadderEvent::Configured { subject, program }, start);
    let by = "ann".to_owned();
    ladder.handle(LadderEvent::EvidenceFiled { by, evidence: Evidence::Backtest(evidence) }, start);
    let advance = LadderEvent::Advance {
        principal: "ann".to_owned(),
        reason: "it holds".to_owned(),
        to: Rung::Paper,
        entry_minimum: trading_types::Amount::ZERO,
    };
    ladder.handle(advance, start);
    for number in 1..=14 {
        let date = start + day * number;
        let day = Day {
            date,
            mode: TradingMode::Paper,
            ready_seconds: 86_400,
            venue_away_seconds: 0,
            unknown_seconds_max: 0,
            kill_trips: 0,
            trades: 2,
            drawdown: Fraction::ZERO,
            journal: "j".to_owned(),
        };
        ladder.handle(LadderEvent::DayClosed(day.clone()), day.end());
    }
    let source = Source { name: "j".to_owned(), hash: "h".to_owned() };
    let tracking = TrackingEvidence {
        identity,
        mode: TradingMode::Paper,
        from: start,
        to: last - day,
        happened: source.clone(),
        expected: source,
        tracking: Tracking { matched: 40, ..Tracking::default() },
    };
    let evidence = Evidence::Tracking(Box::new(tracking));
    ladder.handle(LadderEvent::EvidenceFiled { by: "ann".to_owned(), evidence }, last);
    let mut entries = Vec::new();
    while let Some(output) = ladder.poll_output() {
        if let LadderOutput::Append(entry) = output {
            entries.push(*entry);
        }
    }
    (entries, last)
}

#[test]
fn what_a_bot_wrote_leads_to_tiny_entries() {
    let bench = bench();
    prove(&bench, "good.toml");
    let (entries, _) = two_weeks_on_paper(&bench);
    let text: String = entries.iter().map(encode).collect();
    let anchor = entries.last().expect("many").anchor();
    bench.write("data/ladder.jsonl", text).write("data/ladder.head", format!("{anchor}\n"));

    let shown = ask(&bench, "show", "good.toml").done().json();
    assert_eq!((&shown["ready"], &shown["days"]["clean_days"]), (&true.into(), &14.into()));
    let up = ask(&bench, "advance --reason 'two weeks' --price 60000", "good.toml").done().json();
    assert_eq!((&up["rung"], &up["entry_cap"]), (&"tiny".into(), &"30".into()));
    let table = bench.run("ladder show --config good.toml --data-dir data").done().stdout;
    assert!(table.contains("rung      tiny, since "), "{table}");
    assert!(table.contains("entries   at most 30 USD each\n"), "{table}");
    assert!(table.contains("to scaled:1:\n"), "{table}");
    let history = bench.run("ladder history --data-dir data").done().stdout;
    assert!(history.contains("clean paper day") && history.contains("up from paper to tiny"));
}
