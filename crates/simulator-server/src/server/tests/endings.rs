//! Every way in which the machine ends a request or a connection.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
};

use bytes::Bytes;

use super::{
    Bench, Wanted, raw,
    script::http,
    socket::{Heard, Socket},
};

fn ask(bench: &Bench, path: &str) -> TcpStream {
    let mut stream = raw::connect(bench.place());
    raw::check_answered(&mut stream, "/before");
    raw::send(&mut stream, format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n"));
    stream
}

#[test]
fn nothing_is_a_close_without_a_byte() {
    let bench = Bench::new(Wanted::default());
    raw::check_closed(&mut ask(&bench, "/nothing"));
}

#[test]
fn torn_answers_break_off_in_the_middle() {
    let bench = Bench::new(Wanted::default());
    for (path, status, length) in
        [("/torn", 200, 50), ("/torn-at-once", 200, 0), ("/torn-large", 502, 50_000)]
    {
        let answer = raw::receive(&mut ask(&bench, path)).expect("a head");
        assert_eq!((answer.status, answer.body.len(), answer.is_whole), (status, length, false));
        assert!(answer.head.contains("content-length: "), "{}", answer.head);
    }
}

#[test]
fn any_status_can_be_answered() {
    let bench = Bench::new(Wanted::default());
    let answer = raw::receive(&mut ask(&bench, "/bad-gateway")).unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (522, b"<html>".as_slice()));
}

#[test]
fn a_refusal_at_the_door_with_an_answer() {
    let private_door = Some(http(429, Bytes::from_static(b"too many")));
    let bench = Bench::new(Wanted { private_door, ..Wanted::default() });
    let error = Socket::knock(bench.place(), "/private/v2").unwrap_err();
    assert!(error.contains("429"), "{error}");
    Socket::open(bench.place()).check_alive();
}

#[test]
fn a_refusal_at_the_door_without_a_word() {
    let bench = Bench::new(Wanted::default());
    let mut stream = raw::connect(bench.place());
    let head = "GET /private/v2 HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\n\
                connection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: a\r\n\r\n";
    raw::send(&mut stream, head);
    raw::check_closed(&mut stream);
}

#[test]
fn a_close_comes_after_what_was_said_before() {
    let bench = Bench::new(Wanted::default());
    let mut socket = Socket::open(bench.place());
    socket.say("close");
    assert_eq!(socket.hear(), Heard::Text("goodbye".to_owned()));
    socket.check_closed(1_008, "told to");
    Socket::open(bench.place()).check_alive();
    bench.gone.recv().expect("the other one has gone by itself");
    assert!(bench.gone.try_recv().is_err(), "the machine is not told what it did itself");
}

#[test]
fn a_reset_is_a_reset() {
    let bench = Bench::new(Wanted::default());
    let mut socket = Socket::open(bench.place());
    socket.say("reset");
    assert_eq!(socket.hear(), Heard::Reset);
    Socket::open(bench.place()).check_alive();
}

#[test]
fn a_connection_that_hangs_is_neither_read_nor_closed() {
    let bench = Bench::new(Wanted::default());
    let mut socket = Socket::open(bench.place());
    socket.say("hang");
    // The server has dealt with it when it has answered somebody who came later.
    Socket::open(bench.place()).check_alive();
    let stream = socket.stream();
    stream.set_nonblocking(true).unwrap();
    // Far more than any two buffers take.
    let refused = (0..20_000).find_map(|_| stream.write_all(&[0; 4_096]).err());
    assert_eq!(refused.expect("nobody reads it").kind(), ErrorKind::WouldBlock);
    Socket::open(bench.place()).check_alive();
    let error = stream.read(&mut [0]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WouldBlock, "nobody closes it");
}

#[test]
fn a_connection_that_hangs_is_forgotten_when_the_client_gives_up() {
    let bench = Bench::new(Wanted::default());
    let mut socket = Socket::open(bench.place());
    socket.say("hang");
    Socket::open(bench.place()).check_alive();
    drop(socket);
    while bench.server.counts().connections_open != 0 {
        std::thread::yield_now();
    }
}

#[test]
fn the_machine_hears_of_clients_that_go() {
    let bench = Bench::new(Wanted::default());
    let mut polite = Socket::open(bench.place());
    polite.send(tokio_tungstenite::tungstenite::Message::Close(None));
    polite.check_closed(1_005, "");
    let first = bench.gone.recv().unwrap();
    drop(Socket::open(bench.place()));
    assert!(first < bench.gone.recv().unwrap());
    let mut stream = raw::connect(bench.place());
    raw::send(&mut stream, "GET /inside HTTP/1.1\r\nhost: a\r\n\r\n");
    assert_eq!(raw::receive(&mut stream).unwrap().body, b"0");
}
