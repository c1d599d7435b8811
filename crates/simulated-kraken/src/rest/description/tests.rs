//! Sentences as Kraken writes them.

use trading_types::{
    ConditionalClose, OrderKind, OrderQuantity, PairRules, Price, Side, TrailingOffset, Trigger,
    TriggerSource,
};

use super::Description;
use crate::names::Names;

fn rules(pair: &str, tick: &str) -> PairRules {
    PairRules {
        pair: pair.parse().unwrap(),
        tick: tick.parse().unwrap(),
        lot: "0.00000001".parse().unwrap(),
        quantity_min: "0.0001".parse().unwrap(),
        cost_min: "0.5".parse().unwrap(),
        cost_decimals: 5,
        fees: trading_types::FeeSchedule::kraken_spot(),
    }
}

fn names() -> Names {
    let markets = [rules("BTC/USD", "0.1"), rules("LTC/USDT", "0.00001")];
    Names::new(markets.iter(), std::iter::empty())
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn trigger(text: &str) -> Trigger {
    Trigger { price: price(text), source: TriggerSource::Last }
}

fn description(pair: &str, side: Side, kind: OrderKind, quantity: &str) -> Description {
    let quantity = OrderQuantity::Base(quantity.parse().unwrap());
    Description { pair: pair.parse().unwrap(), side, kind, quantity, close: None }
}

#[track_caller]
fn check(order: Description, sentence: &str) {
    assert_eq!(order.order(&names()), sentence);
    assert_eq!(order.close(&names()), "");
}

#[test]
fn recorded_sentences() {
    let buy = |kind, quantity| description("LTC/USDT", Side::Buy, kind, quantity);
    let sell = |kind, quantity| description("LTC/USDT", Side::Sell, kind, quantity);
    check(buy(OrderKind::Market, "0.1"), "buy 0.10000000 LTCUSDT @ market");
    let limit = OrderKind::Limit { price: price("50") };
    check(buy(limit, "0.1"), "buy 0.10000000 LTCUSDT @ limit 50.00000");
    let stop = OrderKind::StopLossLimit { trigger: trigger("29"), price: price("30") };
    let text = "buy 0.10000000 LTCUSDT @ stop loss 29.00000 -> limit 30.00000";
    check(buy(stop, "0.1"), text);
    let profit = OrderKind::TakeProfit { trigger: trigger("120") };
    check(sell(profit, "0.1"), "sell 0.10000000 LTCUSDT @ take profit 120.00000");
    let half = TrailingOffset::Fraction("0.5".parse().unwrap());
    let trailing = OrderKind::TrailingStop { offset: half, source: TriggerSource::Index };
    check(buy(trailing, "10"), "buy 10.00000000 LTCUSDT @ trailing stop +50.0000%");
}

#[test]
fn decimals_are_the_pairs() {
    let order = |kind| description("BTC/USD", Side::Sell, kind, "2.1234");
    let limit = OrderKind::Limit { price: price("25000") };
    check(order(limit), "sell 2.12340000 XBTUSD @ limit 25000.0");
    let stop = OrderKind::StopLoss { trigger: trigger("22000.5") };
    check(order(stop), "sell 2.12340000 XBTUSD @ stop loss 22000.5");
    let profit = OrderKind::TakeProfitLimit { trigger: trigger("22000"), price: price("21000") };
    check(order(profit), "sell 2.12340000 XBTUSD @ take profit 22000.0 -> limit 21000.0");
    let shown = OrderKind::Iceberg { price: price("22000"), displayed: "1".parse().unwrap() };
    check(order(shown), "sell 2.12340000 XBTUSD @ iceberg 22000.0");
}

#[test]
fn trailing_limits_say_where_the_limit_lies() {
    let offset = TrailingOffset::Price(price("100"));
    let kind = |limit_offset| OrderKind::TrailingStopLimit {
        offset,
        source: TriggerSource::Last,
        limit_offset: price(limit_offset),
    };
    let order = |side, limit| description("BTC/USD", side, kind(limit), "1");
    check(order(Side::Sell, "-50"), "sell 1.00000000 XBTUSD @ trailing stop +100.0 -> limit -50.0");
    check(order(Side::Sell, "50"), "sell 1.00000000 XBTUSD @ trailing stop +100.0 -> limit +50.0");
    check(order(Side::Buy, "-50"), "buy 1.00000000 XBTUSD @ trailing stop +100.0 -> limit +50.0");
    check(order(Side::Buy, "50"), "buy 1.00000000 XBTUSD @ trailing stop +100.0 -> limit -50.0");
}

#[test]
fn what_closes_is_told() {
    let limit = OrderKind::Limit { price: price("25000") };
    let kind = OrderKind::StopLossLimit { trigger: trigger("22000"), price: price("21000") };
    let order = Description {
        close: Some(ConditionalClose { kind }),
        ..description("BTC/USD", Side::Buy, limit, "1")
    };
    let text = "close position @ stop loss 22000.0 -> limit 21000.0";
    assert_eq!(order.close(&names()), text);
    let json: serde_json::Value = serde_json::from_str(&order.to_short_json(&names())).unwrap();
    assert_eq!(json["close"], text);
    assert_eq!(json["order"], "buy 1.00000000 XBTUSD @ limit 25000.0");
}

#[test]
fn quote_quantities_have_lot_decimals_too() {
    let mut order = description("BTC/USD", Side::Buy, OrderKind::Market, "1");
    order.quantity = OrderQuantity::Quote("10".parse().unwrap());
    assert_eq!(order.order(&names()), "buy 10.00000000 XBTUSD @ market");
}
