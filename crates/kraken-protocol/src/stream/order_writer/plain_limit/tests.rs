//! Tests of the short way against the long one.

use proptest::prelude::*;

use super::*;
use crate::stream::order_writer::push_order;

proptest! {
    #[test]
    fn it_writes_what_the_writer_of_every_kind_writes(
        price in 1_i64.., quantity in 1_i64.., sequence: u64, is_buy: bool,
    ) {
        let order = NewOrder::new(
            ClientOrderId::new(7, sequence),
            "BTC/USD".parse().unwrap(),
            if is_buy { Side::Buy } else { Side::Sell },
            OrderKind::Limit { price: Price::from_units(price) },
            OrderQuantity::Base(Quantity::from_units(quantity)),
        );
        let (mut short, mut long) = (String::new(), String::new());
        PlainLimit::of(&order).expect("nothing is set").push(&mut short);
        long.push_str(r#"{"method":"add_order","params":{"#);
        push_order(&mut long, &order);
        prop_assert_eq!(short, long);
    }
}

#[test]
fn whatever_is_set_takes_the_long_way() {
    let price: Price = "9".parse().unwrap();
    let plain = NewOrder::new(
        ClientOrderId::new(0, 1),
        "BTC/USD".parse().unwrap(),
        Side::Buy,
        OrderKind::Limit { price },
        OrderQuantity::Base("1".parse().unwrap()),
    );
    assert!(PlainLimit::of(&plain).is_some());
    let changed = |change: fn(&mut NewOrder)| {
        let mut order = plain.clone();
        change(&mut order);
        PlainLimit::of(&order).is_none()
    };
    assert!(changed(|it| it.post_only = true));
    assert!(changed(|it| it.kind = OrderKind::Market));
    assert!(changed(|it| it.kind = OrderKind::Limit { price: Price::ZERO }));
    assert!(changed(|it| it.quantity = OrderQuantity::Base(Quantity::ZERO)));
    assert!(changed(|it| it.quantity = OrderQuantity::Quote("1".parse().unwrap())));
    assert!(changed(|it| it.time_in_force = TimeInForce::ImmediateOrCancel));
    assert!(changed(|it| it.fee_currency = FeeCurrency::Base));
    assert!(changed(|it| it.self_trade = SelfTradePrevention::CancelBoth));
    assert!(changed(|it| it.start = Some(trading_types::Timestamp::EPOCH)));
    assert!(changed(|it| {
        it.close = Some(trading_types::ConditionalClose { kind: OrderKind::Market });
    }));
}
