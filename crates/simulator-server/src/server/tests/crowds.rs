//! Many clients, some of whom behave badly, and the others who must not notice.

use std::time::Duration;

use super::{
    Bench, Wanted, raw,
    socket::{Heard, Socket},
};
use crate::limits::ListenerLimits;

#[test]
fn half_open_connections_by_the_hundred_harm_nobody() {
    let limits = ListenerLimits { newcomers_max: 50, ..ListenerLimits::default() };
    let bench = Bench::with(limits);
    let mut settled = raw::connect(bench.place());
    raw::check_answered(&mut settled, "/before");
    let mut half_open = Vec::new();
    for number in 0..400 {
        let mut stream = raw::connect(bench.place());
        if number % 2 == 0 {
            raw::send(&mut stream, "GET /half HTTP/1.1\r\nho");
        }
        half_open.push(stream);
        if number % 50 == 0 {
            raw::check_answered(&mut raw::connect(bench.place()), "/between");
            raw::check_answered(&mut settled, "/between");
        }
    }
    Socket::open(bench.place()).check_alive();
    raw::check_answered(&mut settled, "/after");
    for stream in &mut half_open[..300] {
        raw::check_closed(stream);
    }
    assert!(300 <= bench.server.counts().newcomers_expelled);
}

#[test]
fn a_connection_that_never_asks_is_closed() {
    let first_request_time_max = Duration::from_millis(1);
    let bench = Bench::with(ListenerLimits { first_request_time_max, ..Default::default() });
    raw::check_closed(&mut raw::connect(bench.place()));
    assert_eq!(bench.server.counts().newcomers_expelled, 1);
}

#[test]
fn there_is_room_for_so_many() {
    let bench = Bench::with(ListenerLimits { connections_max: 5, ..Default::default() });
    let mut inside: Vec<_> = (0..5).map(|_| Socket::open(bench.place())).collect();
    raw::check_closed(&mut raw::connect(bench.place()));
    assert_eq!(bench.server.counts().connections_refused, 1);
    inside.pop();
    bench.gone.recv().unwrap();
    while 5 <= bench.server.counts().connections_open {
        std::thread::yield_now();
    }
    inside.push(Socket::open(bench.place()));
    for socket in &mut inside {
        socket.check_alive();
    }
}

#[test]
fn a_slow_reader_is_cut_off_and_twenty_others_go_on() {
    let bench = Bench::with(ListenerLimits { frames_queued_max: 300, ..Default::default() });
    let mut slow = Socket::open(bench.place());
    let mut others: Vec<_> = (0..20).map(|_| Socket::open(bench.place())).collect();
    // More than the buffers of the system take for one socket, by far.
    for _ in 0..200 {
        others[0].say("flood 100");
        for socket in &mut others {
            for _ in 0..100 {
                assert!(matches!(socket.hear(), Heard::Text(text) if text.len() == 10_000));
            }
        }
        if bench.server.counts().slow_readers_cut != 0 {
            break;
        }
    }
    assert_eq!(bench.server.counts().slow_readers_cut, 1);
    bench.gone.recv().expect("the machine is told");
    let end = std::iter::repeat_with(|| slow.hear())
        .find(|heard| !matches!(heard, Heard::Text(_)))
        .unwrap();
    assert_eq!(end, Heard::Reset);
    for socket in &mut others {
        socket.check_alive();
    }
}

#[test]
fn a_client_that_neither_reads_nor_ends_its_goodbye_is_left() {
    let farewell_time_max = Duration::from_millis(1);
    let bench = Bench::with(ListenerLimits { farewell_time_max, ..Default::default() });
    let mut silent = Socket::open(bench.place());
    silent.say("close");
    while bench.server.counts().connections_open != 0 {
        std::thread::yield_now();
    }
}

#[test]
fn a_hundred_clients_at_once() {
    let bench = Bench::new(Wanted::default());
    let mut all: Vec<_> = (0..100).map(|_| Socket::open(bench.place())).collect();
    all[99].say("flood 3");
    for socket in &mut all {
        for _ in 0..3 {
            assert!(matches!(socket.hear(), Heard::Text(text) if text.len() == 10_000));
        }
    }
    assert_eq!(bench.server.counts().connections_open, 100);
}
