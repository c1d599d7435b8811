//! What is tried: nothing leaves early, twice or changed.

use std::time::Duration;

use trading_types::{Amendment, NewOrder, OrderQuantity, Side};

use super::*;

const NOW: Timestamp = Timestamp::EPOCH;

fn order(sequence: u64, kind: OrderKind) -> NewOrder {
    let pair = "BTC/USD".parse().expect("a pair");
    let quantity = OrderQuantity::Base("0.1".parse().expect("a quantity"));
    NewOrder::new(ClientOrderId::new(1, sequence), pair, Side::Buy, kind, quantity)
}

fn about(role: Role) -> About {
    About { pair: "BTC/USD".parse().expect("a pair"), role }
}

fn place(outbox: &mut Outbox, sequence: u64, role: Role, after: u64) {
    let what = VenueCommand::Place(order(sequence, OrderKind::Market));
    outbox.push(what, Some(about(role)), after);
}

#[test]
fn nothing_leaves_before_it_is_durable() {
    let mut outbox = Outbox::default();
    place(&mut outbox, 1, Role::Entry, 3);
    place(&mut outbox, 2, Role::Entry, 5);
    assert!(outbox.next(2, NOW).is_none());
    assert_eq!(outbox.next(3, NOW).expect("the first").request, 1);
    assert!(outbox.next(4, NOW).is_none());
    assert_eq!(outbox.next(9, NOW).expect("the second").request, 2);
    assert!(outbox.next(9, NOW).is_none(), "and none leaves twice");
}

#[test]
fn a_later_command_never_overtakes_one_that_waits() {
    let mut outbox = Outbox::default();
    place(&mut outbox, 1, Role::Entry, 5);
    outbox.push(VenueCommand::CancelAll, None, 2);
    assert!(outbox.next(4, NOW).is_none(), "the cancel is about what stands before it, too");
    assert_eq!(outbox.next(5, NOW).expect("the order").request, 1);
    assert!(matches!(outbox.next(5, NOW).expect("the cancel").what, VenueCommand::CancelAll));
}

#[test]
fn entries_that_have_not_left_can_be_taken_back() {
    let mut outbox = Outbox::default();
    place(&mut outbox, 1, Role::Entry, 1);
    place(&mut outbox, 2, Role::Stop, 1);
    place(&mut outbox, 3, Role::Entry, 1);
    let (here, elsewhere) = ("BTC/USD".parse().ok(), "ETH/USD".parse().ok());
    assert_eq!(outbox.next(1, NOW).expect("it left").request, 1);
    assert_eq!(outbox.take_back_entries(elsewhere), []);
    assert_eq!(outbox.take_back_entries(here), [ClientOrderId::new(1, 3)]);
    assert_eq!(outbox.next(1, NOW).expect("the stop stays").request, 2);
    // What was given out may wait for the budgets: it is asked back.
    assert_eq!((outbox.entries_sent(here), outbox.entries_sent(elsewhere)), (vec![1], vec![]));
    outbox.answered(1);
    assert!(outbox.entries_sent(None).is_empty());
}

#[test]
fn it_is_quiet_when_all_is_answered() {
    let mut outbox = Outbox::default();
    assert!(outbox.is_quiet());
    place(&mut outbox, 1, Role::Entry, 1);
    assert!(!outbox.is_quiet());
    let letter = outbox.next(1, NOW).expect("it may go");
    assert!(!outbox.is_quiet());
    assert!(outbox.answered(letter.request).is_some());
    assert!(outbox.answered(letter.request).is_none(), "an answer counts once");
    assert!(outbox.is_quiet());
}

#[test]
fn each_command_has_its_lane() {
    let cancel = VenueCommand::Cancel(ClientOrderId::new(1, 1));
    let placed = VenueCommand::Place(order(1, OrderKind::Market));
    let cases = [
        (&VenueCommand::CancelAll, None, Lane::Halt),
        (&cancel, Some(about(Role::Entry)), Lane::Cancel),
        (&cancel, Some(about(Role::Exit(ExitReason::Kill))), Lane::Halt),
        (&placed, Some(about(Role::Exit(ExitReason::Kill))), Lane::Halt),
        (&placed, Some(about(Role::Stop)), Lane::Stop),
        (&placed, Some(about(Role::Exit(ExitReason::Signal))), Lane::Stop),
        (&placed, Some(about(Role::Entry)), Lane::Place),
    ];
    for (what, about, expected) in cases {
        assert_eq!(lane(what, about), expected, "{what:?} {about:?}");
    }
}

#[test]
fn an_order_that_is_over_at_once_keeps_no_room_for_its_cancel() {
    let limit = OrderKind::Limit { price: "1".parse().expect("a price") };
    let resting = order(1, limit);
    let mut immediate = order(2, limit);
    immediate.time_in_force = TimeInForce::ImmediateOrCancel;
    let cases = [(resting, false), (immediate, true), (order(3, OrderKind::Market), true)];
    for (order, expected) in cases {
        assert_eq!(is_immediate(&order), expected, "{order:?}");
    }
}

#[test]
fn a_change_leaves_with_a_deadline_that_is_remembered() {
    let order = ClientOrderId::new(1, 1);
    let amendment = Amendment { order, quantity: None, limit: None, trigger: None };
    let what = VenueCommand::Amend(amendment);
    let mut outbox = Outbox::default();
    outbox.push(what.clone(), Some(about(Role::Stop)), 0);
    let request = outbox.next(0, NOW).expect("it may go").request;
    let deadline = NOW + Duration::from_secs(5);
    outbox.stamp(request, deadline);
    let SocketCommand::Amend(sent) = socket_command(&what, Some(deadline)) else { panic!() };
    assert_eq!((sent.amendment, sent.deadline), (amendment, Some(deadline)));
    assert_eq!(outbox.answered(request).expect("it was sent").deadline, Some(deadline));
}
