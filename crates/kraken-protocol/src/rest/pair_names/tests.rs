//! Spellings of pairs, assets and balances.

use super::*;
use crate::rest::market::asset_pairs;

const ROWS: &str = r#"{
    "XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT/USD","base":"XXBT","quote":"ZUSD",
        "pair_decimals":1,"lot_decimals":8},
    "XDGUSD":{"altname":"XDGUSD","wsname":"XDG/USD","base":"XXDG","quote":"ZUSD",
        "pair_decimals":7,"lot_decimals":8},
    "XTZUSD":{"altname":"XTZUSD","wsname":"XTZ/USD","base":"XTZ","quote":"ZUSD",
        "pair_decimals":4,"lot_decimals":8},
    "SOLUSD":{"altname":"SOLUSD","base":"SOL","quote":"ZUSD",
        "pair_decimals":2,"lot_decimals":8},
    "XBTUSD:BTNL":{"altname":"XBTUSD:BTNL","base":"XXBT","quote":"ZUSD",
        "pair_decimals":1,"lot_decimals":8}}"#;

fn told() -> PairNames {
    PairNames::from_pairs(&asset_pairs(ROWS).unwrap().pairs)
}

#[track_caller]
fn check_pair(names: &PairNames, text: &str, expect: Option<&str>) {
    assert_eq!(names.pair(text).map(|pair| pair.to_string()).as_deref(), expect, "{text}");
}

#[test]
fn every_spelling_is_one_pair() {
    for names in [told(), PairNames::recorded()] {
        for text in ["XXBTZUSD", "XBTUSD", "XBT/USD", "BTC/USD"] {
            check_pair(&names, text, Some("BTC/USD"));
        }
        check_pair(&names, "XDGUSD", Some("DOGE/USD"));
        check_pair(&names, "XTZUSD", Some("XTZ/USD"));
        check_pair(&names, "SOL/USD", Some("SOL/USD"));
        check_pair(&names, "BTC/GOLD", None);
        check_pair(&names, "XBTUSD:BTNL", None);
        check_pair(&names, "", None);
    }
}

#[test]
fn requests_use_the_id_that_was_told() {
    let name = |names: &PairNames, pair: &str| names.name(pair.parse().unwrap()).unwrap();
    assert_eq!(name(&told(), "BTC/USD").as_str(), "XXBTZUSD");
    assert_eq!(name(&told(), "DOGE/USD").as_str(), "XDGUSD");
    assert_eq!(name(&PairNames::recorded(), "BTC/USD").as_str(), "XBTUSD");
    assert_eq!(name(&told(), "BTC/USD").pair().to_string(), "BTC/USD");
    assert_eq!(told().name("BTC/GOLD".parse().unwrap()), None);
    assert_eq!(told().pairs().count(), 4);
}

#[test]
fn the_recorded_table_is_spelled_as_the_words_spell_it() {
    let table = KrakenPairs::recorded();
    let names = PairNames::recorded();
    assert_eq!(names.pairs().count(), table.pairs().count());
    for (text, pair) in &names.spelled {
        assert_eq!(table.find(text).map(|rules| rules.pair).as_ref(), Ok(pair), "{text}");
    }
    check_pair(&names, "USDTZUSD", Some("USDT/USD"));
    check_pair(&names, "ZEURZUSD", Some("EUR/USD"));
}

#[track_caller]
fn check_holding(text: &str, asset: &str, wallet: Wallet) {
    for names in [told(), PairNames::recorded()] {
        let expect = Holding { asset: asset.parse().unwrap(), wallet };
        assert_eq!(names.holding(text), Some(expect), "{text}");
    }
}

#[test]
fn balances_and_where_they_lie() {
    check_holding("XXBT", "BTC", Wallet::Spot);
    check_holding("XBT", "BTC", Wallet::Spot);
    check_holding("BTC", "BTC", Wallet::Spot);
    check_holding("XBT.F", "BTC", Wallet::Flexible);
    check_holding("XXDG", "DOGE", Wallet::Spot);
    check_holding("ZUSD", "USD", Wallet::Spot);
    check_holding("USDT.F", "USDT", Wallet::Flexible);
    check_holding("XTZ", "XTZ", Wallet::Spot);
    check_holding("ZRX", "ZRX", Wallet::Spot);
    check_holding("KFEE", "KFEE", Wallet::Spot);
    for locked in ["ETH2.S", "ETH2.M", "ETH2.B", "ETH2.T", "ETH2.P", "ETH2.HOLD", "ETH2.NEW"] {
        check_holding(locked, "ETH2", Wallet::Locked);
    }
    assert!(Wallet::Spot.is_spendable() && Wallet::Flexible.is_spendable());
    assert!(!Wallet::Locked.is_spendable());
    assert_eq!(told().holding(""), None);
    assert_eq!(told().holding("no asset at all"), None);
    assert_eq!(told().holding(".F"), None);
}
