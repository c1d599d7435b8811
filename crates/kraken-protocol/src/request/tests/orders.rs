//! Every kind of order and every flag, as text.

use trading_types::{
    Amount, ConditionalClose, FeeCurrency, NewOrder, OrderKind, OrderQuantity, SelfTradePrevention,
    Side, TimeInForce, TrailingOffset, Trigger, TriggerSource,
};

use super::*;

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn base(text: &str) -> OrderQuantity {
    OrderQuantity::Base(text.parse().unwrap())
}

fn trigger(text: &str) -> Trigger {
    Trigger { price: price(text), source: TriggerSource::Last }
}

fn order(side: Side, kind: OrderKind) -> NewOrder {
    NewOrder::new(id(), pair("BTC/USD"), side, kind, base("1.25"))
}

fn limit(side: Side) -> NewOrder {
    order(side, OrderKind::Limit { price: price("37500") })
}

#[track_caller]
fn check(order: &NewOrder, expect: &str) {
    let request = Request::add_order(order, name("BTC/USD")).unwrap();
    check_body(&request, &expect.replace("ID", ID));
}

#[track_caller]
fn check_kind(side: Side, kind: OrderKind, expect: &str) {
    let side_text = side.to_string();
    check(&order(side, kind), &format!("pair=XBTUSD&type={side_text}&{expect}&cl_ord_id=ID"));
}

#[test]
fn kinds() {
    let limit = price("37500.1");
    check_kind(Side::Buy, OrderKind::Market, "ordertype=market&volume=1.25&oflags=fciq");
    check_kind(
        Side::Buy,
        OrderKind::Limit { price: limit },
        "ordertype=limit&volume=1.25&price=37500.1&oflags=fciq",
    );
    let displayed = "0.125".parse().unwrap();
    check_kind(
        Side::Buy,
        OrderKind::Iceberg { price: limit, displayed },
        "ordertype=iceberg&volume=1.25&price=37500.1&displayvol=0.125&oflags=fciq",
    );
    check_kind(
        Side::Sell,
        OrderKind::StopLoss { trigger: trigger("36000") },
        "ordertype=stop-loss&volume=1.25&price=36000&trigger=last&oflags=fciq",
    );
    let stop = OrderKind::StopLossLimit { trigger: trigger("36000"), price: price("35900") };
    check_kind(
        Side::Sell,
        stop,
        "ordertype=stop-loss-limit&volume=1.25&price=36000&price2=35900&trigger=last&oflags=fciq",
    );
    let index = Trigger { source: TriggerSource::Index, ..trigger("40000") };
    check_kind(
        Side::Sell,
        OrderKind::TakeProfit { trigger: index },
        "ordertype=take-profit&volume=1.25&price=40000&trigger=index&oflags=fciq",
    );
    let target = OrderKind::TakeProfitLimit { trigger: index, price: price("39999.9") };
    check_kind(
        Side::Sell,
        target,
        "ordertype=take-profit-limit&volume=1.25&price=40000&price2=39999.9&trigger=index\
         &oflags=fciq",
    );
}

#[test]
fn trailing_orders_carry_their_signs() {
    let source = TriggerSource::Last;
    let offset = TrailingOffset::Price(price("100"));
    check_kind(
        Side::Sell,
        OrderKind::TrailingStop { offset, source },
        "ordertype=trailing-stop&volume=1.25&price=%2B100&trigger=last&oflags=fciq",
    );
    let part = TrailingOffset::Fraction("0.015".parse().unwrap());
    check_kind(
        Side::Buy,
        OrderKind::TrailingStop { offset: part, source },
        "ordertype=trailing-stop&volume=1.25&price=%2B1.5%25&trigger=last&oflags=fciq",
    );
    // A worse price is a lower one for a seller and a higher one for a buyer.
    let worse = |side, text: &str, expect: &str| {
        let kind = OrderKind::TrailingStopLimit { offset, source, limit_offset: price(text) };
        let expect = format!(
            "ordertype=trailing-stop-limit&volume=1.25&price=%2B100&price2={expect}&trigger=last\
             &oflags=fciq"
        );
        check_kind(side, kind, &expect);
    };
    worse(Side::Sell, "-5", "-5");
    worse(Side::Buy, "-5", "%2B5");
    worse(Side::Sell, "5", "%2B5");
    worse(Side::Buy, "5", "-5");
    worse(Side::Sell, "0", "%2B0");
}

#[test]
fn flags() {
    let with = |change: fn(&mut NewOrder), expect: &str| {
        let mut order = limit(Side::Sell);
        change(&mut order);
        let head = "pair=XBTUSD&type=sell&ordertype=limit&volume=1.25&price=37500";
        check(&order, &format!("{head}&{expect}"));
    };
    with(|order| order.post_only = true, "oflags=fciq%2Cpost&cl_ord_id=ID");
    with(|order| order.fee_currency = FeeCurrency::Base, "oflags=fcib&cl_ord_id=ID");
    with(
        |order| order.self_trade = SelfTradePrevention::CancelOldest,
        "oflags=fciq&stptype=cancel-oldest&cl_ord_id=ID",
    );
    with(
        |order| order.self_trade = SelfTradePrevention::CancelBoth,
        "oflags=fciq&stptype=cancel-both&cl_ord_id=ID",
    );
    with(
        |order| order.time_in_force = TimeInForce::ImmediateOrCancel,
        "oflags=fciq&timeinforce=IOC&cl_ord_id=ID",
    );
    with(
        |order| order.time_in_force = TimeInForce::FillOrKill,
        "oflags=fciq&timeinforce=FOK&cl_ord_id=ID",
    );
    with(
        |order| order.time_in_force = TimeInForce::GoodTilDate(at("2024-05-24T04:02:28.9Z")),
        "oflags=fciq&timeinforce=GTD&expiretm=1716523348&cl_ord_id=ID",
    );
    with(
        |order| order.start = Some(at("2024-05-24T04:02:28Z")),
        "oflags=fciq&starttm=1716523348&cl_ord_id=ID",
    );
    with(
        |order| order.deadline = Some(at("2026-11-21T12:00:05.250Z")),
        "oflags=fciq&cl_ord_id=ID&deadline=2026-11-21T12%3A00%3A05.250Z",
    );
}

#[test]
fn a_market_buy_may_be_sized_in_quote_currency() {
    let mut order = order(Side::Buy, OrderKind::Market);
    order.quantity = OrderQuantity::Quote("100.5".parse().unwrap());
    check(
        &order,
        "pair=XBTUSD&type=buy&ordertype=market&volume=100.5&oflags=fciq%2Cviqc&cl_ord_id=ID",
    );
    order.quantity = OrderQuantity::Quote(Amount::ZERO);
    let refused = Request::add_order(&order, name("BTC/USD"));
    assert_eq!(refused, Err(RequestError::NotPositive("quantity")));
}

#[test]
fn very_small_numbers_have_no_exponent() {
    let mut order = limit(Side::Buy);
    order.kind = OrderKind::Limit { price: Price::from_units(1) };
    order.quantity = OrderQuantity::Base(Quantity::from_units(1));
    check(
        &order,
        "pair=XBTUSD&type=buy&ordertype=limit&volume=0.00000001&price=0.0000000001&oflags=fciq\
         &cl_ord_id=ID",
    );
}

fn with_close(kind: OrderKind) -> NewOrder {
    NewOrder { close: Some(ConditionalClose { kind }), ..limit(Side::Buy) }
}

#[test]
fn a_conditional_close_needs_an_order_without_our_name() {
    let kind = OrderKind::StopLossLimit { trigger: trigger("36000"), price: price("35900") };
    let order = with_close(kind);
    let named = Request::add_order(&order, name("BTC/USD"));
    assert_eq!(named, Err(RequestError::ClientIdWithClose));
    let nameless = Request::add_nameless_order(&order, name("BTC/USD")).unwrap();
    check_body(
        &nameless,
        "pair=XBTUSD&type=buy&ordertype=limit&volume=1.25&price=37500&trigger=last&oflags=fciq\
         &close%5Bordertype%5D=stop-loss-limit&close%5Bprice%5D=36000&close%5Bprice2%5D=35900",
    );
}

#[test]
fn a_close_watches_the_price_that_its_order_watches() {
    let index = Trigger { source: TriggerSource::Index, ..trigger("36000") };
    let order = NewOrder {
        kind: OrderKind::StopLoss { trigger: trigger("38000") },
        ..with_close(OrderKind::StopLoss { trigger: index })
    };
    let refused = Request::add_nameless_order(&order, name("BTC/USD"));
    assert_eq!(refused, Err(RequestError::TwoTriggerSources));
}

#[test]
fn an_order_that_is_only_to_be_checked() {
    let request = Request::add_order(&limit(Side::Buy), name("BTC/USD")).unwrap().check_only();
    assert!(request.asked().is_check_only);
    check_body(&request, &{
        "pair=XBTUSD&type=buy&ordertype=limit&volume=1.25&price=37500&oflags=fciq&cl_ord_id=ID\
         &validate=true"
            .replace("ID", ID)
    });
}

#[track_caller]
fn check_refused(order: &NewOrder, expect: &RequestError) {
    assert_eq!(Request::add_order(order, name("BTC/USD")).as_ref(), Err(expect));
}

#[test]
fn orders_that_cannot_be() {
    let zero = OrderKind::Limit { price: Price::ZERO };
    check_refused(&order(Side::Buy, zero), &RequestError::NotPositive("limit price"));
    let zero = OrderKind::StopLoss { trigger: trigger("0") };
    check_refused(&order(Side::Buy, zero), &RequestError::NotPositive("trigger price"));
    let offset = TrailingOffset::Price(price("-1"));
    let zero = OrderKind::TrailingStop { offset, source: TriggerSource::Last };
    check_refused(&order(Side::Buy, zero), &RequestError::NotPositive("trailing offset"));
    let nothing = NewOrder { quantity: base("0"), ..limit(Side::Buy) };
    check_refused(&nothing, &RequestError::NotPositive("quantity"));
    let contradiction = NewOrder { post_only: true, ..order(Side::Buy, OrderKind::Market) };
    check_refused(&contradiction, &OrderContradiction::PostOnlyWithoutLimit.into());
    let other = NewOrder { pair: pair("ETH/USD"), ..limit(Side::Buy) };
    let (order, named) = (pair("ETH/USD"), pair("BTC/USD"));
    check_refused(&other, &RequestError::OtherPair { order, named });
}

#[test]
fn batches() {
    let deadline = Some(at("2026-11-21T12:00:05Z"));
    let first = NewOrder { deadline, post_only: true, ..limit(Side::Buy) };
    let later = Some(at("2026-11-21T12:00:06Z"));
    let second = NewOrder { deadline: later, ..order(Side::Sell, OrderKind::Market) };
    let request = Request::add_order_batch(&[first.clone(), second], name("BTC/USD")).unwrap();
    let expect = r#""pair":"XBTUSD","orders":[
        {"type":"buy","ordertype":"limit","volume":"1.25","price":"37500","oflags":"fciq,post",
        "cl_ord_id":"ID"},
        {"type":"sell","ordertype":"market","volume":"1.25","oflags":"fciq","cl_ord_id":"ID"}],
        "deadline":"2026-11-21T12:00:05.000Z""#;
    check_json(&request, &expect.replace("ID", ID));
    assert_eq!(request.pair(), Some(pair("BTC/USD")));
    let checked = request.check_only().body(NONCE).text;
    assert!(checked.ends_with(r#","validate":true}"#), "{checked}");

    let batch = |orders: &[NewOrder]| Request::add_order_batch(orders, name("BTC/USD"));
    let count = |count| RequestError::Count { what: "orders", count, min: 2, max: 15 };
    assert_eq!(batch(std::slice::from_ref(&first)), Err(count(1)));
    assert_eq!(batch(&vec![first.clone(); 16]), Err(count(16)));
    assert!(batch(&vec![first.clone(); 15]).is_ok());
    let other = NewOrder { pair: pair("ETH/USD"), ..first.clone() };
    let (order, named) = (pair("ETH/USD"), pair("BTC/USD"));
    assert_eq!(batch(&[first.clone(), other]), Err(RequestError::OtherPair { order, named }));
    let close = with_close(OrderKind::StopLoss { trigger: trigger("36000") });
    assert_eq!(batch(&[first, close]), Err(RequestError::ClientIdWithClose));
}
