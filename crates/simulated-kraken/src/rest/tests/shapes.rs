//! Our answers held against recorded ones of Kraken: the same fields, of the same JSON types.
//!
//! The recorded ones were read by a client that puts numbers into quotes, so there a text that
//! looks like a number may be either.

use serde_json::Value;

use super::{Client, recorded};

/// What ours lacks or has of another type, with the way to it.
fn differences(recorded: &Value, ours: &Value, way: &str, found: &mut Vec<String>) {
    match (recorded, ours) {
        (Value::Object(recorded), Value::Object(ours)) => {
            // Names of orders, trades and pairs differ: each is held against our first.
            if let Some((name, recorded)) = recorded.iter().find(|(name, _)| is_a_name(name)) {
                let Some(ours) = ours.iter().find(|(name, _)| is_a_name(name)) else {
                    return found.push(format!("{way}: nothing like {name}"));
                };
                return differences(recorded, ours.1, &format!("{way}.*"), found);
            }
            for (name, recorded) in recorded {
                let way = format!("{way}.{name}");
                match ours.get(name) {
                    Some(ours) => differences(recorded, ours, &way, found),
                    None => found.push(format!("{way}: missing")),
                }
            }
        }
        (Value::Array(recorded), Value::Array(ours)) => {
            for (recorded, (place, ours)) in recorded.iter().zip(ours.iter().enumerate()) {
                differences(recorded, ours, &format!("{way}[{place}]"), found);
            }
            if ours.is_empty() && !recorded.is_empty() {
                found.push(format!("{way}: empty"));
            }
        }
        (Value::String(text), Value::Number(_)) if is_a_number(text) => {}
        (Value::String(text), Value::Null) if is_a_number(text) && way.ends_with("userref") => {}
        (Value::String(_), Value::String(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_))
        | (Value::Null, _) => {}
        (
            Value::Object(_)
            | Value::Array(_)
            | Value::String(_)
            | Value::Number(_)
            | Value::Bool(_),
            _,
        ) => found.push(format!("{way}: {recorded} is not like {ours}")),
    }
}

/// `OQCLML-BW3P3-BUCMWZ`, `XBTUSDT`
fn is_a_name(text: &str) -> bool {
    text.len() == 19 && text.matches('-').count() == 2
        || text.bytes().all(|byte| byte.is_ascii_uppercase()) && 5 < text.len()
}

fn is_a_number(text: &str) -> bool {
    text.parse::<trading_types::Amount>().is_ok()
}

/// Field types that the recorded client cannot tell, from Kraken's documentation.
fn check_types(order: &Value) {
    for name in ["opentm", "starttm", "expiretm"] {
        assert!(order[name].is_number(), "{name}");
    }
    for name in ["vol", "vol_exec", "cost", "fee", "price", "stopprice", "limitprice"] {
        assert!(order[name].is_string(), "{name}");
    }
}

struct Case {
    file: Value,
}

impl Case {
    #[track_caller]
    fn check(&self, description: &str, ours: &Value) {
        let cases = self.file["cases"].as_array().unwrap();
        let case = cases.iter().find(|case| case["description"] == description).unwrap();
        let mut found = Vec::new();
        differences(&case["httpResponse"], ours, "", &mut found);
        assert!(found.is_empty(), "{description}: {found:#?}\n{ours}");
    }
}

/// What our first order is, taken from whatever answer.
fn first(map: &Value) -> &Value {
    map.as_object().unwrap().values().next().unwrap()
}

/// Each with a client that has done nothing yet.
#[test]
fn answers_have_the_recorded_shape() {
    let Some(file) = recorded::recorded("ccxt_response_kraken.json") else { return };
    let case = Case { file };
    placed(&case, &mut recorded::client_of_those_days());
    waiting(&case, &mut recorded::client_of_those_days());
    ended(&case, &mut recorded::client_of_those_days());
    market(&case, &mut recorded::client_of_those_days());
}

fn placed(case: &Case, client: &mut Client) {
    let market = client.private("AddOrder", "pair=LTCUSDT&type=buy&ordertype=market&volume=0.1");
    case.check("create order", &market);
    assert_eq!(market["result"]["descr"]["order"], "buy 0.10000000 LTCUSDT @ market");
    let form = "pair=LTCUSDT&type=buy&ordertype=stop-loss-limit&volume=0.1&price=79&price2=80";
    let stop = client.private("AddOrder", form);
    case.check("spot limit buy stopLossPrice", &stop);
    let text = "buy 0.10000000 LTCUSDT @ stop loss 79.00000 -> limit 80.00000";
    assert_eq!(stop["result"]["descr"]["order"], text);
    let txid = format!("txid={}", market["result"]["txid"][0].as_str().unwrap());
    let closed = client.private("QueryOrders", &format!("{txid}&trades=true"));
    case.check("closed market order", &closed);
    check_types(first(&closed["result"]));
    let form = "pair=LTCUSDT&type=buy&ordertype=limit&volume=0.1&price=50&oflags=post";
    let limit = client.place(form);
    let open = client.private("QueryOrders", &format!("txid={limit}"));
    case.check("fetch spot limit order", &open);
    assert_eq!(open["result"][&limit]["oflags"], "post,fciq");
    let cancel = client.private("CancelOrder", &format!("txid={limit}"));
    case.check("spot cancel order by client order id", &cancel);
}

fn waiting(case: &Case, client: &mut Client) {
    let mut open = |form: &str| {
        let txid = client.place(form);
        let open = client.private("OpenOrders", "");
        check_types(first(&open["result"]["open"]));
        client.good("CancelOrder", &format!("txid={txid}"));
        (open.clone(), first(&open["result"]["open"])["descr"]["order"].clone())
    };
    let (answer, text) = open("pair=LTCUSDT&type=sell&ordertype=take-profit&volume=0.1&price=120");
    case.check("open take-profit market order", &answer);
    assert_eq!(text, "sell 0.10000000 LTCUSDT @ take profit 120.00000");
    let (answer, text) =
        open("pair=LTCUSDT&type=sell&ordertype=stop-loss-limit&volume=0.1&price=55&price2=54");
    case.check("open stop-loss-limit order", &answer);
    assert_eq!(text, "sell 0.10000000 LTCUSDT @ stop loss 55.00000 -> limit 54.00000");
    let (answer, text) =
        open("pair=XRPUSD&type=buy&ordertype=trailing-stop&volume=10&price=%2B50%25");
    assert_eq!(text, "buy 10.00000000 XRPUSD @ trailing stop +50.0000%");
    let order = first(&answer["result"]["open"]);
    assert_eq!(order["stopprice"], "0.75000000");
    assert_eq!(order["descr"]["price"], "+50.0000%");
    let (answer, _) =
        open("pair=LTCUSDT&type=buy&ordertype=limit&volume=0.2&price=50&cl_ord_id=123");
    case.check("spot open order with clientOrderId", &answer);
}

fn ended(case: &Case, client: &mut Client) {
    client.place("pair=LTCUSDT&type=buy&ordertype=limit&volume=0.2&price=50&cl_ord_id=123");
    client.good("CancelOrder", "cl_ord_id=123");
    let closed = client.private("ClosedOrders", "cl_ord_id=123");
    case.check("spot closed orders with clientorderId", &closed);
    let order = first(&closed["result"]["closed"]);
    check_types(order);
    assert!(order["closetm"].is_number());
    assert_eq!(order["reason"], "User requested");
    assert_eq!(closed["result"]["count"], 1);
}

fn market(case: &Case, client: &mut Client) {
    let candles = client.public("OHLC", "pair=XBTUSDT&interval=60&since=0");
    case.check("Spot ohlcv with since in the request and limit filter on ccxt side", &candles);
    assert!(candles["result"]["last"].is_u64());
    let ticker = client.public("Ticker", "pair=XBTUSDT");
    case.check("public spot ticker", &ticker);
    let trades = client.public("Trades", "pair=XBTUSDT&count=1");
    let row = trades["result"]["XBTUSDT"][0].as_array().unwrap();
    assert_eq!(row.len(), 7, "the recorded row has an eighth, which the client added");
    assert!(row[2].is_number() && row[6].is_u64());
    case.check("spot trade", &trades);
}

#[test]
fn a_difference_is_found() {
    let check = |recorded: &str, ours: &str| {
        let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let mut found = Vec::new();
        differences(&parse(recorded), &parse(ours), "", &mut found);
        found.len()
    };
    assert_eq!(check(r#"{"a":"1","b":[1]}"#, r#"{"a":1,"b":[2],"c":3}"#), 0);
    assert_eq!(check(r#"{"a":"x"}"#, r#"{"a":1}"#), 1);
    assert_eq!(check(r#"{"a":1}"#, r#"{"a":"1"}"#), 1);
    assert_eq!(check(r#"{"a":1,"b":2}"#, r"{}"), 2);
    assert_eq!(check(r#"{"a":[1]}"#, r#"{"a":[]}"#), 1);
    assert_eq!(check(r#"{"XBTUSDT":[1]}"#, r#"{"XBTUSDT":["1"]}"#), 1);
}
