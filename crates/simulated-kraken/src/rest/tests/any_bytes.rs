//! Whatever arrives is answered; nothing panics.

use std::cell::RefCell;

use bytes::Bytes;
use proptest::{prelude::*, test_runner::TestRunner};

use super::{Client, get, parse};
use crate::{fixture, message::HttpRequest};

const PUBLIC: [&str; 9] =
    ["Time", "SystemStatus", "Assets", "AssetPairs", "Ticker", "Depth", "OHLC", "Trades", "Spread"];
const PRIVATE: [&str; 22] = [
    "AddOrder",
    "AddOrderBatch",
    "AmendOrder",
    "EditOrder",
    "CancelOrder",
    "CancelAll",
    "CancelAllOrdersAfter",
    "CancelOrderBatch",
    "OpenOrders",
    "ClosedOrders",
    "QueryOrders",
    "OrderAmends",
    "TradesHistory",
    "QueryTrades",
    "Ledgers",
    "QueryLedgers",
    "Balance",
    "BalanceEx",
    "TradeBalance",
    "TradeVolume",
    "GetApiKeyInfo",
    "GetWebSocketsToken",
];
const NAMES: [&str; 38] = [
    "pair",
    "type",
    "ordertype",
    "volume",
    "price",
    "price2",
    "userref",
    "cl_ord_id",
    "displayvol",
    "trigger",
    "leverage",
    "reduce_only",
    "stptype",
    "oflags",
    "timeinforce",
    "starttm",
    "expiretm",
    "close[ordertype]",
    "close[price]",
    "close[price2]",
    "deadline",
    "validate",
    "txid",
    "order_qty",
    "limit_price",
    "trigger_price",
    "timeout",
    "orders[0][volume]",
    "orders[]",
    "since",
    "count",
    "interval",
    "start",
    "end",
    "ofs",
    "asset",
    "id",
    "close",
];
const VALUES: [&str; 40] = [
    "XBTUSD",
    "XXBTZUSD",
    "buy",
    "sell",
    "limit",
    "market",
    "iceberg",
    "stop-loss",
    "take-profit",
    "stop-loss-limit",
    "trailing-stop",
    "trailing-stop-limit",
    "0",
    "1",
    "0.1",
    "-1",
    "50000",
    "49999.9",
    "%2B5%25",
    "-5%25",
    "%2399.9",
    "99999999999999999999999999",
    "922337203.6854775807",
    "92233720368.54775807",
    "300000000",
    "0.0000000001",
    "1e400",
    "18446744073709551615",
    "9223372036854775807",
    "-9223372036854775808",
    "true",
    "post",
    "viqc",
    "GTD",
    "%2B10",
    "index",
    "170141183460469231731687303715884105727",
    "2026-11-21T12:00:35Z",
    "",
    "%ff",
];

/// One who can pay for most of what is asked.
fn rich_client() -> Client {
    let mut settings = fixture::settings();
    for (_, amount) in &mut settings.accounts[0].balances {
        *amount = fixture::amount("1000000000000");
    }
    Client::new(settings)
}

/// Runs through many requests with one client, whose world gets ever stranger.
fn for_any<S: Strategy>(requests: &S, send: impl Fn(&mut Client, S::Value)) -> Client {
    let client = RefCell::new(rich_client());
    let mut runner = TestRunner::deterministic();
    let run = runner.run(requests, |request| {
        send(&mut client.borrow_mut(), request);
        Ok(())
    });
    run.unwrap();
    client.into_inner()
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        Just("/0/public/".to_owned()),
        proptest::sample::select(PUBLIC.to_vec()).prop_map(|name| format!("/0/public/{name}")),
        proptest::sample::select(PRIVATE.to_vec()).prop_map(|name| format!("/0/private/{name}")),
    ]
}

fn any_form() -> impl Strategy<Value = String> {
    let name = proptest::sample::select(NAMES.to_vec());
    let value = proptest::sample::select(VALUES.to_vec());
    proptest::collection::btree_map(name, value, 0..12).prop_map(|fields| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        fields.join("&")
    })
}

/// An order with one or two things changed: most of them come far.
fn any_order() -> impl Strategy<Value = String> {
    let kinds = ["limit", "market", "stop-loss", "take-profit-limit", "trailing-stop-limit"];
    let kind =
        (proptest::sample::select(vec!["buy", "sell"]), proptest::sample::select(kinds.to_vec()));
    let value = || {
        let likely = ["0.1", "1", "50000", "49999.9", "%2B5%25", "-5%25", "60000"];
        prop_oneof![
            proptest::sample::select(likely.to_vec()),
            proptest::sample::select(VALUES.to_vec()),
        ]
    };
    let change = (proptest::sample::select(NAMES.to_vec()), value());
    (kind, value(), value(), value(), change).prop_map(
        |((side, kind), volume, price, price2, (name, value))| {
            let form = format!("pair=XBTUSD&type={side}&ordertype={kind}&volume={volume}");
            let form = format!("{form}&price={price}&price2={price2}");
            if form.contains(&format!("{name}=")) { form } else { format!("{form}&{name}={value}") }
        },
    )
}

#[test]
fn any_bytes_anywhere() {
    let method = proptest::sample::select(vec!["GET", "POST", "PUT", ""]);
    let body = proptest::collection::vec(any::<u8>(), 0..200);
    let headers = proptest::collection::vec(("[a-z-]{1,12}", "\\PC{0,30}"), 0..4);
    let kind = proptest::sample::select(vec!["application/json", "text/plain", "x"]);
    let requests = ((any_text(), any_text(), method), (body, headers, kind));
    let _ = for_any(&requests, |client, ((path, query, method), (body, mut headers, kind))| {
        headers.push(("content-type".to_owned(), kind.to_owned()));
        headers.push(("api-key".to_owned(), client.key_text().to_owned()));
        client.wait(1_000);
        client.send(HttpRequest {
            address: query.clone(),
            method: method.to_owned(),
            path,
            query,
            headers,
            body: Bytes::from(body),
        });
    });
}

#[test]
fn any_public_query() {
    let name = proptest::sample::select(PUBLIC.to_vec());
    let _ = for_any(&(name, any_form()), |client, (name, form)| {
        client.public(name, &format!("pair=XBTUSD&{form}"));
        client.public(name, &form);
    });
}

#[test]
fn any_private_form() {
    let name = proptest::sample::select(PRIVATE.to_vec());
    let mut client = for_any(&(name, any_form(), any_order()), |client, (name, form, order)| {
        client.private("AddOrder", &order);
        client.private(name, &form);
        client.wait(100);
    });
    let stats = parse(&client.send(get("/simulator/stats", "")));
    assert!(20 < stats["orders_accepted"].as_u64().unwrap(), "many orders come far: {stats}");
}

#[test]
fn any_json() {
    let name = proptest::sample::select(PRIVATE.to_vec());
    let value = prop_oneof![
        proptest::sample::select(VALUES.to_vec()).prop_map(|text| format!("{text:?}")),
        Just("null".to_owned()),
        Just("1e400".to_owned()),
        Just(r#"[{"ordertype":"limit","type":"buy","volume":1,"price":1e5}, {}]"#.to_owned()),
        Just("[[],{},null,-0.0]".to_owned()),
        Just(r#"{"ordertype":"limit","price":"-5"}"#.to_owned()),
    ];
    let names = [&NAMES[..], &["orders", "cl_ord_ids"]].concat();
    let fields = proptest::collection::btree_map(proptest::sample::select(names), value, 0..8);
    let _ = for_any(&(name, fields), |client, (name, fields)| {
        let fields: Vec<_> = fields.iter().map(|(name, json)| format!("{name:?}:{json}")).collect();
        let fields = [vec![r#""x":1"#.to_owned()], fields].concat();
        client.json(name, &fields.join(","));
    });
}
