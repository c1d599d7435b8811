//! Bounds that hold, also when what they come from is old.

use std::time::Duration;

use kraken_protocol::clock_offset::Ahead;
use trading_types::Timestamp;

use super::VenueClock;

fn at(millis: u64) -> Timestamp {
    Timestamp::EPOCH + Duration::from_hours(1_000) + Duration::from_millis(millis)
}

fn clock(least: i128, most: i128) -> VenueClock {
    let mut clock = VenueClock::default();
    clock.learn(Ahead { least: least * 1_000_000, most: most * 1_000_000 }, at(0));
    clock
}

#[test]
fn a_clock_that_nobody_compared_proves_nothing() {
    assert_eq!(VenueClock::default().earliest(at(0)), None);
    assert_eq!(VenueClock::default().certainly_after(at(0)), None);
}

#[test]
fn the_earliest_is_the_least_the_venue_is_ahead() {
    assert_eq!(clock(-300, 200).earliest(at(0)), Some(at(0) - Duration::from_millis(300)));
    assert_eq!(clock(250, 300).earliest(at(0)), Some(at(250)));
}

#[test]
fn knowledge_grows_old() {
    // Half a millisecond each second.
    let hour = clock(0, 0).earliest(at(3_600_000)).unwrap();
    assert_eq!(hour, at(3_600_000) - Duration::from_millis(1_800));
    // Looking back is no better.
    let before = clock(0, 0).earliest(at(0) - Duration::from_secs(10)).unwrap();
    assert_eq!(before, at(0) - Duration::from_secs(10) - Duration::from_millis(5));
}

#[test]
fn what_is_certainly_after_is_after_and_not_long() {
    for (least, wait) in [(-400, 7_000), (0, 0), (900, 3), (-90_000, 86_400_000)] {
        let clock = clock(least, least + 1_000);
        let moment = at(wait);
        let over = clock.certainly_after(moment).unwrap();
        assert!(moment < clock.earliest(over).unwrap());
        assert!(clock.earliest(over).unwrap() <= moment + Duration::from_millis(1));
    }
}
