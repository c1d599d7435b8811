//! Orders: no lot is counted twice, an error changes nothing.

use std::collections::BTreeSet;

use proptest::prelude::*;
use trading_types::{Amount, Side};

use super::*;
use crate::test_values::{amount, fill, lots, order, price};

fn resting() -> Order {
    let mut order = Order::sent(order(1, Side::Buy, "1"), Role::Entry);
    order.apply(OrderEvent::Accepted).unwrap();
    order
}

#[test]
fn a_replayed_fill_counts_once() {
    let mut order = resting();
    let first = fill(1, 1, Side::Buy, "100", "0.6");
    assert_eq!(order.apply_fill(&first), Ok(Some(Race::Ordinary)));
    assert_eq!(order.apply_fill(&first), Ok(None));
    assert_eq!(order.quantity_open(), Some(lots("0.4")));
}

#[test]
fn the_last_trade_fills_it_and_averages_add_up() {
    let mut order = resting();
    order.apply_fill(&fill(1, 1, Side::Buy, "100", "0.5")).unwrap();
    order.apply_fill(&fill(1, 2, Side::Buy, "102", "0.5")).unwrap();
    assert_eq!(order.state(), OrderState::Filled);
    assert_eq!(order.average_price(), Some(price("101")));
}

#[test]
fn more_than_was_ordered_is_a_contradiction() {
    let mut order = resting();
    order.apply_fill(&fill(1, 1, Side::Buy, "100", "0.6")).unwrap();
    let error = order.apply_fill(&fill(1, 2, Side::Buy, "100", "0.5")).unwrap_err();
    let (traded, open) = (lots("0.5"), lots("0.4"));
    assert_eq!(error, OrderError::Overfilled { order: order.request.id, traded, open });
    assert_eq!(order.quantity_traded(), lots("0.6"));
}

#[test]
fn an_order_in_quote_asset_ends_only_when_the_venue_says_so() {
    let mut request = order(1, Side::Buy, "1");
    request.quantity = OrderQuantity::Quote(amount("100"));
    let mut order = Order::sent(request, Role::Entry);
    order.apply_fill(&fill(1, 1, Side::Buy, "100", "0.9")).unwrap();
    assert_eq!((order.state(), order.quantity_open()), (OrderState::Resting, None));
    assert_eq!(order.cost_open(price("100")), amount("10"));
    order.apply(OrderEvent::Completed).unwrap();
    assert_eq!(order.state(), OrderState::Filled);
}

#[test]
fn an_amendment_never_goes_below_what_has_traded() {
    let mut order = resting();
    order.apply_fill(&fill(1, 1, Side::Buy, "100", "0.6")).unwrap();
    let quantity = Some(lots("0.5"));
    let id = order.request.id;
    order.apply_amendment(&Amendment { order: id, quantity, limit: None, trigger: None });
    assert_eq!(order.quantity_open(), Some(Quantity::ZERO));
}

fn any_event() -> impl Strategy<Value = Result<OrderEvent, (u64, u32)>> {
    use OrderEvent as E;
    let events = [
        E::Accepted,
        E::Rejected,
        E::CancelSent,
        E::CancelRejected,
        E::Completed,
        E::Canceled,
        E::Expired,
        E::LinkLost,
        E::NeverExisted,
    ];
    prop_oneof![
        prop::sample::select(events.to_vec()).prop_map(Ok),
        (0..9_u64, 1..6_u32).prop_map(Err),
    ]
}

proptest! {
    /// Whatever the venue says, in whatever order: nothing panics, an error changes nothing, and
    /// no lot is counted twice.
    #[test]
    fn survives_any_history(events in prop::collection::vec(any_event(), 0..40)) {
        let mut order = Order::sent(order(1, Side::Buy, "1"), Role::Entry);
        let mut counted = BTreeSet::new();
        for event in events {
            let before = order.clone();
            let outcome = match event {
                Ok(event) => order.apply(event).map(Some),
                Err((trade, tenths)) => {
                    let fill = fill(1, trade, Side::Buy, "100", &format!("0.{tenths}"));
                    let outcome = order.apply_fill(&fill);
                    if let Ok(Some(_)) = outcome {
                        prop_assert!(counted.insert(trade));
                    }
                    outcome
                }
            };
            if outcome.is_err() {
                prop_assert_eq!(order.state(), before.state());
                prop_assert_eq!(order.quantity_traded(), before.quantity_traded());
            }
            prop_assert!(before.quantity_traded() <= order.quantity_traded());
            prop_assert!(Amount::from(order.quantity_traded()) <= amount("1"));
        }
    }
}
