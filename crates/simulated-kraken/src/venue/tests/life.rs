//! What becomes of an order.

use ExecutionKind as Kind;

use super::*;

#[test]
fn a_market_order_takes_and_is_filled() {
    let mut venue = venue();
    let txid = venue.place(ALICE, &order(Side::Buy, OrderKind::Market, "1.5"), at(1)).unwrap();
    let record = venue.order(&txid.unwrap()).unwrap().clone();
    assert_eq!(record.state, OrderState::Closed);
    assert_eq!(record.trades.len(), 2, "a level has one bitcoin");
    assert_eq!(
        kinds(&mut venue),
        [Kind::PendingNew, Kind::New, Kind::Trade, Kind::Trade, Kind::Filled]
    );
}

#[test]
fn a_resting_order_is_canceled_by_its_name() {
    let mut venue = venue();
    let mut request = limit(Side::Buy, "49000", "0.1");
    request.client_id = Some("one".to_owned());
    let txid = venue.place(ALICE, &request, at(1)).unwrap().unwrap();
    assert_eq!(venue.open_orders(ALICE).count(), 1);
    assert_eq!(venue.cancel(ALICE, &fixture::named("one"), at(2)), Ok(1));
    let record = venue.order(&txid).unwrap();
    assert_eq!(
        (record.state, record.reason.as_deref()),
        (OrderState::Canceled, Some("User requested"))
    );
    assert_eq!(kinds(&mut venue), [Kind::PendingNew, Kind::New, Kind::Canceled]);
}
