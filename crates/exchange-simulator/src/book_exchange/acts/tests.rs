//! What the exchange does by itself is told to the account, and to nobody else.

use trading_types::{AccountEvent, FeeSchedule, NewOrder, Quantity, Side, VenueCommand};

use super::*;
use crate::{
    BookSettings, Latency,
    fixture::{
        amount, asset, fraction, id, limit, market, pair, price, quantity, rules, seconds, stop,
        told,
    },
};

const ALICE: AccountId = AccountId(0);
const NOW: u64 = 1_000;

/// Alice with 1,000 dollars and a bitcoin.
fn exchange() -> BookExchange {
    let (latency, intervals) = (Latency::NONE, Vec::new());
    let settings = BookSettings { rules: vec![rules()], latency, intervals, seed: 1 };
    let mut exchange = BookExchange::new(settings, seconds(NOW));
    exchange.open_account(&[(asset("BTC"), amount("1")), (asset("USD"), amount("1000"))]);
    heard(&mut exchange);
    exchange
}

fn heard(exchange: &mut BookExchange) -> Vec<String> {
    let events = std::iter::from_fn(|| exchange.poll_output());
    let accounts = events.filter(|(audience, _)| *audience != Audience::Everyone);
    accounts.map(|(_, event)| told(&event)).collect()
}

fn place(exchange: &mut BookExchange, order: NewOrder) {
    exchange.handle(ALICE, VenueCommand::Place(order), seconds(NOW));
}

#[test]
fn the_venue_ends_what_rests_and_what_waits() {
    let mut exchange = exchange();
    for number in [1, 2] {
        place(&mut exchange, limit(number, Side::Buy, "1", "100"));
    }
    place(&mut exchange, stop(3, Side::Sell, "0.5", "90"));
    heard(&mut exchange);
    assert_eq!(exchange.cancel_by_venue(ALICE, id(1), seconds(NOW)), Ok(()));
    assert_eq!(exchange.expire(ALICE, id(2), seconds(NOW)), Ok(()));
    assert_eq!(exchange.expire(ALICE, id(3), seconds(NOW)), Ok(()));
    assert_eq!(heard(&mut exchange), ["canceled 1: Venue", "expired 2", "expired 3"]);
    assert!(exchange.balances(ALICE).iter().all(|(_, balance)| balance.held.is_zero()));
    for act in [BookExchange::cancel_by_venue, BookExchange::expire] {
        assert_eq!(act(&mut exchange, ALICE, id(1), seconds(NOW)), Err(Refusal::UnknownOrder));
    }
}

#[test]
fn the_dead_mans_switch_ends_all() {
    let mut exchange = exchange();
    place(&mut exchange, limit(1, Side::Buy, "1", "100"));
    place(&mut exchange, stop(2, Side::Sell, "0.5", "90"));
    heard(&mut exchange);
    assert_eq!(exchange.cancel_all_by_venue(ALICE, seconds(NOW)), 2);
    assert_eq!(heard(&mut exchange), ["canceled 1: Venue", "canceled 2: Venue"]);
    assert_eq!(exchange.cancel_all_by_venue(ALICE, seconds(NOW)), 0);
}

#[test]
fn what_is_held_cannot_be_withdrawn() {
    let mut exchange = exchange();
    place(&mut exchange, limit(1, Side::Sell, "0.4", "100"));
    heard(&mut exchange);
    let mut withdraw =
        |name: &str, all: &str| exchange.withdraw(ALICE, asset(name), amount(all), seconds(NOW));
    assert_eq!(withdraw("BTC", "0.60000001"), Err(Refusal::InsufficientFunds));
    assert_eq!(withdraw("BTC", "0.6"), Ok(()));
    assert_eq!(withdraw("ETH", "0.6"), Err(Refusal::InsufficientFunds));
    assert_eq!(heard(&mut exchange), ["moved -0.6 BTC"]);
}

#[test]
fn new_fees_hold_for_open_orders() {
    let mut exchange = exchange();
    place(&mut exchange, limit(1, Side::Buy, "1", "100"));
    exchange.set_fees(&FeeSchedule::flat(fraction("0.5"), fraction("0.02")), seconds(NOW));
    let bob = exchange.open_account(&[(asset("BTC"), amount("1"))]);
    exchange.handle(bob, VenueCommand::Place(market(1, Side::Sell, "1")), seconds(NOW));
    let events = std::iter::from_fn(|| exchange.poll_output());
    let fees = events.filter_map(|(_, event)| match event {
        VenueEvent::Account(AccountEvent::Traded(fill)) => Some(fill.fee.to_string()),
        VenueEvent::Account(_) | VenueEvent::Market(_) | VenueEvent::Link(_) => None,
    });
    assert_eq!(fees.collect::<Vec<_>>(), ["2", "50"], "maker, then taker");
}

#[test]
fn new_rules_hold_for_new_orders() {
    let mut exchange = exchange();
    place(&mut exchange, limit(1, Side::Buy, "1", "100.1"));
    exchange.set_rules(PairRules { tick: price("1"), ..rules() }, seconds(NOW));
    place(&mut exchange, limit(2, Side::Buy, "1", "100.1"));
    place(&mut exchange, limit(3, Side::Buy, "1", "100"));
    assert_eq!(heard(&mut exchange), ["accepted 1", "rejected 2: invalid price", "accepted 3"]);
    assert_eq!(exchange.rules(pair()).unwrap().tick, price("1"));
}

#[test]
fn a_pair_has_a_state_of_its_own() {
    let mut exchange = exchange();
    exchange.add_market(PairRules { pair: "ETH/USD".parse().unwrap(), ..rules() }, seconds(NOW));
    place(&mut exchange, limit(1, Side::Buy, "1", "100"));
    heard(&mut exchange);
    let mut check = |status, expected: &[&str]| {
        exchange.set_pair_status(pair(), status, seconds(NOW));
        assert_eq!(exchange.pair_status(pair()), Some(status));
        let other = NewOrder { pair: "ETH/USD".parse().unwrap(), ..limit(9, Side::Buy, "1", "1") };
        for order in [limit(2, Side::Buy, "1", "100"), other] {
            exchange.handle(ALICE, VenueCommand::Place(order), seconds(NOW));
        }
        for number in [2, 9] {
            exchange.handle(ALICE, VenueCommand::Cancel(id(number)), seconds(NOW));
        }
        assert_eq!(heard(&mut exchange), expected, "{status}");
    };
    let all = ["accepted 2", "accepted 9", "canceled 2: Requested", "canceled 9: Requested"];
    check(VenueStatus::Online, &all);
    check(
        VenueStatus::CancelOnly,
        &[
            "rejected 2: market in cancel_only mode",
            "accepted 9",
            "cancel rejected 2: unknown order",
            "canceled 9: Requested",
        ],
    );
    exchange.set_pair_status(pair(), VenueStatus::Maintenance, seconds(NOW));
    exchange.handle(ALICE, VenueCommand::Cancel(id(1)), seconds(NOW));
    let refused = ["cancel rejected 1: market in maintenance mode"];
    assert_eq!(heard(&mut exchange), refused);
}

#[test]
fn the_queue_says_whose_each_place_is() {
    let mut exchange = exchange();
    place(&mut exchange, limit(1, Side::Buy, "1", "100"));
    let level =
        |all: &str| trading_types::BookLevel { price: price("100"), quantity: quantity(all) };
    let update =
        trading_types::BookUpdate { is_snapshot: false, bids: vec![level("2")], asks: Vec::new() };
    let event = trading_types::MarketEvent::Book { pair: pair(), update };
    exchange.handle_market(&event, seconds(NOW));
    place(&mut exchange, limit(2, Side::Buy, "0.5", "100.5"));
    let places: Vec<_> = exchange.orders_at(pair(), Side::Buy).collect();
    let shown: Vec<(Quantity, Option<_>)> =
        places.iter().map(|place| (place.quantity, place.order)).collect();
    let expected = [
        (quantity("0.5"), Some((ALICE, id(2)))),
        (quantity("1"), Some((ALICE, id(1)))),
        (quantity("2"), None),
    ];
    assert_eq!(shown, expected);
    assert!(places[1].number < places[2].number && places[2].number < places[0].number);
    assert_eq!(exchange.orders_at("ETH/USD".parse().unwrap(), Side::Buy).count(), 0);
}
