//! Tests of the watch, moment by moment.

use std::time::Duration;

use super::*;
use crate::stream::subscription::SocketKind;

const NOW: Timestamp = Timestamp::from_nanos(1_000_000_000_000);

fn at(millis: u64) -> Timestamp {
    NOW + Duration::from_millis(millis)
}

#[track_caller]
fn check(watch: &Watch, flows: bool, millis: u64, wanted: Silence) {
    let settings = SessionSettings::new(SocketKind::Public);
    assert_eq!(watch.check(flows, &settings, at(millis)), wanted);
}

#[test]
fn the_first_frame_is_awaited() {
    let watch = Watch::new(NOW);
    check(&watch, false, 2_999, Silence::Fine);
    check(&watch, false, 3_000, Silence::Ping);
    check(&watch, false, 5_000, Silence::Dead);
}

#[test]
fn a_ping_is_sent_once() {
    let mut watch = Watch::new(NOW);
    watch.hear(at(100));
    check(&watch, true, 3_099, Silence::Fine);
    check(&watch, true, 3_100, Silence::Ping);
    watch.ping(at(3_100));
    check(&watch, true, 5_099, Silence::Fine);
    check(&watch, true, 5_100, Silence::Dead);
}

#[test]
fn without_subscriptions_only_what_we_asked_is_awaited() {
    let mut watch = Watch::new(NOW);
    watch.hear(at(0));
    check(&watch, false, 29_999, Silence::Fine);
    check(&watch, false, 30_000, Silence::Ping);
    watch.say(at(10_000));
    check(&watch, false, 12_999, Silence::Fine);
    check(&watch, false, 13_000, Silence::Ping);
    check(&watch, false, 15_000, Silence::Dead);
    watch.hear(at(13_000));
    check(&watch, false, 42_999, Silence::Fine);
    check(&watch, false, 43_000, Silence::Ping);
}

#[test]
fn the_next_moment_is_never_behind() {
    let settings = SessionSettings::new(SocketKind::Public);
    let mut watch = Watch::new(NOW);
    assert_eq!(watch.next(true, &settings, at(0)), at(3_000));
    assert_eq!(watch.next(true, &settings, at(3_000)), at(5_000), "it waits for room");
    watch.ping(at(1_000));
    assert_eq!(watch.next(true, &settings, at(1_000)), at(5_000));
    watch.hear(at(2_000));
    assert_eq!(watch.next(false, &settings, at(2_000)), at(32_000));
}
