//! The outside world: its levels and trades, our place in its queues, candles and quotes.

use super::*;

#[test]
fn a_trade_consumes_the_queue_in_front_of_us_first() {
    let mut floor = Floor::new();
    floor.book("2 @ 100", "");
    floor.place(ALICE, limit(1, Side::Buy, "1", "100"));
    floor.book("5 @ 100", "");
    floor.heard();
    floor.trade(Side::Sell, "1.5", "100");
    assert_eq!(floor.heard(), ["trade sell 1.5 @ 100"]);
    floor.trade(Side::Sell, "1", "100");
    assert_eq!(floor.heard(), ["alice: traded 1 buy 0.5 @ 100 maker", "trade sell 1 @ 100"]);
    floor.trade(Side::Sell, "9", "99");
    assert_eq!(
        floor.heard(),
        ["alice: traded 1 buy 0.5 @ 100 maker", "alice: completed 1", "trade sell 9 @ 99"]
    );
}

#[test]
fn a_level_that_shrinks_does_not_move_us_forward() {
    let mut floor = Floor::new();
    floor.book("4 @ 100", "");
    floor.place(ALICE, limit(1, Side::Buy, "1", "100"));
    floor.book("6 @ 100", "").book("3 @ 100", "");
    floor.heard();
    floor.trade(Side::Sell, "3", "100");
    assert_eq!(floor.heard(), ["trade sell 3 @ 100"], "three are still in front");
    floor.trade(Side::Sell, "1", "100");
    assert_eq!(floor.heard()[0], "alice: traded 1 buy 1 @ 100 maker");
}

#[test]
fn a_trade_at_a_worse_price_than_ours_passes_us_by() {
    let mut floor = Floor::new();
    floor.place(ALICE, limit(1, Side::Buy, "1", "100"));
    floor.heard();
    floor.trade(Side::Sell, "5", "100.1");
    assert_eq!(floor.heard(), ["trade sell 5 @ 100.1"]);
    floor.trade(Side::Buy, "5", "99");
    assert_eq!(floor.heard(), ["trade buy 5 @ 99"], "a buyer does not meet our bid");
}

#[test]
fn an_outside_level_that_reaches_us_trades_with_us() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, limit(1, Side::Sell, "1", "100"));
    floor.heard();
    floor.book("0.4 @ 100", "");
    assert_eq!(floor.heard(), ["alice: traded 1 sell 0.4 @ 100 maker", "trade buy 0.4 @ 100"]);
    assert_eq!(floor.levels(), "snapshot 1 @ 99, 1 @ 98 | 0.6 @ 100, 1 @ 101, 1 @ 102");
    floor.book("2 @ 101", "");
    assert_eq!(
        floor.heard(),
        ["alice: traded 1 sell 0.6 @ 100 maker", "alice: completed 1", "trade buy 0.6 @ 100"]
    );
    assert_eq!(floor.levels(), "snapshot 1.4 @ 101, 1 @ 99, 1 @ 98 | 1 @ 102", "101 was stale");
}

#[test]
fn a_snapshot_replaces_the_outside_world_and_not_us() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, limit(1, Side::Buy, "1", "99")).place(BOB, limit(2, Side::Sell, "1", "103"));
    let level = |at: &str, all: &str| BookLevel { price: price(at), quantity: quantity(all) };
    let update = BookUpdate {
        is_snapshot: true,
        bids: vec![level("99", "7")],
        asks: vec![level("104", "2")],
    };
    floor.exchange.handle_market(&MarketEvent::Book { pair: pair(), update }, floor.now);
    assert_eq!(floor.levels(), "snapshot 8 @ 99 | 1 @ 103, 2 @ 104");
}

#[test]
fn nonsense_from_outside_is_not_believed() {
    let mut floor = Floor::quoted();
    let before = floor.levels();
    floor.book("5 @ 0, -1 @ 99", "").trade(Side::Buy, "0", "101").trade(Side::Buy, "1", "-1");
    assert_eq!(floor.levels(), before);
    assert_eq!(floor.heard(), [""; 0]);
}

#[test]
fn everyone_hears_what_the_accounts_do_to_the_book() {
    let mut floor = Floor::new();
    floor.book("1 @ 99", "1 @ 101");
    assert_eq!(floor.heard_all(), ["book 1 @ 99 | 1 @ 101", "quote 1 @ 99 | 1 @ 101"]);
    floor.place(ALICE, limit(1, Side::Buy, "2", "99"));
    assert_eq!(
        floor.heard_all(),
        ["alice: accepted 1", "book 3 @ 99 | ", "quote 3 @ 99 | 1 @ 101"]
    );
    floor.place(BOB, limit(2, Side::Sell, "1", "110"));
    assert_eq!(floor.heard_all(), ["bob: accepted 2", "book  | 1 @ 110"]);
    floor.place(BOB, market(3, Side::Sell, "2"));
    assert_eq!(
        floor.heard_all(),
        [
            "bob: accepted 3",
            "bob: traded 3 sell 1 @ 99 taker",
            "trade sell 1 @ 99",
            "alice: traded 1 buy 1 @ 99 maker",
            "bob: traded 3 sell 1 @ 99 taker",
            "trade sell 1 @ 99",
            "bob: completed 3",
            "book 1 @ 99 | ",
            "quote 1 @ 99 | 1 @ 101",
        ]
    );
    floor.cancel(ALICE, 1);
    assert_eq!(floor.heard_all(), ["alice: canceled 1: Requested", "book 0 @ 99 | "]);
}

#[test]
fn candles_close_when_their_time_comes() {
    let intervals = vec![Interval::from_minutes(1).unwrap(), Interval::from_minutes(5).unwrap()];
    let mut floor = Floor::with(BookSettings { intervals, ..settings() });
    floor.trade(Side::Buy, "1", "100").wait(5).trade(Side::Buy, "1", "103");
    floor.book("1 @ 98", "").place(ALICE, market(1, Side::Sell, "0.5"));
    floor.heard();
    assert_eq!(floor.exchange.next_timeout(), Some(seconds(1_020)));
    assert_eq!(floor.wait(15).heard(), ["candle 100 103 98 98 of 2.5"]);
    floor.wait(400);
    assert_eq!(floor.heard(), ["candle 100 103 98 98 of 2.5"], "of five minutes");
    assert_eq!(floor.wait(9_999).heard(), [""; 0], "nothing traded, so there is no candle");
}

#[test]
fn a_feed_of_another_pair_is_nothing_to_us() {
    let mut floor = Floor::quoted();
    let trade = Trade {
        time: floor.now,
        price: price("1"),
        quantity: quantity("1"),
        taker_side: Side::Sell,
    };
    let event = MarketEvent::Trade { pair: "ETH/USD".parse().unwrap(), trade };
    floor.exchange.handle_market(&event, floor.now);
    assert_eq!(floor.heard(), [""; 0]);
}

#[test]
fn a_deposit_is_told() {
    let mut floor = Floor::new();
    floor.exchange.deposit(BOB, asset("BTC"), amount("0.5"), floor.now);
    assert_eq!(floor.heard(), ["bob: moved 0.5 BTC"]);
    assert_eq!(floor.balance(BOB, "BTC").total, amount("10.5"));
}

#[test]
fn what_can_be_asked_without_waiting_for_an_event() {
    let mut floor = Floor::quoted();
    let elsewhere = "ETH/USD".parse().unwrap();
    assert_eq!(floor.exchange.last_price(pair()), Some(price("100")));
    assert_eq!(floor.exchange.last_price(elsewhere), None);
    assert_eq!(floor.exchange.quote(elsewhere), None);
    assert_eq!(floor.exchange.book(elsewhere), None);
    assert_eq!(floor.exchange.status(), VenueStatus::Online);
    floor.exchange.set_status(VenueStatus::CancelOnly, floor.now);
    assert_eq!(floor.exchange.status(), VenueStatus::CancelOnly);
    floor.exchange.set_status(VenueStatus::Online, floor.now);

    floor.place(ALICE, limit(1, Side::Buy, "0.5", "99.5")).place(BOB, market(2, Side::Sell, "0.2"));
    assert_eq!(floor.exchange.last_price(pair()), Some(price("99.5")));
    assert_eq!(floor.exchange.quote(pair()).unwrap().bid.quantity, quantity("0.3"));
    assert_eq!(floor.exchange.volume(ALICE), amount("19.9"));
    assert_eq!(floor.exchange.volume(BOB), amount("19.9"));
    let outside: Vec<String> =
        floor.exchange.outside().map(|(asset, amount)| format!("{amount} {asset}")).collect();
    assert_eq!(outside, ["0 BTC", "0.12935 USD"], "one fee of 0.25 % and one of 0.4 %");

    let order = floor.exchange.open_orders(ALICE).next().unwrap();
    assert_eq!(order.filled(), quantity("0.2"));
    assert_eq!((order.cost(), order.fees()), (amount("19.9"), amount("0.04975")));
    assert_eq!(order.venue_order().as_str(), "O00000-00000-000001");
    assert_eq!((order.accepted_at(), order.is_paid_in()), (floor.now, asset("BTC")));
    floor.wait(30 * 86_400);
    assert_eq!(floor.exchange.volume(ALICE), Amount::ZERO);
}

#[test]
fn fees_fall_as_volume_accrues_and_rise_when_it_has_left() {
    let mut settings = settings();
    settings.rules[0].fees = trading_types::FeeSchedule::kraken_spot();
    let mut floor = Floor::with(settings);
    let fee = |floor: &mut Floor, number| {
        floor.book("", "500 @ 100");
        floor.place(ALICE, market(number, Side::Buy, "100"));
        let mut fees = std::iter::from_fn(|| floor.exchange.poll_output());
        fees.find_map(|(_, event)| match event {
            VenueEvent::Account(AccountEvent::Traded(fill)) => Some(fill.fee),
            VenueEvent::Account(_) | VenueEvent::Market(_) | VenueEvent::Link(_) => None,
        })
    };
    assert_eq!(fee(&mut floor, 1), Some(amount("40")));
    floor.heard();
    assert_eq!(fee(&mut floor, 2), Some(amount("35")));
    floor.wait(30 * 86_400).heard();
    assert_eq!(fee(&mut floor, 3), Some(amount("40")));
}

#[test]
fn a_level_of_nothing_is_gone() {
    let mut floor = Floor::quoted();
    floor.place(ALICE, limit(1, Side::Buy, "0.5", "99"));
    floor.book("0 @ 99, 0 @ 98", "0 @ 101");
    assert_eq!(floor.levels(), "snapshot 0.5 @ 99 | 1 @ 102");
}
