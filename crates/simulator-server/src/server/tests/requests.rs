//! Requests that are in order.

use reqwest::Client;
use serde_json::Value;

use super::{Bench, Wanted, raw, tls, with_tokio};

/// It wants to know about TLS also where there is none.
fn client() -> Client {
    Client::builder().tls_backend_preconfigured(tls::config(None)).build().unwrap()
}

#[test]
fn a_request_reaches_the_machine_whole() {
    let bench = Bench::new(Wanted::default());
    let rest = &bench.server.rest;
    let answer: Value = with_tokio(async {
        let request = client().post(format!("{rest}/0/private/Balance?a=b&c=%20d"));
        let answer = request.header("X-Test", "Yes").body("nonce=1&x=é").send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/plain");
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    });
    assert_eq!(answer["address"], "127.0.0.1");
    assert_eq!(answer["method"], "POST");
    assert_eq!(answer["path"], "/0/private/Balance");
    assert_eq!(answer["query"], "a=b&c=%20d");
    assert_eq!(answer["header"], "Yes");
    assert_eq!(answer["body"], "nonce=1&x=é");
}

#[test]
fn a_connection_is_used_again() {
    let bench = Bench::new(Wanted::default());
    let mut stream = raw::connect(bench.place());
    for number in 0..50 {
        raw::check_answered(&mut stream, &format!("/{number}"));
    }
    assert_eq!(bench.server.counts().connections_open, 1);
}

#[test]
fn requests_sent_together_are_answered_in_order() {
    let bench = Bench::new(Wanted::default());
    let mut stream = raw::connect(bench.place());
    let request =
        |path: &str| format!("POST {path} HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\nx");
    raw::send(&mut stream, request("/first") + &request("/second") + &request("/third"));
    for path in ["/first", "/second", "/third"] {
        let answer = raw::receive(&mut stream).unwrap();
        let body = String::from_utf8(answer.body).unwrap();
        assert!(body.contains(path), "{path}: {body}");
    }
}

#[test]
fn a_body_in_pieces_is_put_together() {
    let bench = Bench::new(Wanted::default());
    let mut stream = raw::connect(bench.place());
    let head = "POST /pieces HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
    raw::send(&mut stream, head.to_owned() + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    let answer = raw::receive(&mut stream).unwrap();
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(body["body"], "abcde");
}

#[test]
fn a_large_answer_arrives() {
    let bench = Bench::new(Wanted::default());
    let mut stream = raw::connect(bench.place());
    raw::send(&mut stream, "GET /large HTTP/1.1\r\nhost: a\r\n\r\n");
    assert_eq!(raw::receive(&mut stream).unwrap().body.len(), 3_000_000);
}

#[test]
fn a_client_that_says_close_is_closed() {
    let bench = Bench::new(Wanted::default());
    let mut stream = raw::connect(bench.place());
    raw::send(&mut stream, "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    assert_eq!(raw::receive(&mut stream).unwrap().status, 200);
    raw::check_closed(&mut stream);
}

#[test]
fn a_client_that_does_not_wait_for_its_answer_harms_nobody() {
    let bench = Bench::new(Wanted { speed: 1_000_000, ..Wanted::default() });
    let mut impatient = raw::connect(bench.place());
    raw::send(&mut impatient, "GET /late?3600 HTTP/1.1\r\nhost: a\r\n\r\n");
    drop(impatient);
    let mut patient = raw::connect(bench.place());
    raw::send(&mut patient, "GET /late?7200 HTTP/1.1\r\nhost: a\r\n\r\n");
    assert_eq!(raw::receive(&mut patient).unwrap().status, 200);
}
