//! A fill brings an order of the opposite side, if it was asked for.

use trading_types::{ConditionalClose, OrderKind, OrderQuantity};

use super::*;

fn closing(kind: OrderKind, mut order: NewOrder) -> NewOrder {
    order.close = Some(ConditionalClose { kind });
    order
}

/// Buys with a limit of 101, and sells what was bought at `at`.
fn buy_and_sell(all: &str, at: &str) -> NewOrder {
    closing(OrderKind::Limit { price: price(at) }, limit(7, Side::Buy, all, "101"))
}

#[test]
fn each_fill_brings_one_of_its_own_quantity() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, buy_and_sell("1.5", "110"));
    floor.trade(Side::Sell, "0.1", "101");
    let expected = [
        "alice: accepted 7",
        "alice: traded 7 buy 1 @ 101 taker",
        "trade buy 1 @ 101",
        "alice: accepted c1",
        "alice: traded 7 buy 0.1 @ 101 maker",
        "trade sell 0.1 @ 101",
        "alice: accepted c2",
    ];
    assert_eq!(floor.heard(), expected);
    assert_eq!(floor.levels(), "snapshot 0.4 @ 101, 1 @ 99, 1 @ 98 | 1 @ 102, 1.1 @ 110");
    let closes: Vec<_> = floor.exchange.open_orders(ALICE).filter(|it| it.id() != id(7)).collect();
    assert!(closes.iter().all(|close| close.parent() == Some(id(7))));
    let PlacedClose { account, parent, order, .. } =
        floor.exchange.placed_close(closes[1].id()).unwrap();
    assert_eq!((*account, *parent, &order.quantity), (ALICE, id(7), &base("0.1")));
    assert_eq!(floor.exchange.placed_close(id(7)), None);
}

fn base(all: &str) -> OrderQuantity {
    OrderQuantity::Base(quantity(all))
}

#[test]
fn it_trades_at_once_where_the_market_is_there_already() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, buy_and_sell("0.5", "99"));
    let expected = [
        "alice: accepted 7",
        "alice: traded 7 buy 0.5 @ 101 taker",
        "trade buy 0.5 @ 101",
        "alice: completed 7",
        "alice: accepted c1",
        "alice: traded c1 sell 0.5 @ 99 taker",
        "trade sell 0.5 @ 99",
        "alice: completed c1",
    ];
    assert_eq!(floor.heard(), expected);
}

#[test]
fn it_may_wait_for_a_trigger() {
    let mut floor = Floor::quoted();
    floor.place(
        ALICE,
        closing(OrderKind::StopLoss { trigger: last("95") }, buy_and_sell("0.5", "1")),
    );
    floor.heard();
    floor.trade(Side::Sell, "0.1", "95");
    let expected = [
        "trade sell 0.1 @ 95",
        "alice: triggered c1",
        "alice: traded c1 sell 0.5 @ 99 taker",
        "trade sell 0.5 @ 99",
        "alice: completed c1",
    ];
    assert_eq!(floor.heard(), expected);
}

#[test]
fn a_fill_below_the_minimum_brings_one_too() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, buy_and_sell("2", "110"));
    floor.heard();
    floor.trade(Side::Sell, "0.00000001", "101");
    assert_eq!(floor.heard().last().unwrap(), "alice: accepted c2");
}

#[test]
fn without_funds_it_is_refused() {
    let mut floor = Floor::quoted();
    floor.exchange.withdraw(ALICE, asset("BTC"), amount("10"), floor.now).unwrap();
    let order = buy_and_sell("0.5", "110");
    floor.place(ALICE, NewOrder { fee_currency: trading_types::FeeCurrency::Base, ..order });
    assert_eq!(floor.heard().last().unwrap(), "alice: rejected c1: insufficient funds");
    assert_eq!(floor.balance(ALICE, "BTC").held, amount("0"));
}
