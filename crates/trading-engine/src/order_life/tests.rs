//! The table of an order's life, looked at as a whole: what must never happen does not.

use super::*;

const STATES: [OrderState; 9] = [
    OrderState::Sent,
    OrderState::Unknown,
    OrderState::Resting,
    OrderState::Canceling,
    OrderState::Filled,
    OrderState::Canceled,
    OrderState::Expired,
    OrderState::Rejected,
    OrderState::NeverExisted,
];

const EVENTS: [OrderEvent; 11] = [
    OrderEvent::Accepted,
    OrderEvent::Rejected,
    OrderEvent::CancelSent,
    OrderEvent::CancelRejected,
    OrderEvent::Traded,
    OrderEvent::TradedLast,
    OrderEvent::Completed,
    OrderEvent::Canceled,
    OrderEvent::Expired,
    OrderEvent::LinkLost,
    OrderEvent::NeverExisted,
];

#[track_caller]
fn check(from: OrderState, events: &[OrderEvent], expect: Option<(OrderState, Race)>) {
    let mut state = from;
    let mut last = None;
    for event in events {
        last = next_state(state, *event);
        let Some((next, _)) = last else { break };
        state = next;
    }
    assert_eq!(last, expect);
}

#[test]
fn ordinary_lives() {
    use OrderEvent as E;
    use OrderState as S;
    check(S::Sent, &[E::Accepted, E::TradedLast], Some((S::Filled, Race::Ordinary)));
    check(S::Sent, &[E::Rejected], Some((S::Rejected, Race::Ordinary)));
    check(S::Sent, &[E::Accepted, E::CancelSent, E::Canceled], Some((S::Canceled, Race::Ordinary)));
    check(S::Sent, &[E::Accepted, E::Expired], Some((S::Expired, Race::Ordinary)));
    let done = Some((S::Filled, Race::FilledTwiceTold));
    check(S::Sent, &[E::Accepted, E::TradedLast, E::Completed], done);
}

#[test]
fn races_have_names() {
    use OrderEvent as E;
    use OrderState as S;
    let traded = [E::Traded];
    check(S::Sent, &traded, Some((S::Resting, Race::FillOvertookAnswer)));
    check(S::Sent, &[E::TradedLast, E::Accepted], Some((S::Filled, Race::AnswerOvertaken)));
    check(S::Canceling, &[E::TradedLast], Some((S::Filled, Race::FillBeatCancel)));
    check(S::Filled, &[E::CancelRejected], Some((S::Filled, Race::CancelCameTooLate)));
    check(S::Canceled, &traded, Some((S::Canceled, Race::FillAfterEnd)));
    check(S::Resting, &[E::Canceled], Some((S::Canceled, Race::EndUnasked)));
    check(S::Sent, &[E::LinkLost, E::Accepted], Some((S::Resting, Race::UnknownWasAlive)));
    let dead = Some((S::NeverExisted, Race::UnknownWasDead));
    check(S::Sent, &[E::LinkLost, E::NeverExisted], dead);
}

#[test]
fn an_unknown_order_is_not_guessed_dead_by_a_refused_cancel() {
    let next = next_state(OrderState::Unknown, OrderEvent::CancelRejected);
    assert_eq!(next, Some((OrderState::Unknown, Race::AnswerOvertaken)));
}

#[test]
fn what_has_ended_never_lives_again() {
    for state in STATES.into_iter().filter(|state| !state.is_live()) {
        for event in EVENTS {
            if let Some((next, _)) = next_state(state, event) {
                assert!(!next.is_live(), "{state:?} {event:?}");
            }
        }
    }
}

#[test]
fn a_fill_is_a_fact_unless_the_order_never_was() {
    for state in STATES {
        let is_possible = !matches!(state, OrderState::Filled)
            && !matches!(state, OrderState::Rejected | OrderState::NeverExisted);
        assert_eq!(next_state(state, OrderEvent::Traded).is_some(), is_possible, "{state:?}");
    }
}

#[test]
fn every_live_state_can_end_and_survives_a_lost_link() {
    for state in STATES.into_iter().filter(|state| state.is_live()) {
        let (after, _) = next_state(state, OrderEvent::LinkLost).unwrap();
        assert!(after.is_live());
        assert!(next_state(state, OrderEvent::TradedLast).is_some_and(|(it, _)| !it.is_live()));
        assert!(next_state(state, OrderEvent::Canceled).is_some_and(|(it, _)| !it.is_live()));
    }
}
