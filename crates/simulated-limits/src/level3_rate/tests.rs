//! What fits into a second, by depth and tier.

use super::*;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_nanos(millis * 1_000_000)
}

/// How many pairs fit into one second, one by one.
#[track_caller]
fn check(tier: Tier, depth: Level3Depth, expect: usize) {
    let mut rate = Level3Rate::new(tier);
    let taken = (0..300).take_while(|_| rate.subscribe(1, depth, at(0)).is_ok()).count();
    assert_eq!(taken, expect, "{tier} {depth:?}");
    assert_eq!(rate.subscribe(1, depth, at(999)), Err(Exceeded::Level3));
    assert_eq!(rate.subscribe(1, depth, at(1_000)), Ok(()));
}

#[test]
fn every_depth_costs_as_documented() {
    for tier in [Tier::Starter, Tier::Intermediate] {
        check(tier, Level3Depth::Ten, 40);
        check(tier, Level3Depth::Hundred, 8);
        check(tier, Level3Depth::Thousand, 2);
    }
    check(Tier::Pro, Level3Depth::Ten, 100);
    check(Tier::Pro, Level3Depth::Hundred, 20);
    check(Tier::Pro, Level3Depth::Thousand, 5);
}

#[test]
fn a_request_is_taken_as_a_whole_or_not_at_all() {
    let mut rate = Level3Rate::new(Tier::Pro);
    assert!(rate.subscribe(101, Level3Depth::Ten, at(0)).is_err());
    assert!(rate.subscribe(100, Level3Depth::Ten, at(0)).is_ok());
}

#[test]
fn a_connection_carries_two_hundred_pairs() {
    let mut rate = Level3Rate::new(Tier::Pro);
    for second in 0..2 {
        rate.subscribe(100, Level3Depth::Ten, at(second * 1_000)).unwrap();
    }
    assert!(rate.subscribe(1, Level3Depth::Ten, at(5_000)).is_err());
    rate.unsubscribe(1);
    assert!(rate.subscribe(1, Level3Depth::Ten, at(5_000)).is_ok());
    assert!(rate.subscribe(u32::MAX, Level3Depth::Ten, at(5_000)).is_err());
}
