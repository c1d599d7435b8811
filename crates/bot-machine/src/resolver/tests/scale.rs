//! Hundreds of orders at once: a page proves many absences, and the smallest account can pay.

use std::time::Duration;

use kraken_protocol::rest::orders::OrderStatus;
use trading_types::{NewOrder, Side, Timestamp};

use super::{Budget, Table, at, id, order, pair, quantity, word};
use crate::{call::Call, resolver::ResolverEvent};

#[test]
fn two_hundred_unknown_orders_are_no_storm() {
    let mut table = Table::new();
    for number in 1..=200 {
        table.say(ResolverEvent::Unclear { order: order(number), sent_at: at(0) });
    }
    for number in (1..=200).step_by(4) {
        let venue = &mut table.venue;
        let placed = (pair(), Side::Buy);
        let rests = venue.open(Some(id(number)), placed, quantity("1"), at(100));
        venue.trade(rests, quantity("0.5"), at(200), false);
        let ended = venue.open(Some(id(number + 1)), placed, quantity("1"), at(100));
        venue.trade(ended, quantity("1"), at(200), false);
        venue.order(ended).ended = Some((at(200), OrderStatus::Closed));
    }
    let mut most = 0;
    for second in 1..=120 {
        table.until(second * 1_000);
        most = most.max(table.under_way.len());
    }
    let told = |what: &str| table.told.iter().filter(|event| word(event) == what).count();
    assert_eq!((told("never existed"), told("accepted"), told("completed")), (100, 100, 50));
    assert_eq!((table.books.trades.len(), table.resolver.unknown().count()), (100, 0));
    assert!(most <= 2, "{most} calls at once");
    let of = |what: fn(&Call) -> bool| table.count(what);
    // A page for the fifty that have ended shows that the others have not, and one more page does.
    let ended =
        (of(|it| matches!(it, Call::ClosedOrder(_))), of(|it| matches!(it, Call::ClosedOrders(_))));
    assert_eq!(ended, (0, 2));
    let shared = of(|it| matches!(it, Call::OpenOrders));
    let by_name = of(|it| matches!(it, Call::TheseTrades(_)));
    let pages = of(|it| matches!(it, Call::Trades(_)));
    assert!(shared < 10 && by_name <= 50 && pages < 10, "{shared}, {by_name}, {pages}");
    assert!(table.renewals <= 2);
}

/// So many orders are unclear, and the counter of a Starter key has room for fifteen points.
fn starter(count: u64) -> Table {
    let mut table = Table::new();
    table.points = Some(Budget { level: 0, since: at(0), spent: 0 });
    for number in 1..=count {
        table.say(ResolverEvent::Unclear { order: order(number), sent_at: at(0) });
    }
    table
}

/// When everything was known, and the points that took.
fn done(mut table: Table) -> (Timestamp, u64) {
    for second in 1..4_000 {
        table.until(second * 1_000);
        if table.resolver.unknown().count() == 0 {
            return (table.now, table.points.unwrap().spent / 1_000);
        }
    }
    panic!("{} are unknown still", table.resolver.unknown().count());
}

#[test]
fn two_hundred_absences_are_proved_within_seconds_on_the_smallest_account() {
    let (until, points) = done(starter(200));
    assert!(until <= at(5_000 + 10_000), "{until} with {points} points");
    assert!(points <= 12, "{points}");
}

#[test]
fn two_hundred_ended_orders_are_found_within_a_minute_on_the_smallest_account() {
    let mut table = starter(200);
    for number in 1..=200 {
        let venue_order =
            table.venue.open(Some(id(number)), (pair(), Side::Buy), quantity("1"), at(100));
        table.venue.trade(venue_order, quantity("1"), at(200), false);
        table.venue.order(venue_order).ended = Some((at(200), OrderStatus::Closed));
    }
    let (until, points) = done(table);
    // Four pages, and ten questions for their two hundred trades.
    assert!(until <= at(60_000), "{until} with {points} points");
}

#[test]
fn two_hundred_open_orders_are_found_within_seconds_on_the_smallest_account() {
    let mut table = starter(200);
    for number in 1..=200 {
        table.venue.open(Some(id(number)), (pair(), Side::Buy), quantity("1"), at(100));
    }
    let (until, points) = done(table);
    assert!(until <= at(3_000), "{until} with {points} points");
}

#[test]
fn a_reading_that_lost_a_row_proves_nothing() {
    let mut table = Table::new();
    for number in 1..=60 {
        table.say(ResolverEvent::Unclear { order: order(number), sent_at: at(0) });
        let venue_order =
            table.venue.open(Some(id(number)), (pair(), Side::Buy), quantity("1"), at(100));
        table.venue.order(venue_order).ended = Some((at(200), OrderStatus::Canceled));
    }
    table.tears = 7;
    table.until(30_000);
    let told = table.told.iter().filter(|it| word(it) == "canceled Requested").count();
    assert_eq!((told, table.told.len()), (60, 120));
}

#[test]
fn what_is_always_torn_is_asked_for_one_by_one() {
    let mut table = Table::new();
    for number in 1..=3 {
        table.say(ResolverEvent::Unclear { order: order(number), sent_at: at(0) });
    }
    let other = table.venue.open(None, (pair(), Side::Buy), quantity("1"), at(100));
    table.venue.order(other).ended = Some((at(200), OrderStatus::Canceled));
    table.tears = u32::MAX;
    table.until(30_000);
    table.check(&["never existed"; 3]);
    let of = |what: fn(&Call) -> bool| table.count(what);
    assert_eq!(of(|it| matches!(it, Call::ClosedOrders(_))), 4);
    assert_eq!(of(|it| matches!(it, Call::ClosedOrder(_))), 6);
}

#[test]
fn a_long_history_is_not_read_for_a_few() {
    let mut table = Table::new();
    for number in 1..=3 {
        table.say(ResolverEvent::Unclear { order: order(number), sent_at: at(0) });
    }
    for number in 0..1_000 {
        let other = table.venue.open(None, (pair(), Side::Buy), quantity("1"), at(number));
        table.venue.order(other).ended = Some((at(number), OrderStatus::Canceled));
    }
    table.until(30_000);
    table.check(&["never existed"; 3]);
    let of = |what: fn(&Call) -> bool| table.count(what);
    assert_eq!(of(|it| matches!(it, Call::ClosedOrders(_))), 1);
    assert_eq!(of(|it| matches!(it, Call::ClosedOrder(_))), 6);
}

#[test]
fn one_that_is_old_is_read_apart() {
    const LATER: u64 = 36_000_000;
    let mut table = Table::new();
    let later = Duration::from_millis(LATER);
    for number in 1..=40 {
        let sent_at = if number == 1 { at(0) } else { at(0) + later };
        let deadline = Some(sent_at + Duration::from_secs(5));
        let order = NewOrder { deadline, ..order(number) };
        table.now = table.now.max(sent_at);
        table.say(ResolverEvent::Unclear { order, sent_at });
    }
    // Between the two there is much that nobody wants to read.
    for number in 0..5_000 {
        let opened = at(60_000 + number);
        let other = table.venue.open(None, (pair(), Side::Buy), quantity("1"), opened);
        table.venue.order(other).ended = Some((opened, OrderStatus::Canceled));
    }
    table.until(LATER + 30_000);
    table.check(&["never existed"; 40]);
    let of = |what: fn(&Call) -> bool| table.count(what);
    assert!(of(|it| matches!(it, Call::ClosedOrders(_))) <= 3);
    assert!(of(|it| matches!(it, Call::ClosedOrder(_))) <= 3);
}
