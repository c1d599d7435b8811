//! The simulated Kraken itself on a socket, as other crates start it.

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};
use simulated_kraken::{
    AccountSettings, Boundary, DecayMode, LimitProfile, MarketSettings, MarketSource, Settings,
    Tier,
};
use simulator_server::{
    ListenerLimits, Security, Server, ServerSettings, StartError, StateFile, start,
};
use tokio_tungstenite::tungstenite::{Message, client};
use trading_types::{KrakenPairs, Timestamp};

const START: &str = "2026-01-01T00:00:00Z";

fn serve(speed: u32) -> Server {
    serve_kept(speed, 1, None).expect("it starts")
}

/// One with a seed, kept in a file.
fn serve_kept(speed: u32, number: u64, state: Option<StateFile>) -> Result<Server, StartError> {
    let source = MarketSource::Model { start_price: "60000".parse().expect("a price") };
    let rules = KrakenPairs::recorded().find("BTC/USD").expect("Kraken has it");
    let balances = vec![("USD".parse().expect("an asset"), "1000".parse().expect("money"))];
    start(ServerSettings {
        listen: "127.0.0.1:0".parse().expect("an address"),
        security: Security::Plain,
        speed,
        start: Some(START.parse().expect("a time")),
        kraken: Settings {
            seed: number,
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
        state,
        limits: ListenerLimits::default(),
    })
}

fn get(server: &Server, path: &str) -> Value {
    let mut stream =
        TcpStream::connect(server.rest.trim_start_matches("http://")).expect("it listens");
    write!(stream, "GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        .expect("it reads");
    answered(stream)
}

/// The JSON of an answer, after its head.
fn answered(mut stream: TcpStream) -> Value {
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
    let kinds = ["trade", "withdraw", "no-ip-list", "read-only", "cancel-only", "expired"];
    assert_eq!(names, kinds);
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

fn time(server: &Server) -> u64 {
    get(server, "/0/public/Time")["result"]["unixtime"].as_u64().expect("a number of seconds")
}

fn contents(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut file = File::options().read(true).open(path).expect("it is there");
    file.read_to_end(&mut bytes).expect("it can be read");
    bytes
}

/// The numbers of the first trades that are still remembered, and their prices.
fn first_trades(server: &Server) -> String {
    get(server, "/0/public/Trades?pair=XBTUSD&since=0&count=50")["result"]["XXBTZUSD"].to_string()
}

#[test]
fn it_goes_on_where_it_was_put_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kraken.state");
    // Saved only when it is asked for and in the end.
    let state =
        StateFile { path: path.clone(), every: Duration::from_hours(1), each_change: false };
    let first = serve_kept(600, 1, Some(state.clone())).unwrap();
    assert_eq!(first.start_time(), START.parse().unwrap());
    let begin = time(&first);
    while time(&first) < begin + 600 {}
    let (trades, keys) = (first_trades(&first), first.keys.clone());
    let at_the_end = first.kraken_time();
    drop(first);
    let second = serve_kept(600, 1, Some(state.clone())).unwrap();
    assert!(at_the_end <= second.start_time(), "its time goes on");
    assert!(second.start_time().since(at_the_end) < Duration::from_hours(24), "and does not jump");
    assert_eq!((first_trades(&second), &second.keys), (trades.clone(), &keys));
    assert!(at_the_end.seconds() <= time(&second) && second.start_time() <= second.kraken_time());
    // What is on the disk is good for one that is not stopped cleanly.
    second.save().unwrap();
    let copy = StateFile { path: folder.path().join("copy"), ..state.clone() };
    fs::copy(&path, &copy.path).unwrap();
    let third = serve_kept(600, 1, Some(copy)).unwrap();
    assert!(second.start_time() < third.start_time());
    assert_eq!(first_trades(&third), trades);
}

/// A private call; the whole answer.
fn call(server: &Server, endpoint: &str, nonce: u64, fields: &str) -> Value {
    let key = &server.keys[0];
    let (path, body) = (format!("/0/private/{endpoint}"), format!("nonce={nonce}&{fields}"));
    let inner = Sha256::digest(format!("{nonce}{body}"));
    let secret = STANDARD.decode(&key.secret).expect("base64");
    let mut signature = Hmac::<Sha512>::new_from_slice(&secret).expect("any length");
    signature.update(path.as_bytes());
    signature.update(&inner);
    let signature = STANDARD.encode(signature.finalize().into_bytes());
    let place = server.rest.trim_start_matches("http://");
    let mut stream = TcpStream::connect(place).expect("it listens");
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\napi-key: {}\r\n\
         api-sign: {signature}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        key.key,
        body.len()
    )
    .expect("it reads");
    answered(stream)
}

#[test]
fn what_was_answered_is_never_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kraken.state");
    let every = Duration::from_hours(1);
    let state = StateFile { path: path.clone(), every, each_change: true };
    let server = serve_kept(1, 1, Some(state)).unwrap();
    for nonce in 1..6 {
        let order = format!(
            "pair=XBTUSD&type=buy&ordertype=limit&price=1000{nonce}&volume=0.001\
             &cl_ord_id=name-{nonce}"
        );
        let placed = call(&server, "AddOrder", nonce, &order);
        assert_eq!(placed["error"], Value::Array(Vec::new()), "{placed}");
        // As if the process had been killed at this moment.
        let copy = folder.path().join(format!("copy-{nonce}"));
        fs::copy(&path, &copy).unwrap();
        let kept = StateFile { path: copy, every, each_change: false };
        let again = serve_kept(1, 1, Some(kept)).unwrap();
        let open = call(&again, "OpenOrders", 100, "");
        let names = open["result"]["open"].to_string();
        for earlier in 1..=nonce {
            assert!(names.contains(&format!("name-{earlier}")), "{nonce}: {names}");
        }
    }
}

#[test]
fn it_is_saved_every_so_often() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kraken.state");
    let state = StateFile { path: path.clone(), every: Duration::ZERO, each_change: false };
    let server = serve_kept(60, 1, Some(state)).unwrap();
    let read = || contents(&path);
    let first = read();
    while read() == first {
        std::thread::yield_now();
    }
    assert_eq!(server.counts().savings_failed, 0);
}

#[test]
fn a_state_that_is_in_use_or_another_ones_or_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kraken.state");
    let state = StateFile { path: path.clone(), every: StateFile::EVERY, each_change: true };
    let told = |seed| serve_kept(1, seed, Some(state.clone())).unwrap_err().to_string();
    let server = serve_kept(1, 1, Some(state.clone())).unwrap();
    let name = path.display();
    let wanted =
        format!("cannot use the state file {name}: another simulation has it; choose another file");
    assert_eq!(told(1), wanted);
    drop(server);
    let wanted = format!(
        "{name}: the state is that of a simulated Kraken with another seed; give what it began \
         with, or begin without it"
    );
    assert_eq!(told(2), wanted);
    File::options()
        .write(true)
        .truncate(true)
        .open(&path)
        .unwrap()
        .write_all(b"something")
        .unwrap();
    let wanted = format!("{name}: this is not the state of a simulated Kraken; name another file");
    assert_eq!(told(1), wanted);
    assert_eq!(contents(&path), b"something", "and is left alone");
}
