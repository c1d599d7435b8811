//! Tests of the pace: the window, the points, and complaints.

use super::*;
use crate::stream::subscription::SocketKind;

const NOW: Timestamp = Timestamp::from_nanos(1_000_000_000_000);

fn pacer() -> Pacer {
    Pacer::new(&SessionSettings::new(SocketKind::Level3))
}

#[test]
fn five_messages_a_second() {
    let mut pacer = pacer();
    for _ in 0..5 {
        assert_eq!(pacer.try_message(NOW), Ok(()));
    }
    assert_eq!(pacer.try_message(NOW), Err(NOW + SECOND));
    assert_eq!(pacer.try_subscription(0, NOW), Err(NOW + SECOND));
    assert_eq!(pacer.try_message(NOW + SECOND), Ok(()));
}

#[test]
fn what_has_no_room_spends_nothing() {
    let mut pacer = pacer();
    assert_eq!(pacer.try_subscription(150, NOW), Ok(()));
    for _ in 0..10 {
        assert_eq!(pacer.try_subscription(100, NOW), Err(NOW + SECOND));
    }
    assert_eq!(pacer.try_subscription(50, NOW), Ok(()), "three messages of five are left");
}

#[test]
fn complaints_stop_all_for_a_second_and_subscriptions_longer() {
    let (mut pacer, mut chance) = (pacer(), Chance::from_seed(1));
    let first = pacer.complained(&mut chance, NOW);
    assert_eq!(pacer.try_message(NOW), Err(NOW + SECOND));
    assert_eq!(pacer.try_subscription(0, NOW + SECOND), Err(first));
    let later = NOW + SECOND;
    let second = pacer.complained(&mut chance, later);
    assert!(first.since(NOW) < second.since(later));
    let much_later = second + FORGIVEN_AFTER;
    let third = pacer.complained(&mut chance, much_later);
    assert!(third.since(much_later) < second.since(later), "forgiven");
}
