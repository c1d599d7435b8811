//! Every spelling of pairs and assets, as Kraken recorded them.

use trading_types::KrakenPairs;

use super::*;

fn names() -> Names {
    let table = KrakenPairs::recorded();
    let markets = ["BTC/USD", "BTC/USDT", "ETH/BTC", "DOGE/USD", "USDT/USD", "SOL/USD", "XTZ/USD"];
    let rules: Vec<PairRules> =
        markets.iter().map(|pair| table.rules(pair.parse().unwrap()).unwrap()).collect();
    Names::new(rules.iter(), ["KFEE".parse().unwrap()].into_iter())
}

#[track_caller]
fn check_pair(pair: &str, id: &str, altname: &str, wsname: &str) {
    let names = names();
    let known: Pair = pair.parse().unwrap();
    assert_eq!(names.pair_id(known), id);
    assert_eq!(names.pair_altname(known), altname);
    assert_eq!(names.pair_wsname(known), wsname);
    for text in [pair, id, altname, wsname, &pair.to_lowercase(), &id.to_lowercase()] {
        assert_eq!(names.pair(text), Some(known), "{text}");
    }
}

#[test]
fn pairs_have_an_id_an_altname_and_a_wsname() {
    check_pair("BTC/USD", "XXBTZUSD", "XBTUSD", "XBT/USD");
    check_pair("BTC/USDT", "XBTUSDT", "XBTUSDT", "XBT/USDT");
    check_pair("ETH/BTC", "XETHXXBT", "ETHXBT", "ETH/XBT");
    check_pair("DOGE/USD", "XDGUSD", "XDGUSD", "XDG/USD");
    check_pair("USDT/USD", "USDTZUSD", "USDTUSD", "USDT/USD");
    check_pair("SOL/USD", "SOLUSD", "SOLUSD", "SOL/USD");
    check_pair("XTZ/USD", "XTZUSD", "XTZUSD", "XTZ/USD");
}

#[track_caller]
fn check_asset(asset: &str, id: &str, altname: &str, decimals: (u8, u8)) {
    let names = names();
    let known: Asset = asset.parse().unwrap();
    assert_eq!(names.asset_id(&known), id);
    assert_eq!(names.asset_altname(&known), altname);
    assert_eq!((names.asset_decimals(&known), names.display_decimals(&known)), decimals);
    for text in [asset, id, altname, &id.to_lowercase()] {
        assert_eq!(names.asset(text), Some(known), "{text}");
    }
}

#[test]
fn assets_have_an_id_and_an_altname() {
    check_asset("BTC", "XXBT", "XBT", (10, 5));
    check_asset("USD", "ZUSD", "USD", (4, 2));
    check_asset("DOGE", "XXDG", "XDG", (8, 2));
    check_asset("SOL", "SOL", "SOL", (10, 5));
    check_asset("KFEE", "KFEE", "KFEE", (10, 5));
}

#[test]
fn what_is_not_served_has_no_name() {
    assert_eq!(names().pair("XLTCZUSD"), None);
    assert_eq!(names().pair(""), None);
    assert_eq!(names().asset("LTC"), None);
}

#[test]
fn decimals_follow_from_the_steps() {
    let names = names();
    let pair = |text: &str| text.parse::<Pair>().unwrap();
    assert_eq!(names.price_decimals(pair("BTC/USD")), 1);
    assert_eq!(names.price_decimals(pair("DOGE/USD")), 7);
    assert_eq!(names.lot_decimals(pair("BTC/USD")), 8);
    assert_eq!(names.cost_decimals(pair("ETH/BTC")), 10);
    for (tick, decimals) in [("0.5", 1), ("5", 0), ("0.25", 2), ("0.0000000001", 10)] {
        assert_eq!(decimals_of_price(tick.parse().unwrap()), decimals, "{tick}");
    }
}
