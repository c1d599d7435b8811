//! Kraken's own example, and what is made up.

use std::path::Path;

use super::outside_name;
use crate::socket::{checksum::Checksum, fixed::Decimals};
use trading_types::Side;

#[derive(serde::Deserialize)]
struct Message {
    data: [Book; 1],
}

#[derive(serde::Deserialize)]
struct Book {
    checksum: u32,
    bids: Vec<Order>,
    asks: Vec<Order>,
}

#[derive(serde::Deserialize)]
struct Order {
    limit_price: String,
    order_qty: String,
}

/// The orders of the best ten levels of a side.
fn best(orders: &[Order]) -> Vec<&Order> {
    let mut prices: Vec<&str> = orders.iter().map(|order| order.limit_price.as_str()).collect();
    prices.dedup();
    let seen = &prices[..10.min(prices.len())];
    orders.iter().filter(|order| seen.contains(&order.limit_price.as_str())).collect()
}

/// <https://docs.kraken.com/exchange/guides/websockets/l3-checksum-v2>, read on 2026-11-21.
#[test]
#[expect(clippy::print_stdout, reason = "says that it passed over what is not there")]
#[expect(clippy::disallowed_methods, reason = "a test reads its fixtures")]
fn krakens_example() {
    const PATH: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/fixtures/l3_btcusd_snapshot_official_example.json"
    );
    if !Path::new(PATH).exists() {
        println!("passed over: no {PATH}");
        return;
    }
    let text = std::fs::read_to_string(PATH).unwrap();
    let message: Message = serde_json::from_str(&text).unwrap();
    let [book] = &message.data;
    let mut sum = Checksum::new(Decimals { price: 1, quantity: 8, cost: 5 });
    for order in best(&book.asks).into_iter().chain(best(&book.bids)) {
        sum.add(order.limit_price.parse().unwrap(), order.order_qty.parse().unwrap());
    }
    assert_eq!((sum.finish(), book.checksum), (1_063_832_831, 1_063_832_831));
}

#[test]
fn made_up_names_look_like_krakens_and_stay() {
    let (pair, price) = ("BTC/USD".parse().unwrap(), "50000.1".parse().unwrap());
    let name = outside_name(pair, Side::Buy, price);
    let groups: Vec<usize> = name.as_str().split('-').map(str::len).collect();
    assert_eq!((&name.as_str()[..1], groups.as_slice()), ("O", [6, 5, 6].as_slice()));
    assert_eq!(outside_name(pair, Side::Buy, price), name);
    assert_ne!(outside_name(pair, Side::Sell, price), name);
    assert_ne!(outside_name(pair, Side::Buy, "50000.2".parse().unwrap()), name);
}
