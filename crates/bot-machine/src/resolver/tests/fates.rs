//! Orders that exist: each state they can be found in, and amendments.

use kraken_protocol::rest::orders::OrderStatus;
use trading_types::{
    AccountEvent, Amendment, Amount, CancelReason, NewOrder, Refusal, TimeInForce,
};

use super::{Table, at, id, order, pair, quantity};
use crate::{call::Call, resolver::ResolverEvent};

#[test]
fn an_order_that_is_open_is_found_early() {
    let mut table = Table::unclear();
    table.arrives(300);
    table.until(1_200);
    table.check(&["accepted"]);
    assert_eq!(table.resolver.unknown().count(), 0);
    // Once more, because what REST shows may be old; then it is the stream's.
    table.until(100_000);
    table.check(&["accepted"]);
    assert_eq!(table.asked.len(), 2);
}

#[test]
fn an_order_that_was_shown_open_and_had_ended_is_told_ended() {
    let mut table = Table::unclear();
    let venue_order = table.arrives(300);
    table.until(1_200);
    table.venue.order(venue_order).ended = Some((at(1_300), OrderStatus::Canceled));
    table.until(20_000);
    table.check(&["accepted", "accepted", "canceled Requested"]);
}

#[test]
fn an_order_found_open_and_then_nowhere_is_unknown_again() {
    let mut table = Table::unclear();
    table.arrives(300);
    table.until(1_200);
    table.venue.orders.clear();
    table.until(20_000);
    assert_eq!(table.resolver.unknown().count(), 1);
    table.until(300_000);
    table.check(&["accepted"]);
    assert_eq!(table.overdue, [id(1)]);
}

#[test]
fn an_order_may_arrive_up_to_its_deadline() {
    let mut table = Table::unclear();
    table.arrives(4_999);
    table.until(9_000);
    table.check(&["accepted"]);
}

/// An order arrived, traded these quantities, and ended so, or rests.
fn check_fate(trades: &[&str], status: Option<OrderStatus>, expected: &[&str]) {
    let mut table = Table::unclear();
    let venue_order = table.arrives(300);
    for (index, part) in trades.iter().enumerate() {
        let time = at(301 + index as u64);
        table.venue.trade(venue_order, quantity(part), time, false);
    }
    table.venue.order(venue_order).ended = status.map(|status| (at(800), status));
    table.until(2_000);
    table.check(expected);
    let fees: Amount = table.venue.trades.iter().map(|trade| trade.fee).sum();
    let told = table
        .told
        .iter()
        .filter_map(|event| if let AccountEvent::Traded(fill) = event { Some(fill) } else { None });
    assert_eq!(told.clone().map(|fill| fill.fee).sum::<Amount>(), fees);
    assert!(told.clone().all(|fill| fill.fee_asset == pair().quote));
}

#[test]
fn each_end_is_told_with_its_fills() {
    let halves = ["0.5", "0.5"];
    check_fate(&[], Some(OrderStatus::Canceled), &["accepted", "canceled Requested"]);
    check_fate(&[], Some(OrderStatus::Expired), &["accepted", "expired"]);
    check_fate(&["1"], Some(OrderStatus::Closed), &["accepted", "traded 1", "completed"]);
    check_fate(
        &halves,
        Some(OrderStatus::Closed),
        &["accepted", "traded 0.5", "traded 0.5", "completed"],
    );
    // A canceled order may have traded, and wholly so whatever its status says.
    check_fate(
        &["0.25"],
        Some(OrderStatus::Canceled),
        &["accepted", "traded 0.25", "canceled Requested"],
    );
    check_fate(&["1"], Some(OrderStatus::Canceled), &["accepted", "traded 1", "completed"]);
    check_fate(&["1"], Some(OrderStatus::Expired), &["accepted", "traded 1", "completed"]);
    // Closed says Kraken also of what was canceled after it had traded.
    check_fate(
        &["0.25"],
        Some(OrderStatus::Closed),
        &["accepted", "traded 0.25", "canceled Requested"],
    );
    // A word nobody knows: it has a time of its end.
    let other = OrderStatus::Other("withdrawn".to_owned());
    check_fate(&["0.25"], Some(other), &["accepted", "traded 0.25", "canceled Requested"]);
    check_fate(&["0.25"], None, &["accepted", "traded 0.25"]);
    check_fate(&halves, None, &["accepted", "traded 0.5", "traded 0.5"]);
}

#[test]
fn an_order_of_many_trades_is_told_whole() {
    for status in [Some(OrderStatus::Closed), None] {
        let mut table = Table::unclear();
        let venue_order = table.arrives(300);
        for number in 0..125 {
            table.venue.trade(venue_order, quantity("0.008"), at(301 + number), false);
        }
        table.venue.order(venue_order).ended = status.clone().map(|status| (at(800), status));
        table.until(3_000);
        assert_eq!(table.books.trades.len(), 125);
        // Twenty at a time by their names, fifty at a time of all.
        let by_name = table.count(|it| matches!(it, Call::TheseTrades(_)));
        let of_all = table.count(|it| matches!(it, Call::Trades(_)));
        assert_eq!((by_name, of_all), if status.is_some() { (7, 0) } else { (0, 3) });
    }
}

#[test]
fn a_trade_that_is_not_shown_yet_is_waited_for() {
    for status in [Some(OrderStatus::Closed), None] {
        let mut table = Table::unclear();
        let venue_order = table.arrives(300);
        table.venue.trade(venue_order, quantity("0.5"), at(301), false);
        let late = table.venue.trade(venue_order, quantity("0.5"), at(302), false);
        table.venue.order(venue_order).ended = status.clone().map(|status| (at(303), status));
        table.venue.hidden.insert(late);
        table.until(50_000);
        table.check(&[]);
        table.venue.hidden.clear();
        table.until(120_000);
        let end = status.iter().map(|_| "completed");
        let all: Vec<_> = ["accepted", "traded 0.5", "traded 0.5"].into_iter().chain(end).collect();
        table.check(&all);
        assert!(table.asked.len() < 50, "{} calls", table.asked.len());
    }
}

#[test]
fn a_fill_that_the_stream_has_told_is_not_told_again() {
    let mut table = Table::unclear();
    let venue_order = table.arrives(300);
    let first = table.venue.trade(venue_order, quantity("0.25"), at(301), false);
    table.venue.trade(venue_order, quantity("0.75"), at(302), false);
    table.venue.order(venue_order).ended = Some((at(303), OrderStatus::Closed));
    table.books.trades.insert(first);
    table.until(5_000);
    table.check(&["accepted", "traded 0.75", "completed"]);
}

#[test]
fn the_end_of_a_missing_order_is_looked_up_at_once() {
    let mut table = Table::new();
    let venue_order = table.arrives(0);
    let first = table.venue.trade(venue_order, quantity("0.25"), at(10), false);
    table.venue.trade(venue_order, quantity("0.5"), at(20), false);
    table.venue.order(venue_order).ended = Some((at(30), OrderStatus::Canceled));
    table.books.trades.insert(first);
    table.until(60);
    table.say(ResolverEvent::Missing { order: order(1), sent_at: at(0) });
    table.until(1_000);
    table.check(&["accepted", "traded 0.5", "canceled Requested"]);
}

/// An amendment to two whole ones, which the venue makes then or never.
fn check_amendment(made_at: Option<u64>, deadline: Option<u64>, expected: &[&str]) -> Table {
    let mut table = Table::new();
    let venue_order = table.arrives(0);
    table.venue.order(venue_order).amended = made_at.map(|made| (at(made), quantity("2")));
    let amendment =
        Amendment { order: id(1), quantity: Some(quantity("2")), limit: None, trigger: None };
    let deadline = deadline.map(at);
    let sent_at = at(0);
    table.say(ResolverEvent::AmendUnclear { amendment, deadline, order: order(1), sent_at });
    table.until(20_000);
    table.check(expected);
    table
}

#[test]
fn an_amendment_is_read_off_the_order() {
    check_amendment(Some(100), Some(5_000), &["amended"]);
    check_amendment(Some(4_900), Some(5_000), &["amended"]);
    let table = check_amendment(None, Some(5_000), &["amend rejected"]);
    assert!(table.told.iter().any(|event| matches!(
        event,
        AccountEvent::AmendRejected { refusal: Refusal::DeadlineElapsed, .. }
    )));
    // Without a deadline it takes longer.
    let mut table = check_amendment(None, None, &[]);
    table.until(40_000);
    table.check(&["amend rejected"]);
}

#[test]
fn only_news_of_an_amendment_settle_one() {
    let told = |event: ResolverEvent| {
        let mut table = Table::new();
        let venue_order = table.arrives(0);
        table.venue.order(venue_order).amended = Some((at(100), quantity("2")));
        let amendment =
            Amendment { order: id(1), quantity: Some(quantity("2")), limit: None, trigger: None };
        let (deadline, sent_at) = (Some(at(5_000)), at(0));
        table.say(ResolverEvent::AmendUnclear { amendment, deadline, order: order(1), sent_at });
        table.until(500);
        table.say(event);
        table.until(20_000);
        table.told.len()
    };
    assert_eq!(told(ResolverEvent::Settled(id(1))), 1);
    assert_eq!(told(ResolverEvent::AmendSettled(id(1))), 0);
}

#[test]
fn an_amended_order_that_ended_is_told_with_its_change() {
    let mut table = Table::new();
    let venue_order = table.arrives(0);
    table.venue.order(venue_order).amended = Some((at(100), quantity("2")));
    table.venue.trade(venue_order, quantity("2"), at(200), false);
    table.venue.order(venue_order).ended = Some((at(200), OrderStatus::Closed));
    let amendment =
        Amendment { order: id(1), quantity: Some(quantity("2")), limit: None, trigger: None };
    let (deadline, sent_at) = (Some(at(5_000)), at(0));
    table.say(ResolverEvent::AmendUnclear { amendment, deadline, order: order(1), sent_at });
    table.until(5_000);
    table.check(&["accepted", "amended", "traded 2", "completed"]);
}

#[test]
fn an_immediate_order_ends_for_want_of_others() {
    let mut table = Table::new();
    let immediate = TimeInForce::ImmediateOrCancel;
    let order = NewOrder { time_in_force: immediate, ..order(1) };
    let venue_order = table.arrives(10);
    table.venue.order(venue_order).ended = Some((at(10), OrderStatus::Canceled));
    table.say(ResolverEvent::Unclear { order, sent_at: at(0) });
    table.until(2_000);
    assert!(table.told.iter().any(|event| matches!(
        event,
        AccountEvent::Canceled { reason: CancelReason::Requested, .. }
    )));
}
