//! Recordings of a few lines, and what becomes of them.

use exchange_simulator::replay::{Tick, TickKind};
use trading_types::{KrakenPairs, Side};

use super::{Recording, read};
use crate::failure::Failure;

const SNAPSHOT: &str = concat!(
    r#"{"at":1000,"connection":1,"way":"received","#,
    r#""frame":{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","#,
    r#""bids":[{"price":100.0,"qty":1},{"price":99.9,"qty":2}],"#,
    r#""asks":[{"price":100.1,"qty":3}],"checksum":1}]}}"#
);

/// A line of a recording, with a frame of `channel` whose data is one object.
fn received(channel: &str, kind: &str, data: &str) -> String {
    format!(
        "{{{},{}}}",
        r#""at":1700000000500000000,"connection":1,"way":"received""#,
        format_args!(r#""frame":{{"channel":"{channel}","type":"{kind}","data":[{{{data}}}]}}"#)
    )
}

fn update(time: &str, bids: &str) -> String {
    let levels = format!(r#""symbol":"BTC/USD","bids":[{bids}],"asks":[]"#);
    received("book", "update", &format!(r#"{levels},"checksum":1,"timestamp":"{time}""#))
}

fn trades(kind: &str, pair: &str, id: u64, time: &str) -> String {
    let what = format!(r#""symbol":"{pair}","side":"sell","price":100.0,"qty":0.5"#);
    let more = format!(r#""ord_type":"market","trade_id":{id},"timestamp":"{time}""#);
    received("trade", kind, &format!("{what},{more}"))
}

fn recording(lines: &[&str]) -> Result<Recording, Failure> {
    let rules = KrakenPairs::recorded().find("BTC/USD").unwrap();
    read("some.jsonl".as_ref(), lines.join("\n").as_bytes(), &rules)
}

/// A tick in a few words; `.` where its message ends.
fn words(tick: &Tick) -> String {
    let kind = match tick.kind() {
        TickKind::Level(Side::Buy) => "bid",
        TickKind::Level(Side::Sell) => "ask",
        TickKind::Trade(Side::Buy) => "buys",
        TickKind::Trade(Side::Sell) => "sells",
        TickKind::Clear => "clear",
        TickKind::Forget(Side::Buy) => "forget bid",
        TickKind::Forget(Side::Sell) => "forget ask",
    };
    let end = if tick.ends_message() { "." } else { "" };
    format!("{kind} {} {}{end}", tick.steps(), tick.quantity())
}

fn check(lines: &[&str], told: &[&str]) -> Recording {
    let recording = recording(lines).unwrap();
    assert_eq!(recording.ticks.iter().map(words).collect::<Vec<_>>(), told);
    recording
}

#[test]
fn frames_become_ticks() {
    let told = update("2023-11-14T22:13:20Z", r#"{"price":100.0,"qty":0.5}"#);
    // At the same moment as the change it explains, and received later.
    let sold = trades("update", "BTC/USD", 7, "2023-11-14T22:13:20Z");
    let recording = check(
        &[SNAPSHOT, &told, &sold],
        &[
            "clear 0 0",
            "bid 1000 1",
            "bid 999 2",
            "ask 1001 3.",
            "sells 1000 0.5.",
            "bid 1000 0.5.",
        ],
    );
    assert_eq!((recording.books, recording.trades, recording.levels_shown), (2, 1, Some(2)));
    let sale = recording.ticks[4];
    assert_eq!(sale.time().nanos(), 1_700_000_000_000_000_000);
    assert_eq!(sale.received().nanos(), 1_700_000_000_500_000_000);
}

/// Two bids are subscribed: with a better one the worst is no longer shown.
#[test]
fn levels_fall_out_of_sight() {
    let better = update("2023-11-14T22:13:20Z", r#"{"price":100.05,"qty":1}"#);
    assert!(recording(&[SNAPSHOT, &better]).is_err());
    let inside = update(
        "2023-11-14T22:13:20Z",
        r#"{"price":100.2,"qty":1},{"price":100.0,"qty":0},{"price":100.1,"qty":1}"#,
    );
    check(
        &[SNAPSHOT, &inside],
        &[
            "clear 0 0",
            "bid 1000 1",
            "bid 999 2",
            "ask 1001 3.",
            "bid 1002 1",
            "bid 1000 0",
            "bid 1001 1",
            "forget bid 999 0.",
        ],
    );
    // What Kraken acknowledged is more than what a thin book shows.
    let acknowledged = concat!(
        r#"{"at":1,"connection":1,"way":"received","frame":{"method":"subscribe","#,
        r#""result":{"channel":"book","depth":10,"snapshot":true,"symbol":"BTC/USD"},"#,
        r#""success":true}}"#
    );
    let recording = recording(&[acknowledged, SNAPSHOT, &inside]).unwrap();
    assert_eq!((recording.levels_shown, recording.ticks.len()), (Some(10), 7));
}

#[test]
fn what_is_not_ours_is_passed_over() {
    let old = trades("snapshot", "BTC/USD", 6, "2023-11-14T22:13:20Z");
    let other = trades("update", "ETH/USD", 7, "2023-11-14T22:13:20Z");
    let sold = trades("update", "BTC/USD", 7, "2023-11-14T22:13:20Z");
    let early = update("2023-11-14T22:13:20Z", "");
    let sent = r#"{"at":1,"connection":1,"way":"sent","frame":{"method":"subscribe"}}"#;
    let text = r#"{"at":1,"connection":1,"way":"received","frame":"no JSON"}"#;
    let recording =
        check(&[sent, text, "", &early, &old, &other, &sold, &sold], &["sells 1000 0.5."]);
    assert_eq!((recording.other_lines, recording.books, recording.trades), (2, 0, 1));
}

#[test]
fn a_line_that_a_crash_has_torn_is_not_there() {
    let sold = trades("update", "BTC/USD", 7, "2023-11-14T22:13:20Z");
    let torn = &sold[..sold.len() / 2];
    assert_eq!(recording(&[SNAPSHOT, &sold, torn]).unwrap().trades, 1);
    let said = recording(&[SNAPSHOT, torn, &sold]).unwrap_err().to_string();
    assert!(said.starts_with("some.jsonl:2: "), "{said}");
}

#[test]
fn what_is_no_recording_is_said() {
    let check = |line: &str, words: &str| {
        let said = recording(&[SNAPSHOT, line]).unwrap_err().to_string();
        assert!(said.starts_with("some.jsonl:2: ") && said.contains(words), "{said}");
    };
    check("1381104000,121.99,122.5,121,122,10.5,23", "no line of a recording");
    check(r#"{"at":-1,"way":"received","frame":{}}"#, "no line of a recording");
    check(
        &update("2023-11-14T22:13:20Z", r#"{"price":100.05,"qty":1}"#),
        "the price 100.05 is no multiple of the pair's tick 0.1",
    );
}
