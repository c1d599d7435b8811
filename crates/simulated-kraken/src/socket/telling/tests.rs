//! What subscribers hear when orders are placed, trade and end: recorded frames' fields, in the
//! recorded order.

use trading_types::{OrderKind, Side, TimeInForce, Trigger, TriggerSource};

use crate::{
    fixture::{self, ALICE, BOB, limit, named, order, price},
    socket::harness::Harness,
    venue::requests::{AmendRequest, OrderSelector, PlaceRequest},
};

fn subscribed(params: &str) -> Harness {
    let mut harness = Harness::new();
    let text = format!(r#"{{"method":"subscribe","params":{{{params}}}}}"#);
    let heard = harness.say(&text);
    assert!(heard[0].contains(r#""success":true"#), "{heard:?}");
    harness
}

/// Frames with the names of orders, trades and entries replaced by their letter.
fn anonymous(frames: &[String]) -> Vec<String> {
    frames.iter().map(|frame| anonymous_text(frame)).collect()
}

fn anonymous_text(text: &str) -> String {
    let is_name = |part: &str| {
        let groups: Vec<&str> = part.split('-').collect();
        groups.iter().map(|group| group.len()).eq([6, 5, 6])
            && part.bytes().all(|b| b == b'-' || b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    let parts = text.split('"').map(|part| if is_name(part) { &part[..1] } else { part });
    parts.collect::<Vec<_>>().join("\"")
}

fn executions(harness: &mut Harness, place: &PlaceRequest, expected: &[&str]) {
    let heard = harness.place(ALICE, place);
    check_executions(&heard, 2, expected);
}

fn check_executions(heard: &[String], first: usize, expected: &[&str]) {
    let wrap = |(number, report): (usize, &&str)| {
        format!(
            "{{\"channel\":\"executions\",\"type\":\"update\",\"data\":[{{{report}}}],\
                \"sequence\":{number}}}"
        )
    };
    let expected: Vec<_> = (first..).zip(expected).map(wrap).collect();
    assert_eq!(anonymous(heard), expected);
}

const NOW: &str = r#""timestamp":"2026-11-21T12:00:30.000000Z""#;
const EXECUTIONS: &str = r#""channel":"executions","token":"TOKEN""#;

#[test]
fn a_resting_order_is_pending_and_then_new() {
    let mut harness = subscribed(EXECUTIONS);
    let post_only = PlaceRequest { userref: Some(3), ..limit(Side::Buy, "49000", "0.005") };
    let mut post_only = post_only;
    post_only.order.post_only = true;
    executions(
        &mut harness,
        &post_only,
        &[
            &format!(
                "\"order_id\":\"O\",\"symbol\":\"BTC/USD\",\"order_qty\":0.00500000,\
                    \"cum_cost\":0.00000,\"time_in_force\":\"GTC\",\
                    \"exec_type\":\"pending_new\",\"side\":\"buy\",\"order_type\":\"limit\",\
                    \"order_userref\":3,\"post_only\":true,\"limit_price_type\":\"static\",\
                    \"limit_price\":49000.0,\"stop_price\":0.0,\
                    \"order_status\":\"pending_new\",\"fee_usd_equiv\":0.00000,\
                    \"fee_ccy_pref\":\"fciq\",{NOW}"
            ),
            &format!(
                "{NOW},\"order_status\":\"new\",\"exec_type\":\"new\",\
                    \"order_userref\":3,\"post_only\":true,\"order_id\":\"O\""
            ),
        ],
    );
}

#[test]
fn an_order_with_a_text_has_no_number() {
    let mut harness = subscribed(EXECUTIONS);
    let named = PlaceRequest { client_id: Some("mine".into()), ..limit(Side::Buy, "49000", "1") };
    let heard = harness.place(ALICE, &named);
    assert!(heard.iter().all(|frame| frame.contains(r#""cl_ord_id":"mine""#)), "{heard:?}");
    assert!(heard.iter().all(|frame| !frame.contains("order_userref")), "{heard:?}");
}

#[test]
fn a_full_fill_is_a_trade_of_a_part_and_then_filled() {
    let mut harness = subscribed(EXECUTIONS);
    harness.place(BOB, &limit(Side::Sell, "49999.9", "0.5"));
    let heard = harness.place(ALICE, &limit(Side::Buy, "49999.9", "0.5"));
    assert_eq!(heard.len(), 4);
    check_executions(
        &heard[2..],
        4,
        &[
            &format!(
                "\"order_id\":\"O\",\"order_userref\":0,\"exec_id\":\"T\",\
                    \"exec_type\":\"trade\",\"trade_id\":{},\"symbol\":\"BTC/USD\",\
                    \"side\":\"buy\",\"last_qty\":0.50000000,\"last_price\":49999.9,\
                    \"liquidity_ind\":\"t\",\"cost\":24999.95000,\
                    \"order_status\":\"partially_filled\",\"order_type\":\"limit\",{NOW},\
                    \"cum_qty\":0.50000000,\"cum_cost\":24999.95000,\"avg_price\":49999.9,\
                    \"fee_usd_equiv\":{FEE},\"fees\":[{{\"asset\":\"USD\",\"qty\":{FEE}}}]",
                harness.world.venue.trades(ALICE).last().unwrap().number,
                FEE = harness
                    .world
                    .venue
                    .trades(ALICE)
                    .last()
                    .map(|trade| format!("{:.5}", trade.fee_value))
                    .unwrap(),
            ),
            &format!(
                "{NOW},\"order_status\":\"filled\",\"exec_type\":\"filled\",\
                    \"cum_qty\":0.50000000,\"cum_cost\":24999.95000,\"fee_usd_equiv\":{},\
                    \"avg_price\":49999.9,\"order_userref\":0,\"order_id\":\"O\"",
                harness
                    .world
                    .venue
                    .trades(ALICE)
                    .last()
                    .map(|trade| format!("{:.5}", trade.fee_value))
                    .unwrap(),
            ),
        ],
    );
}

#[test]
fn amends_and_cancels() {
    let mut harness = subscribed(EXECUTIONS);
    let request = PlaceRequest { client_id: Some("a".into()), ..limit(Side::Buy, "49000", "0.5") };
    harness.place(ALICE, &request);
    let amend = AmendRequest {
        selector: named("a"),
        quantity: Some("0.4".parse().unwrap()),
        displayed: None,
        limit: Some(price("48000")),
        trigger: None,
        post_only: false,
        deadline: None,
    };
    harness.world.venue.amend(ALICE, &amend, harness.now).unwrap();
    harness.world.venue.cancel(ALICE, &named("a"), harness.now).unwrap();
    check_executions(
        &harness.heard(),
        4,
        &[
            &format!(
                "{NOW},\"exec_type\":\"amended\",\"order_status\":\"new\",\
                    \"cum_qty\":0.00000000,\"reason\":\"User requested\",\"amended\":true,\
                    \"order_qty\":0.40000000,\"limit_price_type\":\"static\",\
                    \"limit_price\":48000.0,\"cl_ord_id\":\"a\",\"order_id\":\"O\""
            ),
            &format!(
                "{NOW},\"order_status\":\"canceled\",\"exec_type\":\"canceled\",\
                    \"cum_qty\":0.00000000,\"cum_cost\":0.00000,\"fee_usd_equiv\":0.00000,\
                    \"avg_price\":0.0,\"cl_ord_id\":\"a\",\
                    \"cancel_reason\":\"User requested\",\"reason\":\"User requested\",\
                    \"order_id\":\"O\""
            ),
        ],
    );
}

#[test]
fn a_stop_says_what_it_waits_for_and_that_it_was_woken() {
    let mut harness = subscribed(EXECUTIONS);
    let bid = harness.world.venue.quote(fixture::btc_usd()).unwrap().bid.price;
    let trigger = Trigger { price: bid, source: TriggerSource::Last };
    let heard = harness.place(ALICE, &order(Side::Sell, OrderKind::StopLoss { trigger }, "0.1"));
    let waits = format!(
        "\"stop_price\":{bid:.1},\"triggers\":{{\"price\":{bid:.1},\
            \"price_type\":\"static\",\"reference\":\"last\",\"status\":\"untriggered\"}},\
            \"trigger\":\"last\""
    );
    assert!(heard[0].contains(&waits), "{}", heard[0]);
    let heard = harness.place(BOB, &order(Side::Sell, OrderKind::Market, "0.1"));
    let woken = r#""order_status":"triggered","exec_type":"status","triggers":{"price":"#;
    assert!(heard[0].contains(woken) && heard[0].contains(r#""status":"triggered"}"#), "{heard:?}");
    assert!(heard[1].contains(r#""exec_type":"trade""#), "{heard:?}");
}

#[test]
fn other_kinds_are_told_whole() {
    let tell = |request: &PlaceRequest, part: &str| {
        let mut harness = subscribed(EXECUTIONS);
        let heard = harness.place(ALICE, request);
        assert!(heard[0].contains(part), "{}", heard[0]);
    };
    let offset = trading_types::TrailingOffset::Price(price("100"));
    let trailing = OrderKind::TrailingStopLimit {
        offset,
        source: TriggerSource::Index,
        limit_offset: price("-10"),
    };
    tell(
        &order(Side::Sell, trailing, "0.5"),
        r#""limit_price_type":"quote","limit_price":-10.0,"stop_price":"#,
    );
    tell(&order(Side::Buy, trailing, "0.5"), r#""limit_price":10.0"#);
    tell(
        &order(Side::Sell, trailing, "0.5"),
        r#""triggers":{"price":100.0,"price_type":"quote","reference":"index","actual_price":"#,
    );
    let mut dated = limit(Side::Buy, "49000", "0.5");
    dated.order.time_in_force = TimeInForce::GoodTilDate(fixture::at(60_000));
    tell(&dated, r#""time_in_force":"GTD""#);
    tell(&dated, r#""expire_time":"2026-11-21T12:01:30.000000Z""#);
    let close = OrderKind::StopLossLimit {
        trigger: Trigger { price: price("48000"), source: TriggerSource::Last },
        price: price("47900"),
    };
    let mut with_close = limit(Side::Buy, "49000", "0.5");
    with_close.order.close = Some(trading_types::ConditionalClose { kind: close });
    tell(
        &with_close,
        "\"contingent\":{\"order_type\":\"stop-loss-limit\",\"trigger_price\":48000.0,\
            \"trigger_price_type\":\"static\",\"limit_price\":47900.0,\
            \"limit_price_type\":\"static\"}",
    );
    let displayed = "0.1".parse().unwrap();
    let iceberg = OrderKind::Iceberg { price: price("49000"), displayed };
    tell(&order(Side::Buy, iceberg, "0.5"), r#""order_qty":0.50000000,"display_qty":0.10000000"#);
}

#[test]
fn only_what_opens_and_closes_and_with_the_counter() {
    let taste = r#""order_status":false,"ratecounter":true"#;
    let mut harness = subscribed(&format!("{EXECUTIONS},{taste}"));
    let heard = harness.place(ALICE, &limit(Side::Buy, "49000", "0.5"));
    let [new] = heard.as_slice() else { panic!("{heard:?}") };
    assert!(
        new.contains(r#""exec_type":"new""#) && new.contains(r#","ratecount":0}],"sequence":2}"#)
    );
}

#[test]
fn a_snapshot_has_open_orders_and_past_trades() {
    let mut harness = Harness::new();
    harness.place(ALICE, &limit(Side::Buy, "49000", "0.5"));
    harness.place(BOB, &limit(Side::Sell, "49999.9", "0.5"));
    harness.place(ALICE, &limit(Side::Buy, "49999.9", "0.5"));
    let say = |harness: &mut Harness, wish: &str| {
        let unsubscribe = format!(r#"{{"method":"unsubscribe","params":{{{EXECUTIONS}}}}}"#);
        harness.say(&unsubscribe);
        let params = format!("{EXECUTIONS},{wish}");
        let heard = harness.say(&format!(r#"{{"method":"subscribe","params":{{{params}}}}}"#));
        let kinds = ["new", "trade"].map(|kind| {
            let part = format!(r#""exec_type":"{kind}""#);
            heard.get(1).map_or(0, |frame| frame.matches(&part).count())
        });
        (heard.len() - 1, kinds)
    };
    assert_eq!(say(&mut harness, r#""snap_trades":false"#), (1, [1, 0]));
    assert_eq!(say(&mut harness, r#""snap_trades":true"#), (1, [1, 1]));
    assert_eq!(say(&mut harness, r#""snap_trades":true,"snap_orders":false"#), (1, [0, 1]));
    assert_eq!(say(&mut harness, r#""snap_orders":false"#), (0, [0, 0]));
    // The old names.
    assert_eq!(say(&mut harness, r#""snapshot":false"#), (0, [0, 0]));
    assert_eq!(say(&mut harness, r#""snapshot":true,"snapshot_trades":true"#), (1, [1, 1]));
}

#[test]
fn balances_are_told_entry_by_entry() {
    let mut harness = Harness::new();
    let text = r#"{"method":"subscribe","params":{"channel":"balances","token":"TOKEN"}}"#;
    let heard = harness.say(text);
    assert_eq!(
        heard[1],
        "{\"channel\":\"balances\",\"type\":\"snapshot\",\"data\":[{\"asset\":\"BTC\",\
            \"asset_class\":\"currency\",\"balance\":10.0000000000,\
            \"wallets\":[{\"type\":\"spot\",\"id\":\"main\",\"balance\":10.0000000000}]},\
            {\"asset\":\"ETH\",\"asset_class\":\"currency\",\"balance\":100.0000000000,\
            \"wallets\":[{\"type\":\"spot\",\"id\":\"main\",\"balance\":100.0000000000}]},\
            {\"asset\":\"EUR\",\"asset_class\":\"currency\",\"balance\":100000.0000,\
            \"wallets\":[{\"type\":\"spot\",\"id\":\"main\",\"balance\":100000.0000}]},\
            {\"asset\":\"USD\",\"asset_class\":\"currency\",\"balance\":100000.0000,\
            \"wallets\":[{\"type\":\"spot\",\"id\":\"main\",\"balance\":100000.0000}]}],\
            \"sequence\":1}"
    );
    harness.place(BOB, &limit(Side::Sell, "49999.9", "0.5"));
    let heard = harness.place(ALICE, &limit(Side::Buy, "49999.9", "0.5"));
    let heard = anonymous(&heard);
    assert!(
        heard[0].starts_with(&format!(
            "{{\"channel\":\"balances\",\"type\":\"update\",\
                \"data\":[{{\"ledger_id\":\"L\",\"ref_id\":\"T\",{NOW},\"type\":\"trade\",\
                \"asset\":\"USD\",\"asset_class\":\"currency\",\"category\":\"trade\",\
                \"wallet_type\":\"spot\",\"wallet_id\":\"main\",\"amount\":-24999.9500,\
                \"fee\":"
        )),
        "{heard:?}"
    );
    assert!(heard[1].contains(r#""asset":"BTC""#), "{heard:?}");
    assert!(
        heard[1].contains(r#""amount":0.5000000000,"fee":0.0000000000,"balance":10.5000000000}]"#)
    );
    assert!(heard[1].ends_with(r#","sequence":3}"#));
}

#[test]
fn a_trade_is_told_on_all_its_channels() {
    let mut harness = Harness::new();
    for params in [
        r#""channel":"trade","symbol":["BTC/USD"]"#,
        r#""channel":"ticker","symbol":["BTC/USD"],"snapshot":false"#,
        r#""channel":"ticker","symbol":["BTC/USD"],"snapshot":false,"event_trigger":"bbo""#,
        r#""channel":"ohlc","symbol":["BTC/USD"],"interval":5,"snapshot":false"#,
    ] {
        harness.say(&format!(r#"{{"method":"subscribe","params":{{{params}}}}}"#));
    }
    let heard = harness.place(BOB, &limit(Side::Sell, "49999.9", "0.5"));
    assert_eq!(heard.len(), 1, "only the best ask moved: {heard:?}");
    let heard = harness.place(ALICE, &order(Side::Buy, OrderKind::Market, "0.5"));
    let number = harness.world.venue.trades(ALICE).last().unwrap().number;
    assert_eq!(
        heard[0],
        format!(
            "{{\"channel\":\"trade\",\"type\":\"update\",\
                \"data\":[{{\"symbol\":\"BTC/USD\",\"side\":\"buy\",\"price\":49999.9,\
                \"qty\":0.50000000,\"ord_type\":\"market\",\"trade_id\":{number},{NOW}}}]}}"
        )
    );
    let start = |place: usize, text: &str| assert!(heard[place].starts_with(text), "{heard:#?}");
    start(1, r#"{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":"#);
    start(2, r#"{"channel":"ohlc","type":"update","timestamp":"2026-11-21T12:00:30.000000000Z","#);
    assert!(heard[1].contains(r#""last":49999.9,"volume":"#), "{}", heard[1]);
    let end = "\"interval_begin\":\"2026-11-21T12:00:00.000000000Z\",\"interval\":5,\
        \"timestamp\":\"2026-11-21T12:05:00.000000Z\"}]}";
    assert!(heard[2].contains(r#""close":49999.9"#) && heard[2].ends_with(end), "{}", heard[2]);
}

#[test]
fn single_orders_are_told_with_their_names() {
    let mut harness = subscribed(r#""channel":"level3","symbol":["BTC/USD"],"token":"TOKEN""#);
    let heard = harness.place(ALICE, &limit(Side::Buy, "49999.9", "0.5"));
    let txid = harness.world.venue.open_orders(ALICE).next().unwrap().txid;
    let add = format!(
        "\"symbol\":\"BTC/USD\",\"bids\":[{{\"event\":\"add\",\"order_id\":\"{txid}\",\
            \"limit_price\":49999.9,\"order_qty\":0.50000000,\
            \"timestamp\":\"2026-11-21T12:00:30.000000000Z\"}}],\"asks\":[]}}]}}"
    );
    assert!(heard[0].ends_with(&add), "{heard:?}");
    let heard = harness.place(BOB, &limit(Side::Sell, "49999.9", "0.2"));
    let modify = format!(
        r#"{{"event":"modify","order_id":"{txid}","limit_price":49999.9,"order_qty":0.30000000"#
    );
    assert!(heard[0].contains(&modify), "{heard:?}");
    harness.world.venue.cancel(ALICE, &OrderSelector::Txid(txid), harness.now).unwrap();
    let heard = harness.heard();
    let delete = format!(r#"{{"event":"delete","order_id":"{txid}","#);
    assert!(heard[0].contains(&delete), "{heard:?}");
}
