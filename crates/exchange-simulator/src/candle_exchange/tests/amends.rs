//! Changes of open orders, at each moment of a candle.

use super::*;

fn amend(number: u64, limit: Option<&str>, trigger: Option<&str>) -> Reaction {
    let (limit, trigger) = (limit.map(price), trigger.map(price));
    let amendment = Amendment { order: id(number), quantity: None, limit, trigger };
    Reaction::Command(VenueCommand::Amend(amendment))
}

fn post_only(mut order: NewOrder) -> NewOrder {
    order.post_only = true;
    order
}

/// A desk that hears of a watch at 98, in the range of a candle that reaches from 95 to 110.
fn in_the_range(reaction: Reaction) -> Desk {
    let mut desk = Desk::at_100();
    desk.exchange.set_watches(&[watch("98", Direction::Falling)]);
    desk.when("reached 98", [reaction])
}

#[test]
fn what_is_made_favorable_in_the_range_waits_for_the_next_candle() {
    for (order, change, filled) in [
        (
            limit(1, Side::Sell, "1", "120"),
            amend(1, Some("105"), None),
            "traded 1 sell 1 @ 105 maker",
        ),
        (
            take_profit(1, Side::Sell, "1", "120"),
            amend(1, None, Some("105")),
            "traded 1 sell 1 @ 105 taker",
        ),
    ] {
        let mut desk = in_the_range(change);
        desk.place(order);
        assert_eq!(desk.candle("100 110 95 100"), ["accepted 1", "reached 98", "amended 1"]);
        desk.exchange.set_watches(&[]);
        assert!(desk.candle("100 110 95 100").contains(&filled.to_owned()));
    }
}

#[test]
fn a_stop_that_is_moved_in_the_range_can_wake_in_it() {
    let mut desk = in_the_range(amend(1, None, Some("96")));
    desk.place(stop(1, Side::Sell, "1", "90"));
    let told = desk.candle("100 110 95 100");
    assert_eq!(
        told[2..],
        ["amended 1", "triggered 1", "traded 1 sell 1 @ 96 taker", "completed 1"]
    );
    assert_eq!(desk.ambiguous(), 1);
}

#[test]
fn an_amend_that_crosses_takes_at_the_price_of_the_moment() {
    let mut desk = in_the_range(amend(1, Some("97.5"), None));
    desk.place(limit(1, Side::Sell, "1", "120"));
    let told = desk.candle("100 110 95 100");
    assert_eq!(told[2..], ["amended 1", "traded 1 sell 1 @ 98 taker", "completed 1"]);
}

#[test]
fn a_smaller_quantity_in_the_range_changes_nothing_else() {
    let quantity = Some(quantity("0.5"));
    let smaller = Amendment { order: id(1), quantity, limit: None, trigger: None };
    let mut desk = in_the_range(Reaction::Command(VenueCommand::Amend(smaller)));
    desk.place(limit(1, Side::Sell, "1", "105"));
    let told = desk.candle("100 110 95 100");
    assert_eq!(told[2..], ["amended 1", "traded 1 sell 0.5 @ 105 maker", "completed 1"]);
}

#[test]
fn a_post_only_order_is_not_amended_into_the_market() {
    let change = || amend(1, Some("97.5"), None);
    let refused = "amend rejected 1: post only order";
    let mut desk = in_the_range(change());
    desk.place(post_only(limit(1, Side::Sell, "1", "120")));
    assert_eq!(desk.candle("100 110 95 100")[2..], [refused]);
    // One that stays out of the market may move.
    let mut desk = in_the_range(amend(1, Some("98.1"), None));
    desk.place(post_only(limit(1, Side::Sell, "1", "120")));
    assert_eq!(desk.candle("100 110 95 100")[2..], ["amended 1"]);
    // One that waits for its trigger is not in the market at all.
    let kind = OrderKind::StopLossLimit { trigger: last("90"), price: price("89") };
    let mut desk = in_the_range(change());
    desk.place(post_only(order(1, Side::Sell, kind, "1")));
    assert_eq!(desk.candle("100 110 95 100")[2..], ["amended 1"]);
    // A new trigger leaves a resting limit where it was.
    let mut desk = in_the_range(amend(1, None, Some("91")));
    desk.place(post_only(order(1, Side::Sell, kind, "1")));
    assert_eq!(desk.candle("100 110 95 100")[2..], ["amended 1"]);
}

#[test]
fn a_queued_order_takes_its_change_along() {
    let mut desk = Desk::at_100();
    desk.place(limit(1, Side::Sell, "1", "120"));
    let Reaction::Command(change) = amend(1, Some("99"), None) else { unreachable!() };
    desk.command(&change);
    assert_eq!(
        desk.candle("101 101 101 101"),
        ["accepted 1", "amended 1", "traded 1 sell 1 @ 101 taker", "completed 1"]
    );
    // Even if it is post-only: only the open will tell whether it takes.
    let mut desk = Desk::at_100();
    desk.place(post_only(limit(1, Side::Sell, "1", "120"))).command(&change);
    assert_eq!(desk.candle("98 98 98 98"), ["accepted 1", "amended 1"], "at 98 it does not");
}

#[test]
fn a_resting_stop_that_is_moved_at_the_close_rests_from_the_open_on() {
    let mut desk = Desk::at_100();
    desk.place(stop(1, Side::Sell, "1", "90"));
    desk.candle("100 100 100 100");
    let Reaction::Command(change) = amend(1, None, Some("100")) else { unreachable!() };
    desk.command(&change);
    assert_eq!(desk.poll(), ["amended 1"]);
    assert_eq!(desk.candle("99 99 99 99")[0..2], ["triggered 1", "traded 1 sell 1 @ 99 taker"]);
}
