//! Tests of the set of subscriptions: what shares a frame and what waits for what.

use super::*;

const NOW: Timestamp = Timestamp::from_nanos(1_000_000_000_000);

fn book(pair: &str, depth: BookDepth) -> Subscription {
    Subscription::Book { pair: pair.parse().unwrap(), depth }
}

fn settings() -> SessionSettings {
    SessionSettings::new(crate::stream::subscription::SocketKind::Public)
}

fn following(all: &[Subscription]) -> Following {
    let mut following = Following::default();
    for it in all {
        following.want(*it, None, NOW);
    }
    following
}

fn send(following: &mut Following) -> Option<(Ask, Vec<Subscription>)> {
    let due = following.due(&settings(), NOW)?;
    following.sent(due.0, &due.1, NOW);
    Some(due)
}

#[test]
fn what_shares_a_frame_goes_together() {
    let ten = |pair| book(pair, BookDepth::Ten);
    let other = book("C/USD", BookDepth::Hundred);
    let mut following = following(&[ten("B/USD"), other, ten("A/USD")]);
    let wanted = (Ask::Subscribe, vec![ten("A/USD"), ten("B/USD")]);
    assert_eq!(send(&mut following), Some(wanted));
    assert_eq!(send(&mut following), Some((Ask::Subscribe, vec![other])));
    assert_eq!(send(&mut following), None);
}

#[test]
fn the_second_depth_of_a_pair_waits_for_the_first_to_go() {
    let (ten, hundred) = (book("A/USD", BookDepth::Ten), book("A/USD", BookDepth::Hundred));
    let mut following = following(&[ten]);
    send(&mut following);
    following.acknowledged(&ten, Ask::Subscribe, NOW);
    following.want(hundred, None, NOW);
    assert_eq!(send(&mut following), Some((Ask::Unsubscribe, vec![ten])));
    assert_eq!(send(&mut following), None, "not before the first is gone");
    assert_eq!(following.living_form(hundred), ten);
    following.acknowledged(&ten, Ask::Unsubscribe, NOW);
    assert_eq!(send(&mut following), Some((Ask::Subscribe, vec![hundred])));
    assert_eq!(following.living_form(ten), hundred);
}

#[test]
fn a_wish_that_was_never_asked_for_is_simply_forgotten() {
    let ten = book("A/USD", BookDepth::Ten);
    let mut following = following(&[ten]);
    following.unwant(&ten, NOW);
    assert!(!following.wants(&ten));
    assert_eq!(send(&mut following), None);
}

#[test]
fn a_wish_renewed_while_it_is_taken_back_is_asked_for_after() {
    let ten = book("A/USD", BookDepth::Ten);
    let mut following = following(&[ten]);
    send(&mut following);
    following.acknowledged(&ten, Ask::Subscribe, NOW);
    following.unwant(&ten, NOW);
    assert_eq!(send(&mut following), Some((Ask::Unsubscribe, vec![ten])));
    following.want(ten, None, NOW);
    following.acknowledged(&ten, Ask::Unsubscribe, NOW);
    assert_eq!(send(&mut following), Some((Ask::Subscribe, vec![ten])));
}
