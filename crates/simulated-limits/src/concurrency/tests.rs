//! Calls at once.

use super::*;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_nanos(millis * 1_000_000)
}

#[test]
fn one_call_too_many_stops_all_until_a_whole_second() {
    let mut calls = Concurrency::new(2, Duration::from_secs(5));
    let throttled = Err(Exceeded::Throttled { until: at(6_000) });
    assert_eq!(calls.begin(at(0)), Ok(()));
    assert_eq!(calls.begin(at(0)), Ok(()));
    assert_eq!(calls.begin(at(500)), throttled);
    calls.end();
    assert_eq!(calls.in_flight(), 1);
    assert_eq!(calls.begin(at(5_999)), throttled, "room alone does not help");
    assert_eq!(calls.begin(at(6_000)), Ok(()));
}

#[test]
fn calls_one_after_the_other_are_never_throttled() {
    let mut calls = Concurrency::new(1, Duration::from_secs(5));
    for _ in 0..10 {
        calls.begin(at(0)).unwrap();
        calls.end();
    }
}
