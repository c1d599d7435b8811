//! Requests that are not in order, and bounds that are run into.

use std::time::Duration;

use super::{Bench, Wanted, raw};
use crate::limits::ListenerLimits;

#[track_caller]
fn check(bench: &Bench, request: impl AsRef<[u8]>, status: u16, words: &str) {
    let mut stream = raw::connect(bench.place());
    raw::send(&mut stream, request);
    let answer = raw::receive(&mut stream).expect("an answer");
    assert_eq!(answer.status, status, "{}", answer.head);
    let body = String::from_utf8(answer.body).unwrap();
    assert!(body.contains(words), "{body}");
    raw::check_closed(&mut stream);
    raw::check_answered(&mut raw::connect(bench.place()), "/others");
}

#[test]
fn what_is_not_http_is_a_bad_request() {
    let bench = Bench::new(Wanted::default());
    check(&bench, "nonsense\r\n\r\n", 400, "");
    check(&bench, "GET\r\n\r\n", 400, "");
    check(&bench, "GET / HTTP/9.9\r\n\r\n", 400, "");
    check(&bench, "GET / HTTP/1.1\r\nno colon\r\n\r\n", 400, "");
    check(&bench, "GET / HTTP/1.1\r\nna me: x\r\n\r\n", 400, "");
    check(&bench, "GET / HTTP/1.1\r\ncontent-length: -1\r\n\r\n", 400, "");
    check(&bench, "GET / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", 400, "");
    check(&bench, [b"GET /\xff".as_slice(), &[0; 64], b"\r\n\r\n"].concat(), 400, "");
    // The first message of TLS.
    check(&bench, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".as_slice(), 400, "");
}

#[test]
fn a_head_has_its_bounds() {
    let bench = Bench::new(Wanted::default());
    let long = "a".repeat(40_000);
    check(&bench, format!("GET / HTTP/1.1\r\nhost: a\r\nx: {long}\r\n\r\n"), 431, "");
    let many = "x: y\r\n".repeat(101);
    check(&bench, format!("GET / HTTP/1.1\r\n{many}\r\n"), 431, "");
    let mut stream = raw::connect(bench.place());
    raw::send(&mut stream, format!("GET /{long} HTTP/1.1\r\nhost: a\r\n\r\n"));
    let status = raw::receive(&mut stream).unwrap().status;
    assert!([414, 431].contains(&status), "{status}");
}

#[test]
fn a_body_has_its_bounds() {
    let limits = ListenerLimits { body_bytes_max: 1_000, ..ListenerLimits::default() };
    let bench = Bench::with(limits);
    let head = "POST / HTTP/1.1\r\nhost: a\r\n";
    let body = "b".repeat(1_001);
    let words = r#"{"error":["EGeneral:Invalid arguments:the body is too large"]}"#;
    check(&bench, format!("{head}content-length: 1001\r\n\r\n{body}"), 413, words);
    let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n3e9\r\n{body}\r\n0\r\n\r\n");
    check(&bench, chunked, 413, words);
    let waiting = format!("{head}content-length: 1001\r\nexpect: 100-continue\r\n\r\n");
    check(&bench, waiting, 413, words);
    assert_eq!(bench.server.counts().oversized, 3);

    let mut stream = raw::connect(bench.place());
    raw::send(&mut stream, format!("{head}content-length: 1000\r\n\r\n{}", &body[1..]));
    assert_eq!(raw::receive(&mut stream).unwrap().status, 200, "this just fits");
}

#[test]
fn a_body_without_end_is_not_read_to_its_end() {
    let limits = ListenerLimits {
        body_bytes_max: 1_000,
        body_bytes_discarded_max: 100_000,
        ..ListenerLimits::default()
    };
    let bench = Bench::with(limits);
    let mut stream = raw::connect(bench.place());
    raw::send(&mut stream, "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000000\r\n\r\n");
    for _ in 0..1_000 {
        raw::send(&mut stream, [b'x'; 1_000]);
    }
    raw::check_closed(&mut stream);
}

#[test]
fn a_body_must_come_in_time() {
    let limits =
        ListenerLimits { body_time_max: Duration::from_millis(1), ..ListenerLimits::default() };
    let bench = Bench::with(limits);
    let late = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nab";
    check(&bench, late, 408, "did not come in time");
}

#[test]
fn a_connection_that_is_idle_for_too_long_is_closed() {
    let limits =
        ListenerLimits { idle_time_max: Duration::from_millis(1), ..ListenerLimits::default() };
    let bench = Bench::with(limits);
    let mut stream = raw::connect(bench.place());
    raw::send(&mut stream, "GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    // The one millisecond may be over before the request is there.
    let _ = raw::receive(&mut stream);
    raw::check_closed(&mut stream);
}
