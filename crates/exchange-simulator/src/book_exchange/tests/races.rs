//! Who comes first: fills against cancels and amends, and what an amend does to a place.

use std::time::Duration;

use super::*;

#[test]
fn a_fill_beats_a_cancel_that_is_under_way() {
    let delay = Delay { min: Duration::from_secs(2), max: Duration::from_secs(2) };
    let latency = Latency { outbound: delay, inbound: Delay::NONE };
    let mut floor = Floor::with(BookSettings { latency, ..settings() });
    floor.place(ALICE, limit(1, Side::Buy, "1", "100"));
    assert_eq!(floor.heard(), [""; 0], "the order is under way");
    assert_eq!(floor.exchange.next_timeout(), Some(seconds(1_002)));
    assert_eq!(floor.wait(2).heard(), ["alice: accepted 1"]);
    floor.cancel(ALICE, 1).wait(1).trade(Side::Sell, "1", "100");
    assert_eq!(
        floor.heard(),
        ["alice: traded 1 buy 1 @ 100 maker", "alice: completed 1", "trade sell 1 @ 100"]
    );
    assert_eq!(floor.wait(1).heard(), ["alice: cancel rejected 1: unknown order"]);
}

#[test]
fn a_cancel_beats_a_fill_that_comes_later() {
    let mut floor = Floor::new();
    floor.place(ALICE, limit(1, Side::Buy, "1", "100")).cancel(ALICE, 1);
    floor.trade(Side::Sell, "1", "100");
    assert_eq!(
        floor.heard(),
        ["alice: accepted 1", "alice: canceled 1: Requested", "trade sell 1 @ 100"]
    );
}

#[test]
fn a_deadline_counts_when_the_order_reaches_the_exchange() {
    let delay = Delay { min: Duration::from_secs(2), max: Duration::from_secs(2) };
    let latency = Latency { outbound: delay, inbound: Delay::NONE };
    let mut floor = Floor::with(BookSettings { latency, ..settings() });
    let order = limit(1, Side::Buy, "1", "100");
    floor.place(ALICE, NewOrder { deadline: Some(seconds(1_001)), ..order });
    assert_eq!(floor.wait(9).heard(), ["alice: rejected 1: deadline elapsed"]);
}

#[test]
fn an_amend_at_or_below_what_has_filled_cancels_the_rest() {
    let mut floor = Floor::new();
    floor.place(ALICE, limit(1, Side::Buy, "1", "100")).trade(Side::Sell, "0.6", "100");
    floor.heard();
    floor.amend(ALICE, 1, (Some("0.6"), None, None));
    assert_eq!(floor.heard(), ["alice: amended 1", "alice: canceled 1: Requested"]);
    assert!(floor.balance(ALICE, "USD").held.is_zero());
    assert_eq!(floor.levels(), "snapshot  | ");
}

#[test]
fn an_amend_after_the_last_fill_is_refused() {
    let mut floor = Floor::new();
    floor.place(ALICE, limit(1, Side::Buy, "1", "100")).trade(Side::Sell, "1", "100");
    floor.heard();
    floor.amend(ALICE, 1, (Some("2"), None, None));
    assert_eq!(floor.heard(), ["alice: amend rejected 1: unknown order"]);
}

/// Alice first and Bob second at 100; then Alice amends, and somebody sells one.
#[track_caller]
fn who_trades(change: (Option<&str>, Option<&str>, Option<&str>), expected: &str) {
    let mut floor = Floor::new();
    floor.place(ALICE, limit(1, Side::Buy, "2", "100"));
    floor.place(BOB, limit(2, Side::Buy, "2", "100"));
    floor.amend(ALICE, 1, change);
    floor.heard();
    floor.trade(Side::Sell, "1", "99");
    assert_eq!(floor.heard()[0], expected);
}

#[test]
fn an_amend_keeps_its_place_only_if_it_takes_nothing_from_others() {
    let (alice, bob) = ("alice: traded 1 buy 1 @ 100 maker", "bob: traded 2 buy 1 @ 100 maker");
    who_trades((Some("1.5"), None, None), alice);
    who_trades((Some("1.5"), Some("100"), None), alice);
    who_trades((Some("3"), None, None), bob);
    who_trades((None, Some("99.9"), None), bob);
    who_trades((None, Some("100.1"), None), "alice: traded 1 buy 1 @ 100.1 maker");
}

#[test]
fn an_amend_that_crosses_takes() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, limit(1, Side::Buy, "1.5", "90"));
    floor.heard();
    floor.amend(ALICE, 1, (None, Some("101"), None));
    assert_eq!(
        floor.heard(),
        ["alice: amended 1", "alice: traded 1 buy 1 @ 101 taker", "trade buy 1 @ 101"]
    );
    assert_eq!(floor.levels(), "snapshot 0.5 @ 101, 1 @ 99, 1 @ 98 | 1 @ 102");
}

#[test]
fn an_amend_of_a_post_only_order_that_would_take_is_refused() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, post_only(limit(1, Side::Buy, "1", "90")));
    floor.heard();
    floor.amend(ALICE, 1, (None, Some("101"), None));
    assert_eq!(floor.heard(), ["alice: amend rejected 1: post only order"]);
    assert_eq!(floor.exchange.open_orders(ALICE).next().unwrap().limit(), Some(price("90")));
}

#[test]
fn an_amended_trigger_can_wake_at_once() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, stop(1, Side::Sell, "1", "95"));
    floor.amend(ALICE, 1, (None, None, Some("100")));
    assert_eq!(floor.heard()[1..3], ["alice: amended 1", "alice: triggered 1"]);
    floor.place(ALICE, stop(2, Side::Sell, "1", "95"));
    floor.amend(ALICE, 2, (Some("2"), None, Some("96")));
    let order = floor.exchange.open_orders(ALICE).next().unwrap();
    assert_eq!((order.trigger(), order.hold()), (Some(price("96")), amount("2")));
}

#[test]
fn an_amend_that_cannot_be_paid_changes_nothing() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, limit(1, Side::Sell, "9", "105"));
    floor.heard();
    floor.amend(ALICE, 1, (Some("11"), None, None));
    assert_eq!(floor.heard(), ["alice: amend rejected 1: insufficient funds"]);
    assert_eq!(floor.balance(ALICE, "BTC").held, amount("9"));
}

#[test]
fn an_amended_limit_must_leave_the_order_worth_something() {
    let mut floor = Floor::new();
    floor.book("", "1 @ 101");
    floor.trade(Side::Buy, "0.1", "100");
    floor.place(ALICE, limit(1, Side::Buy, "0.01", "100"));
    floor.heard();
    floor.amend(ALICE, 1, (None, Some("49.9"), None)).amend(ALICE, 1, (None, Some("50"), None));
    assert_eq!(
        floor.heard(),
        ["alice: amend rejected 1: cost minimum not met", "alice: amended 1"]
    );
}

#[test]
fn an_order_that_has_ended_makes_room() {
    let mut floor = Floor::new();
    for number in 1..=crate::validation::ORDERS_OPEN_MAX as u64 + 1 {
        floor.place(ALICE, limit(number, Side::Buy, "0.1", "100")).cancel(ALICE, number);
    }
    let heard = floor.heard();
    assert_eq!(heard.last().unwrap(), "alice: canceled 10001: Requested");
}
