//! Pairs: one spelling here.

use super::*;

#[test]
fn reads_base_and_quote() {
    let pair: Pair = "BTC/USD".parse().unwrap();
    assert_eq!((pair.base.as_str(), pair.quote.as_str()), ("BTC", "USD"));
    assert_eq!(pair.to_string(), "BTC/USD");
    for wrong in ["BTCUSD", "BTC/", "/USD", "A/B/C", "", "B TC/USD"] {
        assert!(wrong.parse::<Pair>().is_err(), "{wrong}");
    }
}
