//! When each kind of waiting order wakes, and with which limit.

use trading_types::{Fraction, Trigger, TriggerSource};

use super::*;
use crate::fixture::{fraction, last, price};

fn armed(kind: OrderKind, side: Side) -> ArmedTrigger {
    ArmedTrigger::arm(&kind, side, price("100"), price("0.1")).unwrap()
}

#[track_caller]
fn check(kind: OrderKind, side: Side, direction: Direction, is_adverse: bool) {
    let armed = armed(kind, side);
    assert_eq!((armed.direction(), armed.is_adverse()), (direction, is_adverse));
}

#[test]
fn the_table_of_directions() {
    use Direction::{Falling, Rising};
    let trigger: Trigger = last("90");
    let offset = TrailingOffset::Price(price("10"));
    let trailing = OrderKind::TrailingStop { offset, source: TriggerSource::Last };
    for (side, direction) in [(Side::Sell, Falling), (Side::Buy, Rising)] {
        check(OrderKind::StopLoss { trigger }, side, direction, true);
        check(OrderKind::StopLossLimit { trigger, price: price("89") }, side, direction, true);
        check(trailing, side, direction, true);
    }
    for (side, direction) in [(Side::Sell, Rising), (Side::Buy, Falling)] {
        check(OrderKind::TakeProfit { trigger }, side, direction, false);
        check(OrderKind::TakeProfitLimit { trigger, price: price("89") }, side, direction, false);
    }
    let market = ArmedTrigger::arm(&OrderKind::Market, Side::Buy, price("1"), price("0.1"));
    assert_eq!(market, None);
}

#[test]
fn touching_is_enough() {
    let stop = armed(OrderKind::StopLoss { trigger: last("90") }, Side::Sell);
    assert!(!stop.is_reached_by(price("90.0000000001")));
    assert!(stop.is_reached_by(price("90")));
    assert!(stop.is_reached_by(price("80")));
}

fn trailing(offset: TrailingOffset, side: Side) -> ArmedTrigger {
    armed(OrderKind::TrailingStop { offset, source: TriggerSource::Last }, side)
}

#[test]
fn a_trailing_trigger_follows_its_best_price_only() {
    let mut sell = trailing(TrailingOffset::Price(price("10")), Side::Sell);
    let mut buy = trailing(TrailingOffset::Price(price("10")), Side::Buy);
    assert_eq!((sell.price(), buy.price()), (price("90"), price("110")));
    for (at, sell_at, buy_at) in [("105", "95", "110"), ("99", "95", "109"), ("104", "95", "109")] {
        sell.follow(price(at));
        buy.follow(price(at));
        assert_eq!((sell.price(), buy.price()), (price(sell_at), price(buy_at)), "{at}");
    }
    assert!(!sell.set_price(price("1")));
}

#[test]
fn a_trailing_part_is_rounded_away_from_the_price() {
    let offset = TrailingOffset::Fraction(fraction("0.03333333"));
    assert_eq!(trailing(offset, Side::Sell).price(), price("96.6"));
    assert_eq!(trailing(offset, Side::Buy).price(), price("103.4"));
    let whole = TrailingOffset::Fraction(Fraction::ONE);
    assert_eq!(trailing(whole, Side::Sell).price(), Price::ZERO);
}

#[test]
fn a_limit_offset_counts_from_where_it_wakes() {
    let limit = |side, limit_offset: &str| {
        let kind = OrderKind::TrailingStopLimit {
            offset: TrailingOffset::Price(price("10")),
            source: TriggerSource::Last,
            limit_offset: price(limit_offset),
        };
        limit_once_woken(&kind, side, price("100.05"), price("0.1")).unwrap()
    };
    assert_eq!(limit(Side::Sell, "-2"), price("98"));
    assert_eq!(limit(Side::Buy, "-2"), price("102.1"));
    assert_eq!(limit(Side::Sell, "2"), price("102"));
    assert_eq!(limit(Side::Sell, "-200"), price("0.1"), "a price is above zero");
}
