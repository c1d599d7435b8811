//! An iceberg order shows a part of itself; what it hides trades all the same, but later.

use trading_types::AccountEvent;

use super::*;

/// Alice's iceberg sell of one bitcoin at 100 that shows 0.3, and behind it 0.2 of Bob's.
fn floor() -> Floor {
    let mut floor = Floor::new();
    floor.place(ALICE, iceberg(1, Side::Sell, "0.3", "1", "100"));
    floor.place(BOB, limit(2, Side::Sell, "0.2", "100"));
    floor.heard();
    floor
}

/// What is offered at 100, place by place.
fn queue(floor: &Floor) -> Vec<String> {
    let places = floor.exchange.orders_at(pair(), Side::Sell);
    let place = |place: QueuePlace| {
        let (_, order) = place.order.expect("nobody else is there");
        format!("#{} {}", order.sequence(), place.quantity)
    };
    places.map(place).collect()
}

fn change(
    floor: &mut Floor,
    displayed: &str,
    (all, limit): (Option<&str>, Option<&str>),
) -> Vec<String> {
    let (quantity_, limit) = (all.map(quantity), limit.map(price));
    let amendment = Amendment { order: id(1), quantity: quantity_, limit, trigger: None };
    floor.exchange.amend_displayed(ALICE, &amendment, quantity(displayed), floor.now);
    floor.heard()
}

#[test]
fn it_holds_for_all_and_shows_a_part() {
    let floor = floor();
    assert_eq!(floor.levels(), "snapshot  | 0.5 @ 100");
    assert_eq!(floor.balance(ALICE, "BTC").held, amount("1"));
    let open = floor.exchange.open_order(ALICE, id(1)).unwrap();
    assert_eq!(open.displayed(), Some(quantity("0.3")));
}

#[test]
fn the_next_part_goes_to_the_back() {
    let mut floor = floor();
    floor.trade(Side::Buy, "0.1", "100");
    assert_eq!(queue(&floor), ["#1 0.2", "#2 0.2"]);
    floor.trade(Side::Buy, "0.2", "100");
    assert_eq!(queue(&floor), ["#2 0.2", "#1 0.3"]);
    floor.trade(Side::Buy, "0.9", "100");
    assert!(queue(&floor).is_empty());
    let expected = [
        "alice: traded 1 sell 0.1 @ 100 maker",
        "trade buy 0.1 @ 100",
        "alice: traded 1 sell 0.2 @ 100 maker",
        "trade buy 0.2 @ 100",
        "bob: traded 2 sell 0.2 @ 100 maker",
        "bob: completed 2",
        "alice: traded 1 sell 0.3 @ 100 maker",
        "alice: traded 1 sell 0.3 @ 100 maker",
        "alice: traded 1 sell 0.1 @ 100 maker",
        "alice: completed 1",
        "trade buy 0.9 @ 100",
    ];
    assert_eq!(floor.heard(), expected);
}

#[test]
fn the_exchange_knows_after_which_trades_it_was_refilled() {
    let mut floor = floor();
    floor.trade(Side::Buy, "1.2", "100");
    let mut refills = Vec::new();
    while let Some((_, event)) = floor.exchange.poll_output() {
        if let VenueEvent::Account(AccountEvent::Traded(fill)) = event {
            let is_refilled = floor.exchange.is_refilled_after(&fill.trade);
            refills.push((fill.quantity.to_string(), is_refilled));
        }
    }
    let row = |all: &str, is_refilled| (all.to_owned(), is_refilled);
    let expected = [
        row("0.3", true),
        row("0.2", false),
        row("0.3", true),
        row("0.3", true),
        row("0.1", false),
    ];
    assert_eq!(refills, expected);
}

#[test]
fn it_takes_as_a_whole_and_then_hides() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, iceberg(1, Side::Buy, "0.2", "1.5", "101"));
    let expected = ["alice: accepted 1", "alice: traded 1 buy 1 @ 101 taker", "trade buy 1 @ 101"];
    assert_eq!(floor.heard(), expected);
    assert_eq!(floor.levels(), "snapshot 0.2 @ 101, 1 @ 99, 1 @ 98 | 1 @ 102");
}

#[test]
fn who_shows_less_keeps_the_place() {
    let mut floor = floor();
    assert_eq!(change(&mut floor, "0.25", (None, None)), ["alice: amended 1"]);
    assert_eq!(queue(&floor), ["#1 0.25", "#2 0.2"]);
    assert_eq!(change(&mut floor, "0.1", (Some("0.9"), None)), ["alice: amended 1"]);
    assert_eq!(queue(&floor), ["#1 0.1", "#2 0.2"]);
    assert_eq!(change(&mut floor, "0.2", (None, None)), ["alice: amended 1"]);
    assert_eq!(queue(&floor), ["#2 0.2", "#1 0.2"]);
    assert_eq!(change(&mut floor, "0.2", (None, Some("99.9"))), ["alice: amended 1"]);
    assert_eq!(floor.levels(), "snapshot  | 0.2 @ 99.9, 0.2 @ 100");
}

#[test]
fn a_smaller_whole_shows_no_more_than_is_left() {
    let mut floor = floor();
    floor.trade(Side::Buy, "0.3", "100");
    floor.amend(ALICE, 1, (Some("0.4"), None, None));
    assert_eq!(queue(&floor), ["#2 0.2", "#1 0.1"]);
    floor.amend(ALICE, 1, (Some("0.3"), None, None));
    assert_eq!(queue(&floor), ["#2 0.2"]);
    assert_eq!(floor.heard().last().unwrap(), "alice: canceled 1: Requested");
}

#[test]
fn it_may_not_hide_too_much() {
    let mut floor = floor();
    let refused = |why: &str| [format!("alice: amend rejected 1: invalid order ({why})")];
    let least = "an iceberg order shows at least a fifteenth of what is left";
    assert_eq!(change(&mut floor, "0.06666666", (None, None)), refused(least));
    assert_eq!(change(&mut floor, "0.06666667", (None, None)), ["alice: amended 1"]);
    floor.amend(ALICE, 1, (Some("1.1"), None, None));
    assert_eq!(floor.heard(), refused(least));
    assert_eq!(change(&mut floor, "0", (None, None)), ["alice: amend rejected 1: invalid volume"]);
    floor.cancel(ALICE, 1).place(ALICE, limit(1, Side::Sell, "1", "100"));
    floor.heard();
    let other = "only an iceberg order has a displayed quantity";
    assert_eq!(change(&mut floor, "0.5", (None, None)), refused(other));
}

#[test]
fn all_or_none_counts_what_is_hidden() {
    let kill = |all: &str| with_time(limit(3, Side::Buy, all, "100"), TimeInForce::FillOrKill);
    let mut floor = floor();
    floor.exchange.open_account(&[(asset("USD"), amount("10000"))]);
    let carol = AccountId(2);
    floor.heard();
    floor.place(carol, kill("1.21"));
    assert_eq!(floor.heard().last().unwrap(), "bob: canceled 3: NothingLeftToTake");
    floor.place(carol, kill("1.2"));
    assert_eq!(floor.heard().last().unwrap(), "bob: completed 3");
    assert!(queue(&floor).is_empty());
}
