//! A clock that may run faster than real.

use super::{Bench, START, Wanted, raw};

/// Asks for an answer so many seconds of simulated time later; gives when it was given.
fn late(bench: &Bench, seconds: u64) -> u64 {
    let mut stream = raw::connect(bench.place());
    raw::send(&mut stream, format!("GET /late?{seconds} HTTP/1.1\r\nhost: a\r\n\r\n"));
    String::from_utf8(raw::receive(&mut stream).unwrap().body).unwrap().parse().unwrap()
}

#[test]
fn hours_pass_in_milliseconds_and_every_moment_is_shown() {
    let bench = Bench::new(Wanted { speed: 1_000_000, ..Wanted::default() });
    let hour = 3_600;
    let mut last = START.nanos();
    for _ in 0..5 {
        let at = late(&bench, hour);
        assert!(last + hour * 1_000_000_000 <= at);
        last = at;
    }
}

#[test]
fn answers_come_in_the_order_of_their_times() {
    let bench = Bench::new(Wanted { speed: 60, ..Wanted::default() });
    let [mut second, mut first] = [2, 1].map(|seconds| {
        let mut stream = raw::connect(bench.place());
        raw::send(&mut stream, format!("GET /late?{seconds} HTTP/1.1\r\nhost: a\r\n\r\n"));
        stream
    });
    let [first, second] = [&mut first, &mut second].map(|stream| {
        let body = raw::receive(stream).unwrap().body;
        String::from_utf8(body).unwrap().parse::<u64>().unwrap()
    });
    assert!(START.nanos() < first && first < second);
}
