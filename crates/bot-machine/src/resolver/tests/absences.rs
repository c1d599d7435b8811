//! Orders that are nowhere: what proves that they never existed, and what keeps it from being
//! proved.

use kraken_protocol::{clock_offset::Ahead, rest::orders::OrderStatus};
use trading_types::{NewOrder, Side};

use super::{Table, at, id, order, pair, quantity};
use crate::{
    call::Call,
    resolver::{Resolver, ResolverEvent},
    settings::Times,
};

#[test]
fn an_order_that_never_arrived_is_proved_absent() {
    let mut table = Table::unclear();
    table.until(7_000);
    table.check(&[]);
    table.until(13_000);
    table.check(&["never existed"]);
    assert!(table.proved[0].starts_with("absent:"), "{}", table.proved[0]);
    assert_eq!((table.overdue.len(), table.renewals), (0, 1));
    assert_eq!(table.resolver.unknown().count(), 0);
    // An early look, and two that count; in points 11 of the 15 that the smallest account has.
    assert_eq!(table.count(|it| matches!(it, Call::OpenOrders)), 3);
    assert_eq!(table.count(|it| matches!(it, Call::ClosedOrder(_))), 3);
    assert_eq!(table.count(|it| matches!(it, Call::Trades(_))), 1);
    assert_eq!(table.asked.len(), 7);
    table.until(600_000);
    assert_eq!(table.asked.len(), 7, "it is over");
}

#[test]
fn without_a_deadline_it_stays_unknown_until_it_is_found() {
    let mut table = Table::new();
    let order = NewOrder { deadline: None, ..order(1) };
    table.say(ResolverEvent::Unclear { order, sent_at: at(0) });
    table.until(3_600_000);
    table.check(&[]);
    assert_eq!(table.overdue, [id(1)]);
    let calls = table.asked.len();
    assert!(calls < 150, "{calls} calls in an hour");
    table.arrives(3_600_000);
    table.until(3_700_000);
    table.check(&["accepted"]);
}

#[test]
fn nothing_is_proved_while_a_piece_is_missing() {
    // The clocks were never compared.
    let mut table = Table::new();
    table.resolver = Resolver::new(&Times::default());
    table.say(ResolverEvent::Unclear { order: order(1), sent_at: at(0) });
    table.until(120_000);
    table.check(&[]);
    // The stream's picture does not come: it is asked for again.
    let mut table = Table::unclear();
    table.gives_pictures = false;
    table.until(50_000);
    table.check(&[]);
    assert!((4..7).contains(&table.renewals), "{} times", table.renewals);
    let at = table.now;
    table.say(ResolverEvent::StreamRenewed { at });
    table.check(&["never existed"]);
    // A picture from before the end of the deadline does not count.
    let mut table = Table::unclear();
    table.gives_pictures = false;
    table.until(20_000);
    table.say(ResolverEvent::StreamRenewed { at: super::at(6_900) });
    table.check(&[]);
    assert!(table.renewals >= 2);
}

/// What Kraken shows of the order of somebody's trade.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    /// That it is open.
    Open,
    /// That it has ended, when it is asked for by Kraken's name.
    Ended,
    /// Nothing.
    Nothing,
}

/// Somebody's trade at that time, on this pair.
fn with_trade(millis: u64, pair: &str, shows: Shows) -> Table {
    let mut table = Table::unclear();
    let placed = (pair.parse().unwrap(), Side::Sell);
    let other = table.venue.open(None, placed, quantity("1"), at(millis));
    table.venue.trade(other, quantity("0.1"), at(millis), false);
    if shows != Shows::Open {
        table.venue.order(other).ended = Some((at(millis), OrderStatus::Closed));
    }
    if shows == Shows::Nothing {
        table.venue.unlisted.insert(other);
    }
    table.until(59_000);
    table
}

#[test]
fn a_trade_without_a_name_forbids_the_proof() {
    with_trade(3_000, "BTC/USD", Shows::Nothing).check(&[]);
    // Not so on another pair, or of an order that Kraken shows to be somebody's.
    with_trade(3_000, "ETH/USD", Shows::Nothing).check(&["never existed"]);
    with_trade(3_000, "BTC/USD", Shows::Open).check(&["never existed"]);
    // An order of ours has a name in our books.
    let mut table = Table::unclear();
    let own = table.venue.open(Some(id(9)), (pair(), Side::Buy), quantity("1"), at(0));
    table.venue.trade(own, quantity("1"), at(500), false);
    table.venue.order(own).ended = Some((at(500), OrderStatus::Closed));
    table.books.names.insert(own, id(9));
    table.until(20_000);
    table.check(&["never existed"]);
}

#[test]
fn whose_a_trade_is_that_nobody_has_named_is_asked() {
    let table = with_trade(3_000, "BTC/USD", Shows::Ended);
    table.check(&["never existed"]);
    assert_eq!(table.count(|it| matches!(it, Call::TheseOrders(orders) if orders.len() == 1)), 1);
    assert_eq!(table.count(|it| matches!(it, Call::TheseOrders(_))), 1);
    // A hundred and twenty of a person's market orders, fifty in a question.
    let mut table = Table::unclear();
    for number in 0..120 {
        let other = table.venue.open(None, (pair(), Side::Buy), quantity("1"), at(number));
        table.venue.trade(other, quantity("1"), at(number + 1), false);
        table.venue.order(other).ended = Some((at(number + 1), OrderStatus::Closed));
    }
    table.until(20_000);
    table.check(&["never existed"]);
    assert_eq!(table.count(|it| matches!(it, Call::TheseOrders(_))), 3);
}

#[test]
fn an_order_that_only_its_trade_shows_is_found_by_it() {
    let mut table = Table::unclear();
    let venue_order = table.arrives(300);
    table.venue.trade(venue_order, quantity("1"), at(310), false);
    table.venue.order(venue_order).ended = Some((at(310), OrderStatus::Closed));
    // Neither open nor ended when it is asked for by our name.
    table.hides_by_name = true;
    table.until(20_000);
    table.check(&["accepted", "traded 1", "completed"]);
}

#[test]
fn a_trade_without_a_name_is_not_asked_about_all_the_time() {
    let mut table = with_trade(3_000, "BTC/USD", Shows::Nothing);
    table.until(3_600_000);
    table.check(&[]);
    assert_eq!(table.overdue, [id(1)]);
    let readings = table.count(|it| matches!(it, Call::Trades(_)));
    assert!((5..20).contains(&readings), "{readings}");
}

#[test]
fn what_is_long_over_at_a_start_is_looked_up_at_once() {
    let mut table = Table::new();
    table.now = at(3_600_000);
    table.say(ResolverEvent::Clock(Ahead { least: -1_000_000, most: 1_000_000 }));
    table.say(ResolverEvent::Unclear { order: order(1), sent_at: at(0) });
    table.until(3_603_000);
    table.check(&["never existed"]);
    assert!(table.overdue.is_empty());
}

#[test]
fn an_order_that_had_been_open_is_never_told_never_to_have_existed() {
    let mut table = Table::new();
    table.say(ResolverEvent::Missing { order: order(1), sent_at: at(0) });
    table.until(600_000);
    table.check(&[]);
    assert_eq!(table.overdue, [id(1)]);
    // Nor one that our books have a name for.
    let mut table = Table::unclear();
    let venue_order = table.arrives(300);
    table.venue.trade(venue_order, quantity("1"), at(310), false);
    table.venue.orders.clear();
    table.books.names.insert(venue_order, id(1));
    table.until(600_000);
    table.check(&[]);
}

#[test]
fn a_cancel_that_finds_nothing_says_nothing_of_a_placement_that_is_unclear() {
    // Before and after it is known that the placement is.
    for is_first in [true, false] {
        let mut table = Table::new();
        let missing = ResolverEvent::Missing { order: order(1), sent_at: at(0) };
        let unclear = ResolverEvent::Unclear { order: order(1), sent_at: at(0) };
        for event in if is_first { [missing, unclear] } else { [unclear, missing] } {
            table.say(event);
            table.until(3_000);
        }
        table.until(20_000);
        table.check(&["never existed"]);
    }
}

#[test]
fn a_person_is_told_after_a_minute() {
    let mut table = Table::new();
    table.fails = true;
    table.now = at(30_000);
    table.say(ResolverEvent::Unclear { order: order(1), sent_at: at(0) });
    table.until(89_999);
    assert!(table.overdue.is_empty());
    table.until(90_000);
    assert_eq!(table.overdue, [id(1)]);
}
