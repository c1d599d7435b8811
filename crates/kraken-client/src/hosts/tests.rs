//! Tests of which addresses and keys go together.

use super::*;

const REST: &str = "http://127.0.0.1:8080";
const PUBLIC: &str = "ws://127.0.0.1:8081/v2";
const PRIVATE: &str = "ws://127.0.0.1:8082/v2";

fn simulated() -> Base {
    Base::simulated(REST, PUBLIC, PRIVATE).unwrap()
}

#[track_caller]
fn accepts(rest: &str) {
    assert!(Base::simulated(rest, PUBLIC, PRIVATE).is_ok(), "{rest}");
    let socket = rest.replacen("http", "ws", 1);
    assert!(Base::simulated(REST, &socket, &socket).is_ok(), "{socket}");
}

#[track_caller]
fn refuses(rest: &str, says: &str) {
    let error = Base::simulated(rest, PUBLIC, PRIVATE).unwrap_err().to_string();
    assert!(error.contains(says), "{rest}: {error}");
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn a_simulated_kraken_is_on_this_machine() {
    accepts("http://127.0.0.1:8080");
    accepts("https://127.0.0.1");
    accepts("http://127.8.9.10:1");
    accepts("http://[::1]:8080");
    accepts("http://localhost:8080");
    accepts("http://LOCALHOST");
    // The URL standard reads both as 127.0.0.1.
    accepts("http://127.1:80");
    accepts("http://0x7f000001");
}

#[test]
fn and_nowhere_else() {
    const NOT_HERE: &str = "not on this machine";
    refuses("http://api.kraken.com", NOT_HERE);
    refuses("http://0.0.0.0", NOT_HERE);
    refuses("http://10.0.0.1:8080", NOT_HERE);
    refuses("http://169.254.1.1", NOT_HERE);
    refuses("http://[::]:80", NOT_HERE);
    refuses("http://[::ffff:127.0.0.1]", NOT_HERE);
    refuses("http://[fe80::1]", NOT_HERE);
    refuses("http://127.0.0.1.example.com", NOT_HERE);
    refuses("http://localhost.example.com", NOT_HERE);
    refuses("http://localhost.", NOT_HERE);
    refuses("http://kraken.localhost", NOT_HERE);
}

#[test]
fn an_address_says_where_and_no_more() {
    const MORE: &str = "says more than where";
    refuses("http://me:hunter2@127.0.0.1", MORE);
    refuses("http://me@127.0.0.1", MORE);
    refuses("http://127.0.0.1@example.com", MORE);
    refuses("http://127.0.0.1/?key=1", MORE);
    refuses("http://127.0.0.1/#there", MORE);
    refuses("http://127.0.0.1/0/public", MORE);
}

#[test]
fn an_address_speaks_http_or_websocket() {
    refuses("ftp://127.0.0.1", "has to begin with http:// or https://");
    refuses("ws://127.0.0.1", "has to begin with http:// or https://");
    refuses("127.0.0.1:8080", "is not an address");
    refuses("localhost:8080", "has to begin with");
    refuses("", "is not an address");
    refuses("http://", "is not an address");
    let error = Base::simulated(REST, "http://127.0.0.1", PRIVATE).unwrap_err();
    assert!(error.to_string().contains("ws:// or wss://"), "{error}");
}

#[test]
fn keys_stay_with_their_kraken() {
    let real = "kMHkPYlZyjQ2ZBUA8rJtTnqSxGFlIXhQh9q3bDOyMxLrhLJnRCAAAAAA";
    for (base, key, expect) in [
        (Base::Kraken, real, Ok(())),
        (Base::Kraken, "SIMULATED-1", Err(MisplacedKey::SimulatedKeyToKraken)),
        (Base::Kraken, "SIMULATED", Err(MisplacedKey::SimulatedKeyToKraken)),
        (simulated(), "SIMULATED-1", Ok(())),
        (simulated(), real, Err(MisplacedKey::RealKeyToSimulated)),
        (simulated(), "simulated-1", Err(MisplacedKey::RealKeyToSimulated)),
        (simulated(), "", Err(MisplacedKey::RealKeyToSimulated)),
    ] {
        assert_eq!(base.check_key(key), expect, "{base:?} {key}");
    }
}

#[test]
fn addresses_are_put_together() {
    let check = |url: Url, expect: &str| assert_eq!(url.as_str(), expect);
    let kraken = Base::Kraken;
    check(kraken.rest_url("/0/public/Time", ""), "https://api.kraken.com/0/public/Time");
    check(
        kraken.rest_url("/0/public/Ticker", "pair=XBTUSD"),
        "https://api.kraken.com/0/public/Ticker?pair=XBTUSD",
    );
    check(kraken.socket_url(SocketKind::Public), "wss://ws.kraken.com/v2");
    check(kraken.socket_url(SocketKind::Private), "wss://ws-auth.kraken.com/v2");
    check(kraken.socket_url(SocketKind::Level3), "wss://ws-l3.kraken.com/v2");
    let here = simulated();
    check(here.rest_url("/0/private/Balance", ""), "http://127.0.0.1:8080/0/private/Balance");
    check(here.socket_url(SocketKind::Public), PUBLIC);
    check(here.socket_url(SocketKind::Private), PRIVATE);
    check(here.socket_url(SocketKind::Level3), PRIVATE);
}
