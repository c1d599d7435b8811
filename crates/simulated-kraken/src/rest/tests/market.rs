//! Public calls.

use serde_json::json;

use super::{client, error};

#[test]
fn time_and_status() {
    let mut client = client();
    let time = client.ask("Time", "");
    assert_eq!(time["unixtime"], client.now.seconds());
    assert_eq!(time["rfc1123"], "Sat, 21 Nov 26 12:00:30 +0000");
    let status = client.ask("SystemStatus", "");
    assert_eq!(status, json!({"status": "online", "timestamp": "2026-11-21T12:00:30Z"}));
}

#[test]
fn assets() {
    let mut client = client();
    let all = client.ask("Assets", "");
    let bitcoin = json!({"aclass": "currency", "altname": "XBT", "decimals": 10,
                         "display_decimals": 5, "status": "enabled"});
    assert_eq!(all["XXBT"], bitcoin);
    assert_eq!(all.as_object().unwrap().len(), 4);
    let one = client.ask("Assets", "asset=BTC,ZUSD&aclass=currency");
    assert_eq!(one.as_object().unwrap().keys().collect::<Vec<_>>(), ["XXBT", "ZUSD"]);
    assert_eq!(error(&client.public("Assets", "asset=NOPE")), "EQuery:Unknown asset");
}

#[test]
fn asset_pairs() {
    let mut client = client();
    let all = client.ask("AssetPairs", "");
    assert_eq!(all.as_object().unwrap().len(), 3);
    let pair = &all["XXBTZUSD"];
    for (name, value) in [
        ("altname", json!("XBTUSD")),
        ("wsname", json!("XBT/USD")),
        ("base", json!("XXBT")),
        ("quote", json!("ZUSD")),
        ("pair_decimals", json!(1)),
        ("lot_decimals", json!(8)),
        ("cost_decimals", json!(5)),
        ("ordermin", json!("0.0001")),
        ("costmin", json!("0.5")),
        ("tick_size", json!("0.1")),
        ("leverage_buy", json!([])),
        ("fee_volume_currency", json!("ZUSD")),
        ("status", json!("online")),
        ("execution_venue", json!("international")),
    ] {
        assert_eq!(pair[name], value, "{name}");
    }
    assert_eq!(pair["fees"][0], json!([0, 0.4]));
    assert_eq!(pair["fees"][1], json!([10000, 0.35]));
    assert_eq!(pair["fees_maker"][9], json!([10_000_000, 0]));
    let one = client.ask("AssetPairs", "pair=XBT/USD&info=fees");
    assert_eq!(one["XBT/USD"].as_object().unwrap().len(), 2);
    let margin = client.ask("AssetPairs", "pair=ETHUSD&info=margin");
    assert_eq!(margin["XETHZUSD"], json!({"margin_call": 80, "margin_stop": 40}));
    let leverage = client.ask("AssetPairs", "pair=ETHUSD&info=leverage");
    assert_eq!(leverage["XETHZUSD"], json!({"leverage_buy": [], "leverage_sell": []}));
    assert_eq!(error(&client.public("AssetPairs", "pair=A")), "EQuery:Unknown asset pair");
    let info = client.public("AssetPairs", "info=nothing");
    assert_eq!(error(&info), "EGeneral:Invalid arguments:info");
}

#[test]
fn the_book() {
    let mut client = client();
    let book = client.ask("Depth", "pair=XBTUSD&count=2");
    let book = &book["XXBTZUSD"];
    for side in ["asks", "bids"] {
        let levels = book[side].as_array().unwrap();
        assert_eq!(levels.len(), 2);
        let [price, quantity, time] = levels[0].as_array().unwrap().as_slice() else { panic!() };
        assert_eq!(price.as_str().unwrap().split_once('.').unwrap().1.len(), 5);
        assert!(3 <= quantity.as_str().unwrap().split_once('.').unwrap().1.len());
        assert_eq!(*time, client.now.seconds());
    }
    let price = |side: &str| book[side][0][0].as_str().unwrap().to_owned();
    assert!(price("bids") < price("asks"));
    for count in ["0", "501", "x"] {
        let refused = client.public("Depth", &format!("pair=XBTUSD&count={count}"));
        assert_eq!(error(&refused), "EGeneral:Invalid arguments:count");
    }
    assert_eq!(error(&client.public("Depth", "")), "EGeneral:Invalid arguments:pair");
    assert_eq!(error(&client.public("Depth", "pair=NO")), "EQuery:Unknown asset pair");
}

#[test]
fn the_ticker() {
    let mut client = client();
    assert_eq!(client.ask("Ticker", "").as_object().unwrap().len(), 3);
    let two = client.ask("Ticker", "pair=XBTUSD%2CXETHZUSD");
    assert_eq!(two.as_object().unwrap().keys().collect::<Vec<_>>(), ["XETHZUSD", "XXBTZUSD"]);
    assert_eq!(two["XXBTZUSD"]["c"][0], "50000.00000");
}

#[test]
fn a_pair_asked_for_with_a_slash_is_answered_so() {
    let mut client = client();
    for endpoint in ["AssetPairs", "Ticker", "OHLC", "Depth", "Trades", "Spread"] {
        let answer = client.ask(endpoint, "pair=BTC/USD");
        assert!(answer.get("BTC/USD").is_some(), "{endpoint} {answer}");
        assert!(answer.get("XXBTZUSD").is_none(), "{endpoint} {answer}");
    }
}

#[test]
fn trades_are_told_once() {
    let mut client = client();
    client.good("AddOrder", "pair=XBTUSD&type=buy&ordertype=market&volume=0.01");
    let all = client.ask("Trades", "pair=XBTUSD");
    let last = all["last"].as_str().unwrap().to_owned();
    let row = all["XXBTZUSD"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(row[1], "0.01000000");
    assert_eq!((&row[3], &row[4], &row[5]), (&json!("b"), &json!("m"), &json!("")));
    let none = client.ask("Trades", &format!("pair=XBTUSD&since={last}"));
    assert_eq!(none["XXBTZUSD"], json!([]));
    assert_eq!(none["last"], last.as_str());
    client.wait(1_000);
    let form = "pair=XBTUSD&type=sell&ordertype=limit&price=40000&volume=0.02";
    client.good("AddOrder", form);
    let new = client.ask("Trades", &format!("pair=XBTUSD&since={last}"));
    let rows = new["XXBTZUSD"].as_array().unwrap();
    assert!(rows.iter().all(|row| row[3] == "s" && row[4] == "l"));
    assert!(!rows.is_empty());
    let seconds = client.ask("Trades", &format!("pair=XBTUSD&since={}&count=1", &last[..10]));
    assert_eq!(seconds["XXBTZUSD"].as_array().unwrap().len(), 1);
    for since in ["x", "-1"] {
        let refused = client.public("Trades", &format!("pair=XBTUSD&since={since}"));
        assert_eq!(error(&refused), "EGeneral:Invalid arguments:since");
    }
    let refused = client.public("Trades", "pair=XBTUSD&count=1001");
    assert_eq!(error(&refused), "EGeneral:Invalid arguments:count");
}

#[test]
fn candles() {
    let mut client = client();
    for interval in [1, 5, 15, 30, 60, 240, 1_440, 10_080, 21_600] {
        let answer = client.ask("OHLC", &format!("pair=XBTUSD&interval={interval}"));
        let rows = answer["XXBTZUSD"].as_array().unwrap();
        let starts: Vec<_> = rows.iter().map(|row| row[0].as_u64().unwrap()).collect();
        assert!(starts.is_sorted() && starts.iter().all(|start| start % 60 == 0));
        assert!(starts.len() <= 721);
        let last = answer["last"].as_u64().unwrap();
        assert_eq!(last, starts[starts.len().saturating_sub(2)]);
        let next = format!("pair=XBTUSD&interval={interval}&since={last}");
        let new = client.ask("OHLC", &next);
        let forming = new["XXBTZUSD"].as_array().unwrap();
        assert_eq!(forming.as_slice(), &rows[rows.len() - 1..], "{interval}");
    }
    for interval in ["0", "2", "720", "x"] {
        let refused = client.public("OHLC", &format!("pair=XBTUSD&interval={interval}"));
        assert_eq!(error(&refused), "EGeneral:Invalid arguments:interval");
    }
}

#[test]
fn spreads() {
    let mut client = client();
    let all = client.ask("Spread", "pair=XBTUSD");
    let rows = all["XXBTZUSD"].as_array().unwrap();
    assert!(!rows.is_empty());
    assert_eq!(all["last"], rows.last().unwrap()[0]);
    let none = client.ask("Spread", "pair=XBTUSD&since=9999999999");
    assert_eq!(none["XXBTZUSD"], json!([]));
}
