//! The clock: as fast as asked, never backwards, never too far.

use std::time::Duration;

use trading_types::Timestamp;

use super::Clock;

#[test]
fn it_runs_as_fast_as_asked() {
    let start = Timestamp::from_seconds(1_000_000).unwrap();
    let clock = Clock::new(Some(start), 60);
    let hour = Duration::from_hours(1);
    // Some real time passes between the two lines, and none is invented.
    let until = clock.real_time_until(start + hour);
    assert!(until <= Duration::from_mins(1), "{until:?}");
    assert!(start <= clock.now());
    assert_eq!(clock.real_time_until(start), Duration::ZERO, "what is past is not waited for");
}

#[test]
fn it_never_goes_backwards() {
    let clock = Clock::new(None, 1_000_000);
    let mut last = clock.start();
    for _ in 0..1_000 {
        let now = clock.now();
        assert!(last <= now);
        last = now;
    }
}

#[test]
fn its_end_is_not_an_overflow() {
    let clock = Clock::new(Some(Timestamp::NEVER - Duration::from_nanos(1)), u32::MAX);
    assert!(clock.now() <= Timestamp::NEVER);
    assert!(clock.real_time_until(Timestamp::NEVER) <= Duration::from_nanos(1));
}
