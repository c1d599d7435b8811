//! How many book updates a second leave the simulated Kraken, for one listener and for a hundred,
//! and how many orders go in and out over the socket; processor time of one thread.
//!
//! `cargo bench -p simulated-kraken --bench wire_speed`
#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![expect(clippy::float_arithmetic, reason = "times and ratios are floating")]

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use rustix::time::{ClockId, clock_gettime};
use sha2::{Digest, Sha256, Sha512};
use simulated_kraken::{
    AccountSettings, Answer, ConnectionId, Door, HttpRequest, Input, LimitProfile, MarketSettings,
    MarketSource, Output, RequestId, Settings, SimulatedKraken,
};
use trading_types::{KrakenPairs, Timestamp};

/// Updates of a book in one measurement, and orders.
const UPDATES: u64 = 100_000;
const ORDERS: u64 = 20_000;
/// Each measurement is the least of so many: what else the machine does only makes it longer.
const PASSES: usize = 5;
const SUBSCRIBE: &str =
    r#"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":25}}"#;
const ORDER: &str = "\"symbol\":\"BTC/USD\",\"side\":\"buy\",\"order_type\":\"limit\",\
    \"order_qty\":0.001,\"limit_price\":49000.0";
const STEP: Duration = Duration::from_millis(100);

fn main() {
    // `cargo bench` adds `--bench`; `cargo test` runs this with `--test`, on a small input.
    let is_test = std::env::args().any(|it| it == "--test");
    let part = if is_test { 100 } else { 1 };
    let quiet = least(|| time_of_updates(0, UPDATES / part));
    println!("a book that nobody hears of: {:.2} us an update", quiet * 1e6);
    for listeners in [1, 10, 100] {
        let all = least(|| time_of_updates(listeners, UPDATES / part));
        let (wire, whole) = ((all - quiet).max(1e-9), all);
        println!(
            "{listeners:>3} listeners: {:.2} us for the frame, {:.0} updates a second; with the \
             market behind it {:.0}",
            wire * 1e6,
            1.0 / wire,
            1.0 / whole
        );
    }
    let order = least(|| time_of_orders(ORDERS / part));
    println!("orders placed and canceled over the socket: {:.0} requests a second", 1.0 / order);
}

fn least(measure: impl Fn() -> f64) -> f64 {
    (0..PASSES).map(|_| measure()).fold(f64::INFINITY, f64::min)
}

fn thread_seconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    #[expect(clippy::cast_precision_loss, reason = "a time is approximate")]
    let seconds = time.tv_sec as f64 + time.tv_nsec as f64 / 1e9;
    seconds
}

fn settings(source: MarketSource) -> Settings {
    let rules = KrakenPairs::recorded().rules("BTC/USD".parse().expect("a pair"));
    let balances = ["USD", "BTC"]
        .map(|asset| (asset.parse().expect("an asset"), "1000000".parse().expect("an amount")));
    Settings {
        seed: 7,
        tier: simulated_limits::Tier::Pro,
        limits: LimitProfile::Off,
        refused_calls_count: true,
        decay: simulated_limits::DecayMode::Continuous,
        boundary: simulated_limits::Boundary::Reached,
        markets: vec![MarketSettings { rules: rules.expect("it is recorded"), source }],
        accounts: vec![AccountSettings { name: String::new(), balances: balances.to_vec() }],
        history: Duration::ZERO,
        faults: Vec::new(),
    }
}

fn start() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().expect("a time")
}

fn machine(source: MarketSource) -> SimulatedKraken {
    SimulatedKraken::new(settings(source), start())
}

/// Seconds for one update of a book that so many listen to.
fn time_of_updates(listeners: u64, updates: u64) -> f64 {
    let mut kraken =
        machine(MarketSource::Model { start_price: "50000".parse().expect("a price") });
    let mut now = start();
    for id in 0..listeners {
        let id = ConnectionId(id);
        let address = "10.0.0.1".to_owned();
        kraken.handle(Input::Knock { id, address, door: Door::Public }, now);
        kraken.handle(Input::Frame { id, text: SUBSCRIBE.to_owned() }, now);
    }
    drain(&mut kraken);
    // Without listeners nothing is counted; then as much time of the market goes by as with them.
    let mut heard = 0;
    let mut steps = 0;
    let steps_max = steps_for(updates);
    let begun = thread_seconds();
    while if listeners == 0 { steps < steps_max } else { heard < updates * listeners } {
        now = now + STEP;
        kraken.handle_timeout(now);
        heard += drain(&mut kraken);
        steps += 1;
    }
    let count = heard.checked_div(listeners).unwrap_or(updates);
    (thread_seconds() - begun) / approximate(count)
}

/// How many steps bring so many updates; found out once with one listener.
fn steps_for(updates: u64) -> u64 {
    static STEPS: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    let per_thousand = *STEPS.get_or_init(|| {
        let mut kraken =
            machine(MarketSource::Model { start_price: "50000".parse().expect("a price") });
        let id = ConnectionId(0);
        let address = "10.0.0.1".to_owned();
        kraken.handle(Input::Knock { id, address, door: Door::Public }, start());
        kraken.handle(Input::Frame { id, text: SUBSCRIBE.to_owned() }, start());
        drain(&mut kraken);
        let (mut heard, mut steps, mut now) = (0, 0, start());
        while heard < 1_000 {
            now = now + STEP;
            kraken.handle_timeout(now);
            heard += drain(&mut kraken);
            steps += 1;
        }
        steps
    });
    updates * per_thousand / 1_000
}

/// Takes all outputs; how many were frames of a book.
fn drain(kraken: &mut SimulatedKraken) -> u64 {
    let mut count = 0;
    while let Some(output) = kraken.poll_output() {
        if let Output::Send { frame, .. } = &output {
            count += u64::from(frame.0.starts_with(br#"{"channel":"book","type":"u"#));
        }
    }
    count
}

/// Seconds for one request over the socket.
fn time_of_orders(orders: u64) -> f64 {
    let mut kraken = machine(MarketSource::Still { price: "50000".parse().expect("a price") });
    let (id, now) = (ConnectionId(0), start());
    let token = token(&mut kraken, now);
    let address = "10.0.0.1".to_owned();
    kraken.handle(Input::Knock { id, address, door: Door::Private }, now);
    let subscribe = format!(
        r#"{{"method":"subscribe","params":{{"channel":"executions","token":"{token}"}}}}"#
    );
    kraken.handle(Input::Frame { id, text: subscribe }, now);
    drain(&mut kraken);
    let begun = thread_seconds();
    for number in 0..orders {
        let params = format!(r#""cl_ord_id":"c{number}","token":"{token}""#);
        let add = format!(r#"{{"method":"add_order","params":{{{ORDER},{params}}},"req_id":1}}"#);
        kraken.handle(Input::Frame { id, text: add }, now);
        drain(&mut kraken);
        let params = format!(r#""cl_ord_id":["c{number}"],"token":"{token}""#);
        let cancel = format!(r#"{{"method":"cancel_order","params":{{{params}}},"req_id":1}}"#);
        kraken.handle(Input::Frame { id, text: cancel }, now);
        drain(&mut kraken);
    }
    (thread_seconds() - begun) / approximate(2 * orders)
}

/// A token, asked for as any client would.
fn token(kraken: &mut SimulatedKraken, now: Timestamp) -> String {
    let (path, body) = ("/0/private/GetWebSocketsToken", "nonce=1");
    let key = kraken.keys()[0].clone();
    let secret = STANDARD.decode(&key.secret).expect("base64");
    let mut mac = Hmac::<Sha512>::new_from_slice(&secret).expect("any length");
    mac.update(path.as_bytes());
    mac.update(&Sha256::digest(format!("1{body}")));
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("api-key", key.key.as_str()),
        ("api-sign", signature.as_str()),
    ];
    let request = HttpRequest {
        address: "127.0.0.1".to_owned(),
        method: "POST".to_owned(),
        path: path.to_owned(),
        query: String::new(),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        body: body.into(),
    };
    kraken.handle(Input::Request { id: RequestId(1), request }, now);
    let Some(Output::Answer { answer: Answer::Http(answer), .. }) = kraken.poll_output() else {
        panic!("a request is answered");
    };
    let text = String::from_utf8(answer.body.to_vec()).expect("a text");
    let (_, rest) = text.split_once(r#""token":""#).expect("a token");
    rest.split('"').next().expect("it ends").to_owned()
}

#[expect(clippy::cast_precision_loss, reason = "a ratio is approximate")]
fn approximate(count: u64) -> f64 {
    count as f64
}
