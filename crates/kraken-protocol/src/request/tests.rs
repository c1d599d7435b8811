//! Requests as they leave: exact texts, and the same calls as another client makes them.

mod orders;
mod recorded;

use std::time::Duration;

use trading_types::{Amendment, ClientOrderId, Interval, Price, Quantity, TradeId, VenueOrderId};

use super::*;
use crate::rest::{PairName, PairNames};

const NONCE: Nonce = Nonce::new(1_616_492_376_594);

fn pair(text: &str) -> Pair {
    text.parse().unwrap()
}

fn name(text: &str) -> PairName {
    PairNames::recorded().name(pair(text)).unwrap()
}

fn id() -> ClientOrderId {
    ClientOrderId::new(0xABCD, 7)
}

fn venue_id(text: &str) -> VenueOrderId {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A client id as it stands in the texts below.
const ID: &str = "000000000000abcd0000000000000007";

#[track_caller]
fn check_query(request: &Request, expect: &str) {
    assert_eq!(request.query(), expect);
}

#[track_caller]
fn check_body(request: &Request, expect: &str) {
    let body = request.body(NONCE);
    let between = if expect.is_empty() { "" } else { "&" };
    assert_eq!(body.text, format!("nonce=1616492376594{between}{expect}"));
    assert_eq!(body.content_type, "application/x-www-form-urlencoded");
}

#[track_caller]
fn check_json(request: &Request, expect: &str) {
    let body = request.body(NONCE);
    let expect: String = expect.lines().map(str::trim_start).collect();
    assert_eq!(body.text, format!("{{\"nonce\":1616492376594,{expect}}}"));
    assert_eq!(body.content_type, "application/json");
    serde_json::from_str::<serde_json::Value>(&body.text).unwrap();
}

#[test]
fn public_calls() {
    let hour = Interval::from_minutes(60).unwrap();
    let since = Some(at("2024-05-24T04:02:28.5Z"));
    check_query(&Request::time(), "");
    check_query(&Request::system_status(), "");
    check_query(&Request::assets(), "");
    check_query(&Request::asset_pairs(), "");
    check_query(&Request::ticker(&[]), "");
    check_query(&Request::ticker(&[name("BTC/USDT"), name("ETH/USDT")]), "pair=XBTUSDT%2CETHUSDT");
    let candles = Request::candles(name("BTC/USD"), hour, since).unwrap();
    check_query(&candles, "pair=XBTUSD&interval=60&since=1716523348");
    check_query(&Request::depth(name("BTC/USD"), 25).unwrap(), "pair=XBTUSD&count=25");
    let trades = Request::trades(name("BTC/USD"), since, 1_000).unwrap();
    check_query(&trades, "pair=XBTUSD&since=1716523348500000000&count=1000");
    check_query(&Request::spreads(name("BTC/USD"), since), "pair=XBTUSD&since=1716523348");
}

#[test]
fn calls_that_read_an_account() {
    let page = Page {
        after: Some(at("2024-05-24T04:02:28.5Z")),
        until: Some(at("2024-05-24T04:02:29.5Z")),
        offset: 50,
    };
    let trades: [TradeId; 2] = ["TA".parse().unwrap(), "TB".parse().unwrap()];
    check_body(&Request::api_key_info(), "");
    check_body(&Request::balance(), "");
    check_body(&Request::balance_ex(), "");
    check_body(&Request::socket_token(), "");
    check_body(&Request::trade_balance(None), "");
    check_body(&Request::trade_balance(Some("BTC".parse().unwrap())), "asset=XBT");
    check_body(&Request::open_orders(None), "trades=true");
    check_body(&Request::open_orders(Some(id())), &format!("trades=true&cl_ord_id={ID}"));
    check_body(
        &Request::closed_orders(Some(id()), &Page::default()),
        &format!("trades=true&closetime=both&consolidate_taker=false&cl_ord_id={ID}"),
    );
    check_body(
        &Request::closed_orders(None, &page),
        "trades=true&start=1716523348&end=1716523350&ofs=50&closetime=both&consolidate_taker=false",
    );
    let orders = Request::query_orders(&[venue_id("OA-B"), venue_id("OC-D")]).unwrap();
    check_body(&orders, "txid=OA-B%2COC-D&trades=true&consolidate_taker=false");
    check_body(
        &Request::trades_history(&page),
        "start=1716523348&end=1716523350&ofs=50&consolidate_taker=false",
    );
    check_body(&Request::query_trades(&trades).unwrap(), "txid=TA%2CTB");
    check_body(&Request::ledgers(Some("DOGE".parse().unwrap()), &Page::default()), "asset=XDG");
    check_body(&Request::query_ledgers(&trades).unwrap(), "id=TA%2CTB");
    check_body(&Request::trade_volume(&[name("BTC/USD")]), "pair=XBTUSD");
    check_body(&Request::trade_volume(&[]), "");
    check_body(&Request::order_amends(venue_id("OA-B")), "order_id=OA-B");
}

#[test]
fn calls_that_cancel() {
    let btc = pair("BTC/USD");
    check_body(&Request::cancel_order(OrderName::Ours(id()), btc), &format!("cl_ord_id={ID}"));
    check_body(&Request::cancel_order(OrderName::Krakens(venue_id("OA-B")), btc), "txid=OA-B");
    check_body(&Request::cancel_all(), "");
    let after = |timeout| Request::cancel_all_orders_after(timeout).unwrap();
    check_body(&after(Duration::from_mins(1)), "timeout=60");
    check_body(&after(Duration::ZERO), "timeout=0");
    check_body(&after(Duration::from_millis(1)), "timeout=1");
    let too_long = Request::cancel_all_orders_after(Duration::from_secs(86_401));
    assert_eq!(too_long, Err(RequestError::TooLong(SWITCH)));
}

const SWITCH: Duration = Duration::from_hours(24);

#[test]
fn cancels_in_one_call() {
    let (ours, krakens) = (OrderName::Ours(id()), OrderName::Krakens(venue_id("OA-B")));
    let batch = |orders: &[OrderName]| Request::cancel_order_batch(orders);
    check_json(&batch(&[krakens, krakens]).unwrap(), r#""orders":["OA-B","OA-B"]"#);
    check_json(
        &batch(&[ours, krakens]).unwrap(),
        &format!(r#""orders":["OA-B"],"cl_ord_ids":["{ID}"]"#),
    );
    check_json(&batch(&[ours, ours]).unwrap(), &format!(r#""cl_ord_ids":["{ID}","{ID}"]"#));
    let count = |count| RequestError::Count { what: "orders", count, min: 2, max: 50 };
    assert_eq!(batch(&[ours]), Err(count(1)));
    assert_eq!(batch(&[ours; 51]), Err(count(51)));
    assert!(batch(&[ours; 50]).is_ok());
}

#[test]
fn amendments() {
    let btc = pair("BTC/USD");
    let quantity: Quantity = "1.25".parse().unwrap();
    let price: Price = "37500.1".parse().unwrap();
    let amendment =
        Amendment { order: id(), quantity: Some(quantity), limit: Some(price), trigger: None };
    let amend = Amend::from(amendment);
    check_body(
        &Request::amend_order(&amend, btc).unwrap(),
        &format!("cl_ord_id={ID}&order_qty=1.25&limit_price=37500.1"),
    );
    let all = Amend {
        order: OrderName::Krakens(venue_id("OA-B")),
        displayed: Some(quantity),
        trigger: Some(price),
        post_only: true,
        deadline: Some(at("2026-11-21T12:00:05.1239Z")),
        ..amend
    };
    check_body(
        &Request::amend_order(&all, btc).unwrap(),
        "txid=OA-B&order_qty=1.25&display_qty=1.25&limit_price=37500.1&trigger_price=37500.1\
         &post_only=true&deadline=2026-11-21T12%3A00%3A05.123Z",
    );
    let nothing = Amend { quantity: None, limit: None, ..amend };
    assert_eq!(Request::amend_order(&nothing, btc), Err(RequestError::NothingToAmend));
    let zero = Amend { quantity: Some(Quantity::ZERO), ..amend };
    assert_eq!(Request::amend_order(&zero, btc), Err(RequestError::NotPositive("quantity")));
}

#[test]
fn numbers_that_kraken_would_not_take() {
    let archive = Interval::from_minutes(720).unwrap();
    assert_eq!(
        Request::candles(name("BTC/USD"), archive, None),
        Err(RequestError::NoSuchCandles(720))
    );
    assert!(Request::depth(name("BTC/USD"), 0).is_err());
    assert!(Request::depth(name("BTC/USD"), 501).is_err());
    assert!(Request::trades(name("BTC/USD"), None, 1_001).is_err());
    assert!(Request::query_orders(&[]).is_err());
    assert!(Request::query_orders(&[venue_id("OA"); 51]).is_err());
    assert!(Request::query_trades(&[venue_id("TA"); 21]).is_err());
    assert!(Request::query_ledgers(&[venue_id("LA"); 21]).is_err());
}

#[test]
fn what_a_call_costs() {
    let page = Page::default();
    assert_eq!(Request::open_orders(None).cost(), Points::whole(1));
    assert_eq!(Request::open_orders(Some(id())).cost(), Points::whole(2));
    assert_eq!(Request::closed_orders(None, &page).cost(), Points::whole(1));
    assert_eq!(Request::closed_orders(Some(id()), &page).cost(), Points::whole(2));
    assert_eq!(Request::trades_history(&page).cost(), Points::whole(2));
    assert_eq!(Request::cancel_order(OrderName::Ours(id()), pair("BTC/USD")).cost(), Points::ZERO);
}

#[test]
fn what_a_call_is_about() {
    let btc = pair("BTC/USD");
    assert_eq!(Request::depth(name("BTC/USD"), 1).unwrap().pair(), Some(btc));
    assert_eq!(Request::ticker(&[name("BTC/USD")]).pair(), Some(btc));
    assert_eq!(Request::ticker(&[name("BTC/USD"), name("ETH/USD")]).pair(), None);
    assert_eq!(Request::cancel_order(OrderName::Ours(id()), btc).pair(), Some(btc));
    assert_eq!(Request::cancel_all().asked(), Endpoint::CancelAll.into());
}

#[test]
fn deadlines_are_cut_to_milliseconds() {
    let check = |text: &str, expect: &str| assert_eq!(milliseconds(at(text)), expect);
    check("2026-11-21T12:00:05Z", "2026-11-21T12:00:05.000Z");
    check("2026-11-21T12:00:05.9999Z", "2026-11-21T12:00:05.999Z");
    check("2026-11-21T12:00:05.001Z", "2026-11-21T12:00:05.001Z");
}

#[test]
fn forms_are_encoded_to_the_last_character() {
    let parameters = vec![("close[price]", "+1.5%, a-b_c.d~e/é&=".to_owned())];
    assert_eq!(
        encoding::form(&parameters),
        "close%5Bprice%5D=%2B1.5%25%2C%20a-b_c.d~e%2F%C3%A9%26%3D"
    );
}
