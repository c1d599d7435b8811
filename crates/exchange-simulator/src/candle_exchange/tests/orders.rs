//! Every kind of order, time in force and command, and each refusal.

use trading_types::{FeeCurrency, TrailingOffset, TriggerSource};

use super::*;

/// Places one order at the open of a candle at 100 and says what was told.
#[track_caller]
fn check(order: NewOrder, told: &[&str]) {
    let desk = Desk::new().when("balances 1 BTC, 10000 USD", [place(order)]);
    let mut desk = desk;
    assert_eq!(desk.candle("100 100 100 100"), told);
}

#[test]
fn refusals_in_the_order_of_the_rules() {
    let on = |change: fn(&mut NewOrder)| {
        let mut order = limit(1, Side::Buy, "1", "99");
        change(&mut order);
        order
    };
    let other_pair = on(|order| order.pair = "ETH/USD".parse().unwrap());
    check(other_pair, &["rejected 1: unknown asset pair"]);
    let contradiction = on(|order| {
        order.post_only = true;
        order.time_in_force = TimeInForce::ImmediateOrCancel;
    });
    check(
        contradiction,
        &["rejected 1: invalid order (a post-only order cannot also be immediate-or-cancel or \
           fill-or-kill)"],
    );
    let iceberg = OrderKind::Iceberg { price: price("99"), displayed: quantity("0.5") };
    check(
        order(1, Side::Buy, iceberg, "1"),
        &["rejected 1: invalid order (not simulated: iceberg orders)"],
    );
    let over = on(|order| order.time_in_force = TimeInForce::GoodTilDate(Timestamp::EPOCH));
    check(over, &["rejected 1: invalid order (the end date has passed)"]);
    check(limit(1, Side::Buy, "1", "99.05"), &["rejected 1: invalid price"]);
    check(limit(1, Side::Buy, "1", "0"), &["rejected 1: invalid price"]);
    check(stop(1, Side::Sell, "1", "-1"), &["rejected 1: invalid price"]);
    check(trailing(1, Side::Sell, "1", "100"), &["rejected 1: invalid price"]);
    check(trailing(1, Side::Sell, "1", "100%"), &["rejected 1: invalid price"]);
    check(market(1, Side::Buy, "0"), &["rejected 1: invalid volume"]);
    check(spend(1, "-5"), &["rejected 1: invalid volume"]);
    check(market(1, Side::Buy, "0.00009"), &["rejected 1: order minimum not met"]);
    check(spend(1, "0.001"), &["rejected 1: order minimum not met"]);
    check(market(1, Side::Buy, "0.0049"), &["rejected 1: cost minimum not met"]);
    check(market(1, Side::Buy, "100"), &["rejected 1: insufficient funds"]);
    check(market(1, Side::Sell, "1.1"), &["rejected 1: insufficient funds"]);
}

#[test]
fn a_deadline_counts_on_arrival() {
    let mut desk = Desk::at_100();
    let mut late = market(1, Side::Buy, "1");
    late.deadline = Some(seconds(HOUR - 1));
    let mut queued = market(2, Side::Buy, "1");
    queued.deadline = Some(seconds(HOUR));
    desk.place(late).place(queued);
    desk.candles = 9;
    assert_eq!(
        desk.candle("100 100 100 100"),
        ["rejected 1: deadline elapsed", "accepted 2", "traded 2 buy 1 @ 100 taker", "completed 2"]
    );
}

#[test]
fn an_id_is_free_again_once_its_order_has_ended() {
    let mut desk = Desk::at_100();
    let order = || limit(1, Side::Buy, "1", "90");
    desk.place(order()).place(order()).command(&VenueCommand::Cancel(id(1))).place(order());
    assert_eq!(
        desk.poll(),
        [
            "accepted 1",
            "rejected 1: client order id already in use",
            "canceled 1: Requested",
            "accepted 1",
        ]
    );
}

#[test]
fn times_in_force() {
    use TimeInForce::{FillOrKill, GoodTilDate, ImmediateOrCancel};
    let limit_with = |at: &str, time_in_force| {
        let mut order = limit(1, Side::Buy, "1", at);
        order.time_in_force = time_in_force;
        order
    };
    let missed = ["accepted 1", "canceled 1: NothingLeftToTake"];
    let filled = ["accepted 1", "traded 1 buy 1 @ 100 taker", "completed 1"];
    check(limit_with("99", ImmediateOrCancel), &missed);
    check(limit_with("99", FillOrKill), &missed);
    check(limit_with("101", ImmediateOrCancel), &filled);
    check(limit_with("101", FillOrKill), &filled);
    check(limit_with("99", GoodTilDate(seconds(HOUR))), &["accepted 1", "expired 1"]);
    check(limit_with("99", GoodTilDate(seconds(HOUR + 1))), &["accepted 1"]);
}

#[test]
fn an_end_date_within_a_gap_ends_at_the_next_open() {
    let mut desk = Desk::at_100();
    let mut order = limit(1, Side::Buy, "1", "99");
    order.time_in_force = TimeInForce::GoodTilDate(seconds(2 * HOUR));
    desk.place(order);
    desk.candles = 5;
    assert_eq!(desk.candle("90 90 90 90"), ["accepted 1", "expired 1"]);
}

#[test]
fn post_only_never_takes() {
    let mut order = limit(1, Side::Buy, "1", "100");
    order.post_only = true;
    check(order, &["accepted 1", "canceled 1: PostOnlyWouldTake"]);
}

#[test]
fn a_trigger_that_the_price_has_passed_wakes_on_arrival() {
    check(
        stop(1, Side::Sell, "1", "100"),
        &["accepted 1", "triggered 1", "traded 1 sell 1 @ 100 taker", "completed 1"],
    );
    check(
        take_profit(1, Side::Buy, "1", "101"),
        &["accepted 1", "triggered 1", "traded 1 buy 1 @ 100 taker", "completed 1"],
    );
}

#[test]
fn a_stop_limit_rests_when_the_price_has_gone_past_its_limit() {
    let kind = OrderKind::StopLossLimit { trigger: last("95"), price: price("94") };
    let mut desk = Desk::at_100();
    desk.place(order(1, Side::Sell, kind, "1"));
    let told = desk.candle("90 94 90 92");
    assert_eq!(told, ["accepted 1", "triggered 1"], "touching the limit does not fill it");
    assert_eq!(desk.candle("92 94.1 92 92"), ["traded 1 sell 1 @ 94 maker", "completed 1"]);
}

#[test]
fn slippage_does_not_push_a_woken_limit_past_its_price() {
    let kind = OrderKind::StopLossLimit { trigger: last("95"), price: price("94.9") };
    let mut desk = Desk::with(|settings| settings.slippage = fraction("0.01"));
    desk.candle("100 100 100 100");
    desk.place(order(1, Side::Sell, kind, "1"));
    let told = desk.candle("100 100 95 95");
    assert_eq!(told[2], "traded 1 sell 1 @ 94.9 taker");
}

#[test]
fn a_stop_limit_woken_in_the_range_that_cannot_take_waits_for_the_next_candle() {
    let kind = OrderKind::StopLossLimit { trigger: last("95"), price: price("96") };
    let mut desk = Desk::at_100();
    desk.place(order(1, Side::Sell, kind, "1"));
    assert_eq!(desk.candle("100 110 95 97"), ["accepted 1", "triggered 1"]);
    assert_eq!(desk.candle("97 97 97 97"), ["traded 1 sell 1 @ 96 maker", "completed 1"]);
}

#[test]
fn a_trailing_stop_limit_takes_its_limit_from_where_it_wakes() {
    let kind = OrderKind::TrailingStopLimit {
        offset: TrailingOffset::Price(price("5")),
        source: TriggerSource::Last,
        limit_offset: price("-2"),
    };
    let mut desk = Desk::at_100();
    desk.place(order(1, Side::Sell, kind, "1"));
    desk.candle("100 110 100 110");
    let told = desk.candle("102 102 102 102");
    assert_eq!(told, ["triggered 1"], "woken by 105, the limit is 103");
    assert_eq!(desk.exchange.open_orders().next().unwrap().limit(), Some(price("103")));
}

#[test]
fn amendments() {
    let amend = |quantity: Option<&str>, limit: Option<&str>, trigger: Option<&str>| {
        VenueCommand::Amend(Amendment {
            order: id(1),
            quantity: quantity.map(crate::fixture::quantity),
            limit: limit.map(price),
            trigger: trigger.map(price),
        })
    };
    let mut desk = Desk::at_100();
    desk.place(limit(1, Side::Buy, "1", "99"));
    desk.candle("100 100 100 100");
    desk.command(&amend(Some("2"), Some("98"), None));
    assert_eq!(desk.poll(), ["amended 1"]);
    assert_eq!(desk.free("USD"), "9803.216", "2 × 98 and the fee of 0.4 %");
    let refused = [
        (amend(Some("1000"), None, None), "insufficient funds"),
        (amend(None, Some("98.01"), None), "invalid price"),
        (amend(Some("0"), None, None), "invalid volume"),
        (amend(Some("0.00001"), None, None), "order minimum not met"),
        (amend(Some("0.001"), None, None), "cost minimum not met"),
        (amend(None, None, Some("90")), "invalid order (the order has no fixed trigger price)"),
    ];
    for (command, why) in refused {
        desk.command(&command);
        assert_eq!(desk.poll(), [format!("amend rejected 1: {why}")]);
    }
    assert_eq!(desk.free("USD"), "9803.216");
    desk.command(&amend(None, Some("103"), None));
    assert_eq!(
        desk.candle("102 102 102 102"),
        ["amended 1", "traded 1 buy 2 @ 102 taker", "completed 1"],
        "a changed limit acts at the next open"
    );
    desk.command(&amend(None, Some("103"), None));
    assert_eq!(desk.poll(), ["amend rejected 1: unknown order"], "the fill came first");
}

#[test]
fn a_cancel_that_comes_too_late_is_refused() {
    let desk = Desk::at_100().when("traded 1 buy 1 @ 100 taker", [cancel(1)]);
    let mut desk = desk;
    desk.place(market(1, Side::Buy, "1"));
    let told = desk.candle("100 100 100 100");
    assert_eq!(told[2..], ["completed 1", "cancel rejected 1: unknown order"]);
}

#[test]
fn cancel_all_takes_every_order() {
    let mut desk = Desk::at_100();
    desk.place(market(1, Side::Buy, "1")).place(stop(2, Side::Sell, "0.5", "95"));
    desk.place(limit(3, Side::Sell, "0.5", "105")).command(&VenueCommand::CancelAll);
    assert_eq!(
        desk.poll()[3..],
        ["canceled 1: Requested", "canceled 2: Requested", "canceled 3: Requested"]
    );
    assert_eq!((desk.free("USD"), desk.free("BTC")), ("10000".to_owned(), "1".to_owned()));
}

#[test]
fn canceling_a_queued_order_is_in_time() {
    let mut desk = Desk::at_100();
    desk.place(market(1, Side::Buy, "1")).command(&VenueCommand::Cancel(id(1)));
    assert_eq!(
        desk.candle("100 100 100 100"),
        ["accepted 1", format!("canceled 1: {:?}", CancelReason::Requested).as_str()]
    );
}

#[test]
fn fees_in_base_come_off_what_is_bought_and_on_top_of_what_is_sold() {
    let with_base_fee = |mut order: NewOrder| {
        order.fee_currency = FeeCurrency::Base;
        order
    };
    let mut desk = Desk::with(|settings| settings.fill = CandleFill::Close);
    desk.candle("100 100 100 100");
    desk.place(with_base_fee(market(1, Side::Buy, "1")));
    desk.poll();
    assert_eq!((desk.total("USD").as_str(), desk.total("BTC").as_str()), ("9900", "1.996"));
    desk.place(with_base_fee(market(2, Side::Sell, "1.5")));
    desk.poll();
    assert_eq!((desk.total("USD").as_str(), desk.total("BTC").as_str()), ("10050", "0.49"));
}

#[test]
fn an_unknown_order_cannot_be_canceled() {
    let mut desk = Desk::at_100();
    let unknown = ClientOrderId::new(9, 9);
    desk.command(&VenueCommand::Cancel(unknown));
    assert_eq!(desk.poll(), ["cancel rejected 9: unknown order"]);
}
