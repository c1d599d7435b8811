//! Real sockets on loopback, and behind them a machine that does what it is told.

mod crowds;
mod endings;
mod frames;
mod malformed;
mod raw;
mod requests;
mod script;
mod socket;
mod times;
mod tls;

use std::sync::mpsc::Receiver;

use simulated_kraken::HttpAnswer;
use trading_types::Timestamp;

use super::{Opening, Security, Server, open};
use crate::{clock::Clock, limits::ListenerLimits};
use script::Script;

/// When simulations begin here.
const START: Timestamp = Timestamp::from_nanos(1_000_000_000_000_000_000);

/// What a test wants of its server.
struct Wanted {
    limits: ListenerLimits,
    security: Security,
    speed: u32,
    /// What the private door answers.
    private_door: Option<HttpAnswer>,
}

impl Default for Wanted {
    fn default() -> Self {
        let limits = ListenerLimits::default();
        Self { limits, security: Security::Plain, speed: 1, private_door: None }
    }
}

/// A server, and what its machine tells of connections that end.
struct Bench {
    server: Server,
    gone: Receiver<u64>,
}

impl Bench {
    fn new(wanted: Wanted) -> Self {
        let (script, gone) = Script::new(wanted.private_door);
        let clock = Clock::new(Some(START), wanted.speed);
        let listen = "127.0.0.1:0".parse().unwrap();
        let opening = Opening { listen, security: wanted.security, keys: Vec::new(), keeper: None };
        let server = open(opening, Box::new(script), clock, wanted.limits).unwrap();
        Self { server, gone }
    }

    fn with(limits: ListenerLimits) -> Self {
        Self::new(Wanted { limits, ..Wanted::default() })
    }

    /// Where it listens.
    fn place(&self) -> &str {
        self.server.rest.split_once("://").unwrap().1
    }
}

/// Runs a client of tokio's.
fn with_tokio<T>(client: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(client)
}

#[test]
fn addresses() {
    let bench = Bench::new(Wanted::default());
    let place = bench.place();
    assert!(place.starts_with("127.0.0.1:") && !place.ends_with(":0"), "{place}");
    assert_eq!(bench.server.rest, format!("http://{place}"));
    assert_eq!(bench.server.ws_public, format!("ws://{place}/v2"));
    assert_eq!(bench.server.ws_private, format!("ws://{place}/private/v2"));
    assert_eq!(bench.server.certificate, None);
    assert!(bench.server.is_running());
}

#[test]
fn an_address_that_is_taken_is_an_error() {
    let bench = Bench::new(Wanted::default());
    let listen = bench.place().parse().unwrap();
    let opening = Opening { listen, security: Security::Plain, keys: Vec::new(), keeper: None };
    let (script, _) = Script::new(None);
    let clock = Clock::new(Some(START), 1);
    let error = open(opening, Box::new(script), clock, ListenerLimits::default()).unwrap_err();
    let told = error.to_string();
    assert!(told.starts_with(&format!("cannot listen on {listen}: ")), "{told}");
    assert!(told.ends_with("choose another address, or port 0 for any"), "{told}");
}

#[test]
fn a_server_that_is_dropped_has_stopped() {
    let bench = Bench::new(Wanted::default());
    let place = bench.place().to_owned();
    let mut idle = raw::connect(&place);
    raw::check_answered(&mut idle, "/before");
    drop(bench);
    raw::check_closed(&mut idle);
    std::net::TcpStream::connect(&place).unwrap_err();
}

#[test]
fn a_machine_that_fails_ends_the_server() {
    let bench = Bench::new(Wanted::default());
    let mut other = raw::connect(bench.place());
    raw::check_answered(&mut other, "/before");
    let mut failing = raw::connect(bench.place());
    raw::send(&mut failing, "GET /fail HTTP/1.1\r\nhost: a\r\n\r\n");
    raw::check_closed(&mut failing);
    raw::check_closed(&mut other);
    while bench.server.is_running() {
        std::thread::yield_now();
    }
}
