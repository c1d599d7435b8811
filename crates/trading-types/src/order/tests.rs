//! Orders: flags that cannot stand together, and both encodings.

use super::*;

fn limit(price: &str) -> NewOrder {
    NewOrder::new(
        ClientOrderId::new(1, 1),
        "BTC/USD".parse().unwrap(),
        Side::Buy,
        OrderKind::Limit { price: price.parse().unwrap() },
        OrderQuantity::Base("15".parse().unwrap()),
    )
}

#[track_caller]
fn check(change: impl FnOnce(&mut NewOrder), expect: Result<(), OrderContradiction>) {
    let mut order = limit("100");
    change(&mut order);
    assert_eq!(order.check_flags(), expect);
}

#[test]
fn contradictions_have_names() {
    use OrderContradiction as C;
    let iceberg = |displayed: &str| OrderKind::Iceberg {
        price: "100".parse().unwrap(),
        displayed: displayed.parse().unwrap(),
    };
    check(|_| (), Ok(()));
    check(|it| it.post_only = true, Ok(()));
    check(|it| (it.post_only, it.kind) = (true, OrderKind::Market), Err(C::PostOnlyWithoutLimit));
    check(
        |it| (it.post_only, it.time_in_force) = (true, TimeInForce::ImmediateOrCancel),
        Err(C::PostOnlyImmediate),
    );
    check(|it| it.quantity = OrderQuantity::Quote(Amount::ZERO), Err(C::QuoteQuantity));
    check(
        |it| {
            it.kind = OrderKind::Market;
            it.time_in_force = TimeInForce::GoodTilDate(Timestamp::EPOCH);
        },
        Err(C::MarketWithEndDate),
    );
    check(|it| it.kind = iceberg("1"), Ok(()));
    check(|it| it.kind = iceberg("0.99"), Err(C::IcebergDisplay));
    check(|it| it.kind = iceberg("16"), Err(C::IcebergDisplay));
}

#[test]
fn json_has_plain_decimals_and_bytes_come_back() {
    let order = limit("68123.4");
    let json = serde_json::to_string(&order).unwrap();
    assert!(json.contains(r#""price":"68123.4""#), "{json}");
    assert_eq!(serde_json::from_str::<NewOrder>(&json).unwrap(), order);
    let bytes = postcard::to_allocvec(&order).unwrap();
    assert_eq!(postcard::from_bytes::<NewOrder>(&bytes).unwrap(), order);
}
