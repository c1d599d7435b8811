//! What explains a difference: movements of the ledger and fills of ours.

use kraken_protocol::rest::{Wallet, account::Balance, orders::OrderStatus};
use trading_types::{Amount, Side};

use super::{Table, amount, asset, at, id, pair, quantity};
use crate::{
    call::Call,
    history,
    reconciler::{Reckoned, Reconciler, ReconcilerEvent, Trigger, run},
    settings::Times,
};

#[test]
fn a_movement_is_explained_once() {
    let mut table = Table::open();
    table.deposit("500", "deposit");
    table.deposit("-200", "withdrawal");
    table.now = at(10_100);
    table.venue.book(("adjustment", "R"), (asset("BTC"), amount("0.5"), amount("0.1")), at(10_050));
    table.trigger();
    table.until(20_000);
    table.check(&[
        "500 USD: deposit",
        "moved 500 USD",
        "-200 USD: withdrawal",
        "moved -200 USD",
        "0.4 BTC: adjustment",
        "moved 0.4 BTC",
    ]);
    assert_eq!(table.reconciled, 2);
    table.check_equal();
    // The next difference reads the same stretch again.
    table.told.clear();
    table.deposit("1", "earn");
    table.trigger();
    table.until(40_000);
    table.check(&["1 USD: earn", "moved 1 USD"]);
}

#[test]
fn what_was_explained_before_a_restart_is_not_explained_again() {
    let mut table = Table::open();
    table.deposit("500", "deposit");
    let explained = vec![table.venue.entries[0].id];
    table.deposit("1", "deposit");
    // The journal had the first.
    *table.books.totals.entry(asset("USD")).or_default() += amount("500");
    let before = Reckoned { accounted_to: table.accounted_to, explained, foreign: vec![] };
    table.reconciler = Reconciler::new(&Times::default(), before, at(11_000));
    table.now = at(11_000);
    table.say(ReconcilerEvent::Quiet(true));
    table.until(30_000);
    table.check(&["1 USD: deposit", "moved 1 USD", "unblock UnexplainedBalance everywhere"]);
    table.check_equal();
}

#[test]
fn money_that_goes_into_a_locked_wallet_is_gone() {
    let mut table = Table::open();
    let (kind, out) = (("transfer", "R"), (asset("BTC"), amount("-4"), Amount::ZERO));
    let into = (asset("BTC"), amount("4"), Amount::ZERO);
    table.venue.book(kind, out, at(10_000));
    table.venue.book_in(Wallet::Locked, kind, into, at(10_000));
    table.trigger();
    table.until(20_000);
    table.check(&["-4 BTC: transfer", "moved -4 BTC"]);
    assert_eq!(table.books.totals[&asset("BTC")], amount("6"));
    // A wallet that earns and can be spent all the same changes nothing.
    let spendable = |wallet| {
        let (total, held) = (amount("2"), Amount::ZERO);
        let balance = Balance { asset: asset("BTC"), wallet, total, held, spendable: total };
        run::totals(&[balance]).unwrap().get(&asset("BTC")).copied()
    };
    assert_eq!(spendable(Wallet::Spot), Some(amount("2")));
    assert_eq!(spendable(Wallet::Flexible), Some(amount("2")));
    assert_eq!(spendable(Wallet::Locked), None);
}

#[test]
fn an_entry_that_is_not_settled_is_waited_for() {
    let mut table = Table::open();
    table.deposit("500", "deposit");
    table.venue.entries[0].balance = None;
    table.trigger();
    table.until(14_000);
    table.check(&[]);
    table.venue.entries[0].balance = Some(Amount::ZERO);
    table.until(30_000);
    table.check(&["500 USD: deposit", "moved 500 USD"]);
}

#[test]
fn a_fill_that_the_stream_lost_is_told_with_its_own_id() {
    let mut table = Table::open();
    let buy = table.own(1, Side::Buy);
    let sell = table.own(2, Side::Sell);
    table.venue.trade(buy, quantity("0.25"), at(10_001), false);
    let known = table.venue.trade(sell, quantity("0.5"), at(10_002), false);
    table.venue.trade(buy, quantity("0.75"), at(10_003), false);
    // The stream has told the one in the middle.
    let real = table.venue.trades[1].clone();
    assert_eq!(real.id, known);
    table.books.fill(&history::fill(&real, id(2), pair()));
    table.trigger();
    table.until(20_000);
    table.check(&["traded 0.25", "traded 0.75"]);
    table.check_equal();
    assert_eq!(table.reconciled, 2);
    assert_eq!(table.count(|it| matches!(it, Call::Ledger(_))), 0, "the trades explain all of it");
}

/// REST tells the fee in quote asset, and the venue took it in the other: only the ledger says so.
#[test]
fn a_fee_in_another_asset_than_was_told_is_found_in_the_ledger() {
    let mut table = Table::open();
    let buy = table.own(1, Side::Buy);
    table.venue.trade(buy, quantity("0.4"), at(10_001), true);
    table.trigger();
    table.until(30_000);
    let trade = table.venue.trades[0].id;
    table.check(&[
        "traded 0.4",
        &format!("-0.001 BTC: fee of trade {trade}"),
        "moved -0.001 BTC",
        &format!("0.1 USD: fee of trade {trade}"),
        "moved 0.1 USD",
    ]);
    table.check_equal();
    assert_eq!(table.reconciled, 2);
    // And so does what the resolver has found before.
    table.told.clear();
    let sell = table.own(2, Side::Sell);
    table.venue.trade(sell, quantity("0.4"), at(30_001), true);
    let real = table.venue.trades[1].clone();
    table.books.fill(&history::fill(&real, id(2), pair()));
    table.say(ReconcilerEvent::OursChanged);
    table.trigger();
    table.until(60_000);
    assert_eq!(table.told.len(), 4, "{:?}", table.told);
    table.check_equal();
    assert_eq!(table.reconciled, 3);
}

#[test]
fn a_fill_whose_order_has_only_our_name_is_ours() {
    let mut table = Table::open();
    let order = table.own(1, Side::Buy);
    let resting = table.own(2, Side::Buy);
    // Our books know the order by our own name; the venue shows it open.
    table.books.names.remove(&resting);
    table.books.names.insert("OSAME-NAMED-OTHER".parse().unwrap(), id(2));
    table.venue.order(order).ended = Some((at(10_001), OrderStatus::Canceled));
    table.venue.trade(resting, quantity("0.5"), at(10_001), false);
    table.say(ReconcilerEvent::Trigger(Trigger::MissedFills));
    table.until(20_000);
    table.check(&["traded 0.5"]);
}

#[test]
fn long_histories_are_read_whole() {
    let mut table = Table::open();
    let order = table.own(1, Side::Buy);
    for number in 0..130 {
        table.venue.trade(order, quantity("0.001"), at(10_001 + number), false);
        table.venue.book(
            ("deposit", "R"),
            (asset("USD"), amount("1"), Amount::ZERO),
            at(10_001 + number),
        );
    }
    table.trigger();
    table.until(60_000);
    assert_eq!(table.books.trades.len(), 130);
    table.check_equal();
    assert_eq!(table.reconciled, 2);
    assert_eq!(table.told.iter().filter(|it| it.starts_with("moved")).count(), 130);
}

#[test]
fn an_adjustment_that_takes_a_trade_of_ours_back_is_a_movement() {
    let mut table = Table::open();
    let order = table.own(1, Side::Buy);
    let trade = table.venue.trade(order, quantity("1"), at(10_001), false);
    table.trigger();
    table.until(20_000);
    // The trade is gone, and its money comes back under its name.
    table.venue.trades.clear();
    let reference = trade.to_string();
    let back = [("BTC", "-1"), ("USD", "100.25")];
    for (name, text) in back {
        let moved = (asset(name), amount(text), Amount::ZERO);
        table.venue.book(("adjustment", &reference), moved, at(20_001));
    }
    table.trigger();
    table.until(40_000);
    table.check(&[
        "traded 1",
        "-1 BTC: adjustment",
        "moved -1 BTC",
        "100.25 USD: adjustment",
        "moved 100.25 USD",
    ]);
    table.check_equal();
    assert!(!table.told.iter().any(|it| it.contains("ForeignActivity")));
}
