//! Every kind of order and every field of one, right and wrong.

use proptest::prelude::*;
use trading_types::Timestamp;

use super::{BATCH_FIELDS, MarketNow, deadline, read};
use crate::socket::{fields::Fields, refused::Refused};

fn market() -> MarketNow {
    MarketNow {
        pair: "BTC/USD".parse().unwrap(),
        last: Some("26500".parse().unwrap()),
        tick: "0.1".parse().unwrap(),
    }
}

fn reading(text: &str) -> Result<super::PlaceRequest, Refused> {
    let fields = Fields::of(text).unwrap();
    fields.only(&[BATCH_FIELDS], "add_order")?;
    read(&fields, &market())
}

/// The order of `fields`, which are added to a buy of 0.5.
fn order(fields: &str) -> Result<super::PlaceRequest, Refused> {
    reading(&format!(r#"{{"side":"buy","order_qty":0.5,{fields}}}"#))
}

fn kind(fields: &str, expected: &str) {
    assert_eq!(format!("{:?}", order(fields).unwrap().order.kind), expected, "{fields}");
}

fn refused(fields: &str, expected: &str) {
    assert_eq!(order(fields).unwrap_err().error.as_str(), expected, "{fields}");
}

#[test]
fn kinds() {
    kind(r#""order_type":"market""#, "Market");
    kind(r#""order_type":"limit","limit_price":26400.5"#, "Limit { price: 26400.5 }");
    kind(
        r#""order_type":"limit","limit_price":-1,"limit_price_type":"pct""#,
        "Limit { price: 26235 }",
    );
    kind(
        r#""order_type":"iceberg","limit_price":1,"display_qty":0.1"#,
        "Iceberg { price: 1, displayed: 0.1 }",
    );
    kind(
        r#""order_type":"stop-loss","triggers":{"price":27000,"reference":"index"}"#,
        "StopLoss { trigger: Trigger { price: 27000, source: Index } }",
    );
    kind(
        r#""order_type":"stop-loss-limit","limit_price":27100,"triggers":{"price":27000.0}"#,
        "StopLossLimit { trigger: Trigger { price: 27000, source: Last }, price: 27100 }",
    );
    kind(
        r#""order_type":"take-profit","triggers":{"price":-100,"price_type":"quote"}"#,
        "TakeProfit { trigger: Trigger { price: 26400, source: Last } }",
    );
    kind(
        r#""order_type":"take-profit-limit","limit_price":5,"limit_price_type":"quote",
           "triggers":{"price":-100,"price_type":"quote"}"#,
        "TakeProfitLimit { trigger: Trigger { price: 26400, source: Last }, price: 26405 }",
    );
    kind(
        r#""order_type":"trailing-stop","triggers":{"price":2.5,"price_type":"pct"}"#,
        "TrailingStop { offset: Fraction(0.025), source: Last }",
    );
    kind(
        r#""order_type":"trailing-stop-limit","limit_price":10,"limit_price_type":"quote",
           "triggers":{"price":100,"price_type":"quote"}"#,
        "TrailingStopLimit { offset: Price(100), source: Last, limit_offset: -10 }",
    );
}

#[test]
fn old_spellings() {
    kind(
        r#""order_type":"stop-loss","stop_price":27000,"trigger":"index""#,
        "StopLoss { trigger: Trigger { price: 27000, source: Index } }",
    );
    kind(
        r#""order_type":"stop-loss","trigger":{"price":27000,"reference":"last"}"#,
        "StopLoss { trigger: Trigger { price: 27000, source: Last } }",
    );
}

#[test]
fn flags() {
    let placed = reading(
        r#"{"side":"sell","order_type":"limit","order_qty":0.00010,"limit_price":26500.10,
            "time_in_force":"gtd","expire_time":"2026-12-01T00:00:00.000Z","post_only":true,
            "effective_time":"2026-11-30T00:00:00Z","fee_preference":"base","margin":false,
            "stp_type":"cancel_both","no_mpp":true,"sender_sub_id":"x","reduce_only":false,
            "cl_ord_id":"6d1b345e-2821-40e2-ad83-4ecb18a06876"}"#,
    )
    .unwrap();
    assert_eq!(placed.client_id.as_deref(), Some("6d1b345e-2821-40e2-ad83-4ecb18a06876"));
    let order = placed.order;
    let said = format!(
        "{} {:?} {:?} {:?} {:?} {:?}",
        order.side,
        order.quantity,
        order.time_in_force,
        order.post_only,
        order.fee_currency,
        order.self_trade
    );
    assert_eq!(said, "sell Base(0.0001) GoodTilDate(2026-12-01T00:00:00Z) true Base CancelBoth");
    assert_eq!(order.start.unwrap().to_string(), "2026-11-30T00:00:00Z");
}

#[test]
fn quantity_in_quote_asset() {
    let placed = reading(r#"{"side":"buy","order_type":"market","cash_order_qty":100.5}"#).unwrap();
    assert_eq!(format!("{:?}", placed.order.quantity), "Quote(100.5)");
}

#[test]
fn a_conditional_close_is_of_the_other_side() {
    let placed = order(
        r#""order_type":"limit","limit_price":26000,"order_userref":7,
           "conditional":{"order_type":"stop-loss-limit",
                          "trigger_price":25000,"limit_price":24900}"#,
    )
    .unwrap();
    assert_eq!(placed.userref, Some(7));
    assert_eq!(
        format!("{:?}", placed.order.close.unwrap().kind),
        "StopLossLimit { trigger: Trigger { price: 25000, source: Last }, price: 24900 }"
    );
}

#[test]
fn refusals() {
    let limit = r#""order_type":"limit""#;
    refused(
        &format!(r#"{limit},"limit_price":"26500""#),
        "Limit_price field must be a number_float",
    );
    refused(limit, "EGeneral:Invalid arguments:limit_price");
    refused(r#""order_type":"stop-loss""#, "EGeneral:Invalid arguments:triggers");
    refused(r#""order_type":"dance""#, "EGeneral:Invalid arguments:ordertype");
    refused(
        r#""order_type":"market","cash_order_qty":"1""#,
        "Cash_order_qty field must be a number_float",
    );
    refused(
        r#""order_type":"market","leverage":2"#,
        "Unsupported field: 'leverage' for the given msg type: add order",
    );
    refused(
        r#""order_type":"stop-loss","triggers":{"price":1,"colour":2}"#,
        "Unsupported field: 'colour' for the given msg type: add order",
    );
    refused(
        r#""order_type":"market","time_in_force":"fok""#,
        "EGeneral:Invalid arguments:time_in_force",
    );
    refused(
        r#""order_type":"market","time_in_force":"gtd""#,
        "EGeneral:Invalid arguments:expire_time",
    );
    refused(r#""order_type":"market","margin":true"#, "EOrder:Margin allowance exceeded");
    refused(r#""order_type":"market","reduce_only":true"#, "EOrder:Reduce only:No position exists");
    refused(
        r#""order_type":"market","order_userref":3000000000"#,
        "EGeneral:Invalid arguments:order_userref",
    );
}

#[test]
fn deadlines() {
    let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
    let check = |text: &str, expected: Result<&str, &str>| {
        let fields = Fields::of(text).unwrap();
        let found = deadline(&fields, now).map(|at| at.to_string());
        let found = found.map_err(|refused| refused.error.as_str().to_owned());
        assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned), "{text}");
    };
    let invalid = "EGeneral:Invalid arguments:deadline";
    check("{}", Ok("2026-11-21T12:00:05Z"));
    check(r#"{"deadline":"2026-11-21T12:00:00.500Z"}"#, Ok("2026-11-21T12:00:00.5Z"));
    check(r#"{"deadline":"2026-11-21T12:01:00Z"}"#, Ok("2026-11-21T12:01:00Z"));
    check(r#"{"deadline":"2026-11-21T12:00:00.499Z"}"#, Err(invalid));
    check(r#"{"deadline":"2026-11-21T12:01:00.001Z"}"#, Err(invalid));
    check(r#"{"deadline":"2026-11-21T11:59:00Z"}"#, Err("EService:Deadline elapsed"));
    check(r#"{"deadline":"soon"}"#, Err(invalid));
}

/// A value of any type in any field.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        "-?[0-9]{1,30}(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?",
        "[a-z]{0,12}".prop_map(|text| format!("\"{text}\"")),
        Just("true".to_owned()),
        Just("null".to_owned()),
        Just("[]".to_owned()),
        Just(r#"{"price":900000000,"price_type":"pct"}"#.to_owned()),
        Just(r#""trailing-stop-limit""#.to_owned()),
        Just(r#""pct""#.to_owned()),
        Just(r#""sell""#.to_owned()),
    ]
}

proptest! {
    #[test]
    fn any_fields_are_read_or_refused(
        values in prop::collection::vec((prop::sample::select(BATCH_FIELDS), value()), 0..20),
    ) {
        let fields = values.iter().map(|(name, value)| format!("\"{name}\":{value}"));
        let text = format!("{{{}}}", fields.collect::<Vec<_>>().join(","));
        if let Some(fields) = Fields::of(&text) {
            let _ = read(&fields, &market());
        }
    }
}
