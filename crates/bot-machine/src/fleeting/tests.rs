//! Which orders are waited for, and how long.

use trading_types::{OrderQuantity, Side};

use super::*;

const PATIENCE: Duration = Duration::from_secs(8);

fn order(number: u64, kind: OrderKind, time_in_force: TimeInForce) -> NewOrder {
    let quantity = OrderQuantity::Base("0.1".parse().unwrap());
    let id = ClientOrderId::new(1, number);
    let order = NewOrder::new(id, "BTC/USD".parse().unwrap(), Side::Sell, kind, quantity);
    NewOrder { time_in_force, ..order }
}

#[test]
fn what_cannot_rest_is_looked_at_once_and_what_rests_never() {
    let limit = OrderKind::Limit { price: "100".parse().unwrap() };
    let orders = [
        order(1, limit, TimeInForce::ImmediateOrCancel),
        order(2, limit, TimeInForce::GoodTilCanceled),
        order(3, OrderKind::Market, TimeInForce::GoodTilCanceled),
        order(4, limit, TimeInForce::FillOrKill),
    ];
    let start = Timestamp::from_seconds(1_700_000_000).unwrap();
    let at = |seconds| start + Duration::from_secs(seconds);
    let mut fleeting = Fleeting::default();
    assert_eq!(fleeting.next_timeout(), None);
    for (second, order) in (0..).zip(&orders) {
        fleeting.taken(order, PATIENCE, at(second));
    }
    assert_eq!(fleeting.next_timeout(), Some(at(8)));
    assert_eq!(fleeting.handle_timeout(at(7)), []);
    assert_eq!(fleeting.handle_timeout(at(8)), [orders[0].id]);
    assert_eq!(fleeting.handle_timeout(at(60)), [orders[2].id, orders[3].id]);
    assert_eq!((fleeting.handle_timeout(at(61)).len(), fleeting.next_timeout()), (0, None));
}
