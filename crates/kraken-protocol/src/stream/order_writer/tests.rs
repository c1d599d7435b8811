//! Tests of the writers: the exact text of every kind and flag, and that each frame is JSON.

use proptest::prelude::*;
use trading_types::{Amount, ConditionalClose, Fraction, Pair, Price, Quantity, Timestamp};

use super::*;

fn token() -> Token {
    Token::new("TOKEN".to_owned()).unwrap()
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn quantity(text: &str) -> Quantity {
    text.parse().unwrap()
}

fn order(kind: OrderKind) -> NewOrder {
    let pair: Pair = "BTC/USD".parse().unwrap();
    let quantity = OrderQuantity::Base(quantity("1.25"));
    NewOrder::new(ClientOrderId::new(1, 2), pair, Side::Buy, kind, quantity)
}

fn limit(text: &str) -> NewOrder {
    order(OrderKind::Limit { price: price(text) })
}

fn trigger(text: &str) -> Trigger {
    Trigger { price: price(text), source: TriggerSource::Last }
}

fn added(order: &NewOrder) -> Result<String, NotExpressible> {
    let mut out = String::new();
    write_add(&mut out, order, Intent::Place, &token(), 9)?;
    serde_json::from_str::<serde_json::Value>(&out).unwrap();
    Ok(out)
}

/// What stands between the kind and the flags that every order has.
#[track_caller]
fn check(order: &NewOrder, wanted: &str) {
    let text = added(order).unwrap();
    // A long text goes on in the next line.
    let wanted: String = wanted.lines().map(str::trim_start).collect();
    let wanted = format!(r#"{{"method":"add_order","params":{{"order_type":{wanted},"fee_pref"#);
    assert!(text.starts_with(&wanted), "{text}\nbegins not with\n{wanted}");
}

#[test]
fn a_plain_limit_order_word_by_word() {
    let mut order = limit("37500.10");
    order.deadline = Some("2026-11-21T10:00:05.25Z".parse().unwrap());
    let wanted = r#"{"method":"add_order","params":{"order_type":"limit","side":"buy",
        "order_qty":1.25,"limit_price":37500.1,"time_in_force":"gtc",
        "fee_preference":"quote","stp_type":"cancel_newest",
        "cl_ord_id":"00000000000000010000000000000002","symbol":"BTC/USD",
        "deadline":"2026-11-21T10:00:05.250Z","token":"TOKEN"},"req_id":9}"#;
    let wanted: String = wanted.lines().map(str::trim_start).collect();
    assert_eq!(added(&order).unwrap(), wanted);
}

#[test]
#[rustfmt::skip] // A table.
fn every_kind_has_its_prices() {
    use OrderKind as K;
    let index = Trigger { source: TriggerSource::Index, ..trigger("90") };
    let dollars = TrailingOffset::Price(price("250"));
    let percent = TrailingOffset::Fraction(Fraction::from_basis_points(125));
    let last = TriggerSource::Last;
    let rows = [
        (K::Market, r#""market","side":"buy","order_qty":1.25"#),
        (K::Iceberg { price: price("9"), displayed: quantity("0.5") },
            r#""iceberg","side":"buy","order_qty":1.25,"limit_price":9,"display_qty":0.5"#),
        (K::StopLoss { trigger: trigger("90") },
            r#""stop-loss","side":"buy","order_qty":1.25,"triggers":{"reference":"last",
            "price":90,"price_type":"static"}"#),
        (K::StopLossLimit { trigger: index, price: price("89.5") },
            r#""stop-loss-limit","side":"buy","order_qty":1.25,"limit_price":89.5,
            "triggers":{"reference":"index","price":90,"price_type":"static"}"#),
        (K::TakeProfit { trigger: trigger("110") },
            r#""take-profit","side":"buy","order_qty":1.25,"triggers":{"reference":"last",
            "price":110,"price_type":"static"}"#),
        (K::TakeProfitLimit { trigger: trigger("110"), price: price("109") },
            r#""take-profit-limit","side":"buy","order_qty":1.25,"limit_price":109,
            "triggers":{"reference":"last","price":110,"price_type":"static"}"#),
        (K::TrailingStop { offset: dollars, source: last },
            r#""trailing-stop","side":"buy","order_qty":1.25,"triggers":{"reference":"last",
            "price":250,"price_type":"quote"}"#),
        (K::TrailingStop { offset: percent, source: last },
            r#""trailing-stop","side":"buy","order_qty":1.25,"triggers":{"reference":"last",
            "price":1.25,"price_type":"pct"}"#),
        (K::TrailingStopLimit { offset: dollars, source: last, limit_offset: price("-3") },
            r#""trailing-stop-limit","side":"buy","order_qty":1.25,"limit_price":-3,
            "limit_price_type":"quote","triggers":{"reference":"last","price":250,
            "price_type":"quote"}"#),
    ];
    for (kind, wanted) in rows {
        check(&order(kind), &format!(r#"{wanted},"time_in_force":"gtc""#));
    }
}

#[test]
fn every_flag_has_its_field() {
    let has = |change: fn(&mut NewOrder), wanted: &str| {
        let mut order = limit("9");
        change(&mut order);
        let text = added(&order).unwrap();
        assert!(text.contains(wanted), "{text} lacks {wanted}");
    };
    has(|it| it.side = Side::Sell, r#""side":"sell""#);
    has(|it| it.post_only = true, r#","post_only":true,"#);
    has(|it| it.time_in_force = TimeInForce::ImmediateOrCancel, r#""time_in_force":"ioc""#);
    has(
        |it| it.time_in_force = TimeInForce::GoodTilDate(Timestamp::from_nanos(1_000_000)),
        r#""time_in_force":"gtd","expire_time":"1970-01-01T00:00:00.001Z""#,
    );
    has(
        |it| it.start = Some(Timestamp::from_nanos(2_000_000)),
        r#""effective_time":"1970-01-01T00:00:00.002Z""#,
    );
    has(|it| it.fee_currency = FeeCurrency::Base, r#""fee_preference":"base""#);
    has(|it| it.self_trade = SelfTradePrevention::CancelOldest, r#""stp_type":"cancel_oldest""#);
    has(|it| it.self_trade = SelfTradePrevention::CancelBoth, r#""stp_type":"cancel_both""#);
}

#[test]
fn a_market_buy_in_quote_is_a_cash_quantity() {
    let mut order = order(OrderKind::Market);
    order.quantity = OrderQuantity::Quote("100.005".parse::<Amount>().unwrap());
    check(&order, r#""market","side":"buy","cash_order_qty":100.005,"time_in_force":"gtc""#);
}

#[test]
fn a_check_says_validate() {
    let mut out = String::new();
    write_add(&mut out, &limit("9"), Intent::Check, &token(), 9).unwrap();
    assert!(out.contains(r#","validate":true,"token""#), "{out}");
    assert!(!added(&limit("9")).unwrap().contains("validate"));
}

#[test]
fn what_the_socket_cannot_say_is_refused_with_its_reason() {
    let refused = |change: fn(&mut NewOrder), why: NotExpressible| {
        let mut order = limit("9");
        change(&mut order);
        assert_eq!(added(&order), Err(why));
    };
    refused(|it| it.time_in_force = TimeInForce::FillOrKill, NotExpressible::FillOrKill);
    refused(
        |it| it.close = Some(ConditionalClose { kind: OrderKind::Market }),
        NotExpressible::ConditionalClose,
    );
    refused(
        |it| it.quantity = OrderQuantity::Base(Quantity::ZERO),
        NotExpressible::NotPositive("quantity"),
    );
    refused(
        |it| it.quantity = OrderQuantity::Quote(Amount::ZERO),
        NotExpressible::NotPositive("quantity"),
    );
    refused(
        |it| it.kind = OrderKind::Limit { price: Price::ZERO },
        NotExpressible::NotPositive("price"),
    );
    refused(
        |it| it.kind = OrderKind::StopLoss { trigger: trigger("0") },
        NotExpressible::NotPositive("trigger"),
    );
    refused(
        |it| {
            it.kind = OrderKind::TrailingStop {
                offset: TrailingOffset::Fraction(Fraction::ZERO),
                source: TriggerSource::Last,
            };
        },
        NotExpressible::NotPositive("trailing offset"),
    );
    refused(
        |it| it.kind = OrderKind::Iceberg { price: price("1"), displayed: Quantity::ZERO },
        NotExpressible::NotPositive("display"),
    );
}

#[test]
fn a_batch_names_its_pair_and_deadline_once() {
    let mut orders = [limit("9"), limit("8.5")];
    for order in &mut orders {
        order.deadline = Some(Timestamp::from_nanos(7_000_000));
    }
    let mut out = String::new();
    write_batch_add(&mut out, &orders, &token(), 9).unwrap();
    serde_json::from_str::<serde_json::Value>(&out).unwrap();
    let head = r#"{"method":"batch_add","params":{"symbol":"BTC/USD","orders":[{"order_type""#;
    assert!(out.starts_with(head), "{out}");
    let tail = r#""}],"deadline":"1970-01-01T00:00:00.007Z","token":"TOKEN"},"req_id":9}"#;
    assert!(out.ends_with(tail), "{out}");
    assert_eq!(out.matches("BTC/USD").count(), 1);
    assert_eq!(out.matches("deadline").count(), 1);
    assert_eq!(out.matches("order_qty").count(), 2);
}

#[test]
fn a_batch_is_two_to_fifteen_orders_of_one_pair() {
    let batch = |orders: &[NewOrder]| {
        let mut out = String::new();
        write_batch_add(&mut out, orders, &token(), 9)
    };
    let size = |count| Err(NotExpressible::BatchSize { count, least: 2, most: 15 });
    assert_eq!(batch(&[]), size(0));
    assert_eq!(batch(&[limit("9")]), size(1));
    assert_eq!(batch(&vec![limit("9"); 15]), Ok(()));
    assert_eq!(batch(&vec![limit("9"); 16]), size(16));
    let mut other = limit("9");
    other.pair = "ETH/USD".parse().unwrap();
    assert_eq!(batch(&[limit("9"), other]), Err(NotExpressible::SeveralPairs));
    let mut later = limit("9");
    later.deadline = Some(Timestamp::from_nanos(1));
    assert_eq!(batch(&[limit("9"), later]), Err(NotExpressible::SeveralDeadlines));
    let mut kill = limit("9");
    kill.time_in_force = TimeInForce::FillOrKill;
    assert_eq!(batch(&[limit("9"), kill]), Err(NotExpressible::FillOrKill));
}

proptest! {
    #[test]
    fn prices_and_quantities_are_json_numbers_without_exponent(
        units in 1_i64.., lots in 1_i64..,
    ) {
        let mut order = order(OrderKind::Limit { price: Price::from_units(units) });
        order.quantity = OrderQuantity::Base(Quantity::from_units(lots));
        let text = added(&order).unwrap();
        let field = |name: &str| {
            let start = text.find(&format!("\"{name}\":")).unwrap() + name.len() + 3;
            let end = start + text[start..].find(',').unwrap();
            text[start..end].to_owned()
        };
        prop_assert_eq!(field("limit_price").parse::<Price>().unwrap().units(), units);
        prop_assert_eq!(field("order_qty").parse::<Quantity>().unwrap().units(), lots);
    }
}
