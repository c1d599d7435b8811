//! Tests of the frames of `executions`: each trap of Kraken's page and of recordings by name.

use super::*;

fn message(rows: &str) -> ExecutionsMessage {
    let frame =
        format!(r#"{{"channel":"executions","type":"update","sequence":8,"data":[{rows}]}}"#);
    ExecutionsMessage::decode(&frame).unwrap()
}

fn report(row: &str) -> ExecutionReport {
    let message = message(row);
    assert_eq!(message.unreadable, Vec::<String>::new());
    message.reports.into_iter().next().unwrap()
}

const TRADE: &str = r#"{"exec_type":"trade","order_id":"OABC","exec_id":"TABC","trade_id":365573,
    "symbol":"BTC/USD","side":"sell","last_qty":0.005,"last_price":26599.9,"liquidity_ind":"t",
    "cost":132.9995,"order_type":"limit","order_status":"partially_filled","cum_qty":0.005,
    "order_qty":0.005,"fees":[{"asset":"USD","qty":0.3458}],
    "timestamp":"2023-09-22T10:33:05.709950Z"}"#;

#[test]
fn only_pending_new_is_full() {
    let report = report(
        r#"{"order_id":"OABC","cl_ord_id":"0000000000000000000000000000000a","symbol":"BTC/USD",
        "order_qty":0.005,"cum_cost":0.0,"time_in_force":"GTC","exec_type":"pending_new",
        "side":"sell","order_type":"limit","limit_price_type":"static","limit_price":26500.0,
        "order_status":"pending_new","fee_usd_equiv":0.0,"fee_ccy_pref":"fciq",
        "timestamp":"2023-09-22T10:33:05.709950Z"}"#,
    );
    assert_eq!(report.kind, ReportKind::PendingNew);
    assert_eq!(report.client, Some(ClientOrderId::new(0, 10)));
    assert_eq!(report.pair, Some("BTC/USD".parse().unwrap()));
    assert_eq!(report.limit, Some("26500".parse().unwrap()));
    assert_eq!(report.is_immediate, Some(false));
}

#[test]
fn new_has_no_pair_and_no_side() {
    let report = report(
        r#"{"timestamp":"2023-09-22T10:33:05.709982Z","order_status":"new","exec_type":"new",
        "order_userref":0,"order_id":"OABC"}"#,
    );
    assert_eq!((report.kind, report.status), (ReportKind::New, Some(OrderStatus::New)));
    assert_eq!((report.pair, report.side, report.client), (None, None, None));
    assert_eq!(report.is_immediate, None, "a delta does not take back what was known");
}

#[test]
fn a_trade_has_exact_numbers_and_its_fee_in_quote() {
    let report = report(TRADE);
    let trade = report.trade.unwrap();
    assert_eq!(trade.id, "TABC".parse().unwrap());
    assert_eq!(trade.cost, "132.9995".parse().unwrap());
    assert_eq!(trade.fees, [("USD".parse().unwrap(), "0.3458".parse().unwrap())]);
    assert_eq!(trade.liquidity, Liquidity::Taker);
    assert_eq!(report.status, Some(OrderStatus::PartiallyFilled), "though it is complete");
    assert_eq!(report.total_traded, report.quantity);
    assert_eq!(report.is_immediate, None, "its kind alone does not say how long it may rest");
}

#[test]
fn numbers_may_be_texts_or_have_exponents() {
    let row = TRADE.replace("0.005", r#""5e-3""#).replace("26599.9", "2.65999E4");
    let trade = report(&row).trade.unwrap();
    assert_eq!(trade.quantity, "0.005".parse().unwrap());
    assert_eq!(trade.price, "26599.9".parse().unwrap());
}

#[test]
fn a_trade_without_cost_costs_its_price_times_its_quantity() {
    let trade = report(&TRADE.replace(r#""cost":132.9995,"#, "")).trade.unwrap();
    assert_eq!(trade.cost, "132.9995".parse().unwrap());
}

#[test]
fn ids_beyond_64_bits_do_not_matter() {
    let row = TRADE.replace("365573", "340282366920938463463374607431768211456");
    assert!(report(&row).trade.is_some());
    let row = TRADE.replace("365573", "18446744073709551615");
    assert!(report(&row).trade.is_some());
}

#[test]
#[rustfmt::skip] // A table.
fn the_counter_may_stand_anywhere_and_in_any_form() {
    let of_report = |field: &str| {
        report(&format!(r#"{{"exec_type":"new","order_id":"OABC"{field}}}"#)).counter
    };
    assert_eq!(of_report(""), None);
    assert_eq!(of_report(r#","ratecount":17"#), Some(Points::whole(17)));
    assert_eq!(of_report(r#","ratecounter":17.0"#), Some(Points::whole(17)));
    assert_eq!(of_report(r#","ratecounter":"17.5""#), Some(Points::from_halves(35)));
    assert_eq!(of_report(r#","ratecount":17.01"#), Some(Points::from_halves(35)), "rounded up");
    assert_eq!(of_report(r#","ratecount":1,"ratecounter":2"#), Some(Points::whole(1)));
    assert_eq!(of_report(r#","ratecount":-1"#), Some(Points::ZERO));
    let frame = r#"{"channel":"executions","type":"update","data":[],"ratecounter":3.1}"#;
    let message = ExecutionsMessage::decode(frame).unwrap();
    assert_eq!(message.counter, Some(Points::from_halves(7)));
    assert_eq!(message.sequence, None);
}

#[test]
fn one_bad_report_does_not_take_its_neighbors_with_it() {
    let rows = format!(r#"{{"exec_type":"new"}},{TRADE},{{"exec_type":7,"order_id":"O"}},4"#);
    let message = message(&rows);
    assert_eq!(message.reports.len(), 1);
    assert_eq!(message.unreadable.len(), 3);
}

#[test]
fn a_trade_that_lacks_what_a_fill_needs_is_unreadable() {
    for (part, left) in [
        (r#""exec_id":"TABC","#, "exec_id"),
        (r#""last_qty":0.005,"#, "last_qty"),
        (r#""last_price":26599.9,"#, "last_price"),
    ] {
        let message = message(&TRADE.replace(part, ""));
        assert!(message.unreadable[0].contains(left), "{:?}", message.unreadable);
    }
    for (good, bad) in [
        ("0.005", "0"),
        ("0.005", "0.000000001"),
        ("26599.9", "-1"),
        (r#""BTC/USD""#, r#""BTCUSD""#),
        (r#""sell""#, r#""short""#),
        ("2023-09-22T", "yesterday "),
    ] {
        let message = message(&TRADE.replace(good, bad));
        assert_eq!(message.reports, [], "{good} as {bad}");
    }
}

#[test]
fn unknown_words_and_fields_are_passed_over() {
    let report = report(
        r#"{"exec_type":"iceberg_refill","order_id":"OABC","order_status":"dreaming",
        "new_field":{"a":[1]},"fees":null,"triggers":null,"reason":null,"ext_ord_id":"x"}"#,
    );
    assert_eq!((report.kind, report.status), (ReportKind::Other, Some(OrderStatus::Other)));
}

#[test]
fn a_reached_trigger_is_told_by_status_or_by_triggers() {
    let row = |field: &str| {
        report(&format!(r#"{{"exec_type":"status","order_id":"OABC",{field}}}"#)).is_triggered
    };
    assert!(row(r#""order_status":"triggered""#));
    assert!(row(r#""triggers":{"status":"triggered","price":9.5}"#));
    assert!(!row(r#""triggers":{"status":"untriggered","price":9.5}"#));
}

#[test]
fn the_older_name_of_the_reason_is_read_too() {
    let row = |fields: &str| {
        report(&format!(r#"{{"exec_type":"canceled","order_id":"OABC",{fields}}}"#)).reason
    };
    assert_eq!(row(r#""cancel_reason":"old""#).as_deref(), Some("old"));
    assert_eq!(row(r#""reason":"new","cancel_reason":"old""#).as_deref(), Some("new"));
}

#[test]
#[rustfmt::skip] // A table.
fn frames_of_another_shape_are_errors() {
    for frame in [
        "", "[]", "{}", r#"{"type":"update"}"#, r#"{"type":"other","data":[]}"#,
        r#"{"type":"update","data":{}}"#, r#"{"type":"update","data":[],"sequence":"1"}"#,
        r#"{"type":"update","data":[],"ratecount":[]}"#,
    ] {
        assert!(ExecutionsMessage::decode(frame).is_err(), "{frame}");
    }
}
