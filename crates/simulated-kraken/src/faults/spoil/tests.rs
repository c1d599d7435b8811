//! Texts that are spoiled, one line per case.

use super::*;

fn how() -> Prng {
    Prng::from_seed(5)
}

/// All five kinds of bad prices, in the order of their numbers.
fn bad_prices(price: &str) -> Vec<String> {
    let mut found = std::collections::BTreeMap::new();
    for seed in 0..100 {
        let kind = Prng::from_seed(seed).below(5);
        found.insert(kind, bad_price(price, &mut Prng::from_seed(seed)));
    }
    found.into_values().collect()
}

#[test]
fn prices_that_cannot_be() {
    let wanted = ["1052", "0", "-105.2", "105.2e3", "105.123456789123456789123456789"];
    assert_eq!(bad_prices("105.2"), wanted);
    assert_eq!(bad_prices("7")[0], "70");
}

#[test]
fn the_first_price_of_an_answer() {
    let bad = |text: &str| {
        let spoiled = bad_quoted_price(text, &mut how());
        (spoiled != text).then_some(spoiled)
    };
    let price = bad_price("50000.00000", &mut how());
    let ticker = r#"{"error":[],"result":{"XXBTZUSD":{"a":["50000.00000","1","1.000"]}}}"#;
    let wanted =
        format!(r#"{{"error":[],"result":{{"XXBTZUSD":{{"a":["{price}","1","1.000"]}}}}}}"#);
    assert_eq!(bad(ticker), Some(wanted));
    let rows = r#"{"result":{"X":[[1700000000,"50000.0","2"]],"last":"17"}}"#;
    assert!(bad(rows).unwrap().starts_with(r#"{"result":{"X":[[1700000000,""#));
    assert_eq!(bad(r#"{"error":["EQuery:Unknown asset pair"]}"#), None);
    assert_eq!(bad(""), None);
}

#[test]
fn the_first_price_of_a_frame() {
    let frame = r#"{"channel":"trade","type":"update","data":[{"qty":1,"price":50000.1,"x":2}]}"#;
    let spoiled = bad_price_in_frame(frame, &mut how()).unwrap();
    let price = bad_price("50000.1", &mut how());
    assert!(spoiled.contains(&format!(r#""qty":1,"price":{price},"x":2"#)), "{spoiled}");
    assert_eq!(bad_price_in_frame(r#"{"price":"text"}"#, &mut how()), None);
    assert_eq!(bad_price_in_frame(r#"{"channel":"heartbeat"}"#, &mut how()), None);
}

#[test]
fn best_prices_that_cannot_be() {
    let frame = r#"{"data":[{"bid":10.1,"bid_qty":1,"ask":10.2,"ask_qty":2}]}"#;
    let crossed = r#"{"data":[{"ask":10.1,"bid_qty":1,"bid":10.2,"ask_qty":2}]}"#;
    let flat = r#"{"data":[{"bid":10.1,"bid_qty":1,"ask":10.1,"ask_qty":2}]}"#;
    assert_eq!(crossed_frame(frame, Crossing::Crossed), crossed);
    assert_eq!(crossed_frame(frame, Crossing::WithoutSpread), flat);
    let answer = r#"{"X":{"a":["2","1"],"b":["1","5"]}}"#;
    assert_eq!(crossed_ticker(answer, Crossing::Crossed), r#"{"X":{"b":["2","1"],"a":["1","5"]}}"#);
    let flat = r#"{"X":{"a":["1","5"],"b":["1","5"]}}"#;
    assert_eq!(crossed_ticker(answer, Crossing::WithoutSpread), flat);
}

#[test]
fn unheard_of_fields_leave_json_behind() {
    let texts = [
        r#"{"error":[],"result":{"open":{"O":{"refid":null,"status":"open","misc":""}}}}"#,
        r#"{"error":[],"result":{"XXBT":{"aclass":"currency","altname":"XBT"}}}"#,
        r#"{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD"}]}"#,
        r#"{"channel":"instrument","type":"update","data":{"assets":[]}}"#,
    ];
    for text in texts {
        for spoiled in [unknown_in_answer(text), unknown_in_frame(text)] {
            let value: serde_json::Value = serde_json::from_str(&spoiled).unwrap();
            assert!(value.get("unheard_of").is_some(), "{spoiled}");
        }
    }
    assert_eq!(unknown_in_frame("{}"), "{}");
}

#[test]
fn a_pair_in_another_spelling_and_a_new_one() {
    let pairs = r#"{"error":[],"result":{"XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT/USD"}}}"#;
    let text = renamed("AssetPairs", pairs.to_owned());
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["result"]["BTCUSD"]["wsname"], "BTC/USD");
    assert_eq!(value["result"]["NEWUSD"]["wsname"], "NEW/USD");
}
