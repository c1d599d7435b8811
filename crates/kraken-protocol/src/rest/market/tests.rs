//! The clock, tickers and books.

use super::*;

#[test]
fn the_clock() {
    let text = r#"{"unixtime":1688669448,"rfc1123":"Thu, 06 Jul 23 18:50:48 +0000"}"#;
    assert_eq!(time(text).map(Timestamp::seconds), Ok(1_688_669_448));
    assert!(time("{}").is_err());
}

const TICKER: &str = r#"{"a":["73380.70000","1","1.000"],"b":["73380.60000","2","2.500"],
    "c":["73380.60000","0.00160710"],"v":["165.16072288","598.03698452"],
    "p":["72647.97204123456","71501.57520"],"t":[6405,21103],"l":["71321.80000","68666.00000"],
    "h":["73580.00000","73581.00000"],"o":"71450.70000"}"#;

#[test]
fn prices_of_the_day() {
    let text = format!(r#"{{"XBTUSDT":{TICKER},"UNKNOWN":{TICKER}}}"#);
    let read = tickers(&text, &PairNames::recorded()).unwrap();
    let [(pair, ticker)] = &read[..] else { panic!("the pair without a name is left out") };
    assert_eq!(pair.to_string(), "BTC/USDT");
    assert_eq!(ticker.quote.bid.price.to_string(), "73380.6");
    assert_eq!(ticker.quote.bid.quantity.to_string(), "2.5");
    assert_eq!(ticker.quote.ask.price.to_string(), "73380.7");
    assert_eq!(ticker.last.to_string(), "73380.6");
    assert_eq!(ticker.last_quantity.to_string(), "0.0016071");
    assert_eq!(ticker.open.to_string(), "71450.7");
    assert_eq!(ticker.today.average.to_string(), "72647.9720412345");
    assert_eq!((ticker.today.trades, ticker.day.trades), (6_405, 21_103));
    assert_eq!(ticker.day.volume.to_string(), "598.03698452");
    assert_eq!(
        (ticker.today.low.to_string(), ticker.day.low.to_string()),
        ("71321.8".to_owned(), "68666".to_owned())
    );
    assert_eq!(ticker.day.high.to_string(), "73581");
}

#[test]
fn a_broken_ticker_names_its_field() {
    let error = |from: &str, to: &str| {
        let text = format!(r#"{{"XBTUSDT":{}}}"#, TICKER.replace(from, to));
        tickers(&text, &PairNames::recorded()).unwrap_err().field
    };
    assert_eq!(error("\"73380.70000\"", "[]"), "XBTUSDT.a.0");
    assert_eq!(error("[6405,21103]", "[6405]"), "XBTUSDT.t.1");
    assert_eq!(error("\"o\"", "\"q\""), "XBTUSDT.o");
}

#[test]
fn a_picture_of_the_book() {
    let text = r#"{"XXBTZUSD":{"asks":[["30384.1","2.059",1688671659],["30387.9","1.5",1]],
        "bids":[["30297.0","1.115",1688671636]]}}"#;
    let read = depth(text, &PairNames::recorded()).unwrap();
    assert_eq!(read.pair.map(|pair| pair.to_string()).as_deref(), Some("BTC/USD"));
    assert_eq!((read.asks.len(), read.bids.len()), (2, 1));
    assert_eq!(read.asks[1].price.to_string(), "30387.9");
    assert_eq!(read.bids[0].quantity.to_string(), "1.115");
    assert!(depth(r#"{"XXBTZUSD":{"asks":[]}}"#, &PairNames::recorded()).is_err());
}
