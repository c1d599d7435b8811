//! When nothing explains a difference, and when a comparison says nothing.

use std::time::Duration;

use kraken_protocol::{clock_offset::Ahead, rest::orders::OrderStatus};
use trading_types::{Refusal, Side};

use super::{Table, amount, asset, at, id, pair, quantity};
use crate::{
    call::{Call, CallFailure},
    history,
    output::Severity,
    reconciler::{Reckoned, Reconciler, ReconcilerEvent},
    settings::Times,
};

/// A balance that nothing explains.
fn unexplained() -> Table {
    let mut table = Table::open();
    *table.books.totals.entry(asset("USD")).or_default() += amount("0.0000000001");
    table.trigger();
    table
}

#[test]
fn what_nothing_explains_blocks_everything() {
    let mut table = unexplained();
    table.until(20_000);
    table.check(&[]);
    table.until(40_000);
    table.check(&["alarm", "block UnexplainedBalance everywhere"]);
    assert_eq!(table.alerts.len(), 1);
    assert_eq!(table.alerts[0].0, Severity::Critical);
    assert!(table.alerts[0].1.contains("-0.0000000001 USD"), "{}", table.alerts[0].1);
    let compared: Vec<_> =
        table.asked.iter().filter(|(_, call)| matches!(call, Call::Balances)).collect();
    assert!(compared.windows(2).all(|two| Duration::from_secs(2) <= two[1].0.since(two[0].0)));
    assert_eq!(compared.len(), 3);
    // It is tried on, and not told again.
    table.until(1_000_000);
    assert_eq!((table.told.len(), table.alerts.len()), (2, 1));
    let tries = table.count(|it| matches!(it, Call::Balances));
    assert!((14..20).contains(&tries), "{tries} times");
    // Until it is explained.
    *table.books.totals.entry(asset("USD")).or_default() += -amount("0.0000000001");
    table.until(1_100_000);
    assert_eq!(table.told.last().unwrap(), "unblock UnexplainedBalance everywhere");
    assert!(table.reconciler.is_reconciled());
}

#[test]
fn another_difference_is_told_anew() {
    let mut table = unexplained();
    table.until(40_000);
    *table.books.totals.entry(asset("BTC")).or_default() += amount("1");
    table.say(ReconcilerEvent::OursChanged);
    table.until(400_000);
    assert_eq!(table.alerts.len(), 2);
    assert!(table.alerts[1].1.contains("-1 BTC"), "{}", table.alerts[1].1);
}

#[test]
fn a_change_of_ours_makes_a_comparison_void() {
    let mut table = Table::open();
    table.deposit("1", "deposit");
    table.trigger();
    // While the balances are under way a fill of ours is told.
    table.until(11_150);
    assert!(matches!(table.asked.last(), Some((_, Call::Balances))));
    let order = table.own(1, Side::Buy);
    table.venue.trade(order, quantity("0.5"), at(11_160), false);
    let real = table.venue.trades[0].clone();
    table.books.fill(&history::fill(&real, id(1), pair()));
    table.say(ReconcilerEvent::OursChanged);
    table.until(12_000);
    assert_eq!(table.count(|it| matches!(it, Call::Trades(_))), 0);
    table.until(30_000);
    table.check(&["1 USD: deposit", "moved 1 USD"]);
    table.check_equal();
}

#[test]
fn changes_of_ours_put_the_verdict_off() {
    let mut table = unexplained();
    for second in 11..100 {
        table.until(second * 1_000);
        *table.books.totals.entry(asset("BTC")).or_default() += amount("0.1");
        table.say(ReconcilerEvent::OursChanged);
    }
    table.check(&[]);
    table.until(300_000);
    table.check(&["alarm", "block UnexplainedBalance everywhere"]);
}

#[test]
fn news_that_change_no_balance_do_not() {
    let mut table = unexplained();
    table.say(ReconcilerEvent::OursChanged);
    for second in 11..40 {
        table.until(second * 1_000);
        table.say(ReconcilerEvent::OursChanged);
    }
    table.check(&["alarm", "block UnexplainedBalance everywhere"]);
}

#[test]
fn what_a_person_resumes_is_told_again_if_nothing_explains_it() {
    let mut table = unexplained();
    table.until(40_000);
    table.say(ReconcilerEvent::Resumed(None));
    table.until(400_000);
    assert_eq!((table.told.len(), table.alerts.len()), (4, 2));
}

#[test]
fn nothing_is_compared_while_something_is_under_way() {
    let mut table = Table::open();
    table.say(ReconcilerEvent::Quiet(false));
    // An order of ours whose name nobody knows yet trades.
    let order = table.own(1, Side::Buy);
    let (name, own) = table.books.names.pop_first().unwrap();
    table.venue.trade(order, quantity("0.5"), at(10_001), false);
    table.trigger();
    table.until(500_000);
    table.check(&[]);
    assert!(table.asked.is_empty());
    table.books.names.insert(name, own);
    table.say(ReconcilerEvent::Quiet(true));
    table.until(510_000);
    table.check(&["traded 0.5"]);
}

#[test]
fn what_is_heard_after_something_began_counts_for_nothing() {
    let mut table = Table::open();
    let order = table.own(1, Side::Buy);
    let (name, own) = table.books.names.pop_first().unwrap();
    table.venue.order(order).ended = Some((at(10_002), OrderStatus::Closed));
    table.venue.trade(order, quantity("1"), at(10_001), false);
    table.trigger();
    table.until(11_250);
    assert!(matches!(table.asked.last(), Some((_, Call::Trades(_)))));
    table.say(ReconcilerEvent::Quiet(false));
    table.until(20_000);
    table.check(&[]);
    table.books.names.insert(name, own);
    table.say(ReconcilerEvent::Quiet(true));
    table.until(30_000);
    table.check(&["traded 1"]);
}

#[test]
fn failures_put_it_off() {
    let mut table = Table::open();
    table.deposit("1", "deposit");
    table.fails = |_| true;
    table.trigger();
    table.until(1_000_000);
    assert!(table.asked.len() < 25, "{} calls", table.asked.len());
    table.fails = |call| matches!(call, Call::Ledger(_));
    table.until(1_500_000);
    table.check(&[]);
    table.fails = |_| false;
    table.until(1_600_000);
    table.check(&["1 USD: deposit", "moved 1 USD"]);
}

#[test]
fn a_ledger_that_may_not_be_read_explains_nothing() {
    let mut table = Table::open();
    table.failure = CallFailure::Refused(Refusal::PermissionDenied);
    table.fails = |call| matches!(call, Call::Ledger(_));
    table.deposit("1", "deposit");
    table.trigger();
    table.until(60_000);
    table.check(&["alarm", "block UnexplainedBalance everywhere"]);
    table.fails = |_| false;
    table.until(200_000);
    assert_eq!(table.told[2..4], ["1 USD: deposit", "moved 1 USD"]);
    assert_eq!(table.told[4], "unblock UnexplainedBalance everywhere");
}

#[test]
fn nothing_is_asked_of_a_venue_out_of_reach() {
    let mut table = Table::open();
    table.say(ReconcilerEvent::Reachable(false));
    table.trigger();
    table.until(1_000_000);
    assert!(table.asked.is_empty());
    table.say(ReconcilerEvent::Reachable(true));
    table.until(1_010_000);
    assert_eq!(table.reconciled, 2);
}

#[test]
fn old_pictures_are_waited_out() {
    let mut table = Table::open();
    table.lag = Duration::from_secs(4);
    let order = table.own(1, Side::Buy);
    table.venue.trade(order, quantity("0.5"), at(10_001), false);
    let real = table.venue.trades[0].clone();
    table.books.fill(&history::fill(&real, id(1), pair()));
    table.say(ReconcilerEvent::OursChanged);
    table.trigger();
    table.until(30_000);
    table.check(&[]);
    assert_eq!(table.reconciled, 2);
}

#[test]
fn many_reasons_are_one_comparison() {
    let mut table = Table::open();
    for millis in 0..1_000 {
        table.until(10_000 + millis * 10);
        table.trigger();
    }
    table.until(30_000);
    assert!(table.asked.len() <= 8, "{} calls in twenty seconds", table.asked.len());
    assert!(table.reconciled >= 3);
}

/// A machine whose clock is an hour ahead: before anybody knows Kraken's time, balances that are
/// equal account for nothing that is still to come.
#[test]
fn what_is_accounted_for_is_dated_by_the_venues_clock() {
    let mut table = Table::open();
    let accounted_to = table.accounted_to;
    let before = Reckoned { accounted_to, explained: vec![], foreign: vec![] };
    table.now = at(3_600_000);
    table.reconciler = Reconciler::new(&Times::default(), before, table.now);
    table.say(ReconcilerEvent::Quiet(true));
    table.until(3_610_000);
    assert_eq!((table.reconciled, table.accounted_to), (2, accounted_to));
    // And nothing is opened before.
    let mut table = Table::unopened();
    table.reconciler = Reconciler::new(&Times::default(), Reckoned::default(), at(0));
    table.say(ReconcilerEvent::Quiet(true));
    table.until(10_000);
    assert_eq!((table.reconciled, table.asked.len()), (0, 0));
    table.say(ReconcilerEvent::Clock(Ahead { least: -1_000_000, most: 1_000_000 }));
    table.until(20_000);
    assert_eq!(table.reconciled, 1);
}

/// Kraken's clock is an hour ahead for a moment, and balances are equal just then: what moves
/// within that hour is found all the same.
#[test]
fn a_wrong_clock_of_the_venue_accounts_for_nothing_that_is_still_to_come() {
    const HOUR: i128 = 3_600_000_000_000;
    let mut table = Table::open();
    let wrong = Ahead { least: HOUR - 1_000_000, most: HOUR + 1_000_000 };
    table.say(ReconcilerEvent::Clock(wrong));
    table.trigger();
    table.until(20_000);
    assert_eq!(table.reconciled, 2);
    assert!(table.accounted_to.unwrap() <= table.now, "{:?}", table.accounted_to);
    table.say(ReconcilerEvent::Clock(Ahead { least: -1_000_000, most: 1_000_000 }));
    table.until(300_000);
    table.deposit("7", "deposit");
    table.trigger();
    table.until(320_000);
    table.check(&["7 USD: deposit", "moved 7 USD"]);
    table.check_equal();
}
