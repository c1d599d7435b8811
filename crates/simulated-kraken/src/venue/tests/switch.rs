//! The dead man's switch.

use std::time::Duration;

use super::*;

const MINUTE: Option<Duration> = Some(Duration::from_mins(1));

fn with_orders() -> Venue {
    let mut venue = venue();
    place(&mut venue, ALICE, &resting(), 1);
    let mut elsewhere = limit(Side::Buy, "2000", "1");
    elsewhere.order.pair = "ETH/USD".parse().unwrap();
    place(&mut venue, ALICE, &elsewhere, 1);
    place(&mut venue, BOB, &resting(), 1);
    venue
}

#[test]
fn it_cancels_all_of_one_account_and_stays_off() {
    let mut venue = with_orders();
    assert_eq!(venue.cancel_all_after(ALICE, MINUTE, at(1_000)), Some(at(61_000)));
    assert_eq!(venue.next_timeout(), Some(at(61_000)));
    venue.handle_timeout(at(60_999));
    assert_eq!(venue.open_orders(ALICE).count(), 2);
    venue.handle_timeout(at(61_000));
    assert_eq!((venue.open_orders(ALICE).count(), venue.open_orders(BOB).count()), (0, 1));
    let reason = venue.closed_orders(ALICE).next_back().unwrap().reason.as_deref();
    assert_eq!(reason, Some("Cancel all orders after timeout"));
    place(&mut venue, ALICE, &resting(), 62_000);
    venue.handle_timeout(at(600_000));
    assert_eq!(venue.open_orders(ALICE).count(), 1);
}

#[test]
fn it_is_wound_up_again_and_stopped() {
    let mut venue = with_orders();
    venue.cancel_all_after(ALICE, MINUTE, at(1_000));
    venue.cancel_all_after(ALICE, MINUTE, at(31_000));
    venue.handle_timeout(at(61_000));
    assert_eq!(venue.open_orders(ALICE).count(), 2);
    assert_eq!(venue.cancel_all_after(ALICE, Some(Duration::ZERO), at(62_000)), None);
    venue.handle_timeout(at(600_000));
    assert_eq!(venue.open_orders(ALICE).count(), 2);
}

#[test]
fn it_goes_off_once_maintenance_is_over() {
    let mut venue = with_orders();
    venue.cancel_all_after(ALICE, MINUTE, at(1_000));
    venue.set_status(VenueStatus::Maintenance, at(2_000));
    venue.handle_timeout(at(100_000));
    assert_eq!((venue.open_orders(ALICE).count(), venue.next_timeout()), (2, None));
    venue.set_status(VenueStatus::CancelOnly, at(200_000));
    venue.handle_timeout(at(200_000));
    assert_eq!(venue.open_orders(ALICE).count(), 0);
}
