//! What the venue does by itself.

use trading_types::{FeeSchedule, NewOrder};

use super::{super::records::LedgerKind, *};

#[test]
fn money_comes_and_goes() {
    let mut venue = venue();
    let dollars = fixture::asset("USD");
    venue.transfer(ALICE, (dollars, amount("5")), at(1)).unwrap();
    venue.transfer(ALICE, (dollars, amount("-7")), at(2)).unwrap();
    let all = venue.transfer(ALICE, (dollars, amount("-99999")), at(3));
    assert_eq!(all, Err(KrakenError::INSUFFICIENT_FUNDS));
    let entries: Vec<_> =
        venue.ledger(ALICE).rev().take(2).map(|entry| (entry.kind, entry.balance)).collect();
    assert_eq!(
        entries,
        [(LedgerKind::Withdrawal, amount("99998")), (LedgerKind::Deposit, amount("100005"))],
    );
}

#[test]
fn what_an_order_holds_cannot_leave() {
    let mut venue = venue();
    place(&mut venue, ALICE, &limit(Side::Buy, "40000", "2"), 1);
    let dollars = fixture::asset("USD");
    assert!(venue.transfer(ALICE, (dollars, amount("-50000")), at(2)).is_err());
}

#[test]
fn an_asset_that_was_never_there_gets_a_name() {
    let mut venue = venue();
    venue.transfer(ALICE, (fixture::asset("SOL"), amount("5")), at(1)).unwrap();
    assert_eq!(venue.names().asset_id(&fixture::asset("SOL")), "SOL");
}

#[test]
fn the_venue_ends_orders() {
    let mut venue = venue();
    let (one, other) =
        (place(&mut venue, ALICE, &resting(), 1), place(&mut venue, ALICE, &resting(), 1));
    venue.cancel_by_venue(&one, "Delisted", at(2)).unwrap();
    venue.expire(&other, at(2)).unwrap();
    assert_eq!(ending(&venue, one), (OrderState::Canceled, Some("Delisted")));
    assert_eq!(ending(&venue, other), (OrderState::Expired, Some("Order expired")));
    assert_eq!(venue.expire(&other, at(3)), Err(KrakenError::UNKNOWN_ORDER));
}

#[test]
fn a_pair_can_be_closed_alone() {
    let mut venue = venue();
    venue.set_pair_status(btc_usd(), VenueStatus::CancelOnly, at(1));
    assert!(matches!(venue.poll_notice(), Some(Notice::Instrument { .. })));
    let refused = venue.place(ALICE, &resting(), at(2)).unwrap_err();
    assert_eq!(refused.as_str(), "EService:Market in cancel_only mode");
    let order = NewOrder { pair: "BTC/EUR".parse().unwrap(), ..resting().order };
    place(&mut venue, ALICE, &PlaceRequest { order, ..resting() }, 3);
}

#[test]
fn rules_and_fees_change() {
    let mut venue = venue();
    let rules = venue.rules(btc_usd()).unwrap().clone();
    let coarser = PairRules { tick: price("10"), ..rules };
    venue.set_rules(&coarser, at(1));
    assert_eq!(venue.names().price_decimals(btc_usd()), 0);
    let refused = venue.place(ALICE, &limit(Side::Buy, "40005", "0.1"), at(2)).unwrap_err();
    assert_eq!(refused.as_str(), "EOrder:Invalid price");
    let fraction = |text: &str| text.parse::<Fraction>().unwrap();
    assert_eq!(venue.rates(ALICE, btc_usd()), (fraction("0.004"), fraction("0.0025")));
    venue.set_fees(&FeeSchedule::flat(fraction("0.01"), fraction("0.005")), at(3));
    assert_eq!(venue.rates(ALICE, btc_usd()), (fraction("0.01"), fraction("0.005")));
}

#[test]
fn a_busted_trade_never_was() {
    let mut venue = venue();
    let before = venue.balances(ALICE);
    let txid = place(&mut venue, ALICE, &order(Side::Buy, OrderKind::Market, "0.5"), 1);
    let id: TradeId = venue.trades(ALICE).next().unwrap().id;
    venue.bust_trade(&id, at(2)).unwrap();
    assert_eq!(venue.balances(ALICE), before);
    assert_eq!((venue.trades(ALICE).count(), venue.trade(&id).is_none()), (0, true));
    let order = venue.order(&txid).unwrap();
    assert_eq!((order.filled, order.cost, order.fees), Default::default());
    let last = venue.ledger(ALICE).next_back().unwrap();
    assert_eq!((last.kind, last.balance), (LedgerKind::Adjustment, amount("100000")));
    assert!(venue.bust_trade(&id, at(3)).is_err());
}

#[test]
fn a_trade_whose_money_is_gone_stands() {
    let mut venue = venue();
    place(&mut venue, ALICE, &order(Side::Buy, OrderKind::Market, "0.5"), 1);
    let id = venue.trades(ALICE).next().unwrap().id;
    venue.transfer(ALICE, (fixture::asset("BTC"), amount("-10.4")), at(2)).unwrap();
    assert_eq!(venue.bust_trade(&id, at(3)), Err(KrakenError::INSUFFICIENT_FUNDS));
    assert!(venue.trade(&id).is_some());
}
