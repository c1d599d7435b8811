//! `slackwater data record` against a server that speaks Kraken's WebSocket for one connection.

use std::{
    net::{TcpListener, TcpStream},
    thread::JoinHandle,
};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Message, WebSocket, accept};

use crate::bench::Bench;

const STATUS: &str = r#"{"channel":"status","type":"update","data":[{"api_version":"v2",
    "connection_id":18266300427528990701,"system":"online","version":"2.0.4"}]}"#;
/// The example of Kraken's guide, whose checksum is 3310070434
/// (<https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2>, read on 2026-11-21).
const BOOK: &str = r#"{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD",
    "bids":[{"price":45283.5,"qty":0.1},{"price":45283.4,"qty":1.54582015},
    {"price":45282.1,"qty":0.1},{"price":45281.0,"qty":0.1},{"price":45280.3,"qty":1.54592586},
    {"price":45279.0,"qty":0.0799},{"price":45277.6,"qty":0.03310103},{"price":45277.5,"qty":0.3},
    {"price":45277.3,"qty":1.54602737},{"price":45276.6,"qty":0.15445238}],
    "asks":[{"price":45285.2,"qty":0.001},{"price":45286.4,"qty":1.54571953},
    {"price":45286.6,"qty":1.54571109},{"price":45289.6,"qty":1.54560911},
    {"price":45290.2,"qty":0.1589066},{"price":45291.8,"qty":1.54553491},
    {"price":45294.7,"qty":0.04454749},{"price":45296.1,"qty":0.3538},
    {"price":45297.5,"qty":0.09945542},{"price":45299.5,"qty":0.18772827}],
    "checksum":3310070434}]}"#;

/// Answers everything that is asked on one connection, and a book with the example.
#[expect(clippy::disallowed_methods, reason = "a server beside the program under test")]
fn serve() -> (String, JoinHandle<Vec<Value>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let server = std::thread::spawn(move || {
        let (stream, _) = listener.accept().expect("the program connects");
        let mut socket = accept(stream).expect("a WebSocket");
        send(&mut socket, STATUS);
        let mut asked = Vec::new();
        while let Ok(message) = socket.read() {
            let Message::Text(text) = message else { continue };
            let frame: Value = serde_json::from_str(&text).expect("JSON");
            answer(&mut socket, &frame);
            asked.push(frame);
        }
        asked
    });
    (address, server)
}

fn answer(socket: &mut WebSocket<TcpStream>, frame: &Value) {
    let params = &frame["params"];
    let pairs = params["symbol"].as_array().cloned().unwrap_or(vec![Value::Null]);
    for pair in pairs {
        let mut result = json!({"channel": params["channel"], "snapshot": true});
        if !params["depth"].is_null() {
            result["depth"] = params["depth"].clone();
        }
        if !pair.is_null() {
            result["symbol"] = pair;
        }
        let ack = json!({"method": frame["method"], "req_id": frame["req_id"], "success": true,
            "result": result});
        send(socket, &ack.to_string());
    }
    if params["channel"] == "book" && frame["method"] == "subscribe" {
        send(socket, BOOK);
    }
}

fn send(socket: &mut WebSocket<TcpStream>, text: &str) {
    // The program may have hung up already.
    let _ = socket.send(Message::text(text));
}

#[test]
fn frames_are_recorded_as_they_came_and_books_are_proved() {
    let (address, server) = serve();
    let bench = Bench::new();
    let record = format!(
        "data record --pair BTC/USD --channel book --depth 25 --for 1s --out r.jsonl \
         --rest {address} --json"
    );
    let answer = bench.run(&record).done().json();
    assert_eq!((&answer["books_proved"], &answer["books_broken"]), (&json!(1), &json!(0)));
    assert_eq!(answer["times_connected"], 1);
    let asked = server.join().expect("the server did not panic");
    assert!(asked.iter().any(|frame| frame["params"]["channel"] == "instrument"), "{asked:?}");
    let book = asked.iter().find(|frame| frame["params"]["channel"] == "book").expect("a book");
    assert_eq!(book["params"]["depth"], 25);

    let recorded = String::from_utf8(bench.read("r.jsonl")).expect("text");
    let lines: Vec<Value> =
        recorded.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect();
    assert!(recorded.contains("3310070434"), "{recorded}");
    assert!(4 <= lines.len(), "{recorded}");

    // What was recorded goes into the store, a row for each level.
    let imported = bench.run("data import r.jsonl --json").done().json();
    let book = &imported["imported"][0];
    assert_eq!((&book["content"], &book["added"]), (&json!("book"), &json!(20)));
    let again = bench.run("data import r.jsonl --json").done().json();
    assert_eq!(again["imported"][0]["added"], 0);
}

/// With no room for a frame the recording ends with an error, and not as if all were there.
#[test]
fn a_recording_that_cannot_be_written_is_no_recording() {
    let bench = Bench::new();
    let (rest, server) = serve();
    let record = format!(
        "data record --pair BTC/USD --channel book --depth 25 --for 1s --out r.jsonl --rest {rest}"
    );
    let full = bench.run_with_files_up_to(1, &record);
    assert_eq!(full.status, Some(2), "{full:?}");
    assert!(full.stderr.contains("cannot write r.jsonl: "), "{full:?}");
    assert!(full.stderr.contains("what was recorded before is kept"), "{full:?}");
    drop(server);
}

/// A line of a recording.
fn line(at: u64, way: &str, frame: &str) -> String {
    format!("{{\"at\":{at},\"connection\":1,\"way\":\"{way}\",\"frame\":{frame}}}\n")
}

fn trades(kind: &str, ids: std::ops::Range<u64>) -> String {
    let one = |id| {
        let time = format!("2024-01-01T10:00:{id}.171918Z");
        let what = r#""symbol":"BTC/USD","side":"sell","price":4136.4,"qty":0.23374249"#;
        format!(r#"{{{what},"ord_type":"limit","trade_id":{id},"timestamp":"{time}"}}"#)
    };
    let all: Vec<String> = ids.map(one).collect();
    format!(r#"{{"channel":"trade","type":"{kind}","data":[{}]}}"#, all.join(","))
}

#[test]
fn a_recording_is_imported_with_what_reconnecting_repeats_passed_over() {
    let update = r#"{"channel":"book","type":"update","data":[{"symbol":"ETH/USD","bids":[],
        "asks":[{"price":2285.2,"qty":0.001},{"price":2286.4,"qty":0}],"checksum":17,
        "timestamp":"2024-01-01T10:00:12.171918Z"}]}"#
        .replace('\n', "");
    let bench = Bench::new();
    let lines = [
        line(1_704_103_200_000_000_000, "sent", r#"{"method":"subscribe"}"#),
        line(1_704_103_201_000_000_000, "received", r#""no JSON""#),
        line(1_704_103_212_000_000_000, "received", &trades("snapshot", 10..13)),
        line(1_704_103_213_000_000_000, "received", &trades("update", 13..14)),
        line(1_704_103_213_000_000_000, "received", &update),
        // The clock was set back, and the connection was made anew.
        line(1_704_103_212_500_000_000, "received", &update),
        line(1_704_103_215_000_000_000, "received", &trades("snapshot", 12..16)),
        "{\"at\":17041032".to_owned(),
    ];
    bench.write("r.jsonl.1", lines.concat());
    let done = bench.run("data import r.jsonl.1 --json").done().json();
    let of = |content: &str| {
        let all = done["imported"].as_array().expect("a list");
        let found = all.iter().find(|it| it["content"] == content);
        found.map(|it| (it["pair"].clone(), it["added"].clone()))
    };
    assert_eq!(of("trades"), Some((json!("BTC/USD"), json!(6))));
    assert_eq!(of("book"), Some((json!("ETH/USD"), json!(4))));
    bench.run("data export --pair BTC/USD --trades --out t.csv").done();
    let text = String::from_utf8(bench.read("t.csv")).expect("text");
    assert_eq!(text.lines().nth(1), Some("4136.4,0.23374249,1704103210.171918,s,l,,10"));
    bench.run("data verify").done();

    bench.write("bad.jsonl", lines[2].clone() + "nonsense\n");
    bench.run("data import bad.jsonl").wrong(&["bad.jsonl: line 2", "data record"]);
}

#[test]
fn what_cannot_be_recorded_is_said() {
    let bench = Bench::new();
    bench.run("data record").wrong(&["--pair <PAIRS>"]);
    bench.run("data record --pair BTC/USD --depth 7").wrong(&["is no depth", "write 10, 25"]);
    bench.run("data record --pair BTC/USD --channel gossip").wrong(&["book", "trade", "ohlc"]);
}
