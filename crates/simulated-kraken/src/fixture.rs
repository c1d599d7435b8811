//! A small world for tests: two accounts, three markets that stand still, no limits.

use std::time::Duration;

use exchange_simulator::AccountId;
use simulated_limits::{Boundary, DecayMode, Tier};
use trading_types::{
    Amount, Asset, ClientOrderId, KrakenPairs, NewOrder, OrderKind, OrderQuantity, Pair, Price,
    Quantity, Side, Timestamp,
};

use crate::{
    settings::{AccountSettings, LimitProfile, MarketSettings, MarketSource, Settings},
    venue::requests::{OrderSelector, PlaceRequest},
};

/// The first account.
pub(crate) const ALICE: AccountId = AccountId(0);
/// The second account.
pub(crate) const BOB: AccountId = AccountId(1);

/// The moment at which tests begin: a Saturday at noon UTC, in the middle of no candle.
pub(crate) fn start() -> Timestamp {
    "2026-11-21T12:00:30Z".parse().unwrap()
}

/// A moment so many milliseconds after the start.
pub(crate) fn at(millis: u64) -> Timestamp {
    Timestamp::from_nanos(start().nanos() + millis * 1_000_000)
}

/// Two accounts with a hundred thousand dollars and euros, ten bitcoins and a hundred ether each;
/// BTC/USD and BTC/EUR around 50,000, ETH/USD around 3,000.
pub(crate) fn settings() -> Settings {
    let balances = || {
        ["USD 100000", "EUR 100000", "BTC 10", "ETH 100"].map(|text| {
            let (asset, amount) = text.split_once(' ').unwrap();
            (asset.parse().unwrap(), amount.parse().unwrap())
        })
    };
    let account =
        |name: &str| AccountSettings { name: name.to_owned(), balances: balances().into() };
    Settings {
        seed: 1,
        tier: Tier::Pro,
        limits: LimitProfile::Off,
        refused_calls_count: true,
        decay: DecayMode::Continuous,
        boundary: Boundary::Reached,
        markets: vec![
            still("BTC/USD", "50000"),
            still("ETH/USD", "3000"),
            still("BTC/EUR", "50000"),
        ],
        accounts: vec![account(""), account("second")],
        history: Duration::ZERO,
        faults: Vec::new(),
    }
}

/// A market that does not move.
pub(crate) fn still(pair: &str, price: &str) -> MarketSettings {
    let rules = KrakenPairs::recorded().rules(pair.parse().unwrap()).unwrap();
    MarketSettings { rules, source: MarketSource::Still { price: price.parse().unwrap() } }
}

pub(crate) fn btc_usd() -> Pair {
    "BTC/USD".parse().unwrap()
}

pub(crate) fn asset(text: &str) -> Asset {
    text.parse().unwrap()
}

pub(crate) fn price(text: &str) -> Price {
    text.parse().unwrap()
}

pub(crate) fn quantity(text: &str) -> Quantity {
    text.parse().unwrap()
}

pub(crate) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

/// An order on BTC/USD.
pub(crate) fn order(side: Side, kind: OrderKind, quantity: &str) -> PlaceRequest {
    let quantity = OrderQuantity::Base(quantity.parse().unwrap());
    PlaceRequest {
        order: NewOrder::new(ClientOrderId::new(0, 0), btc_usd(), side, kind, quantity),
        client_id: None,
        userref: None,
        validate_only: false,
    }
}

/// A limit order on BTC/USD.
pub(crate) fn limit(side: Side, at_price: &str, quantity: &str) -> PlaceRequest {
    order(side, OrderKind::Limit { price: price(at_price) }, quantity)
}

/// The order that a client calls so.
pub(crate) fn named(client_id: &str) -> OrderSelector {
    OrderSelector::ClientId(client_id.to_owned())
}
