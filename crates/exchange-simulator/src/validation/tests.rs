//! Each rule has an order that breaks it and no rule before it.

use trading_types::{ConditionalClose, Side, Trigger};

use super::*;
use crate::fixture::{limit, market, order, pair, price, quantity, rules, seconds, spend, stop};

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "a row reads better without a reference")]
fn check(order: &NewOrder, expected: Result<(), Refusal>) {
    for venue in [Venue::Candles, Venue::Book] {
        check_at(venue, order, expected.clone());
    }
}

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "a row reads better without a reference")]
fn check_at(venue: Venue, order: &NewOrder, expected: Result<(), Refusal>) {
    let rules = rules();
    let arrival = Arrival {
        venue,
        rules: &rules,
        market: Some(price("100")),
        is_id_open: false,
        orders_open: 0,
        now: seconds(100),
    };
    assert_eq!(super::check(order, &arrival), expected, "{venue:?}: {order:?}");
}

fn changed(change: impl FnOnce(&mut NewOrder)) -> NewOrder {
    let mut order = limit(1, Side::Buy, "1", "99");
    change(&mut order);
    order
}

#[test]
fn a_plain_order_breaks_none() {
    check(&limit(1, Side::Buy, "1", "99"), Ok(()));
    check(&market(1, Side::Sell, "0.005"), Ok(()));
    check(&spend(1, "0.5"), Ok(()));
    check(&changed(|order| order.deadline = Some(seconds(100))), Ok(()));
    check(&changed(|order| order.start = Some(seconds(100))), Ok(()));
    let end = TimeInForce::GoodTilDate(seconds(101));
    check(&changed(|order| order.time_in_force = end), Ok(()));
}

#[test]
fn what_candles_do_not_know_says_so() {
    let check = |order: &NewOrder, what: &str| {
        let refusal = Refusal::InvalidOrder(format!("not simulated: {what}"));
        check_at(Venue::Candles, order, Err(refusal));
        check_at(Venue::Book, order, Ok(()));
    };
    let iceberg = OrderKind::Iceberg { price: price("99"), displayed: quantity("0.5") };
    check(&order(1, Side::Buy, iceberg, "1"), "iceberg orders");
    let close = Some(ConditionalClose { kind: OrderKind::Limit { price: price("105") } });
    check(&changed(|order| order.close = close), "conditional close");
    let trigger = Trigger { price: price("90"), source: TriggerSource::Index };
    let indexed = order(1, Side::Sell, OrderKind::StopLoss { trigger }, "1");
    check(&indexed, "index triggers");
    check(&changed(|order| order.start = Some(seconds(101))), "scheduled orders");
}

#[test]
fn what_the_book_knows_has_to_fit() {
    let close = |kind| changed(|order| order.close = Some(ConditionalClose { kind }));
    let text = |why: &str| Err(Refusal::InvalidOrder(why.to_owned()));
    let iceberg =
        |displayed: &str| OrderKind::Iceberg { price: price("99"), displayed: quantity(displayed) };
    for (order, expected) in [
        (close(OrderKind::Market), text("a conditional close cannot be a market order")),
        (close(iceberg("1")), text("a conditional close cannot be an iceberg order")),
        (close(OrderKind::Limit { price: price("0.05") }), Err(Refusal::InvalidPrice)),
        (
            order(1, Side::Buy, iceberg("0.06666666"), "1"),
            text("an iceberg order shows between a fifteenth and all of its quantity"),
        ),
        (order(1, Side::Buy, iceberg("0.06666667"), "1"), Ok(())),
    ] {
        check_at(Venue::Book, &order, expected);
    }
    assert_eq!(check_displayed(quantity("0.06666667"), quantity("1")), Ok(()));
    assert!(check_displayed(quantity("0.06666666"), quantity("1")).is_err());
}

#[test]
fn the_first_broken_rule_names_the_refusal() {
    // Everything is wrong; then one thing after the other is mended.
    let mut order = changed(|order| {
        order.pair.base = pair().quote;
        order.quantity = OrderQuantity::Quote(Amount::ZERO);
        order.kind = OrderKind::Limit { price: price("0.05") };
        order.time_in_force = TimeInForce::GoodTilDate(seconds(100));
        order.deadline = Some(seconds(99));
    });
    let text = |why: &str| Refusal::InvalidOrder(why.to_owned());
    check(&order, Err(Refusal::UnknownPair));
    order.pair = pair();
    check(&order, Err(text("only a market buy can be sized in the quote currency")));
    order.quantity = OrderQuantity::Base(quantity("0"));
    check(&order, Err(text("the end date has passed")));
    order.time_in_force = TimeInForce::GoodTilCanceled;
    check(&order, Err(Refusal::InvalidPrice));
    order.kind = OrderKind::Limit { price: price("0.1") };
    check(&order, Err(Refusal::InvalidQuantity));
    order.quantity = OrderQuantity::Base(quantity("0.00009999"));
    check(&order, Err(Refusal::BelowQuantityMinimum));
    order.quantity = OrderQuantity::Base(quantity("4.99999999"));
    check(&order, Err(Refusal::BelowCostMinimum));
    order.quantity = OrderQuantity::Base(quantity("5"));
    check(&order, Err(Refusal::DeadlineElapsed));
    order.deadline = None;
    check(&order, Ok(()));
}

#[test]
fn a_name_in_use_and_one_order_too_many() {
    let rules = rules();
    let market = Some(price("100"));
    let (is_id_open, orders_open, now) = (true, ORDERS_OPEN_MAX, seconds(1));
    let venue = Venue::Book;
    let arrival = Arrival { venue, rules: &rules, market, is_id_open, orders_open, now };
    let order = limit(1, Side::Buy, "1", "99");
    assert_eq!(super::check(&order, &arrival), Err(Refusal::DuplicateClientOrderId));
    let arrival = Arrival { is_id_open: false, ..arrival };
    assert_eq!(super::check(&order, &arrival), Err(Refusal::OrdersLimitExceeded));
    let arrival = Arrival { orders_open: ORDERS_OPEN_MAX - 1, ..arrival };
    assert_eq!(super::check(&order, &arrival), Ok(()));
}

#[test]
fn an_order_is_valued_at_its_own_price() {
    check(&stop(1, Side::Sell, "0.005", "99.9"), Err(Refusal::BelowCostMinimum));
    check(&stop(1, Side::Sell, "0.005", "100"), Ok(()));
    check(&limit(1, Side::Buy, "0.005", "99.9"), Err(Refusal::BelowCostMinimum));
    check(&market(1, Side::Buy, "0.00499999"), Err(Refusal::BelowCostMinimum));
}
