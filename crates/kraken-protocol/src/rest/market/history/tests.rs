//! Candles, trades and best prices, and rows that are none.

use super::*;

fn names() -> PairNames {
    PairNames::recorded()
}

#[test]
fn the_running_candle_is_kept_apart() {
    let text = r#"{"XXBTZUSD":[
        [1706626800,"43437.5","43593.7","43355.5","43361.1","43511.3","18.75430110",162],
        [1706630400,"43361.1","43361.1","43361.1","43361.1","0.0","0.00000000",0],
        [1706634000,"43497.5","43594.6","43316.4","43409.5","43429.8","5.03",127]],
        "last":1706630400}"#;
    let read = candles(text, &names()).unwrap();
    assert_eq!(read.pair.map(|pair| pair.to_string()).as_deref(), Some("BTC/USD"));
    assert_eq!(read.closed.len(), 2);
    assert_eq!(read.closed[0].volume.to_string(), "18.7543011");
    assert_eq!(read.closed[0].close.to_string(), "43361.1");
    assert_eq!(read.closed[1].trades, 0);
    assert_eq!(read.running.unwrap().start.seconds(), 1_706_634_000);
    assert_eq!(read.last.seconds(), 1_706_630_400);

    let all_closed = candles(&text.replace("\"last\":1706630400", "\"last\":1706634000"), &names());
    assert_eq!(all_closed.unwrap().running, None);
    let none = candles(r#"{"NEWPAIR":[],"last":"0"}"#, &names()).unwrap();
    assert_eq!((none.pair, none.closed.len(), none.running), (None, 0, None));
}

#[track_caller]
fn check_bad<T: std::fmt::Debug>(read: Result<T, DecodeError>, expect: &str) {
    assert_eq!(read.unwrap_err().to_string(), expect);
}

#[test]
fn candles_that_are_none() {
    let row = |row: &str| candles(&format!(r#"{{"XBTUSD":[{row}],"last":9}}"#), &names());
    check_bad(row(r#"[5,"1","2","0.5"]"#), "`XBTUSD.0.close` in kraken's answer is missing");
    check_bad(
        row(r#"[5,"1","0.9","0.5","0.6","1","1",1]"#),
        "`XBTUSD.0` in kraken's answer cannot be read (the high 0.9 is below the open 1)",
    );
    check_bad(
        row(r#"[5,"1e3","2","0.5","1","1","1",1]"#),
        "`XBTUSD.0.open` in kraken's answer does not fit: `1e3` is not a plain decimal number",
    );
    check_bad(
        row(r#"["noon","1","2","0.5","1","1","1",1]"#),
        "`XBTUSD.0.time` in kraken's answer is \"noon\" where a time in seconds was expected",
    );
    check_bad(candles(r#"{"XBTUSD":[]}"#, &names()), "`last` in kraken's answer is missing");
    check_bad(candles(r#"{"last":5}"#, &names()), "`pair` in kraken's answer is missing");
}

#[test]
fn pages_of_trades() {
    let text = r#"{"XBT/USD":[
        ["73324.40000","0.01030900",1710327959.1733468,"b","m","",6324366],
        ["73324.3","2",1710327960,"s","l",""]],"last":"1710327959173746878"}"#;
    let read = trades(text, &names()).unwrap();
    let [first, second] = read.trades[..] else { panic!("two trades") };
    assert_eq!(first.trade.price.to_string(), "73324.4");
    assert_eq!(first.trade.quantity.to_string(), "0.010309");
    assert_eq!(first.trade.time.nanos(), 1_710_327_959_173_346_800);
    assert_eq!((first.trade.taker_side, first.is_market), (Side::Buy, true));
    assert_eq!(first.number, Some(6_324_366));
    assert_eq!((second.trade.taker_side, second.is_market), (Side::Sell, false));
    assert_eq!(second.number, None);
    assert_eq!(read.next, Some(Timestamp::from_nanos(1_710_327_959_173_746_878)));

    let last = trades(r#"{"XBTUSD":[],"last":""}"#, &names()).unwrap();
    assert_eq!(last.next, None);
    check_bad(
        trades(r#"{"XBTUSD":[["1","1",1,"x","m",""]],"last":"1"}"#, &names()),
        "`XBTUSD.0.side` in kraken's answer is \"x\" where `b` or `s` was expected",
    );
    check_bad(
        trades(r#"{"XBTUSD":{},"last":"1"}"#, &names()),
        "`XBTUSD` in kraken's answer is {} where a list was expected",
    );
}

#[test]
fn best_prices_as_they_moved() {
    let text = r#"{"XXBTZUSD":[[1710327959,"73324.30000","73324.40000"]],"last":1710327959}"#;
    let read = spreads(text, &names()).unwrap();
    assert_eq!(read.rows[0].bid.to_string(), "73324.3");
    assert_eq!(read.rows[0].ask.to_string(), "73324.4");
    assert_eq!(read.rows[0].time, read.last);
    assert!(spreads(r#"{"XXBTZUSD":[[1]],"last":1}"#, &names()).is_err());
}
