//! First prices: every default market has one, and they agree with each other.

use trading_types::{KrakenPairs, Pair, Price};

use super::{DOLLARS, PAIRS, cross_rate, start_price};

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

#[test]
fn every_row_of_the_table_can_be_read() {
    for (asset, dollars) in DOLLARS {
        assert!(price(dollars).is_positive(), "{asset}");
        let pair = Pair::new(asset.parse().unwrap(), "USD".parse().unwrap());
        assert_eq!(cross_rate(pair), Some(price(dollars)), "{asset}");
    }
}

#[test]
fn every_default_market_has_a_first_price_on_its_steps() {
    let table = KrakenPairs::recorded();
    for pair in PAIRS {
        let rules = table.find(pair).unwrap();
        let first = start_price(&rules).unwrap();
        assert!(first.is_positive() && first.is_multiple_of(rules.tick), "{pair} {first}");
    }
}

#[track_caller]
fn check(pair: &str, expected: &str) {
    assert_eq!(start_price(&KrakenPairs::recorded().find(pair).unwrap()).unwrap(), price(expected));
}

#[test]
fn prices_agree_with_each_other() {
    check("BTC/USD", "60000");
    check("BTC/EUR", "55555.5");
    check("ETH/BTC", "0.05");
    check("SOL/EUR", "138.88");
}

#[test]
fn a_pair_without_a_price_says_what_to_type() {
    let rules = KrakenPairs::recorded().find("1INCH/USD").unwrap();
    let failure = format!("{:?}", start_price(&rules).unwrap_err());
    assert!(failure.contains("--pair 1INCH/USD=100"), "{failure}");
}
