//! Real answers of Kraken, and what ccxt reads from them: we read the same numbers.

use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use trading_types::{Amount, OrderQuantity, Price};

use super::*;
use crate::rest::orders::{Order, OrderStatus, StatedPrice};

#[derive(Deserialize)]
struct Recorded {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    method: String,
    description: String,
    #[serde(rename = "httpResponse")]
    answer: Box<RawValue>,
    parsed: Value,
}

impl Case {
    /// A number that ccxt parsed, as the text it stands for.
    fn number(&self, name: &str) -> Option<Amount> {
        let value = self.parsed.get(name)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text.parse().ok()
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.parsed.get(name).and_then(Value::as_str)
    }

    #[track_caller]
    fn same(&self, name: &str, ours: &impl ToString) {
        let Some(theirs) = self.number(name) else { return };
        let ours: Amount = ours.to_string().parse().unwrap();
        assert_eq!(ours, theirs, "{}: {name}", self.description);
    }
}

fn check(case: &Case) {
    let answer = Answer::open(case.answer.get().as_bytes()).unwrap();
    assert_eq!(answer.errors, Vec::<String>::new());
    let result = answer.result.unwrap();
    let names = PairNames::recorded();
    match case.method.as_str() {
        "createOrder" => check_added(case, result),
        "fetchOrder" => check_order(case, &orders::query_orders(result, &names).unwrap()[0]),
        "fetchOpenOrders" => check_order(case, &orders::open_orders(result, &names).unwrap()[0]),
        "fetchClosedOrders" => {
            let page = orders::closed_orders(result, &names).unwrap();
            assert_eq!(page.count, Some(1));
            check_order(case, &page.orders[0]);
        }
        "cancelOrder" => assert_eq!(placing::canceled(result).unwrap().count, 1),
        "fetchOHLCV" => check_candles(case, result),
        "fetchTrades" => check_trade(case, result),
        "fetchTicker" => check_ticker(case, result),
        // No endpoints of ours. Their outside is that of every answer.
        "fetchPositions" | "fetchDeposits" | "fetchWithdrawals" => {
            assert!(result.starts_with('['));
        }
        other => panic!("`{other}` is new in the recording"),
    }
}

fn check_added(case: &Case, result: &str) {
    let added = placing::added(result, false).unwrap();
    assert_eq!(Some(added.orders[0].as_str()), case.text("id"));
    let words: Vec<&str> = added.description.split(' ').collect();
    assert_eq!(Some(words[0]), case.text("side"));
    case.same("amount", &words[1]);
    let is_limit = case.text("type") == Some("limit");
    if is_limit {
        case.same("price", &words[words.len() - 1]);
        case.same("triggerPrice", &words[words.len() - 4]);
    }
}

fn check_order(case: &Case, order: &Order) {
    let status = match order.status {
        OrderStatus::Open => "open",
        OrderStatus::Closed => "closed",
        OrderStatus::Canceled => "canceled",
        OrderStatus::Pending | OrderStatus::Expired | OrderStatus::Other(_) => "another",
    };
    assert!(case.text("status").is_none_or(|theirs| theirs == status));
    let id = case.text("clientOrderId");
    assert!(id.is_none_or(|theirs| order.client_id.as_deref() == Some(theirs)));
    assert!(case.text("side").is_none_or(|theirs| order.terms.side.to_string() == theirs));
    let post_only = case.parsed.get("postOnly").and_then(Value::as_bool);
    assert!(post_only.is_none_or(|theirs| order.is_post_only() == theirs));
    assert!(order.terms.pair.is_some(), "{}", order.terms.pair_text);

    let OrderQuantity::Base(quantity) = order.quantity else { panic!("in base currency") };
    case.same("amount", &quantity);
    case.same("filled", &order.executed);
    case.same("remaining", &(quantity - order.executed));
    case.same("cost", &order.cost);
    if let Some(average) = order.average_price {
        case.same("average", &average);
    }
    if let Some(fee) = case.parsed.get("fee").and_then(|fee| fee.get("cost")) {
        assert_eq!(Ok(order.fee), fee.as_str().unwrap().parse());
    }
    if let Some(millis) = case.parsed.get("timestamp").and_then(Value::as_u64) {
        assert_eq!(order.opened.nanos() / 1_000_000, millis);
    }
    let at = |price: &Option<StatedPrice>| match price {
        Some(StatedPrice::At(price)) => Some(*price),
        Some(StatedPrice::Relative(_)) | None => None,
    };
    let (first, second) = (at(&order.terms.price), at(&order.terms.price2));
    // Of an order with a trigger ccxt takes the second price for the price. A trailing one has its
    // trigger where it stands at the moment.
    let waits = case.number("triggerPrice").is_some();
    let limit: Option<Price> = if waits { second } else { first.or(order.average_price) };
    if let Some(limit) = limit {
        case.same("price", &limit);
    }
    if waits {
        case.same("triggerPrice", &first.or(order.stop_price).unwrap());
    }
}

fn check_candles(case: &Case, result: &str) {
    let read = market::candles(result, &PairNames::recorded()).unwrap();
    assert_eq!((read.closed.len(), read.running.is_some()), (5, true));
    let theirs = case.parsed.as_array().unwrap();
    let since = theirs[0][0].as_u64().unwrap() * 1_000_000;
    let ours = read.closed.iter().filter(|candle| since <= candle.start.nanos());
    for (ours, theirs) in ours.zip(theirs) {
        assert_eq!(ours.start.nanos() / 1_000_000, theirs[0].as_u64().unwrap());
        let prices = [ours.open, ours.high, ours.low, ours.close].map(|price| price.to_string());
        for (at, ours) in prices.into_iter().chain([ours.volume.to_string()]).enumerate() {
            assert_eq!(ours.parse::<Amount>(), theirs[at + 1].to_string().parse());
        }
    }
}

fn check_trade(case: &Case, result: &str) {
    let read = market::trades(result, &PairNames::recorded()).unwrap();
    let row = read.trades[0];
    assert_eq!(row.number.unwrap().to_string(), case.text("id").unwrap());
    assert_eq!(row.trade.time.nanos() / 1_000_000, case.parsed["timestamp"].as_u64().unwrap());
    assert_eq!(Some(row.trade.taker_side.to_string().as_str()), case.text("side"));
    assert_eq!(row.is_market, case.text("type") == Some("market"));
    case.same("price", &row.trade.price);
    case.same("amount", &row.trade.quantity);
    case.same("cost", &(row.trade.price * row.trade.quantity));
}

fn check_ticker(case: &Case, result: &str) {
    let read = market::tickers(result, &PairNames::recorded()).unwrap();
    let (_, ticker) = &read[0];
    case.same("bid", &ticker.quote.bid.price);
    case.same("bidVolume", &ticker.quote.bid.quantity);
    case.same("ask", &ticker.quote.ask.price);
    case.same("askVolume", &ticker.quote.ask.quantity);
    case.same("last", &ticker.last);
    case.same("open", &ticker.open);
    case.same("change", &(ticker.last - ticker.open));
    case.same("high", &ticker.day.high);
    case.same("low", &ticker.day.low);
    case.same("vwap", &ticker.day.average);
    case.same("baseVolume", &ticker.day.volume);
}

#[test]
#[expect(clippy::print_stdout, reason = "says that it passed over what is not there")]
fn we_read_what_ccxt_reads() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/fixtures/ccxt_response_kraken.json"
    );
    #[expect(clippy::disallowed_methods, reason = "a test reads recorded data")]
    let Ok(text) = std::fs::read_to_string(file) else {
        println!("no recorded answers here: passed over");
        return;
    };
    let recorded: Recorded = serde_json::from_str(&text).unwrap();
    assert_eq!(recorded.cases.len(), 16);
    for case in &recorded.cases {
        check(case);
    }
}
