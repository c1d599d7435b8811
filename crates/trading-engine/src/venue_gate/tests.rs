//! Each state of the venue against each kind of message.

use trading_types::{Side, TimeInForce, Trigger, TriggerSource, VenueStatus};

use super::*;
use crate::test_values::{order, price};

const STATES: [VenueStatus; 5] = [
    VenueStatus::Online,
    VenueStatus::PostOnly,
    VenueStatus::LimitOnly,
    VenueStatus::CancelOnly,
    VenueStatus::Maintenance,
];

/// Which of [`STATES`] take it.
#[track_caller]
fn check(message: Message, expected: [bool; 5]) {
    let (online, states) = (VenueStatus::Online, STATES);
    assert_eq!(states.map(|venue| VenueGate { venue, pair: online }.takes(message)), expected);
    assert_eq!(states.map(|pair| VenueGate { venue: online, pair }.takes(message)), expected);
}

fn placing(kind: OrderKind, post_only: bool, time_in_force: TimeInForce) -> Message {
    let order = order(1, Side::Sell, "1");
    Message::placing(&NewOrder { kind, post_only, time_in_force, ..order })
}

#[test]
#[rustfmt::skip] // One line a kind.
fn each_state_takes_what_the_venue_says() {
    let (rests, at_once) = (TimeInForce::GoodTilCanceled, TimeInForce::ImmediateOrCancel);
    let limit = OrderKind::Limit { price: price("1") };
    let trigger = Trigger { price: price("1"), source: TriggerSource::Last };
    let stop = OrderKind::StopLoss { trigger };
    let stop_limit = OrderKind::StopLossLimit { trigger, price: price("1") };
    check(placing(limit, true, rests),               [true, true,  true,  false, false]);
    check(placing(limit, false, rests),              [true, false, true,  false, false]);
    check(placing(limit, false, at_once),            [true, false, true,  false, false]);
    check(placing(OrderKind::Market, false, rests),  [true, false, false, false, false]);
    check(placing(stop, false, rests),               [true, false, false, false, false]);
    check(placing(stop_limit, false, rests),         [true, false, false, false, false]);
    check(Message::Amend,                            [true, false, true,  false, false]);
    check(Message::Cancel,                           [true, true,  true,  true,  false]);
}

#[test]
fn venue_and_pair_both_have_to_take_it() {
    let messages =
        [Message::PostOnly, Message::Limit, Message::Other, Message::Amend, Message::Cancel];
    for message in messages {
        for (venue, pair) in STATES.iter().flat_map(|one| STATES.map(|other| (*one, other))) {
            let both = takes(venue, message) && takes(pair, message);
            assert_eq!(VenueGate { venue, pair }.takes(message), both);
        }
    }
}
