//! Open, range, close: what happens in which order, and that the unknown goes against us.

use super::*;

#[test]
fn a_market_order_at_the_close_fills_at_the_next_open() {
    let mut desk = Desk::at_100();
    desk.place(market(1, Side::Buy, "0.5"));
    assert_eq!(desk.poll(), ["accepted 1"]);
    let told = desk.candle("101 110 90 105");
    assert_eq!(told, ["traded 1 buy 0.5 @ 101 taker", "completed 1"]);
}

#[test]
fn a_market_order_at_the_close_fills_there_if_so_set() {
    let mut desk = Desk::with(|settings| settings.fill = CandleFill::Close);
    desk.candle("99 100 98 100");
    desk.place(market(1, Side::Buy, "0.5"));
    assert_eq!(desk.poll(), ["accepted 1", "traded 1 buy 0.5 @ 100 taker", "completed 1"]);
}

#[test]
fn a_queued_limit_takes_at_the_open_or_rests() {
    let mut desk = Desk::at_100();
    desk.place(limit(1, Side::Buy, "0.5", "102")).place(limit(2, Side::Buy, "0.5", "99"));
    let told = desk.candle("101 110 99 105");
    assert_eq!(
        told,
        ["accepted 1", "accepted 2", "traded 1 buy 0.5 @ 101 taker", "completed 1"],
        "and touching the limit of the second fills nothing"
    );
    let told = desk.candle("105 105 98.9 105");
    assert_eq!(told, ["traded 2 buy 0.5 @ 99 maker", "completed 2"]);
}

#[test]
fn a_resting_limit_that_is_gapped_through_fills_at_its_limit() {
    let mut desk = Desk::at_100();
    desk.place(limit(1, Side::Sell, "0.5", "105"));
    desk.candle("100 100 100 100");
    let told = desk.candle("110 110 110 110");
    assert_eq!(told, ["traded 1 sell 0.5 @ 105 maker", "completed 1"]);
}

#[test]
fn a_stop_that_is_gapped_over_fills_at_the_open() {
    let mut desk = Desk::at_100();
    desk.place(stop(1, Side::Sell, "0.5", "95"));
    let told = desk.candle("90 99 89 99");
    assert_eq!(told, ["accepted 1", "triggered 1", "traded 1 sell 0.5 @ 90 taker", "completed 1"]);
}

#[test]
fn a_stop_that_is_touched_fills_at_its_trigger_moved_by_the_slippage() {
    let mut desk = Desk::with(|settings| settings.slippage = fraction("0.001"));
    desk.candle("100 100 100 100");
    desk.place(stop(1, Side::Sell, "0.5", "95"));
    desk.candle("100 100 95 99");
    let sold = &desk.told[3..];
    assert_eq!(sold[0], "triggered 1");
    assert_eq!(sold[1], "traded 1 sell 0.5 @ 94.905 taker");
    assert_eq!(desk.exchange.statistics().slippage_cost, amount("0.0475"));
}

#[test]
fn the_stop_happened_before_the_target() {
    let mut desk = Desk::at_100();
    desk.place(stop(1, Side::Sell, "0.5", "95"));
    desk.exchange.set_watches(&[watch("105", Direction::Rising)]);
    let mut desk = desk.when("completed 1", [Reaction::Watch(Vec::new())]);
    let told = desk.candle("100 110 90 100");
    assert_eq!(
        told,
        ["accepted 1", "triggered 1", "traded 1 sell 0.5 @ 95 taker", "completed 1"],
        "the caller took the target away and so it was never reached"
    );
    assert_eq!(desk.ambiguous(), 1);
}

#[test]
fn a_target_is_reached_by_a_watch_and_sold_there() {
    let mut desk = Desk::at_100();
    desk.place(stop(1, Side::Sell, "1", "95"));
    desk.exchange.set_watches(&[watch("105", Direction::Rising)]);
    let mut desk = desk.when("reached 105", [cancel(1), place(market(2, Side::Sell, "1"))]);
    let told = desk.candle("100 110 96 100");
    assert_eq!(
        told,
        [
            "accepted 1",
            "reached 105",
            "canceled 1: Requested",
            "accepted 2",
            "traded 2 sell 1 @ 105 taker",
            "completed 2",
        ]
    );
    assert_eq!(desk.ambiguous(), 0);
}

#[test]
fn a_gap_over_a_watch_is_sold_at_the_open() {
    let mut desk = Desk::at_100();
    desk.exchange.set_watches(&[watch("105", Direction::Rising)]);
    let mut desk = desk.when("reached 105", [place(market(1, Side::Sell, "1"))]);
    let told = desk.candle("107 110 96 100");
    assert_eq!(told, ["reached 105", "accepted 1", "traded 1 sell 1 @ 107 taker", "completed 1"]);
}

#[test]
fn a_watch_is_told_once_a_candle_even_if_it_is_set_again() {
    let mut desk = Desk::at_100();
    let both = vec![watch("105", Direction::Rising), watch("104", Direction::Rising)];
    desk.exchange.set_watches(&both[..1]);
    let mut desk = desk.when("reached 105", [Reaction::Watch(both)]);
    assert_eq!(desk.candle("100 110 90 100"), ["reached 105"], "104 was set in the range");
    assert_eq!(desk.candle("100 110 90 100"), ["reached 104", "reached 105"]);
}

#[test]
fn an_entry_at_the_open_can_be_stopped_in_the_same_candle() {
    let mut desk = Desk::at_100();
    desk.place(market(1, Side::Buy, "0.5"));
    let mut desk = desk.when("completed 1", [place(stop(2, Side::Sell, "0.5", "97"))]);
    let told = desk.candle("100 110 96 105");
    assert_eq!(
        told[3..],
        ["accepted 2", "triggered 2", "traded 2 sell 0.5 @ 97 taker", "completed 2"]
    );
    assert_eq!(desk.ambiguous(), 0, "the open comes before the range");
}

#[test]
fn a_stop_placed_in_the_range_can_wake_in_it() {
    let mut desk = Desk::at_100();
    desk.exchange.set_watches(&[watch("105", Direction::Rising)]);
    let entry = [place(market(1, Side::Buy, "0.5")), place(stop(2, Side::Sell, "0.5", "102"))];
    let mut desk = desk.when("reached 105", entry);
    let told = desk.candle("100 110 100 109");
    assert_eq!(
        told,
        [
            "reached 105",
            "accepted 1",
            "traded 1 buy 0.5 @ 105 taker",
            "completed 1",
            "accepted 2",
            "triggered 2",
            "traded 2 sell 0.5 @ 102 taker",
            "completed 2",
        ]
    );
    assert_eq!(desk.ambiguous(), 1);
}

#[test]
fn what_is_favorable_and_placed_in_the_range_waits_for_the_next_candle() {
    let mut desk = Desk::at_100();
    desk.exchange.set_watches(&[watch("98", Direction::Falling)]);
    let orders = [
        place(limit(1, Side::Sell, "0.5", "104")),
        place(take_profit(2, Side::Sell, "0.5", "105")),
    ];
    let mut desk = desk.when("reached 98", orders);
    assert_eq!(desk.candle("100 110 95 100"), ["reached 98", "accepted 1", "accepted 2"]);
    desk.exchange.set_watches(&[]);
    let told = desk.candle("100 105 100 100");
    assert_eq!(
        told,
        [
            "traded 1 sell 0.5 @ 104 maker",
            "completed 1",
            "triggered 2",
            "traded 2 sell 0.5 @ 105 taker",
            "completed 2",
        ]
    );
}

#[test]
fn levels_on_one_side_are_not_ambiguous() {
    let mut desk = Desk::at_100();
    desk.place(stop(1, Side::Sell, "0.5", "95")).place(limit(2, Side::Buy, "0.5", "97"));
    desk.candle("100 100 90 92");
    assert_eq!(desk.ambiguous(), 0, "a falling price passes 97 before 95");
}

#[test]
fn on_its_way_to_a_stop_the_price_passes_what_is_nearer() {
    let mut desk = Desk::at_100();
    desk.place(stop(1, Side::Sell, "0.5", "95")).place(limit(2, Side::Buy, "0.5", "97"));
    desk.place(limit(3, Side::Buy, "0.5", "94")).place(limit(4, Side::Sell, "0.4", "103"));
    let mut desk = desk.when("completed 2", [place(stop(5, Side::Sell, "0.5", "95"))]);
    let told = desk.candle("100 105 90 92");
    let traded: Vec<_> = told.iter().filter(|it| it.starts_with("traded")).collect();
    assert_eq!(
        traded,
        [
            "traded 2 buy 0.5 @ 97 maker",
            "traded 1 sell 0.5 @ 95 taker",
            "traded 5 sell 0.5 @ 95 taker",
            "traded 3 buy 0.5 @ 94 maker",
            "traded 4 sell 0.4 @ 103 maker",
        ]
    );
}

#[test]
fn at_the_same_level_the_stop_comes_first() {
    let mut desk = Desk::at_100();
    desk.place(stop(1, Side::Sell, "0.5", "97"));
    desk.exchange.set_watches(&[watch("97", Direction::Falling)]);
    let told = desk.candle("100 100 97 98");
    assert_eq!((told[1].as_str(), told[4].as_str()), ("triggered 1", "reached 97"));
}

#[test]
fn on_its_way_up_to_a_buy_stop_it_passes_what_is_nearer_there() {
    let mut desk = Desk::at_100();
    desk.place(stop(1, Side::Buy, "0.5", "105")).place(limit(2, Side::Sell, "0.5", "103"));
    desk.place(limit(3, Side::Buy, "0.5", "97"));
    let told = desk.candle("100 110 90 100");
    let traded: Vec<_> = told.iter().filter(|it| it.starts_with("traded")).collect();
    assert_eq!(
        traded,
        [
            "traded 2 sell 0.5 @ 103 maker",
            "traded 1 buy 0.5 @ 105 taker",
            "traded 3 buy 0.5 @ 97 maker",
        ]
    );
    assert_eq!(desk.ambiguous(), 1, "97 may have come before 105");
}

#[test]
fn falling_levels_come_from_the_highest_down_and_rising_ones_from_the_lowest_up() {
    let mut desk = Desk::at_100();
    for (number, side, at) in
        [(1, Side::Sell, "108"), (2, Side::Buy, "95"), (3, Side::Sell, "104"), (4, Side::Buy, "98")]
    {
        desk.place(limit(number, side, "0.1", at));
    }
    let told = desk.candle("100 110 90 100");
    let traded: Vec<_> = told.iter().filter(|it| it.starts_with("traded")).collect();
    assert_eq!(
        traded,
        [
            "traded 4 buy 0.1 @ 98 maker",
            "traded 2 buy 0.1 @ 95 maker",
            "traded 3 sell 0.1 @ 104 maker",
            "traded 1 sell 0.1 @ 108 maker",
        ]
    );
}

#[test]
fn a_trailing_stop_is_checked_before_it_follows() {
    let mut desk = Desk::at_100();
    desk.place(trailing(1, Side::Sell, "0.5", "5"));
    assert_eq!(desk.candle("100 120 96 116"), ["accepted 1"], "95 was not touched; then best 120");
    let told = desk.candle("116 130 115 130");
    assert_eq!(told, ["triggered 1", "traded 1 sell 0.5 @ 115 taker", "completed 1"]);
}

#[test]
fn the_close_can_wake_a_trailing_stop_on_the_way_back() {
    let mut desk = Desk::at_100();
    desk.place(trailing(1, Side::Sell, "0.5", "5%"));
    let told = desk.candle("100 120 96 101");
    assert_eq!(told[1..], ["triggered 1", "traded 1 sell 0.5 @ 114 taker", "completed 1"]);
}

#[test]
fn a_trailing_stop_comes_before_a_target_too() {
    let mut desk = Desk::at_100();
    desk.place(trailing(1, Side::Sell, "0.5", "5"));
    desk.exchange.set_watches(&[watch("105", Direction::Rising)]);
    let told = desk.candle("100 110 94 108");
    assert_eq!((told[1].as_str(), told[4].as_str()), ("triggered 1", "reached 105"));
    assert_eq!(desk.ambiguous(), 1);
}

#[test]
fn a_trailing_stop_that_has_followed_is_woken_by_the_close_alone() {
    let mut desk = Desk::at_100();
    desk.place(trailing(1, Side::Sell, "0.5", "5")).place(trailing(2, Side::Sell, "0.5", "10"));
    let told = desk.candle("100 120 96 113");
    assert_eq!(
        told[2..],
        ["triggered 1", "traded 1 sell 0.5 @ 115 taker", "completed 1"],
        "the low of 96 was before the high of 120, as far as anybody knows"
    );
    assert_eq!(desk.exchange.open_orders().next().unwrap().trigger(), Some(price("110")));
    assert_eq!(desk.ambiguous(), 0);
}

#[test]
fn a_stop_placed_on_the_way_to_the_close_can_still_wake() {
    let mut desk = Desk::at_100();
    desk.place(trailing(1, Side::Sell, "0.5", "5"));
    let mut desk = desk.when("completed 1", [place(stop(2, Side::Sell, "0.5", "97"))]);
    let told = desk.candle("100 120 96 113");
    assert_eq!(
        told[4..],
        ["accepted 2", "triggered 2", "traded 2 sell 0.5 @ 97 taker", "completed 2"]
    );
}

#[test]
fn a_trailing_stop_placed_in_the_range_does_not_follow_an_earlier_high() {
    let mut desk = Desk::at_100();
    desk.exchange.set_watches(&[watch("98", Direction::Falling)]);
    let mut desk = desk.when("reached 98", [place(trailing(1, Side::Sell, "0.5", "5"))]);
    desk.candle("100 120 97 101");
    desk.exchange.set_watches(&[]);
    assert_eq!(desk.exchange.open_orders().next().unwrap().trigger(), Some(price("96")));
}

#[test]
fn a_trailing_buy_follows_down() {
    let mut desk = Desk::at_100();
    desk.place(trailing(1, Side::Buy, "0.5", "5"));
    assert_eq!(desk.candle("100 104 90 92"), ["accepted 1"]);
    let told = desk.candle("92 96 91 92");
    assert_eq!(told, ["triggered 1", "traded 1 buy 0.5 @ 95 taker", "completed 1"]);
}

#[test]
fn a_missing_interval_is_only_a_gap() {
    let mut desk = Desk::at_100();
    desk.place(market(1, Side::Buy, "0.5"));
    desk.candles = 5;
    assert_eq!(desk.candle("90 90 90 90")[1], "traded 1 buy 0.5 @ 90 taker");
}

#[test]
fn what_is_queued_at_the_end_is_canceled() {
    let mut desk = Desk::at_100();
    desk.place(market(1, Side::Buy, "0.5")).place(stop(2, Side::Sell, "0.5", "95"));
    desk.exchange.end();
    assert_eq!(desk.poll(), ["accepted 1", "accepted 2", "canceled 1: Venue"]);
    assert_eq!(desk.free("USD"), "10000");
}
