//! Somebody else on the account.

use kraken_protocol::rest::orders::OrderStatus;
use trading_types::Side;

use super::{Table, at, pair, quantity};
use crate::{
    reconciler::{Reckoned, Reconciler, ReconcilerEvent, Trigger},
    settings::Times,
};

/// Somebody else buys one bitcoin.
fn foreign_trade(fee_in_base: bool) -> Table {
    let mut table = Table::open();
    let other = table.venue.open(None, (pair(), Side::Buy), quantity("1"), at(10_000));
    table.venue.trade(other, quantity("1"), at(10_001), fee_in_base);
    table.venue.order(other).ended = Some((at(10_001), OrderStatus::Closed));
    table.say(ReconcilerEvent::Trigger(Trigger::ForeignReport));
    table.until(20_000);
    table
}

#[test]
fn a_trade_of_somebody_else_blocks_its_pair_until_a_person_resumes() {
    let mut table = foreign_trade(false);
    let id = table.venue.trades[0].id;
    table.check(&[
        &format!("1 BTC: foreign trade {id}"),
        "moved 1 BTC",
        &format!("-100.25 USD: foreign trade {id}"),
        "moved -100.25 USD",
        "block ForeignActivity BTC/USD",
    ]);
    assert_eq!((table.alerts.len(), table.reconciled), (1, 2));
    table.check_equal();
    table.told.clear();
    table.until(4_000_000);
    table.check(&[]);
    table.say(ReconcilerEvent::Resumed(Some("ETH/USD".parse().unwrap())));
    table.check(&["block ForeignActivity BTC/USD"]);
    table.told.clear();
    table.say(ReconcilerEvent::Resumed(Some(pair())));
    table.check(&["unblock ForeignActivity BTC/USD"]);
}

#[test]
fn the_fee_of_a_foreign_trade_is_taken_where_the_ledger_says() {
    let table = foreign_trade(true);
    assert!(table.told.contains(&"moved 0.9975 BTC".to_owned()), "{:?}", table.told);
    assert!(table.told.contains(&"moved -100 USD".to_owned()), "{:?}", table.told);
    table.check_equal();
}

#[test]
fn half_a_foreign_trade_is_not_told() {
    let mut table = Table::open();
    let other = table.venue.open(None, (pair(), Side::Buy), quantity("1"), at(10_000));
    table.venue.trade(other, quantity("1"), at(10_001), false);
    table.venue.order(other).ended = Some((at(10_001), OrderStatus::Closed));
    let second = table.venue.entries.pop().unwrap();
    table.trigger();
    table.until(12_000);
    table.check(&[]);
    table.venue.entries.push(second);
    table.until(40_000);
    assert_eq!(table.told.len(), 5);
    table.check_equal();
}

#[test]
fn a_foreign_open_order_blocks_its_pair_while_it_is_open() {
    let mut table = Table::open();
    let other = table.venue.open(None, (pair(), Side::Buy), quantity("1"), at(10_000));
    let own = table.own(1, Side::Buy);
    table.say(ReconcilerEvent::Trigger(Trigger::ForeignReport));
    table.until(20_000);
    table.check(&["block ForeignActivity BTC/USD"]);
    assert_eq!(table.alerts.len(), 1);
    assert!(
        table.alerts[0].1.contains(other.as_str()) && !table.alerts[0].1.contains(own.as_str())
    );
    table.until(2_000_000);
    assert_eq!(table.alerts.len(), 1, "once");
    table.venue.order(other).ended = Some((at(2_000_000), OrderStatus::Canceled));
    table.say(ReconcilerEvent::Trigger(Trigger::ForeignReport));
    table.until(2_010_000);
    table.check(&["block ForeignActivity BTC/USD", "unblock ForeignActivity BTC/USD"]);
}

#[test]
fn an_order_that_traded_and_rests_is_not_unblocked_by_a_person() {
    let mut table = Table::open();
    let other = table.venue.open(None, (pair(), Side::Buy), quantity("1"), at(10_000));
    table.venue.trade(other, quantity("0.5"), at(10_001), false);
    table.say(ReconcilerEvent::Trigger(Trigger::ForeignReport));
    table.until(20_000);
    table.told.clear();
    table.say(ReconcilerEvent::Resumed(None));
    table.check(&["block ForeignActivity BTC/USD"]);
    table.told.clear();
    table.venue.order(other).ended = Some((at(20_000), OrderStatus::Canceled));
    table.say(ReconcilerEvent::Trigger(Trigger::ForeignReport));
    table.until(30_000);
    table.check(&["unblock ForeignActivity BTC/USD"]);
}

#[test]
fn a_block_from_before_a_restart_stands_until_a_person_resumes() {
    let mut table = Table::open();
    let before = Reckoned {
        accounted_to: table.accounted_to,
        explained: vec![],
        foreign: vec![Some(pair()), None],
    };
    table.reconciler = Reconciler::new(&Times::default(), before, at(11_000));
    table.say(ReconcilerEvent::Quiet(true));
    table.until(30_000);
    table.check(&["unblock UnexplainedBalance everywhere"]);
    table.say(ReconcilerEvent::Resumed(None));
    assert_eq!(table.told.len(), 3, "{:?}", table.told);
}
