//! Frames in and out, in order and not.

use tokio_tungstenite::tungstenite::Message;

use super::{
    Bench, Wanted,
    socket::{Heard, Socket},
};
use crate::limits::ListenerLimits;

#[test]
fn texts_go_both_ways_in_order() {
    let bench = Bench::new(Wanted::default());
    let mut socket = Socket::open(bench.place());
    for number in 0..1_000 {
        socket.say(&format!("é {number}"));
    }
    for number in 0..1_000 {
        assert_eq!(socket.hear(), Heard::Text(format!("é {number}")));
    }
}

#[test]
fn a_text_in_a_binary_frame_is_a_text() {
    let bench = Bench::new(Wanted::default());
    let mut socket = Socket::open(bench.place());
    socket.send(Message::Binary("some clients do this".into()));
    assert_eq!(socket.hear(), Heard::Text("some clients do this".to_owned()));
}

#[test]
fn pings_are_answered() {
    let bench = Bench::new(Wanted::default());
    let mut socket = Socket::open(bench.place());
    socket.send(Message::Ping("now".into()));
    assert_eq!(socket.hear(), Heard::Pong(b"now".to_vec()));
    socket.check_alive();
}

#[test]
fn a_message_in_pieces_is_put_together() {
    let bench = Bench::new(Wanted::default());
    let mut socket = Socket::open(bench.place());
    socket.send_raw(0x01, b"one ");
    socket.send_raw(0x89, b"ping between");
    socket.send_raw(0x00, b"two ");
    socket.send_raw(0x80, b"three");
    assert_eq!(socket.hear(), Heard::Pong(b"ping between".to_vec()));
    assert_eq!(socket.hear(), Heard::Text("one two three".to_owned()));
}

/// What is said with a frame of this first byte, and with which code the connection ends for it.
#[track_caller]
fn check_refused(first: u8, payload: &[u8], code: u16, reason: &str) {
    let bench = Bench::new(Wanted::default());
    let mut socket = Socket::open(bench.place());
    socket.send_raw(first, payload);
    socket.check_closed(code, reason);
    bench.gone.recv().expect("the machine is told");
    Socket::open(bench.place()).check_alive();
}

#[test]
fn what_is_not_understood_ends_the_connection() {
    check_refused(0x81, b"\xc3\x28", 1_007, "a text is not UTF-8");
    check_refused(0x81, b"half a letter \xc3", 1_007, "a text is not UTF-8");
    check_refused(0x82, b"\xc3\x28", 1_007, "a text is not UTF-8");
    check_refused(0x83, b"an opcode that is reserved", 1_002, "protocol error");
    check_refused(0x80, b"a piece of nothing", 1_002, "protocol error");
    check_refused(0xc1, b"a reserved bit", 1_002, "protocol error");
    check_refused(0x09, b"half a ping", 1_002, "protocol error");
}

#[test]
fn frames_must_be_masked() {
    let bench = Bench::new(Wanted::default());
    let mut socket = Socket::open(bench.place());
    std::io::Write::write_all(socket.stream(), b"\x81\x02hi").unwrap();
    socket.check_closed(1_002, "protocol error");
}

#[test]
fn a_message_has_its_bounds() {
    let limits = ListenerLimits { message_bytes_max: 1_000, ..ListenerLimits::default() };
    let bench = Bench::with(limits);
    let mut socket = Socket::open(bench.place());
    let just = "x".repeat(1_000);
    socket.say(&just);
    assert_eq!(socket.hear(), Heard::Text(just.clone()));
    socket.say(&(just + "x"));
    socket.check_closed(1_009, "a message is too large");

    let mut socket = Socket::open(bench.place());
    socket.send_raw(0x01, &[b'x'; 100]);
    for _ in 0..10 {
        socket.send_raw(0x00, &[b'x'; 100]);
    }
    socket.check_closed(1_009, "a message is too large");
    assert_eq!(bench.server.counts().oversized, 2);
}

#[test]
fn a_client_that_talks_without_pause_is_answered_meanwhile() {
    let bench = Bench::new(Wanted::default());
    let mut socket = Socket::open(bench.place());
    let mut other = Socket::open(bench.place());
    let words = "x".repeat(100);
    for _ in 0..200 {
        for _ in 0..100 {
            socket.say(&words);
        }
        for _ in 0..100 {
            assert_eq!(socket.hear(), Heard::Text(words.clone()));
        }
    }
    other.check_alive();
    assert_eq!(bench.server.counts().slow_readers_cut, 0);
}
