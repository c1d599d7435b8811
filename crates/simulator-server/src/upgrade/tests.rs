//! One line for each kind of request: what it asks for.

use hyper::{Request, StatusCode};
use simulated_kraken::Door;

use super::{Wish, wish};

const GOOD: &str = "upgrade: websocket|connection: Upgrade|sec-websocket-version: 13|\
                    sec-websocket-key: a2V5";

#[track_caller]
fn check(line: &str, headers: &str, expected: &Wish) {
    let (method, path) = line.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(path);
    for header in headers.split('|').filter(|header| !header.is_empty()) {
        let (name, value) = header.split_once(": ").unwrap();
        request = request.header(name, value);
    }
    assert_eq!(wish(&request.body(()).unwrap()), *expected, "{line} {headers}");
}

#[track_caller]
fn check_door(path: &str, door: Door) {
    check(&format!("GET {path}"), GOOD, &Wish::Socket { door, key: b"a2V5".to_vec() });
}

#[test]
fn doors() {
    check_door("/v2", Door::Public);
    check_door("/v2/", Door::Public);
    check_door("/v2?a=b", Door::Public);
    check_door("/v2/public", Door::Public);
    check_door("/", Door::Public);
    check_door("/private/v2", Door::Private);
    check_door("/v2/private", Door::Private);
}

#[test]
fn headers_may_be_lists_in_any_case() {
    let headers = "Upgrade: h2c, WebSocket|Connection: keep-alive, Upgrade|\
                   Sec-WebSocket-Version: 8, 13|Sec-WebSocket-Key: a2V5";
    let key = b"a2V5".to_vec();
    check("GET /v2", headers, &Wish::Socket { door: Door::Public, key });
}

#[test]
fn the_rest_are_requests() {
    check("GET /v2", "", &Wish::Answer);
    check("GET /v2", "connection: upgrade", &Wish::Answer);
    check("GET /v2", "upgrade: h2c|connection: upgrade", &Wish::Answer);
    check("POST /v2", GOOD, &Wish::Answer);
    check("GET /v1", GOOD, &Wish::Answer);
    check("GET /0/public/Time", GOOD, &Wish::Answer);
}

#[test]
fn sockets_that_cannot_be_given() {
    let (old, lacking) = (StatusCode::UPGRADE_REQUIRED, StatusCode::BAD_REQUEST);
    let cases = [
        ("upgrade: websocket|connection: upgrade|sec-websocket-key: a2V5", old),
        (
            "upgrade: websocket|connection: upgrade|sec-websocket-key: a|sec-websocket-version: 8",
            old,
        ),
        ("upgrade: websocket|connection: upgrade|sec-websocket-version: 13", lacking),
        ("upgrade: websocket|sec-websocket-version: 13|sec-websocket-key: a2V5", lacking),
    ];
    for (headers, status) in cases {
        check("GET /v2", headers, &Wish::Impossible(status));
    }
}
