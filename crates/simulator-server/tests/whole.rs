//! The simulated Kraken itself on a socket, as other crates start it.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;
use simulated_kraken::{
    AccountSettings, Boundary, DecayMode, LimitProfile, MarketSettings, MarketSource, Settings,
    Tier,
};
use simulator_server::{ListenerLimits, Security, Server, ServerSettings, start};
use tokio_tungstenite::tungstenite::{Message, client};
use trading_types::{KrakenPairs, Timestamp};

const START: &str = "2026-01-01T00:00:00Z";

fn serve(speed: u32) -> Server {
    let source = MarketSource::Model { start_price: "60000".parse().expect("a price") };
    let rules = KrakenPairs::recorded().find("BTC/USD").expect("Kraken has it");
    let balances = vec![("USD".parse().expect("an asset"), "1000".parse().expect("money"))];
    start(ServerSettings {
        listen: "127.0.0.1:0".parse().expect("an address"),
        security: Security::Plain,
        speed,
        start: Some(START.parse().expect("a time")),
        kraken: Settings {
            seed: 1,
            tier: Tier::Starter,
            limits: LimitProfile::Off,
            refused_calls_count: true,
            decay: DecayMode::Continuous,
            boundary: Boundary::Reached,
            markets: vec![MarketSettings { rules, source }],
            accounts: vec![AccountSettings { name: String::new(), balances }],
            history: Duration::ZERO,
            faults: Vec::new(),
        },
        scenario: None,
        limits: ListenerLimits::default(),
    })
    .expect("it starts")
}

fn get(server: &Server, path: &str) -> Value {
    let mut stream =
        TcpStream::connect(server.rest.trim_start_matches("http://")).expect("it listens");
    write!(stream, "GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        .expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a head");
    serde_json::from_str(body).expect("JSON")
}

#[test]
fn it_tells_the_time_of_the_simulation() {
    let server = serve(60);
    let told = |answer: &Value| answer["result"]["unixtime"].as_u64().unwrap();
    let first = told(&get(&server, "/0/public/Time"));
    let begin = START.parse::<Timestamp>().unwrap().seconds();
    assert!(begin <= first && first < begin + 86_400, "{first}");
    // A minute is a second here; it comes.
    while told(&get(&server, "/0/public/Time")) < first + 60 {}
}

#[test]
fn the_keys_are_those_of_the_settings() {
    let server = serve(1);
    let names: Vec<_> = server.keys.iter().map(|key| key.name.as_str()).collect();
    assert_eq!(names, ["trade", "withdraw", "no-ip-list", "read-only"]);
}

#[test]
fn a_book_is_told_over_a_socket() {
    let server = serve(60);
    let place = server.rest.strip_prefix("http://").unwrap();
    let stream = TcpStream::connect(place).unwrap();
    let (mut socket, _) = client(&server.ws_public, stream).unwrap();
    let subscribe =
        r#"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]},"req_id":1}"#;
    socket.send(Message::text(subscribe)).unwrap();
    let mut kinds = Vec::new();
    while !kinds.ends_with(&["update".to_owned()]) {
        let text = socket.read().unwrap().into_text().unwrap();
        let message: Value = serde_json::from_str(&text).unwrap();
        if message["channel"] == "book" {
            kinds.push(message["type"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(kinds, ["snapshot", "update"]);
}
