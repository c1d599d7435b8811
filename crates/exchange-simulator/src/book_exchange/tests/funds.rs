//! Funds that run out: who is cut, and that all or nothing knows before it begins.

use trading_types::FeeSchedule;

use super::*;

/// A floor where maker and taker pay 0.4 %, so that a hold is exactly what a fill costs.
fn same_fees() -> Floor {
    let mut settings = settings();
    settings.rules[0].fees = FeeSchedule::flat(fraction("0.004"), fraction("0.004"));
    Floor::with(settings)
}

#[test]
fn a_taker_is_cut_to_what_he_can_pay() {
    let mut floor = Floor::new();
    floor.book("", "1000 @ 101, 5000 @ 150");
    floor.trade(Side::Buy, "1", "100");
    floor.place(ALICE, market(1, Side::Buy, "990"));
    let heard = floor.heard();
    assert_eq!(heard.last().unwrap(), "alice: canceled 1: InsufficientFunds");
    assert!(floor.balance(ALICE, "USD").free() < amount("0.00002"));
}

/// A market buy of two, all or nothing, by somebody with these funds; one is offered at 101 and
/// one at 102, and the last trade was at 100.
fn two_or_none(dollars: &str) -> Vec<String> {
    let mut floor = Floor::new();
    floor.book("", "1 @ 101, 1 @ 102").trade(Side::Sell, "1", "100");
    floor.heard();
    let carol = floor.exchange.open_account(&[(asset("USD"), amount(dollars))]);
    floor.heard();
    floor.place(carol, with_time(market(1, Side::Buy, "2"), TimeInForce::FillOrKill));
    floor.heard()
}

#[test]
fn all_or_nothing_counts_its_money_first() {
    // 101 and 102, each with its fee, are 203.812.
    assert_eq!(two_or_none("203.812").last().unwrap(), "bob: completed 1");
    let poor = two_or_none("203.81199");
    assert_eq!(poor, ["bob: accepted 1", "bob: canceled 1: InsufficientFunds"]);
}

/// Bob has spent everything on one bid, and a first small fill has cost more by its roundings
/// than its part of the hold: 0.01990001 are left, and 1.99796 dollars where 1.99798 are needed.
fn short_of_dust() -> Floor {
    let mut floor = same_fees();
    let carol = floor.exchange.open_account(&[(asset("USD"), amount("2.00802"))]);
    floor.place(carol, limit(1, Side::Buy, "0.02000002", "100"));
    floor.trade(Side::Sell, "0.00010001", "100");
    let order = floor.exchange.open_orders(carol).next().unwrap();
    assert_eq!(order.hold(), amount("1.99796"));
    floor.heard();
    floor
}

#[test]
fn a_maker_is_cut_to_what_he_can_pay() {
    let mut floor = short_of_dust();
    floor.place(ALICE, limit(2, Side::Sell, "0.01990001", "100"));
    assert_eq!(
        floor.heard(),
        [
            "alice: accepted 2",
            "bob: traded 1 buy 0.0199 @ 100 maker",
            "alice: traded 2 sell 0.0199 @ 100 taker",
            "trade sell 0.0199 @ 100",
            "bob: canceled 1: InsufficientFunds",
        ]
    );
    assert_eq!(floor.levels(), "snapshot  | 0.00000001 @ 100");
    let mut floor = short_of_dust();
    floor.trade(Side::Sell, "1", "100");
    assert_eq!(
        floor.heard(),
        [
            "bob: traded 1 buy 0.0199 @ 100 maker",
            "bob: canceled 1: InsufficientFunds",
            "trade sell 1 @ 100",
        ]
    );
}

#[test]
fn all_or_nothing_does_not_count_on_a_maker_who_cannot_pay() {
    let all =
        |number, all| with_time(limit(number, Side::Sell, all, "100"), TimeInForce::FillOrKill);
    let mut floor = short_of_dust();
    floor.place(ALICE, all(2, "0.01990001"));
    assert_eq!(floor.heard(), ["alice: accepted 2", "alice: canceled 2: NothingLeftToTake"]);
    floor.place(ALICE, all(3, "0.01"));
    assert_eq!(floor.heard().last().unwrap(), "alice: completed 3");
}

#[test]
fn who_spends_on_several_bids_cannot_spend_it_twice() {
    let mut floor = Floor::new();
    floor.place(ALICE, limit(1, Side::Buy, "600", "100"));
    floor.place(ALICE, limit(2, Side::Buy, "600", "100"));
    assert_eq!(floor.heard(), ["alice: accepted 1", "alice: rejected 2: insufficient funds"]);
    floor.cancel(ALICE, 1).place(ALICE, limit(2, Side::Buy, "600", "100"));
    assert_eq!(floor.heard().last().unwrap(), "alice: accepted 2");
}
