//! Each method, good and bad, through the socket.

use crate::{
    fixture::{self, ALICE, BOB, limit},
    socket::harness::{Harness, without_times},
};
use trading_types::Side;

fn request(method: &str, params: &str) -> String {
    format!(r#"{{"method":"{method}","params":{{{params},"token":"TOKEN"}},"req_id":7}}"#)
}

/// The answer to a request, without its times and with the names of orders replaced.
fn ask(harness: &mut Harness, method: &str, params: &str) -> String {
    anonymous(&harness.answer(&request(method, params)))
}

fn anonymous(answer: &str) -> String {
    let is_name = |part: &str| {
        let groups: Vec<&str> = part.split('-').collect();
        groups.iter().map(|group| group.len()).eq([6, 5, 6])
    };
    let parts = answer.split('"').map(|part| if is_name(part) { &part[..1] } else { part });
    parts.collect::<Vec<_>>().join("\"")
}

fn done(method: &str, result: &str) -> String {
    format!(r#"{{"method":"{method}","req_id":7,"result":{result},"success":true}}"#)
}

fn failed(method: &str, error: &str) -> String {
    format!(r#"{{"error":"{error}","method":"{method}","req_id":7,"success":false}}"#)
}

const BUY: &str =
    r#""symbol":"BTC/USD","side":"buy","order_type":"limit","order_qty":0.5,"limit_price":49000"#;

fn check(method: &str, params: &str, expected: Result<&str, &str>) {
    let mut harness = Harness::new();
    let expected = match expected {
        Ok(result) => done(method, result),
        Err(error) => failed(method, error),
    };
    assert_eq!(ask(&mut harness, method, params), expected, "{params}");
}

fn add(params: &str, expected: Result<&str, &str>) {
    check("add_order", &format!("{BUY}{params}"), expected);
}

#[test]
fn adding_an_order() {
    add("", Ok(r#"{"order_id":"O"}"#));
    add(r#","cl_ord_id":"mine""#, Ok(r#"{"order_id":"O","cl_ord_id":"mine"}"#));
    add(r#","order_userref":-3"#, Ok(r#"{"order_id":"O","order_userref":-3}"#));
    add(r#","validate":true"#, Ok(r#"{"order_id":""}"#));
    add(r#","deadline":"2026-11-21T12:00:31Z""#, Ok(r#"{"order_id":"O"}"#));
    add(r#","deadline":"2026-11-21T12:00:29Z""#, Err("EService:Deadline elapsed"));
    add(r#","order_qty":100"#, Err("EOrder:Insufficient funds"));
    add(r#","order_qty":0.000001"#, Err("EOrder:Order minimum not met"));
    add(r#","order_qty":"1""#, Err("Order_qty field must be a number_float"));
    add(r#","symbol":"WWW/USD""#, Err("Currency pair not supported WWW/USD"));
    add(r#","symbol":"XBT/USD""#, Err("Currency pair not supported XBT/USD"));
    add(r#","cl_ord_id":"nineteen characters""#, Err("EGeneral:Invalid arguments:cl_ord_id"));
    add(r#","cl_ord_id":"a","order_userref":1"#, Err("EGeneral:Invalid arguments:cl_ord_id"));
    let mut harness = Harness::new();
    assert_eq!(
        harness.answer(&request("add_order", &format!(r#"{BUY},"leverage":2"#))),
        "{\"error\":\"Unsupported field: 'leverage' for the given msg type: add order\",\
            \"method\":\"add_order\",\"success\":false}"
    );
}

#[test]
fn a_token_is_needed_and_what_its_key_may_do() {
    let mut harness = Harness::new();
    let without = request("add_order", BUY).replace(r#","token":"TOKEN""#, "");
    assert_eq!(harness.answer(&without), failed("add_order", "Token(s) not found"));
    let wrong = request("add_order", BUY).replace("TOKEN", "x");
    assert_eq!(harness.answer(&wrong), failed("add_order", "ESession:Invalid session"));
    let good = harness.token.clone();
    harness.token = harness.token_of("read-only");
    let order = format!(r#"{BUY},"validate":true"#);
    let id = r#""order_id":["OAAAAA-BBBBB-CCCCCC"]"#;
    for (method, params) in [
        ("add_order", order.as_str()),
        ("amend_order", r#""order_id":"OAAAAA-BBBBB-CCCCCC","order_qty":1"#),
        ("edit_order", r#""order_id":"OAAAAA-BBBBB-CCCCCC","symbol":"BTC/USD""#),
        ("cancel_order", id),
        ("cancel_all_orders_after", r#""timeout":60"#),
        ("batch_cancel", r#""orders":["OAAAAA-BBBBB-CCCCCC",7]"#),
    ] {
        let denied = failed(method, "EGeneral:Permission denied");
        assert_eq!(ask(&mut harness, method, params), denied);
    }
    harness.token = good;
    harness.now = fixture::at(900_000);
    let late = failed("add_order", "ESession:Invalid session");
    assert_eq!(ask(&mut harness, "add_order", BUY), late, "nobody held the token");
}

#[test]
fn one_name_at_a_time() {
    let mut harness = Harness::new();
    let named = format!(r#"{BUY},"cl_ord_id":"mine""#);
    ask(&mut harness, "add_order", &named);
    assert_eq!(
        ask(&mut harness, "add_order", &named),
        failed("add_order", "EOrder:Duplicate client order id")
    );
}

#[test]
fn amending() {
    let mut harness = Harness::new();
    ask(&mut harness, "add_order", &format!(r#"{BUY},"cl_ord_id":"mine""#));
    let txid = harness.world.venue.open_orders(ALICE).next().unwrap().txid;
    let mut check = |params: &str, expected: Result<&str, &str>| {
        let expected = match expected {
            Ok(result) => done("amend_order", result),
            Err(error) => failed("amend_order", error),
        };
        assert_eq!(ask(&mut harness, "amend_order", params), expected, "{params}");
    };
    let by_txid = format!(r#""order_id":"{txid}""#);
    check(&format!(r#"{by_txid},"order_qty":0.4"#), Ok(r#"{"amend_id":"T","order_id":"O"}"#));
    check(
        r#""cl_ord_id":"mine","limit_price":48000.0,"post_only":true"#,
        Ok(r#"{"amend_id":"T","cl_ord_id":"mine"}"#),
    );
    check(
        &format!(r#"{by_txid},"limit_price":"48000""#),
        Err("Limit_price field must be a number_float"),
    );
    check(r#""limit_price":48000"#, Err("EGeneral:Invalid arguments:order_id"));
    check(r#""order_id":"x","limit_price":48000"#, Err("EOrder:Unknown order"));
    check(r#""cl_ord_id":"other","limit_price":48000"#, Err("EOrder:Unknown order"));
    check(
        &format!(r#"{by_txid},"limit_price":60000,"post_only":true"#),
        Err("EOrder:Post only order"),
    );
    let order = harness.world.venue.open_orders(ALICE).next().unwrap();
    assert_eq!(order.limit.unwrap().to_string(), "48000");
}

#[test]
fn amending_by_a_distance() {
    let mut harness = Harness::new();
    let stop = "\"symbol\":\"BTC/USD\",\"side\":\"sell\",\"order_type\":\"stop-loss-limit\",\
        \"order_qty\":0.5,\"limit_price\":48900,\"triggers\":{\"price\":49000},\
        \"cl_ord_id\":\"stop\"";
    ask(&mut harness, "add_order", stop);
    let last = harness.world.venue.last_price(fixture::btc_usd()).unwrap();
    let amend = "\"cl_ord_id\":\"stop\",\"trigger_price\":-500,\"trigger_price_type\":\"quote\",\
        \"limit_price\":-10,\"limit_price_type\":\"quote\"";
    assert!(ask(&mut harness, "amend_order", amend).contains("amend_id"));
    let order = harness.world.venue.open_orders(ALICE).next().unwrap();
    let trigger = last - fixture::price("500");
    assert_eq!((order.trigger, order.limit), (Some(trigger), Some(trigger - fixture::price("10"))));
}

#[test]
fn editing() {
    let mut harness = Harness::new();
    ask(&mut harness, "add_order", BUY);
    let old = harness.world.venue.open_orders(ALICE).next().unwrap().txid;
    let edit =
        format!(r#""order_id":"{old}","symbol":"BTC/USD","limit_price":48000,"order_qty":0.1"#);
    let checked = format!(r#"{edit},"validate":true"#);
    assert_eq!(
        ask(&mut harness, "edit_order", &checked),
        done("edit_order", r#"{"order_id":"","original_order_id":"O"}"#)
    );
    assert_eq!(
        ask(&mut harness, "edit_order", &edit),
        done("edit_order", r#"{"order_id":"O","original_order_id":"O"}"#)
    );
    let new = harness.world.venue.open_orders(ALICE).next().unwrap();
    assert_eq!((new.txid == old, new.limit.unwrap().to_string()), (false, "48000".to_owned()));
    assert_eq!(
        ask(&mut harness, "edit_order", &edit),
        failed("edit_order", "EOrder:Unknown order")
    );
}

#[test]
fn editing_a_stop_moves_its_trigger_and_its_limit() {
    let mut harness = Harness::new();
    let stop = "\"symbol\":\"BTC/USD\",\"side\":\"sell\",\"order_type\":\"stop-loss-limit\",\
        \"order_qty\":0.5,\"limit_price\":48900,\"triggers\":{\"price\":49000}";
    ask(&mut harness, "add_order", stop);
    let old = harness.world.venue.open_orders(ALICE).next().unwrap().txid;
    let edit = format!(
        r#""order_id":"{old}","symbol":"BTC/USD","limit_price":47900,"triggers":{{"price":48000}}"#
    );
    assert!(ask(&mut harness, "edit_order", &edit).contains(r#""success":true"#));
    let new = harness.world.venue.open_orders(ALICE).next().unwrap();
    assert_eq!(format!("{:?} {:?}", new.trigger, new.limit), "Some(48000) Some(47900)");
}

#[test]
fn each_canceled_order_has_an_answer_of_its_own() {
    let mut harness = Harness::new();
    for name in [r#""cl_ord_id":"a""#, r#""order_userref":5"#, r#""order_userref":5"#] {
        ask(&mut harness, "add_order", &format!("{BUY},{name}"));
    }
    ask(&mut harness, "add_order", BUY);
    let txid = harness.world.venue.open_orders(ALICE).last().unwrap().txid;
    let params = format!(
        r#""order_id":["{txid}","OAAAAA-BBBBB-CCCCCC"],"cl_ord_id":["a"],"order_userref":[5,6]"#
    );
    let heard = harness.say(&request("cancel_order", &params));
    let answers: Vec<_> = heard.iter().map(|frame| anonymous(&without_times(frame))).collect();
    let by_txid = done("cancel_order", r#"{"order_id":"O"}"#);
    let unknown = failed("cancel_order", "EOrder:Unknown order");
    let by_name = done("cancel_order", r#"{"cl_ord_id":"a"}"#);
    let expected = [&by_txid, &unknown, &by_name, &by_txid, &by_txid, &unknown];
    assert_eq!(answers.iter().collect::<Vec<_>>(), expected);
    assert_eq!(harness.world.venue.open_orders(ALICE).count(), 0);
    let text = failed("cancel_order", "Order_id field must be an array");
    assert_eq!(ask(&mut harness, "cancel_order", r#""order_id":"x""#), text);
}

#[test]
fn nobody_cancels_what_is_anothers() {
    let mut harness = Harness::new();
    harness.place(BOB, &limit(Side::Buy, "49000", "0.5"));
    let txid = harness.world.venue.open_orders(BOB).next().unwrap().txid;
    assert_eq!(
        ask(&mut harness, "cancel_order", &format!(r#""order_id":["{txid}"]"#)),
        failed("cancel_order", "EOrder:Unknown order")
    );
}

#[test]
fn canceling_everything_now_and_later() {
    let mut harness = Harness::new();
    let all = r#"{"method":"cancel_all","params":{"token":"TOKEN"},"req_id":7}"#;
    assert_eq!(harness.answer(all), done("cancel_all", r#"{"count":0}"#));
    ask(&mut harness, "add_order", BUY);
    assert_eq!(harness.answer(all), done("cancel_all", r#"{"count":1}"#));
    let method = "cancel_all_orders_after";
    assert_eq!(
        ask(&mut harness, method, r#""timeout":60"#),
        done(
            method,
            r#"{"currentTime":"2026-11-21T12:00:30Z","triggerTime":"2026-11-21T12:01:30Z"}"#
        )
    );
    assert_eq!(
        ask(&mut harness, method, r#""timeout":0"#),
        done(method, r#"{"currentTime":"2026-11-21T12:00:30Z","triggerTime":"0"}"#)
    );
    for timeout in ["-1", "86401"] {
        let invalid = failed(method, "EGeneral:Invalid arguments:timeout");
        assert_eq!(ask(&mut harness, method, &format!(r#""timeout":{timeout}"#)), invalid);
    }
}

#[test]
fn batches() {
    let mut harness = Harness::new();
    let row = |quantity: &str, more: &str| {
        format!(
            "{{\"side\":\"buy\",\"order_type\":\"limit\",\"order_qty\":{quantity},\
                \"limit_price\":49000{more}}}"
        )
    };
    let batch = |rows: &[String]| format!(r#""symbol":"BTC/USD","orders":[{}]"#, rows.join(","));
    let three = batch(&[
        row("0.1", r#","cl_ord_id":"a""#),
        row("100", ""),
        row("0.1", r#","order_userref":2"#),
    ]);
    assert_eq!(
        ask(&mut harness, "batch_add", &three),
        done(
            "batch_add",
            "[{\"order_id\":\"O\",\"cl_ord_id\":\"a\"},\
                {\"error\":\"EOrder:Insufficient funds\"},{\"order_id\":\"O\",\
                \"order_userref\":2}]"
        )
    );
    let one = batch(&[row("0.1", "")]);
    let invalid = failed("batch_add", "EGeneral:Invalid arguments:orders");
    assert_eq!(ask(&mut harness, "batch_add", &one), invalid);
    // What is wrong with how one is written is wrong with all.
    let mixed = batch(&[row("0.1", ""), row("\"0.1\"", "")]);
    let wrong = failed("batch_add", "Order_qty field must be a number_float");
    assert_eq!(ask(&mut harness, "batch_add", &mixed), wrong);
    assert_eq!(harness.world.venue.open_orders(ALICE).count(), 2);

    let canceled = r#""orders":[2],"cl_ord_id":["a"]"#;
    let two = done("batch_cancel", r#"{"count":2}"#);
    assert_eq!(ask(&mut harness, "batch_cancel", canceled), two);
    let invalid = failed("batch_cancel", "EGeneral:Invalid arguments:orders");
    assert_eq!(ask(&mut harness, "batch_cancel", r#""orders":[2]"#), invalid);
    assert_eq!(ask(&mut harness, "batch_cancel", r#""orders":[2,{}]"#), invalid);
}
