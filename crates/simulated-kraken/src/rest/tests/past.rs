//! What has been: orders, trades, ledger, balances.

use serde_json::{Value, json};

use super::{Client, client};

const BUY: &str = "pair=XBTUSD&type=buy&ordertype=market&volume=0.01";
const LIMIT: &str = "pair=XBTUSD&type=buy&ordertype=limit&volume=0.01&price=40000";

fn ids(answer: &Value, name: &str) -> Vec<String> {
    answer[name].as_object().unwrap().keys().cloned().collect()
}

/// Orders that were canceled one second after the other, the first one first.
fn canceled(client: &mut Client, count: usize) -> Vec<String> {
    let mut cancel = || {
        let txid = client.place(LIMIT);
        client.wait(500);
        client.good("CancelOrder", &format!("txid={txid}"));
        client.wait(500);
        txid
    };
    (0..count).map(|_| cancel()).collect()
}

#[test]
fn a_market_order_is_told_from_all_sides() {
    let mut client = client();
    let txid = client.place(&format!("{BUY}&userref=3"));
    let closed = client.good("ClosedOrders", "trades=true");
    assert_eq!(closed["count"], 1);
    let order = &closed["closed"][&txid];
    assert_eq!(order["status"], "closed");
    assert_eq!(order["vol_exec"], "0.01000000");
    assert_eq!(order["userref"], 3);
    assert_eq!(order["closetm"], order["opentm"]);
    let trade_id = order["trades"][0].as_str().unwrap();
    let history = client.good("TradesHistory", "ledgers=true");
    let trade = &history["trades"][trade_id];
    assert_eq!(trade["ordertxid"], txid.as_str());
    assert_eq!(trade["pair"], "XXBTZUSD");
    assert_eq!((&trade["type"], &trade["ordertype"]), (&json!("buy"), &json!("market")));
    assert_eq!(trade["maker"], false);
    assert_eq!(trade["cost"], order["cost"]);
    assert_eq!(trade["fee"], order["fee"]);
    let ledgers = trade["ledgers"].as_array().unwrap();
    assert_eq!(ledgers.len(), 2);
    let list = format!("id={}", ledgers[0].as_str().unwrap());
    let entries = client.good("QueryLedgers", &list);
    let entry = entries.as_object().unwrap().values().next().unwrap();
    assert_eq!(entry["type"], "trade");
    assert_eq!(entry["refid"], trade_id);
    let queried = client.good("QueryTrades", &format!("txid={trade_id}"));
    assert_eq!(queried[trade_id]["vol"], trade["vol"]);
    assert_eq!(queried[trade_id]["ledgers"], Value::Null);
}

#[test]
fn balances() {
    let mut client = client();
    assert_eq!(client.good("Balance", "")["ZUSD"], "100000.0000");
    client.place(LIMIT);
    let balances = client.good("BalanceEx", "");
    assert_eq!(balances["ZUSD"]["balance"], "100000.0000");
    let held: &str = balances["ZUSD"]["hold_trade"].as_str().unwrap();
    assert!(held.starts_with("40"), "{held}");
    assert_eq!(balances["XXBT"], json!({"balance": "10.0000000000", "hold_trade": "0.0000000000"}));
    let value = client.good("TradeBalance", "asset=ZUSD");
    assert_eq!(value["eb"], "900000.0000", "dollars, bitcoins and ether");
    assert_eq!(value["eb"], value["e"]);
    assert_eq!(client.good("TradeBalance", "asset=XBT")["n"], "0.0000");
    assert_eq!(client.bad("TradeBalance", "asset=NOPE"), "EQuery:Unknown asset");
    assert_eq!(client.good("OpenPositions", "docalcs=true"), json!({}));
    assert_eq!(client.good("OpenPositions", "consolidation=market"), json!([]));
}

#[test]
fn fees() {
    let mut client = client();
    let nothing = json!({"currency": "ZUSD", "volume": "0.0000"});
    assert_eq!(client.good("TradeVolume", ""), nothing);
    let fees = client.good("TradeVolume", "pair=XBTUSD,ETHUSD");
    let first = json!({"fee": "0.4000", "minfee": "0.1000", "maxfee": "0.4000",
        "nextfee": "0.3500", "nextvolume": "10000.0000", "tiervolume": "0.0000"});
    assert_eq!(fees["fees"]["XXBTZUSD"], first);
    assert_eq!(fees["fees_maker"]["XETHZUSD"]["fee"], "0.2500");
    assert_eq!(client.bad("TradeVolume", "pair=NOPE"), "EQuery:Unknown asset pair");
    let list = client.json("TradeVolume", r#""pair": ["XBTUSD"]"#);
    assert!(list["result"]["fees"]["XXBTZUSD"].is_object());
    client.good("AddOrder", "pair=XBTUSD&type=buy&ordertype=market&volume=0.3");
    let fees = client.good("TradeVolume", "pair=XBTUSD");
    assert_eq!(fees["fees"]["XXBTZUSD"]["fee"], "0.3500");
    assert_eq!(fees["fees"]["XXBTZUSD"]["tiervolume"], "10000.0000");
}

#[test]
fn pages_have_fifty_rows() {
    let mut client = client();
    let mut all = canceled(&mut client, 53);
    all.reverse();
    let first = client.good("ClosedOrders", "");
    let second = client.good("ClosedOrders", "ofs=50");
    assert_eq!((&first["count"], &second["count"]), (&json!(53), &json!(53)));
    let told = [ids(&first, "closed"), ids(&second, "closed")].concat();
    assert_eq!(told.len(), 53);
    assert_eq!(ids(&second, "closed").len(), 3);
    let uncounted = client.good("ClosedOrders", "without_count=true");
    assert_eq!(uncounted["count"], Value::Null);
    assert_eq!(uncounted["closed"], first["closed"]);
    assert_eq!(client.good("ClosedOrders", "ofs=99")["closed"], json!({}));
    assert_eq!(client.bad("ClosedOrders", "ofs=-1"), "EGeneral:Invalid arguments:ofs");
    let mut sorted = told.clone();
    sorted.sort();
    all.sort();
    assert_eq!(sorted, all, "each order once");
}

#[test]
fn stretches_have_no_beginning_and_an_end() {
    let mut client = client();
    // Placed at 0, 1, 2, 3 s and canceled half a second later.
    let start = client.now.seconds();
    let all = canceled(&mut client, 4);
    let mut check = |form: &str, expected: &[usize]| {
        let mut told = ids(&client.good("ClosedOrders", form), "closed");
        let mut expected: Vec<_> = expected.iter().map(|n| all[*n].clone()).collect();
        told.sort();
        expected.sort();
        assert_eq!(told, expected, "{form}");
    };
    let (one, two) = (start + 1, start + 2);
    check("", &[0, 1, 2, 3]);
    check(&format!("start={one}&closetime=open"), &[2, 3]);
    check(&format!("start={one}&closetime=close"), &[1, 2, 3]);
    check(&format!("start={one}.5&closetime=close"), &[2, 3]);
    check(&format!("end={two}&closetime=open"), &[0, 1, 2]);
    check(&format!("end={two}&closetime=close"), &[0, 1]);
    check(&format!("start={one}&end={two}"), &[1, 2]);
    check(&format!("start={}&closetime=open", all[1]), &[2, 3]);
    check(&format!("end={}&closetime=open", all[1]), &[0, 1]);
    assert_eq!(client.bad("ClosedOrders", "start=x"), "EGeneral:Invalid arguments:start");
    assert_eq!(client.bad("ClosedOrders", "closetime=x"), "EGeneral:Invalid arguments:closetime");
}

#[test]
fn what_one_order_took_is_one_trade_if_so_wished() {
    let mut client = client();
    // More than the best level has.
    let txid = client.place("pair=XBTUSD&type=buy&ordertype=market&volume=1.9");
    let each = client.good("TradesHistory", "consolidate_taker=false");
    let rows = each["trades"].as_object().unwrap().clone();
    assert!(1 < rows.len(), "{each}");
    assert_eq!(each["count"], rows.len());
    let one = client.good("TradesHistory", "");
    assert_eq!(one["count"], 1);
    let merged = one["trades"].as_object().unwrap().values().next().unwrap().clone();
    assert_eq!(merged["vol"], "1.90000000");
    let sum =
        |name: &str| -> trading_types::Amount { rows.values().map(|row| amount(&row[name])).sum() };
    for name in ["vol", "cost", "fee"] {
        assert_eq!(amount(&merged[name]), sum(name), "{name}");
    }
    let order = |client: &mut Client, more: &str| {
        client.good("QueryOrders", &format!("txid={txid}&trades=true{more}"))[&txid].clone()
    };
    let merged_ids = order(&mut client, "")["trades"].as_array().unwrap().clone();
    assert_eq!(merged_ids, [json!(ids(&one, "trades")[0])]);
    let all_ids = order(&mut client, "&consolidate_taker=false")["trades"].clone();
    assert_eq!(all_ids.as_array().unwrap().len(), rows.len());
    assert_eq!(client.good("TradesHistory", "type=closed position")["count"], 0);
    let refused = client.bad("TradesHistory", "type=x");
    assert_eq!(refused, "EGeneral:Invalid arguments:type");
}

fn amount(text: &Value) -> trading_types::Amount {
    text.as_str().unwrap().parse().unwrap()
}

#[test]
fn the_ledger_explains_every_balance() {
    let mut client = client();
    client.good("AddOrder", BUY);
    client.good("AddOrder", "pair=XBTUSD&type=sell&ordertype=market&volume=0.005");
    let balances = client.good("Balance", "");
    for (asset, balance) in balances.as_object().unwrap() {
        let ledger = client.good("Ledgers", &format!("asset={asset}"));
        let rows = ledger["ledger"].as_object().unwrap();
        let sum = |name: &str| -> trading_types::Amount {
            rows.values().map(|row| amount(&row[name])).sum()
        };
        assert_eq!(sum("amount") - sum("fee"), amount(balance), "{asset}");
        assert!(rows.values().all(|row| row["asset"] == asset.as_str()));
    }
    let deposits = client.good("Ledgers", "type=deposit");
    assert_eq!(deposits["count"], 4);
    assert_eq!(client.good("Ledgers", "type=all&asset=all")["count"], 8);
    assert_eq!(client.good("Ledgers", "type=staking")["count"], 0);
    assert_eq!(client.bad("Ledgers", "asset=NOPE"), "EQuery:Unknown asset");
}

#[test]
fn nobody_sees_what_is_not_theirs() {
    let mut client = client();
    let txid = client.place(BUY);
    let trade = ids(&client.good("TradesHistory", ""), "trades")[0].clone();
    let entry = ids(&client.good("Ledgers", ""), "ledger")[0].clone();
    client.use_key("second-trade");
    assert_eq!(client.good("QueryOrders", &format!("txid={txid}")), json!({}));
    assert_eq!(client.good("QueryTrades", &format!("txid={trade}")), json!({}));
    assert_eq!(client.good("QueryLedgers", &format!("id={entry}")), json!({}));
    assert_eq!(client.good("TradesHistory", "")["count"], 0);
    assert_eq!(client.bad("OrderAmends", &format!("order_id={txid}")), "EOrder:Unknown order");
}

#[test]
fn not_too_much_at_once() {
    let mut client = client();
    let list = |count: usize| vec!["OAAAAA-BBBBB-CCCCCC"; count].join(",");
    assert_eq!(client.good("QueryOrders", &format!("txid={}", list(50))), json!({}));
    assert_eq!(client.good("QueryTrades", &format!("txid={}", list(20))), json!({}));
    let txid = "EGeneral:Invalid arguments:txid";
    assert_eq!(client.bad("QueryOrders", &format!("txid={}", list(51))), txid);
    assert_eq!(client.bad("QueryTrades", &format!("txid={}", list(21))), txid);
    assert_eq!(client.bad("QueryOrders", ""), txid);
    let id = "EGeneral:Invalid arguments:id";
    assert_eq!(client.bad("QueryLedgers", &format!("id={}", list(21))), id);
    let long = client.bad("QueryOrders", "txid=OAAAAA-BBBBB-CCCCCC-AND-MORE-OF-IT");
    assert_eq!(long, "EOrder:Invalid order");
}
