//! Tests of one subscription: each step of its table.

use super::*;

const NOW: Timestamp = Timestamp::from_nanos(1_000_000_000_000);

fn chance() -> Chance {
    Chance::from_seed(1)
}

fn asked() -> Followed {
    Followed { phase: Phase::Asked { at: NOW, is_seen: false }, ..Followed::new(NOW) }
}

fn live() -> Followed {
    Followed { phase: Phase::Live { since: NOW, last: NOW }, ..Followed::new(NOW) }
}

#[test]
fn an_acknowledgement_and_data_may_come_in_either_order() {
    let mut it = asked();
    assert!(!it.acknowledged(Ask::Subscribe, NOW));
    assert_eq!(it.phase, Phase::Acknowledged { at: NOW });
    assert_eq!(it.seen(false, NOW), Seen::Useless);
    assert_eq!(it.seen(true, NOW), Seen::First);
    assert_eq!(it.seen(false, NOW), Seen::Usable);

    let mut it = asked();
    assert_eq!(it.seen(false, NOW), Seen::Useless);
    assert_eq!(it.seen(true, NOW), Seen::Usable);
    assert_eq!(it.seen(false, NOW), Seen::Usable);
    it.acknowledged(Ask::Subscribe, NOW);
    assert!(matches!(it.phase, Phase::Live { .. }));
}

#[test]
fn data_proves_what_a_lost_acknowledgement_would_have_said() {
    let mut it = asked();
    it.seen(true, NOW);
    assert_eq!(it.handle_timeout(&Subscription::Instruments, &mut chance(), NOW), None);
    assert!(matches!(it.phase, Phase::Live { .. }));
}

#[test]
fn what_is_being_taken_back_cannot_break_again() {
    let mut it = live();
    assert!(it.broke(&Subscription::Instruments, &mut chance(), NOW));
    assert!(!it.broke(&Subscription::Instruments, &mut chance(), NOW));
    it.phase = Phase::Left { at: NOW };
    assert!(!it.broke(&Subscription::Instruments, &mut chance(), NOW));
    assert!(!it.acknowledged(Ask::Unsubscribe, NOW));
    assert!(matches!(it.phase, Phase::Waiting { not_before } if NOW < not_before));
}

#[test]
fn an_acknowledgement_of_the_other_kind_changes_nothing() {
    let mut it = live();
    it.acknowledged(Ask::Unsubscribe, NOW);
    it.refused(&mut chance(), NOW);
    assert!(matches!(it.phase, Phase::Live { .. }));
    let mut it = asked();
    it.acknowledged(Ask::Unsubscribe, NOW);
    assert!(matches!(it.phase, Phase::Asked { .. }));
}

#[test]
fn what_nobody_wants_is_given_up_in_the_end() {
    let mut it = live();
    assert!(!it.unwant(NOW));
    for _ in 0..LEAVE_TRIES_MAX {
        assert!(!it.is_given_up());
        it.phase = Phase::Left { at: NOW };
        it.handle_timeout(&Subscription::Instruments, &mut chance(), NOW);
    }
    assert!(it.is_given_up());
    it.is_wanted = true;
    assert!(!it.is_given_up(), "unless somebody wants it again");
}

#[test]
fn what_cannot_be_taken_back_is_not_there() {
    let mut it = live();
    it.unwant(NOW);
    it.phase = Phase::Left { at: NOW };
    assert!(it.refused(&mut chance(), NOW), "it is gone");
}
