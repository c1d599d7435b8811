//! The pair table: every line reads, every spelling is understood, and no spelling means two pairs.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn pair(text: &str) -> Pair {
    text.parse().unwrap()
}

#[test]
fn every_line_reads_and_makes_sense() {
    let table = KrakenPairs::recorded();
    assert_eq!(table.rows.len(), 683);
    assert_eq!(
        RECORDED.lines().next(),
        Some("pair,tick,lot_decimals,quantity_min,cost_min,cost_decimals")
    );
    for Row { pair, tick, lot, quantity_min, cost_min, cost_decimals } in &table.rows {
        assert!(tick.is_positive() && lot.is_positive() && cost_min.is_positive(), "{pair}");
        assert!(quantity_min.is_positive() && quantity_min.is_multiple_of(*lot), "{pair}");
        assert!((3..=12).contains(cost_decimals), "{pair}");
    }
    assert!(table.rows.is_sorted_by(|one, next| one.pair < next.pair));
}

#[test]
fn knows_the_rules_of_a_pair() {
    let rules = KrakenPairs::recorded().rules(pair("BTC/USD")).unwrap();
    let expect = PairRules {
        pair: pair("BTC/USD"),
        tick: "0.1".parse().unwrap(),
        lot: "0.00000001".parse().unwrap(),
        quantity_min: "0.0001".parse().unwrap(),
        cost_min: "0.5".parse().unwrap(),
        cost_decimals: 5,
        fees: FeeSchedule::kraken_spot(),
    };
    assert_eq!(rules, expect);
    let coarse = KrakenPairs::recorded().rules(pair("SHIB/USD")).unwrap();
    assert_eq!(coarse.lot.to_string(), "0.00001");
    assert_eq!(KrakenPairs::recorded().rules(pair("BTC/SHELL")), None);
}

#[test]
#[rustfmt::skip] // A table.
fn understands_every_spelling_of_krakens() {
    let table = KrakenPairs::recorded();
    for (name, spellings) in [
        ("BTC/USD",  &["BTC/USD", "btc/usd", "XBT/USD", "XBTUSD", "BTCUSD", "XXBTZUSD"][..]),
        ("BTC/EUR",  &["XXBTZEUR", "XBTEUR", "XBT/EUR"]),
        ("BTC/USDT", &["XBTUSDT", "BTCUSDT"]),
        ("DOGE/USD", &["DOGE/USD", "DOGEUSD", "XDG/USD", "XDGUSD", "XXDGZUSD"]),
        ("DOGE/BTC", &["XDGXBT", "XXDGXXBT", "DOGEBTC"]),
        ("ETH/EUR",  &["XETHZEUR", "ETHEUR", "eth/eur"]),
        ("ETH/BTC",  &["XETHXXBT", "ETHXBT", "ETHBTC"]),
        ("LTC/JPY",  &["XLTCZJPY"]),
        ("XRP/CAD",  &["XXRPZCAD", "XRPCAD"]),
        ("XLM/GBP",  &["XXLMZGBP"]),
        ("EUR/USD",  &["ZEURZUSD", "EURUSD"]),
        ("USDT/USD", &["USDTZUSD", "USDTUSD"]),
        // Whole names that only look as if they had a prefix.
        ("XTZ/USD",  &["XTZUSD", "XTZ/USD"]),
        ("ZRX/EUR",  &["ZRXEUR"]),
        ("XCN/USD",  &["XCNUSD"]),
        ("ZEC/USD",  &["ZECUSD", "XZECZUSD"]),
        ("ETH2.S/ETH", &["ETH2.SETH"]),
    ] {
        for spelling in spellings {
            let found = table.find(spelling).map(|rules| rules.pair);
            assert_eq!(found, Ok(pair(name)), "{spelling}");
        }
    }
}

#[test]
fn no_spelling_means_two_pairs() {
    let mut meaning: BTreeMap<String, Pair> = BTreeMap::new();
    for pair in KrakenPairs::recorded().pairs() {
        let (base, quote) = (spellings(&pair.base), spellings(&pair.quote));
        let bases = [Some(base.name), Some(base.archived), base.id];
        let quotes = [Some(quote.name), Some(quote.archived), quote.id];
        for base in bases.into_iter().flatten() {
            for quote in quotes.into_iter().flatten() {
                for text in [format!("{base}{quote}"), format!("{base}/{quote}")] {
                    let other = *meaning.entry(text.clone()).or_insert(pair);
                    assert_eq!(other, pair, "{text}");
                }
            }
        }
    }
}

#[test]
fn a_prefix_is_never_stripped_blindly() {
    let table = KrakenPairs::recorded();
    for wrong in
        ["TZUSD", "XXTZZUSD", "RXUSD", "XSOLZUSD", "XBTZ", "BTC", "USD", "/", "", "BTC//USD"]
    {
        assert!(table.find(wrong).is_err(), "{wrong}");
    }
}

#[test]
#[rustfmt::skip] // A table.
fn an_unknown_pair_names_the_nearest_and_how_to_write_one() {
    for (text, shown, near) in [
        ("BTC/UDS",     "BTC/UDS",     "; near it: BTC/USD, BNC/USD, BTC/AUD"),
        ("XBTUSDD",     "XBTUSDD",     "; near it: BTC/USD, BTC/USDC, BTC/USDT"),
        ("BTC-USD",     "BTC-USD",     "; near it: BTC/USD"),
        ("TZUSD",       "TZUSD",       "; near it: T/USD, XTZ/USD, BLZ/USD"),
        ("SOLUSB",      "SOLUSB",      "; near it: SOL/USD, MSOL/USD, POL/USD"),
        ("hello world", "hello world", ""),
        ("",            "",            ""),
        (&"BTC/".repeat(11), "BTC/BTC/BTC/BTC/BTC/BTC/BTC/BTC/BTC/BTC/", ""),
    ] {
        let error = KrakenPairs::recorded().find(text).unwrap_err();
        let expect = format!("`{shown}` is not a known pair{near}; write it like BTC/USD");
        assert_eq!(error.to_string(), expect);
    }
}

#[test]
fn names_files_as_kraken_does() {
    for (name, file) in [
        ("BTC/USD", "XBTUSD"),
        ("DOGE/BTC", "XDGXBT"),
        ("ETH/EUR", "ETHEUR"),
        ("XTZ/USD", "XTZUSD"),
        ("NEW/USDT", "NEWUSDT"),
    ] {
        assert_eq!(archive_name(pair(name)), file);
    }
}

#[test]
fn what_is_named_is_found() {
    let table = KrakenPairs::recorded();
    for pair in table.pairs() {
        for text in [pair.to_string(), archive_name(pair)] {
            assert_eq!(table.find(&text).map(|rules| rules.pair), Ok(pair));
        }
    }
}

#[test]
fn counts_slips() {
    for (one, other, count) in [
        ("", "", 0),
        ("", "ab", 2),
        ("ab", "ab", 0),
        ("ab", "ba", 1),
        ("abc", "ac", 1),
        ("kitten", "sitting", 3),
    ] {
        assert_eq!(slips(one, other), count, "{one} {other}");
    }
}

proptest! {
    #[test]
    fn any_text_is_found_or_refused(text in "\\PC{0,60}") {
        let _ = KrakenPairs::recorded().find(&text).map_err(|it| it.to_string());
    }

    #[test]
    fn slips_are_a_distance(one in "[ab]{0,6}", other in "[ab]{0,6}") {
        prop_assert_eq!(slips(&one, &other), slips(&other, &one));
        prop_assert_eq!(slips(&one, &other) == 0, one == other);
    }
}
