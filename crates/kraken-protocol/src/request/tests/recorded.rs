//! The same calls as ccxt makes them: every parameter it names, we name with the same value.
//!
//! What we name besides is told apart: our client id, the fee's currency, the watched price, and
//! that trades are not merged. Calls for margin, positions and deposits are not ours to make.

use std::collections::BTreeMap;

use serde::Deserialize;
use trading_types::{
    NewOrder, OrderKind, OrderQuantity, Side, TrailingOffset, Trigger, TriggerSource,
};

use super::*;
use crate::rest::{market::asset_pairs, pair_names::PairNames};

#[derive(Deserialize)]
struct Recorded {
    methods: BTreeMap<String, Vec<Call>>,
}

#[derive(Deserialize)]
struct Call {
    description: String,
    url: String,
    #[serde(default)]
    output: String,
}

/// The pairs of the recorded calls, as `AssetPairs` names them.
fn names() -> PairNames {
    let row = |id: &str, altname: &str, wsname: &str, assets: [&str; 2]| {
        format!(
            r#""{id}":{{"altname":"{altname}","wsname":"{wsname}","base":"{}","quote":"{}",
            "pair_decimals":1,"lot_decimals":8}}"#,
            assets[0], assets[1]
        )
    };
    let rows = [
        row("LTCUSDT", "LTCUSDT", "LTC/USDT", ["XLTC", "USDT"]),
        row("XLTCZUSD", "LTCUSD", "LTC/USD", ["XLTC", "ZUSD"]),
        row("XXBTZUSD", "XBTUSD", "XBT/USD", ["XXBT", "ZUSD"]),
        row("XBTUSDT", "XBTUSDT", "XBT/USDT", ["XXBT", "USDT"]),
        row("ETHUSDT", "ETHUSDT", "ETH/USDT", ["XETH", "USDT"]),
    ];
    let text = format!("{{{}}}", rows.join(","));
    PairNames::from_pairs(&asset_pairs(&text).unwrap().pairs)
}

fn named(text: &str) -> PairName {
    names().name(pair(text)).unwrap()
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn order(at: &str, side: Side, kind: OrderKind, quantity: &str) -> NewOrder {
    let quantity = OrderQuantity::Base(quantity.parse().unwrap());
    NewOrder::new(id(), pair(at), side, kind, quantity)
}

/// Our own way to make the call, in the order of the recording.
fn orders() -> Vec<NewOrder> {
    let trigger = |text| Trigger { price: price(text), source: TriggerSource::Last };
    let source = TriggerSource::Last;
    let offset = TrailingOffset::Price(price("100"));
    let limit_offset = price("-100");
    let sell = |at, kind, quantity| order(at, Side::Sell, kind, quantity);
    let stop = |at, limit| OrderKind::StopLossLimit { trigger: trigger(at), price: price(limit) };
    let target =
        |at, limit| OrderKind::TakeProfitLimit { trigger: trigger(at), price: price(limit) };
    let post_only = NewOrder {
        post_only: true,
        fee_currency: trading_types::FeeCurrency::Base,
        ..order("LTC/USDT", Side::Buy, OrderKind::Limit { price: price("50") }, "0.1")
    };
    vec![
        order("LTC/USDT", Side::Buy, OrderKind::Market, "0.1"),
        sell("LTC/USDT", OrderKind::Market, "0.1"),
        sell("BTC/USD", stop("35000", "34000"), "0.00012"),
        sell("BTC/USD", target("45000", "46000"), "0.0001"),
        sell("BTC/USD", OrderKind::TrailingStop { offset, source }, "0.0002"),
        sell("BTC/USD", OrderKind::TrailingStopLimit { offset, source, limit_offset }, "0.0002"),
        sell("LTC/USDT", OrderKind::StopLoss { trigger: trigger("55") }, "0.1"),
        sell("LTC/USDT", stop("55", "54"), "0.1"),
        sell("LTC/USDT", target("120", "110"), "0.1"),
        sell("LTC/USDT", OrderKind::TakeProfit { trigger: trigger("120") }, "0.1"),
        post_only,
    ]
}

fn requests(method: &str) -> Vec<Request> {
    let in_quote = |at: &str, amount: &str| NewOrder {
        quantity: OrderQuantity::Quote(amount.parse().unwrap()),
        ..order(at, Side::Buy, OrderKind::Market, "1")
    };
    let add = |order: NewOrder| Request::add_order(&order, named(&order.pair.to_string())).unwrap();
    let seconds = |seconds| Timestamp::from_seconds(seconds);
    let after = |seconds| Request::cancel_all_orders_after(Duration::from_secs(seconds)).unwrap();
    let candles = |minutes, since| {
        let interval = Interval::from_minutes(minutes).unwrap();
        Request::candles(named("BTC/USDT"), interval, since).unwrap()
    };
    let trades = |since| Request::trades(named("BTC/USDT"), since, 1_000).unwrap();
    let page = Page { after: seconds(1_699_457_638), ..Page::default() };
    match method {
        "createOrder" => orders().into_iter().map(add).collect(),
        "createMarketBuyOrderWithCost" => {
            vec![add(in_quote("LTC/USD", "5")), add(in_quote("LTC/USDT", "10"))]
        }
        "fetchMyTrades" => vec![Request::trades_history(&page)],
        "fetchOpenOrders" => vec![Request::open_orders(None)],
        "fetchClosedOrders" => vec![Request::closed_orders(None, &Page::default())],
        "cancelAllOrders" => vec![Request::cancel_all(), Request::cancel_all()],
        "cancelAllOrdersAfter" => vec![after(10), after(0)],
        "cancelOrder" => {
            let order = OrderName::Krakens(venue_id("OF7S76-H2IMS-N2ML4U"));
            vec![Request::cancel_order(order, pair("XRP/USD"))]
        }
        "fetchBalance" => vec![Request::balance_ex(), Request::balance_ex()],
        "fetchLedger" => {
            vec![Request::ledgers(Some("USDT".parse().unwrap()), &Page::default())]
        }
        "fetchOHLCV" => vec![candles(60, seconds(1_716_523_348)), candles(1, None)],
        "fetchTime" => vec![Request::time()],
        "fetchTrades" => vec![trades(None), trades(seconds(1_716_550_666))],
        "fetchOrderBook" => vec![Request::depth(named("BTC/USDT"), 100).unwrap()],
        "fetchTicker" => vec![Request::ticker(&[named("BTC/USDT")])],
        "fetchTickers" => vec![Request::ticker(&[named("BTC/USDT"), named("ETH/USDT")])],
        // Positions are margin, and deposits are no business of a trading bot.
        "fetchPositions" | "fetchDeposits" => Vec::new(),
        other => panic!("`{other}` is new in the recording"),
    }
}

/// Parameters that only margin has, and the nonce.
const NOT_OURS: [&str; 3] = ["leverage", "reduce_only", "nonce"];

fn parameters(form: &str) -> BTreeMap<String, String> {
    let pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn check(call: &Call, request: &Request) {
    let (path, query) = call.url.split_once('?').unwrap_or((&call.url, ""));
    assert!(path.ends_with(request.endpoint().path()), "{}", call.description);
    let theirs = if request.endpoint().is_public() { query } else { &call.output };
    let ours =
        if request.endpoint().is_public() { request.query() } else { request.body(NONCE).text };
    let ours = parameters(&ours);
    for (name, value) in parameters(theirs) {
        let is_balance_type = request.endpoint() == Endpoint::BalanceEx && name == "type";
        if NOT_OURS.contains(&name.as_str()) || is_balance_type {
            continue;
        }
        let mine = ours.get(&name).unwrap_or_else(|| panic!("{}: {name}", call.description));
        match name.as_str() {
            "oflags" => {
                let all: Vec<&str> = mine.split("%2C").collect();
                assert!(value.split("%2C").all(|flag| all.contains(&flag)), "{mine}");
            }
            // Trades are asked for by nanoseconds; Kraken takes their seconds too.
            "since" if request.endpoint() == Endpoint::Trades => {
                assert_eq!(*mine, format!("{value}000000000"));
            }
            _ => assert_eq!(*mine, value, "{}: {name}", call.description),
        }
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "says that it passed over what is not there")]
fn we_name_what_ccxt_names() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/fixtures/ccxt_request_kraken.json"
    );
    #[expect(clippy::disallowed_methods, reason = "a test reads recorded data")]
    let Ok(text) = std::fs::read_to_string(file) else {
        println!("no recorded calls here: passed over");
        return;
    };
    let recorded: Recorded = serde_json::from_str(&text).unwrap();
    let mut compared = 0;
    for (method, calls) in &recorded.methods {
        let requests = requests(method);
        assert!(requests.is_empty() || requests.len() == calls.len(), "{method}");
        for (call, request) in calls.iter().zip(&requests) {
            check(call, request);
            compared += 1;
        }
    }
    assert_eq!(compared, 32, "of the 35 calls, all but those for positions and deposits");
}
