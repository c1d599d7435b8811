//! What is told of an account is what its records say, and looking changes nothing.

use trading_types::{BookLevel, BookUpdate, MarketEvent, Side};

use super::*;
use crate::fixture::{
    ALICE, amount, asset, at, btc_usd, limit, order as any_order, price, quantity, settings,
};

fn kraken() -> SimulatedKraken {
    SimulatedKraken::new(settings(), at(0))
}

#[test]
fn orders_trades_and_moves_are_told() {
    let mut kraken = kraken();
    let nothing = Happened { open: 0, ended: 0, trades: 0, entries: 4 };
    assert_eq!(kraken.happened(0), nothing);
    let mut resting = limit(Side::Buy, "40000", "0.1");
    resting.client_id = Some("mine".to_owned());
    let market = any_order(Side::Buy, trading_types::OrderKind::Market, "0.01");
    let venue = &mut kraken.world.venue;
    venue.place(ALICE, &resting, at(1)).unwrap();
    venue.place(ALICE, &market, at(2)).unwrap();
    venue.transfer(ALICE, (asset("USD"), -amount("5")), at(3)).unwrap();

    let open = kraken.true_open_orders(0);
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].client.as_deref(), open[0].filled), (Some("mine"), Quantity::ZERO));
    let ended: Vec<_> = kraken.true_ended_orders(0).collect();
    assert_eq!((ended.len(), ended[0].is_open, ended[0].filled), (1, false, quantity("0.01")));
    let trades: Vec<_> = kraken.true_trades(0).collect();
    assert_eq!(trades[0].order, ended[0].venue_order);
    let moves: Vec<_> = kraken.true_moves(0).collect();
    assert_eq!((moves[0].kind, moves[0].change), ("withdrawal", -amount("5")));
    let spent: Amount = trades.iter().map(|it| it.cost + it.fee).fold(Amount::ZERO, |a, b| a + b);
    let balances = kraken.true_balances(0);
    assert_eq!(balances[&asset("USD")], amount("99995") - spent);
    assert_eq!(balances[&asset("BTC")], amount("10.01"));
    assert_eq!(
        kraken.happened(0),
        Happened { open: 1, ended: 1, trades: trades.len(), ..kraken.happened(0) }
    );
    assert_eq!(kraken.happened(1), nothing);
}

#[test]
fn the_outside_world_moves_a_market() {
    let mut kraken = kraken();
    let level = |at_price| BookLevel { price: price(at_price), quantity: quantity("1") };
    let update =
        BookUpdate { is_snapshot: true, bids: vec![level("40000")], asks: vec![level("40001")] };
    kraken.hear_market(&MarketEvent::Book { pair: btc_usd(), update }, at(10));
    let quote = kraken.true_quote(btc_usd()).unwrap();
    assert_eq!((quote.bid.price, quote.ask.price), (price("40000"), price("40001")));
    assert_eq!(kraken.true_status(), VenueStatus::Online);
}
