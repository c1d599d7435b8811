//! Every kind of order, time in force, state of the exchange, and the refusals of a book.

use trading_types::{OrderKind, Refusal, SelfTradePrevention, TrailingOffset, TriggerSource};

use super::*;

/// What one order of Alice's is told on the quoted floor.
#[track_caller]
fn check(order: NewOrder, expected: &[&str]) -> Floor {
    let mut floor = Floor::quoted();
    floor.place(ALICE, order);
    assert_eq!(floor.heard(), expected);
    floor
}

#[test]
fn a_market_order_walks_the_book_by_price() {
    check(
        market(1, Side::Buy, "1.5"),
        &[
            "alice: accepted 1",
            "alice: traded 1 buy 1 @ 101 taker",
            "trade buy 1 @ 101",
            "alice: traded 1 buy 0.5 @ 102 taker",
            "trade buy 0.5 @ 102",
            "alice: completed 1",
        ],
    );
}

#[test]
fn a_market_order_ends_where_the_book_does() {
    let floor = check(
        market(1, Side::Sell, "3"),
        &[
            "alice: accepted 1",
            "alice: traded 1 sell 1 @ 99 taker",
            "trade sell 1 @ 99",
            "alice: traded 1 sell 1 @ 98 taker",
            "trade sell 1 @ 98",
            "alice: canceled 1: NothingLeftToTake",
        ],
    );
    assert!(floor.balance(ALICE, "BTC").held.is_zero());
}

#[test]
fn a_limit_order_never_trades_through_its_limit() {
    let floor = check(
        limit(1, Side::Buy, "1.5", "101"),
        &["alice: accepted 1", "alice: traded 1 buy 1 @ 101 taker", "trade buy 1 @ 101"],
    );
    assert_eq!(floor.levels(), "snapshot 0.5 @ 101, 1 @ 99, 1 @ 98 | 1 @ 102");
}

#[test]
fn spending_walks_levels_down_to_the_last_lot() {
    let floor = check(
        spend(1, "150"),
        &[
            "alice: accepted 1",
            "alice: traded 1 buy 1 @ 101 taker",
            "trade buy 1 @ 101",
            "alice: traded 1 buy 0.48039215 @ 102 taker",
            "trade buy 0.48039215 @ 102",
            "alice: completed 1",
        ],
    );
    assert!(floor.balance(ALICE, "USD").held.is_zero());
}

#[test]
fn post_only_is_accepted_and_then_canceled_when_it_would_take() {
    check(
        post_only(limit(1, Side::Buy, "1", "101")),
        &["alice: accepted 1", "alice: canceled 1: PostOnlyWouldTake"],
    );
    check(post_only(limit(1, Side::Buy, "1", "100.9")), &["alice: accepted 1"]);
}

#[test]
fn immediate_or_cancel_takes_what_is_there() {
    check(
        with_time(limit(1, Side::Buy, "1.5", "101"), TimeInForce::ImmediateOrCancel),
        &[
            "alice: accepted 1",
            "alice: traded 1 buy 1 @ 101 taker",
            "trade buy 1 @ 101",
            "alice: canceled 1: NothingLeftToTake",
        ],
    );
}

#[test]
fn fill_or_kill_is_all_or_nothing() {
    let kill = |all, at| with_time(limit(1, Side::Buy, all, at), TimeInForce::FillOrKill);
    let nothing = ["alice: accepted 1", "alice: canceled 1: NothingLeftToTake"];
    check(kill("1.5", "101"), &nothing);
    check(kill("2.1", "105"), &nothing);
    let mut floor = Floor::quoted();
    floor.place(ALICE, kill("2", "102"));
    assert_eq!(floor.heard().last().unwrap(), "alice: completed 1");
}

#[test]
fn an_end_date_ends() {
    let end = seconds(1_060);
    let mut floor = check(
        with_time(limit(1, Side::Buy, "1", "90"), TimeInForce::GoodTilDate(end)),
        &["alice: accepted 1"],
    );
    assert_eq!(floor.exchange.next_timeout(), Some(end));
    assert_eq!(floor.wait(59).heard(), [""; 0]);
    assert_eq!(floor.wait(1).heard(), ["alice: expired 1"]);
    assert_eq!(floor.balance(ALICE, "USD").held, Amount::ZERO);
    assert_eq!(floor.exchange.next_timeout(), None);
}

#[test]
fn a_stop_wakes_by_the_last_trade() {
    let mut floor = check(stop(1, Side::Sell, "1", "99.5"), &["alice: accepted 1"]);
    floor.trade(Side::Sell, "0.1", "99.6");
    assert_eq!(floor.heard(), ["trade sell 0.1 @ 99.6"]);
    floor.trade(Side::Sell, "0.1", "99.5");
    assert_eq!(
        floor.heard(),
        [
            "trade sell 0.1 @ 99.5",
            "alice: triggered 1",
            "alice: traded 1 sell 1 @ 99 taker",
            "trade sell 1 @ 99",
            "alice: completed 1",
        ]
    );
}

#[test]
fn one_woken_order_can_wake_the_next() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, stop(1, Side::Sell, "1", "99.5"));
    floor.place(BOB, stop(2, Side::Sell, "0.5", "99"));
    floor.heard();
    floor.trade(Side::Sell, "0.1", "99.5");
    let heard = floor.heard();
    assert_eq!(
        heard[1..],
        [
            "alice: triggered 1",
            "alice: traded 1 sell 1 @ 99 taker",
            "trade sell 1 @ 99",
            "alice: completed 1",
            "bob: triggered 2",
            "bob: traded 2 sell 0.5 @ 98 taker",
            "trade sell 0.5 @ 98",
            "bob: completed 2",
        ]
    );
}

#[test]
fn a_stop_limit_rests_at_its_limit() {
    let kind = OrderKind::StopLossLimit { trigger: last("99.5"), price: price("99.3") };
    let mut floor = check(order(1, Side::Sell, kind, "1"), &["alice: accepted 1"]);
    floor.trade(Side::Sell, "0.1", "99.5");
    assert_eq!(floor.heard(), ["trade sell 0.1 @ 99.5", "alice: triggered 1"]);
    assert_eq!(floor.levels(), "snapshot 1 @ 99, 1 @ 98 | 1 @ 99.3, 1 @ 101, 1 @ 102");
}

#[test]
fn a_take_profit_wakes_in_our_favor() {
    let mut floor = check(take_profit(1, Side::Sell, "1", "103"), &["alice: accepted 1"]);
    floor.trade(Side::Buy, "0.1", "103");
    assert_eq!(floor.heard()[1..3], ["alice: triggered 1", "alice: traded 1 sell 1 @ 99 taker"]);
    check(
        take_profit(1, Side::Sell, "1", "100"),
        &[
            "alice: accepted 1",
            "alice: triggered 1",
            "alice: traded 1 sell 1 @ 99 taker",
            "trade sell 1 @ 99",
            "alice: completed 1",
        ],
    );
}

#[test]
fn a_trailing_stop_follows_every_trade() {
    let mut floor = check(trailing(1, Side::Sell, "1", "2"), &["alice: accepted 1"]);
    for at in ["101", "104", "103", "102.1"] {
        floor.trade(Side::Buy, "0.1", at);
    }
    assert_eq!(floor.heard().len(), 4, "104 - 2 is not reached");
    floor.trade(Side::Buy, "0.1", "102");
    assert_eq!(floor.heard()[1], "alice: triggered 1");
}

#[test]
fn a_trailing_stop_limit_takes_its_limit_from_where_it_wakes() {
    let kind = OrderKind::TrailingStopLimit {
        offset: TrailingOffset::Price(price("2")),
        source: TriggerSource::Last,
        limit_offset: price("-1"),
    };
    let mut floor = check(order(1, Side::Buy, kind, "1"), &["alice: accepted 1"]);
    assert_eq!(floor.balance(ALICE, "USD").held, amount("103.412"), "103 and its fee");
    floor.trade(Side::Sell, "0.1", "97");
    floor.trade(Side::Buy, "0.1", "99");
    assert_eq!(floor.heard().last().unwrap(), "alice: triggered 1");
    assert_eq!(floor.levels(), "snapshot 1 @ 100, 0.9 @ 99, 1 @ 98 | 1 @ 101, 1 @ 102");
}

#[test]
fn self_trades_are_prevented_as_the_arriving_order_says() {
    let run = |self_trade| {
        let mut floor = Floor::quoted();
        floor.place(ALICE, limit(1, Side::Sell, "1", "100"));
        let mut order = limit(2, Side::Buy, "2", "101");
        order.self_trade = self_trade;
        floor.place(ALICE, order);
        floor.heard().split_off(2)
    };
    assert_eq!(run(SelfTradePrevention::CancelNewest), ["alice: canceled 2: SelfTrade"]);
    assert_eq!(
        run(SelfTradePrevention::CancelOldest),
        ["alice: canceled 1: SelfTrade", "alice: traded 2 buy 1 @ 101 taker", "trade buy 1 @ 101",]
    );
    assert_eq!(
        run(SelfTradePrevention::CancelBoth),
        ["alice: canceled 1: SelfTrade", "alice: canceled 2: SelfTrade"]
    );
}

#[test]
fn fill_or_kill_sees_its_own_order_coming() {
    let run = |self_trade| {
        let mut floor = Floor::quoted();
        floor.place(ALICE, limit(1, Side::Sell, "1", "100"));
        let mut order = with_time(limit(2, Side::Buy, "1", "101"), TimeInForce::FillOrKill);
        order.self_trade = self_trade;
        floor.place(ALICE, order);
        floor.heard().split_off(2)
    };
    assert_eq!(run(SelfTradePrevention::CancelNewest), ["alice: canceled 2: SelfTrade"]);
    assert_eq!(run(SelfTradePrevention::CancelOldest)[1], "alice: traded 2 buy 1 @ 101 taker");
}

#[test]
fn refusals_that_need_no_book_are_those_of_the_candle_exchange() {
    let other = NewOrder { pair: "ETH/USD".parse().unwrap(), ..market(1, Side::Buy, "1") };
    check(other, &["alice: rejected 1: unknown asset pair"]);
    check(limit(1, Side::Buy, "1", "99.05"), &["alice: rejected 1: invalid price"]);
    check(market(1, Side::Sell, "11"), &["alice: rejected 1: insufficient funds"]);
    let late = NewOrder { deadline: Some(seconds(999)), ..market(1, Side::Buy, "1") };
    check(late, &["alice: rejected 1: deadline elapsed"]);
}

#[test]
fn a_trailing_stop_needs_a_price_to_trail() {
    let mut floor = Floor::new();
    floor.place(ALICE, trailing(1, Side::Sell, "1", "2"));
    assert_eq!(floor.heard(), ["alice: rejected 1: invalid price"]);
}

#[test]
fn a_name_is_taken_while_its_order_is_open_and_only_in_its_account() {
    let mut floor = Floor::quoted();
    let order = || limit(1, Side::Buy, "1", "90");
    floor.place(ALICE, order()).place(ALICE, order()).place(BOB, order());
    floor.cancel(ALICE, 1).place(ALICE, order());
    assert_eq!(
        floor.heard(),
        [
            "alice: accepted 1",
            "alice: rejected 1: client order id already in use",
            "bob: accepted 1",
            "alice: canceled 1: Requested",
            "alice: accepted 1",
        ]
    );
}

#[test]
fn each_state_takes_what_it_takes() {
    use VenueStatus::{CancelOnly, LimitOnly, Maintenance, Online, PostOnly};
    let orders = [
        market(1, Side::Buy, "1"),
        limit(1, Side::Buy, "1", "101"),
        limit(1, Side::Buy, "1", "90"),
        post_only(limit(1, Side::Buy, "1", "90")),
        with_time(limit(1, Side::Buy, "1", "90"), TimeInForce::ImmediateOrCancel),
        stop(1, Side::Sell, "1", "90"),
    ];
    for (status, taken) in [
        (Online, [true, true, true, true, true, true]),
        (PostOnly, [false, false, true, true, false, false]),
        (LimitOnly, [false, true, true, true, true, false]),
        (CancelOnly, [false; 6]),
        (Maintenance, [false; 6]),
    ] {
        for (order, is_taken) in orders.iter().zip(taken) {
            let mut floor = Floor::quoted();
            floor.exchange.set_status(status, floor.now);
            assert_eq!(floor.heard(), [format!("status {status}")]);
            floor.place(ALICE, order.clone());
            let heard = floor.heard();
            let refused = format!("alice: rejected 1: market in {status} mode");
            assert_eq!(heard[0] != refused, is_taken, "{status} {order:?}");
        }
    }
}

#[test]
fn a_check_says_what_placing_would_and_does_nothing() {
    let mut floor = Floor::quoted();
    let rich = limit(1, Side::Buy, "1", "101");
    assert_eq!(floor.exchange.check(ALICE, &rich), Ok(()));
    let poor = limit(1, Side::Buy, "1000", "101");
    assert_eq!(floor.exchange.check(ALICE, &poor), Err(Refusal::InsufficientFunds));
    let off_tick = limit(1, Side::Buy, "1", "99.05");
    assert_eq!(floor.exchange.check(ALICE, &off_tick), Err(Refusal::InvalidPrice));
    assert_eq!(floor.heard(), [""; 0]);
    assert!(floor.balance(ALICE, "USD").held.is_zero());
    floor.place(ALICE, rich);
    assert_eq!(floor.heard()[0], "alice: accepted 1");
}

#[test]
fn amends_and_cancels_in_each_state() {
    for (status, amends, cancels) in [
        (VenueStatus::Online, true, true),
        (VenueStatus::PostOnly, true, true),
        (VenueStatus::LimitOnly, true, true),
        (VenueStatus::CancelOnly, false, true),
        (VenueStatus::Maintenance, false, false),
    ] {
        let mut floor = Floor::quoted();
        floor.place(ALICE, limit(1, Side::Buy, "1", "90"));
        floor.exchange.set_status(status, floor.now);
        floor.heard();
        floor.amend(ALICE, 1, (Some("2"), None, None));
        assert_eq!(floor.heard()[0].contains("rejected"), !amends, "{status}");
        floor.command(ALICE, VenueCommand::CancelAll);
        assert_eq!(floor.heard()[0].contains("rejected"), !cancels, "{status}");
    }
    let mut floor = Floor::quoted();
    floor.place(ALICE, limit(1, Side::Buy, "1", "90"));
    floor.exchange.set_status(VenueStatus::PostOnly, floor.now);
    floor.amend(ALICE, 1, (None, Some("101"), None));
    assert_eq!(floor.heard()[2], "alice: amend rejected 1: market in post_only mode");
}
