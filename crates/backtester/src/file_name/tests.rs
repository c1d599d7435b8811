//! File names: Kraken's are held to the request, others say nothing.

use super::*;

fn request(pair: &str, minutes: u32) -> CandleRequest {
    CandleRequest {
        path: "data".into(),
        pair: pair.parse().unwrap(),
        interval: trading_types::Interval::from_minutes(minutes).unwrap(),
        from: None,
        to: None,
    }
}

#[test]
fn names_are_krakens() {
    assert_eq!(of(&request("BTC/USD", 60)), "XBTUSD_60.csv");
    assert_eq!(of(&request("ADA/EUR", 1_440)), "ADAEUR_1440.csv");
}

#[test]
fn a_name_of_the_wanted_candles_or_of_none_is_accepted() {
    for name in [
        "XBTUSD_60.csv",
        "XBTUSD_60.CSV",
        "BTCUSD_60.csv",
        "xbtusd_60.csv",
        "XXBTZUSD_60.csv",
        "candles.csv",
        "my_candles_15.csv",
        "backup of XBTUSD_15.csv",
        "XBTUSD_60 (1).csv",
        "XBTUSD.csv",
        "XBTUSD_.csv",
        "XBTUSD_+15.csv",
        "_15.csv",
        "USD_60.csv",
        "XBTUSD_60.txt",
        "",
    ] {
        assert_eq!(check(name, &request("BTC/USD", 60)), Ok(()), "{name}");
    }
}

#[test]
#[rustfmt::skip] // A table.
fn a_name_of_other_candles_is_refused() {
    for (name, expect) in [
        ("ETHUSD_60.csv",    "it is named for ETH/USD, not for BTC/USD"),
        ("XETHZUSD_60.csv",  "it is named for ETH/USD, not for BTC/USD"),
        ("ethusd_60.csv",    "it is named for ETH/USD, not for BTC/USD"),
        ("XBTEUR_240.csv",   "it is named for BTC/EUR, not for BTC/USD"),
        ("NEWCOINUSD_60.csv",  "it is named for NEWCOIN/USD, not for BTC/USD"),
        ("NEWCOINUSDT_60.csv", "it is named for NEWCOIN/USDT, not for BTC/USD"),
        ("NEWCOINXBT_60.csv",  "it is named for NEWCOIN/BTC, not for BTC/USD"),
        ("XBTUSD_240.csv",   "it is named for candles of 240 min, not of 60 min"),
        ("BTCUSD_15.csv",    "it is named for candles of 15 min, not of 60 min"),
        ("XBTUSD_7.csv",     "it is named for candles of 7 min, not of 60 min"),
    ] {
        let refused = check(name, &request("BTC/USD", 60)).unwrap_err();
        assert_eq!(refused.to_string(), expect, "{name}");
    }
}

#[test]
fn what_is_there_instead_is_told() {
    let others = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
    #[rustfmt::skip] // A table.
    let table: [(&[&str], &str); 5] = [
        (&["XBTUSD_1.csv", "XBTUSD_240.csv", "XBTUSD_15.csv", "ETHUSD_60.csv"],
         "it has BTC/USD in candles of 1, 15, 240 min, not of 60 min"),
        (&["ETHEUR_60.csv", "ETHUSD_60.csv", "XBTEUR_1.csv", "XBTEUR_60.csv",
           "NEWCOINUSDT_1.csv", "odd_1.csv"],
         "it has no candles of BTC/USD; near it: BTC/EUR, ETH/USD, ETH/EUR, odd, NEWCOIN/USDT"),
        (&["A1_1.csv", "A2_1.csv", "A3_1.csv", "A4_1.csv", "A5_1.csv", "A6_1.csv",
           "A7_1.csv", "A8_1.csv", "A9_1.csv"],
         "it has no candles of BTC/USD; near it: A1, A2, A3, A4, A5, A6, A7, A8"),
        (&["", "READ ME.txt", "evil\u{1b}[2J", "XBTUSD.csv", "_60.csv"],
         "it has no file like XBTUSD_60.csv; it has READ ME.txt, XBTUSD.csv, _60.csv, \
          evil\\u{1b}[2J"),
        (&[], "it has no file like XBTUSD_60.csv; it is empty"),
    ];
    for (names, expect) in table {
        let fault = not_there(&request("BTC/USD", 60), &others(names));
        assert_eq!(fault.to_string(), expect);
    }
}
