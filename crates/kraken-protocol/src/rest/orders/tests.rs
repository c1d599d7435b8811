//! Orders whole, bare and broken.

use super::*;

const WHOLE: &str = r#"{"refid":"OLD","userref":7,"cl_ord_id":"000000000000abcd0000000000000007",
    "status":"canceled","reason":"User requested","opentm":1688148610.0482,"starttm":0,
    "expiretm":1688148700,"closetm":1688148611.1,"descr":{"pair":"XBTUSD","type":"sell",
    "ordertype":"stop-loss-limit","price":"36000.0","price2":"35900.0","leverage":"2:1",
    "order":"sell 1.25","close":""},"vol":"1.25000000","vol_exec":"0.25000000","cost":"9000.0",
    "fee":"23.4","price":"36000.00000000001","stopprice":"36000.0","limitprice":"35900.0",
    "misc":"stopped,partial","oflags":"fciq,post","trades":["TCCCTY-WE2O6-P3NB37"],"new":{}}"#;

fn one(text: &str) -> Result<Order, DecodeError> {
    let all = query_orders(&format!(r#"{{"OQCLML-BW3P3-BUCMWZ":{text}}}"#), &PairNames::recorded());
    all.map(|all| all.into_iter().next().unwrap())
}

#[test]
fn an_order_with_everything() {
    let order = one(WHOLE).unwrap();
    assert_eq!(order.id.as_str(), "OQCLML-BW3P3-BUCMWZ");
    assert_eq!(order.our_id(), Some(ClientOrderId::new(0xABCD, 7)));
    assert_eq!(order.userref, Some(7));
    assert_eq!(order.status, OrderStatus::Canceled);
    assert_eq!(order.reason.as_deref(), Some("User requested"));
    assert_eq!(order.terms.pair.unwrap().to_string(), "BTC/USD");
    assert_eq!((order.terms.side, order.terms.kind.as_str()), (Side::Sell, "stop-loss-limit"));
    let at = |text: &str| Some(StatedPrice::At(text.parse().unwrap()));
    assert_eq!((&order.terms.price, &order.terms.price2), (&at("36000"), &at("35900")));
    assert_eq!(order.terms.leverage.as_deref(), Some("2:1"));
    assert_eq!((order.terms.description.as_str(), &order.terms.close), ("sell 1.25", &None));
    assert_eq!(order.quantity, OrderQuantity::Base("1.25".parse().unwrap()));
    assert_eq!(order.executed.to_string(), "0.25");
    assert_eq!((order.cost.to_string(), order.fee.to_string()), ("9000".into(), "23.4".into()));
    assert_eq!(order.average_price.unwrap().to_string(), "36000");
    assert_eq!(order.stop_price.unwrap().to_string(), "36000");
    assert_eq!(order.limit_price.unwrap().to_string(), "35900");
    assert_eq!(order.opened.nanos(), 1_688_148_610_048_200_000);
    assert_eq!(order.starts, None);
    assert_eq!(order.expires.map(Timestamp::seconds), Some(1_688_148_700));
    assert_eq!(order.closed.map(Timestamp::nanos), Some(1_688_148_611_100_000_000));
    assert_eq!(order.marks, ["stopped", "partial"]);
    assert_eq!(order.trades, ["TCCCTY-WE2O6-P3NB37".parse().unwrap()]);
    assert!(order.is_post_only() && !order.is_live());
    assert_eq!(order.fee_currency(), Some(FeeCurrency::Quote));
}

fn with(from: &str, to: &str) -> Order {
    let text = WHOLE.replace(from, to);
    assert_ne!(text, WHOLE);
    one(&text).unwrap()
}

#[test]
fn what_may_differ() {
    assert_eq!(with("\"1.25000000\"", "\"1.25\"").quantity, one(WHOLE).unwrap().quantity);
    let in_quote = with("\"fciq,post\"", "\"fcib,viqc\"");
    assert_eq!(in_quote.quantity, OrderQuantity::Quote("1.25".parse().unwrap()));
    assert_eq!(in_quote.fee_currency(), Some(FeeCurrency::Base));
    assert_eq!(with("\"fciq,post\"", "\"\"").fee_currency(), None);
    assert_eq!(with("\"000000000000abcd0000000000000007\"", "\"their own\"").our_id(), None);
    assert_eq!(with("\"000000000000abcd0000000000000007\"", "null").client_id, None);
    assert_eq!(with("\"userref\":7", "\"userref\":\"0\"").userref, None);
    assert_eq!(with("\"XBTUSD\"", "\"NEWPAIR\"").terms.pair, None);
    assert_eq!(with("\"2:1\"", "\"none\"").terms.leverage, None);
    assert_eq!(with("\"36000.00000000001\"", "\"0.00000\"").average_price, None);
    let relative = Some(StatedPrice::Relative("+50.0000%".to_owned()));
    assert_eq!(with("\"price\":\"36000.0\"", "\"price\":\"+50.0000%\"").terms.price, relative);
    let live = |word: &str| with("\"canceled\"", &format!("\"{word}\"")).is_live();
    assert!(live("pending") && live("open"));
    assert!(!live("closed") && !live("expired") && !live("vanished"));
}

#[track_caller]
fn check_bad(from: &str, to: &str, expect: &str) {
    let bad = WHOLE.replace(from, to);
    assert_ne!(bad, WHOLE);
    let error = one(&bad).unwrap_err();
    let field = error.field.trim_start_matches("OQCLML-BW3P3-BUCMWZ").trim_start_matches('.');
    assert_eq!(field, expect, "{error}");
}

#[test]
fn a_broken_order_names_its_field() {
    check_bad("\"0.25000000\"", "\"2.5e-1\"", "vol_exec");
    check_bad("\"0.25000000\"", "null", "vol_exec");
    check_bad("\"1.25000000\"", "\"1.250000001\"", "vol");
    check_bad("\"9000.0\"", "[]", "cost");
    check_bad("\"type\":\"sell\"", "\"type\":\"lend\"", "descr.type");
    check_bad("\"opentm\":1688148610.0482", "\"opentm\":\"then\"", "opentm");
    check_bad("\"status\":\"canceled\"", "\"status\":3", "status");
    check_bad("\"stopprice\":\"36000.0\"", "\"stopprice\":\"0.00000000001\"", "stopprice");
    check_bad("[\"TCCCTY-WE2O6-P3NB37\"]", "[\"\"]", "trades.0");
    check_bad("\"oflags\":", "\"vol\":", "");
}

#[test]
fn lists_of_orders() {
    let names = PairNames::recorded();
    let open = open_orders(&format!(r#"{{"open":{{"OA":{WHOLE},"OB":{WHOLE}}}}}"#), &names);
    assert_eq!(open.unwrap().len(), 2);
    assert_eq!(open_orders(r#"{"open":{}}"#, &names), Ok(Vec::new()));
    assert!(open_orders("{}", &names).is_err());
    let closed = closed_orders(&format!(r#"{{"closed":{{"OA":{WHOLE}}},"count":"9"}}"#), &names);
    assert_eq!(closed.as_ref().map(|page| (page.orders.len(), page.count)), Ok((1, Some(9))));
    assert_eq!(closed_orders(r#"{"closed":{}}"#, &names).unwrap().count, None);
    assert!(query_orders(r#"{"an id with spaces":{}}"#, &names).is_err());
}

#[test]
fn changes_of_an_order() {
    let text = r#"{"count":1,"amends":[{"amend_id":"TVPCKE-RDZNC-VNSOEI","amend_type":"restated",
        "order_qty":"0.01","display_qty":"0.0","remaining_qty":"0.005","limit_price":"61032.8",
        "reason":"Order restated","post_only":false,"timestamp":1724158070287556600}]}"#;
    let [change] = &order_amends(text).unwrap()[..] else { panic!("one change") };
    assert_eq!((change.kind.as_str(), change.id.as_str()), ("restated", "TVPCKE-RDZNC-VNSOEI"));
    assert_eq!(change.quantity.unwrap().to_string(), "0.01");
    assert_eq!(change.remaining.unwrap().to_string(), "0.005");
    assert_eq!(change.limit.unwrap().to_string(), "61032.8");
    assert_eq!(change.trigger, None);
    assert_eq!(change.reason.as_deref(), Some("Order restated"));
    assert_eq!(change.time.nanos(), 1_724_158_070_287_556_600);
    assert!(order_amends(r#"{"amends":[{}]}"#).is_err());
}
