//! Orders wait for their start, and for the price that they watch.

use trading_types::{OrderKind, TrailingOffset, TriggerSource};

use super::*;

fn starting(mut order: NewOrder, at: u64) -> NewOrder {
    order.start = Some(seconds(at));
    order
}

fn on_index(number: u64, side: Side, at: &str) -> NewOrder {
    order(number, side, OrderKind::StopLoss { trigger: index(at) }, "0.5")
}

#[test]
fn a_scheduled_order_is_accepted_and_acts_later() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, starting(limit(1, Side::Buy, "0.5", "101"), 1_060));
    assert_eq!(floor.heard(), ["alice: accepted 1"]);
    assert!(floor.balance(ALICE, "USD").held.is_positive());
    let open = floor.exchange.open_order(ALICE, id(1)).unwrap();
    assert_eq!(open.starts_at(), Some(seconds(1_060)));
    assert_eq!(floor.exchange.next_timeout(), Some(seconds(1_060)));
    assert!(floor.wait(59).heard().is_empty());
    let expected =
        ["alice: traded 1 buy 0.5 @ 101 taker", "trade buy 0.5 @ 101", "alice: completed 1"];
    assert_eq!(floor.wait(1).heard(), expected);
}

#[test]
fn a_scheduled_order_can_be_changed_and_ended() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, starting(limit(1, Side::Buy, "0.5", "101"), 1_060));
    floor.place(ALICE, starting(market(2, Side::Buy, "0.5"), 1_060));
    floor.place(ALICE, starting(spend(3, "50"), 1_060));
    floor.amend(ALICE, 1, (None, Some("98"), None)).amend(ALICE, 3, (None, None, None));
    floor.cancel(ALICE, 2);
    floor.heard();
    let expected = [
        "alice: traded 3 buy 0.4950495 @ 101 taker",
        "trade buy 0.4950495 @ 101",
        "alice: completed 3",
    ];
    assert_eq!(floor.wait(60).heard(), expected);
    assert_eq!(floor.levels(), "snapshot 1 @ 99, 1.5 @ 98 | 0.5049505 @ 101, 1 @ 102");
}

#[test]
fn a_start_in_the_past_is_no_start() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, starting(limit(1, Side::Buy, "0.5", "98"), 1_000));
    assert_eq!(floor.levels(), "snapshot 1 @ 99, 1.5 @ 98 | 1 @ 101, 1 @ 102");
}

#[test]
fn a_trailing_stop_trails_from_its_start() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, starting(trailing(1, Side::Sell, "0.5", "5"), 1_060));
    floor.heard();
    floor.trade(Side::Buy, "0.1", "80").wait(60).trade(Side::Buy, "0.1", "76");
    assert!(!floor.heard().contains(&"alice: triggered 1".to_owned()));
    floor.trade(Side::Buy, "0.1", "75");
    assert!(floor.heard().contains(&"alice: triggered 1".to_owned()));
}

#[test]
fn a_waiting_order_with_a_start_waits_for_both() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, starting(stop(1, Side::Sell, "0.5", "90"), 1_060));
    floor.trade(Side::Buy, "0.1", "89");
    floor.heard();
    let woken = floor.wait(60).heard();
    assert_eq!(woken[0], "alice: triggered 1", "the last price is still below its trigger");
}

#[test]
fn the_index_is_the_middle_of_the_book_until_somebody_sets_it() {
    let mut floor = Floor::new();
    assert_eq!(floor.exchange.index_price(pair()), None);
    floor.trade(Side::Buy, "0.1", "90");
    assert_eq!(floor.exchange.index_price(pair()), Some(price("90")));
    floor.book("1 @ 99", "1 @ 102");
    assert_eq!(floor.exchange.index_price(pair()), Some(price("100.5")));
    floor.exchange.set_index(pair(), Some(price("70")), floor.now);
    assert_eq!(floor.exchange.index_price(pair()), Some(price("70")));
    floor.exchange.set_index(pair(), None, floor.now);
    assert_eq!(floor.exchange.index_price(pair()), Some(price("100.5")));
}

#[test]
fn an_index_trigger_does_not_look_at_trades() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, on_index(1, Side::Sell, "95"));
    floor.heard();
    floor.trade(Side::Buy, "0.1", "90");
    assert_eq!(floor.heard(), ["trade buy 0.1 @ 90"]);
    floor.exchange.set_index(pair(), Some(price("95")), floor.now);
    let expected = [
        "alice: triggered 1",
        "alice: traded 1 sell 0.5 @ 99 taker",
        "trade sell 0.5 @ 99",
        "alice: completed 1",
    ];
    assert_eq!(floor.heard(), expected);
}

#[test]
fn an_index_trigger_follows_the_book_whoever_moves_it() {
    let woken = |floor: &mut Floor| floor.heard().contains(&"alice: triggered 1".to_owned());
    // The middle is 100; the bid at 99 goes, and it is 99.5.
    let mut floor = Floor::quoted();
    floor.place(ALICE, on_index(1, Side::Sell, "99.5"));
    assert!(!woken(&mut floor));
    floor.book("0 @ 99", "");
    assert!(woken(&mut floor), "the outside world");

    let mut floor = Floor::quoted();
    floor.place(ALICE, on_index(1, Side::Sell, "99.5"));
    floor.place(BOB, market(9, Side::Sell, "1"));
    assert!(woken(&mut floor), "a taker");

    let mut floor = Floor::quoted();
    floor.place(BOB, limit(9, Side::Sell, "1", "100"));
    floor.place(ALICE, on_index(1, Side::Buy, "100"));
    assert!(!woken(&mut floor));
    floor.cancel(BOB, 9);
    assert!(woken(&mut floor), "somebody who leaves");
}

#[test]
fn a_trailing_stop_can_trail_the_index() {
    let mut floor = Floor::quoted();
    let (offset, source) = (TrailingOffset::Price(price("5")), TriggerSource::Index);
    floor.place(ALICE, order(1, Side::Sell, OrderKind::TrailingStop { offset, source }, "0.5"));
    for at in ["100", "120", "116"] {
        floor.exchange.set_index(pair(), Some(price(at)), floor.now);
    }
    assert_eq!(floor.heard(), ["alice: accepted 1"]);
    floor.exchange.set_index(pair(), Some(price("115")), floor.now);
    assert_eq!(floor.heard()[0], "alice: triggered 1");
}

#[test]
fn an_amended_trigger_waits_at_its_new_price() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, stop(1, Side::Sell, "0.5", "90"));
    floor.amend(ALICE, 1, (None, None, Some("80")));
    floor.heard();
    floor.trade(Side::Buy, "0.1", "85");
    assert_eq!(floor.heard(), ["trade buy 0.1 @ 85"]);
    floor.amend(ALICE, 1, (None, None, Some("86")));
    assert_eq!(floor.heard()[..2], ["alice: amended 1", "alice: triggered 1"]);
}

#[test]
fn many_wake_by_arrival() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, stop(1, Side::Sell, "0.1", "90"));
    floor.place(BOB, stop(2, Side::Sell, "0.1", "95"));
    floor.place(ALICE, trailing(3, Side::Sell, "0.1", "4"));
    floor.place(BOB, order(4, Side::Buy, OrderKind::TakeProfit { trigger: last("92") }, "0.1"));
    floor.heard();
    floor.trade(Side::Buy, "0.1", "90");
    let woken = floor.heard().into_iter().filter(|text| text.contains("triggered"));
    let expected =
        ["alice: triggered 1", "bob: triggered 2", "alice: triggered 3", "bob: triggered 4"];
    assert_eq!(woken.collect::<Vec<_>>(), expected);
}
