//! Placing, changing and canceling.

use serde_json::json;

use super::{client, error, result};

const LIMIT: &str = "pair=XBTUSD&type=buy&ordertype=limit&volume=0.5&price=40000";

#[test]
fn an_order_is_placed_and_described() {
    let mut client = client();
    let placed = client.good("AddOrder", LIMIT);
    assert_eq!(placed["descr"], json!({"order": "buy 0.50000000 XBTUSD @ limit 40000.0"}));
    let txid = placed["txid"][0].as_str().unwrap().to_owned();
    let open = client.good("OpenOrders", "");
    let order = &open["open"][&txid];
    assert_eq!(order["status"], "open");
    assert_eq!(order["vol"], "0.50000000");
    assert_eq!(order["oflags"], "fciq");
    assert_eq!(order["descr"]["price"], "40000.0");
    let checked = client.good("AddOrder", &format!("{LIMIT}&validate=true"));
    assert_eq!(checked, json!({"descr": {"order": "buy 0.50000000 XBTUSD @ limit 40000.0"}}));
    assert_eq!(client.good("OpenOrders", "")["open"].as_object().unwrap().len(), 1);
}

#[test]
fn refusals_have_krakens_words() {
    #[track_caller]
    fn check(form: &str, expected: &str) {
        assert_eq!(client().bad("AddOrder", form), expected, "{form}");
    }
    let limit = |volume: &str, price: &str| {
        format!("pair=XBTUSD&type=buy&ordertype=limit&volume={volume}&price={price}")
    };
    check("type=buy", "EGeneral:Invalid arguments:pair");
    check("pair=NOPE&type=buy&ordertype=market&volume=1", "EQuery:Unknown asset pair");
    check(
        &limit("1", "40000.11"),
        "EOrder:Invalid price:XXBTZUSD price can only be specified up to 1 decimals.",
    );
    check(&limit("1", "4e4"), "EOrder:Invalid price:Invalid price argument.");
    check(&limit("0.00001", "40000"), "EOrder:Order minimum not met");
    check(&limit("0.0001", "100"), "EOrder:Cost minimum not met");
    check(&limit("100", "40000"), "EOrder:Insufficient funds");
    check(&format!("{LIMIT}&leverage=5&reduce_only=true"), "EOrder:Reduce only:No position exists");
    check(&format!("{LIMIT}&leverage=5"), "EOrder:Margin allowance exceeded");
    check("pair=XBTUSD&type=sell&ordertype=settle-position&volume=1", "EOrder:Unknown position");
}

#[test]
fn a_client_id_is_free_again_when_its_order_has_ended() {
    let mut client = client();
    let named = format!("{LIMIT}&cl_ord_id=mine");
    client.good("AddOrder", &named);
    assert_eq!(client.bad("AddOrder", &named), "EOrder:Duplicate client order id");
    assert_eq!(client.good("OpenOrders", "cl_ord_id=mine")["open"].as_object().unwrap().len(), 1);
    assert_eq!(client.good("OpenOrders", "cl_ord_id=other")["open"], json!({}));
    assert_eq!(client.good("CancelOrder", "cl_ord_id=mine"), json!({"count": 1}));
    client.good("AddOrder", &named);
}

#[test]
fn cancels() {
    let mut client = client();
    let txid = client.place(LIMIT);
    assert_eq!(client.good("CancelOrder", &format!("txid={txid}")), json!({"count": 1}));
    let unknown = "EOrder:Unknown order";
    assert_eq!(client.bad("CancelOrder", &format!("txid={txid}")), unknown);
    assert_eq!(client.bad("CancelOrder", "txid=OAAAAA-BBBBB-CCCCCC"), unknown);
    assert_eq!(client.bad("CancelOrder", "cl_ord_id=nobody"), unknown);
    assert_eq!(client.bad("CancelOrder", ""), "EGeneral:Invalid arguments:txid");
    client.good("AddOrder", &format!("{LIMIT}&userref=7"));
    client.good("AddOrder", &format!("{LIMIT}&userref=7"));
    let others = client.place(LIMIT);
    assert_eq!(client.good("CancelOrder", "txid=7"), json!({"count": 2}));
    client.use_key("second-trade");
    assert_eq!(client.bad("CancelOrder", &format!("txid={others}")), unknown);
    client.use_key("trade");
    assert_eq!(client.good("CancelAll", ""), json!({"count": 1}));
    assert_eq!(client.good("CancelAll", ""), json!({"count": 0}));
}

#[test]
fn cancels_in_a_batch() {
    let mut client = client();
    let one = client.place(&format!("{LIMIT}&cl_ord_id=one"));
    let two = client.place(LIMIT);
    client.good("AddOrder", &format!("{LIMIT}&userref=5"));
    let fields = format!(r#""orders": ["{two}", 5], "cl_ord_ids": ["one"]"#);
    assert_eq!(result(&client.json("CancelOrderBatch", &fields)), json!({"count": 3}));
    assert_eq!(client.good("QueryOrders", &format!("txid={one}"))[&one]["status"], "canceled");
    let none = client.json("CancelOrderBatch", r#""orders": []"#);
    assert_eq!(error(&none), "EGeneral:Invalid arguments:orders");
    let many = vec![r#""OAAAAA-BBBBB-CCCCCC""#; 51].join(",");
    let many = client.json("CancelOrderBatch", &format!(r#""orders": [{many}]"#));
    assert_eq!(error(&many), "EGeneral:Invalid arguments:orders");
}

#[test]
fn the_dead_mans_switch() {
    let mut client = client();
    let txid = client.place(LIMIT);
    let set = client.good("CancelAllOrdersAfter", "timeout=60");
    let expected =
        json!({"currentTime": "2026-11-21T12:00:30Z", "triggerTime": "2026-11-21T12:01:30Z"});
    assert_eq!(set, expected);
    let stopped = client.good("CancelAllOrdersAfter", "timeout=0");
    assert_eq!(stopped["triggerTime"], "0");
    client.wait(120_000);
    let status = |client: &mut super::Client| {
        client.good("QueryOrders", &format!("txid={txid}"))[&txid]["status"].clone()
    };
    assert_eq!(status(&mut client), "open");
    client.good("CancelAllOrdersAfter", "timeout=5");
    client.wait(5_000);
    assert_eq!(status(&mut client), "canceled");
    for timeout in ["", "timeout=x", "timeout=-1", "timeout=86401"] {
        let refused = client.bad("CancelAllOrdersAfter", timeout);
        assert_eq!(refused, "EGeneral:Invalid arguments:timeout");
    }
}

#[test]
fn batches_keep_their_order() {
    let mut client = client();
    let row = |price: &str, volume: &str| {
        let fields = r#""ordertype":"limit","type":"buy","userref":1"#;
        format!(r#"{{{fields},"volume":"{volume}","price":"{price}"}}"#)
    };
    let orders = [row("30000", "0.1"), row("31000", "900"), row("32000", "0.1")].join(",");
    let fields = format!(r#""pair": "XBTUSD", "orders": [{orders}]"#);
    let placed = result(&client.json("AddOrderBatch", &fields));
    let rows = placed["orders"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0]["descr"]["order"], "buy 0.10000000 XBTUSD @ limit 30000.0");
    assert!(rows[0]["txid"].is_string() && rows[2]["txid"].is_string());
    assert_eq!(rows[1]["error"], "EOrder:Insufficient funds");
    assert!(rows[1]["txid"].is_null());
    let fields = format!(r#""pair": "XBTUSD", "validate": true, "orders": [{orders}]"#);
    let checked = result(&client.json("AddOrderBatch", &fields));
    assert!(checked["orders"][0]["txid"].is_null());
    let bad = [row("30000", "0.1"), row("3e4", "0.1")].join(",");
    let bad = client.json("AddOrderBatch", &format!(r#""pair":"XBTUSD","orders":[{bad}]"#));
    assert_eq!(error(&bad), "EOrder:Invalid price:Invalid price argument.");
    for orders in [vec![row("30000", "0.1")], vec![row("30000", "0.1"); 16], vec![]] {
        let fields = format!(r#""pair":"XBTUSD","orders":[{}]"#, orders.join(","));
        let refused = error(&client.json("AddOrderBatch", &fields));
        assert_eq!(refused, "EGeneral:Invalid arguments:orders");
    }
    assert_eq!(client.good("OpenOrders", "")["open"].as_object().unwrap().len(), 2);
}

#[test]
fn a_batch_may_be_a_form() {
    let row = |n: u32| {
        format!(
            "orders[{n}][ordertype]=limit&orders[{n}][type]=buy\
             &orders[{n}][volume]=0.1&orders[{n}][price]=30000"
        )
    };
    let form = format!("pair=XBTUSD&{}&{}", row(0), row(1));
    let placed = client().good("AddOrderBatch", &form);
    assert_eq!(placed["orders"].as_array().unwrap().len(), 2);
}

#[test]
fn an_order_is_amended_in_place() {
    let mut client = client();
    let txid = client.place(&format!("{LIMIT}&cl_ord_id=mine"));
    client.wait(1_000);
    let by_name = "cl_ord_id=mine&limit_price=41000.5&order_qty=0.75";
    let amended = client.good("AmendOrder", by_name);
    assert!(amended["amend_id"].is_string());
    let order = client.good("QueryOrders", &format!("txid={txid}"))[&txid].clone();
    assert_eq!(order["descr"]["order"], "buy 0.75000000 XBTUSD @ limit 41000.5");
    assert_eq!(order["misc"], "amended");
    // Relative to the last price.
    client.good("AmendOrder", &format!("txid={txid}&limit_price=-10%25"));
    let amends = client.good("OrderAmends", &format!("order_id={txid}"));
    assert_eq!(amends["count"], 3);
    let rows = amends["amends"].as_array().unwrap();
    assert_eq!(
        (&rows[0]["amend_type"], &rows[1]["amend_type"]),
        (&json!("original"), &json!("user"))
    );
    assert_eq!(rows[0]["order_qty"], "0.50000000");
    assert_eq!(rows[1]["amend_id"], amended["amend_id"]);
    assert_eq!(rows[2]["limit_price"], "45000.0");
    assert_eq!(rows[1]["timestamp"], client.now.nanos());
    assert_eq!(
        client.bad("AmendOrder", "txid=OAAAAA-BBBBB-CCCCCC&order_qty=1"),
        "EOrder:Unknown order"
    );
    let refused = client.bad("AmendOrder", &format!("txid={txid}&order_qty=0"));
    assert_eq!(refused, "EGeneral:Invalid arguments:order_qty");
    assert_eq!(client.bad("OrderAmends", "order_id=x"), "EOrder:Unknown order");
}

#[test]
fn an_order_is_replaced() {
    let mut client = client();
    let old = client.place(&format!("{LIMIT}&userref=7"));
    let form = format!("txid={old}&pair=XBTUSD&volume=0.25&price=39000&userref=8");
    let edited = client.good("EditOrder", &form);
    let new = edited["txid"].as_str().unwrap().to_owned();
    assert_ne!(new, old);
    assert_eq!(edited["status"], "ok");
    assert_eq!(edited["originaltxid"], old.as_str());
    assert_eq!(edited["orders_cancelled"], 1);
    assert_eq!(edited["volume"], "0.25000000");
    assert_eq!(edited["price"], "39000.0");
    assert_eq!((&edited["newuserref"], &edited["olduserref"]), (&json!("8"), &json!("7")));
    assert_eq!(edited["descr"]["order"], "buy 0.25000000 XBTUSD @ limit 39000.0");
    let both = client.good("QueryOrders", &format!("txid={old},{new}"));
    assert_eq!(both[&old]["status"], "canceled");
    assert_eq!(both[&old]["reason"], "Order replaced");
    assert_eq!(both[&new]["status"], "open");
    assert_eq!(client.bad("EditOrder", &form), "EOrder:Unknown order");
    let elsewhere = client.bad("EditOrder", &format!("txid={new}&pair=XETHZUSD"));
    assert_eq!(elsewhere, "EGeneral:Invalid arguments:pair");
}
