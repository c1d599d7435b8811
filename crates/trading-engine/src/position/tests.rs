//! Positions: every unit of cost, proceeds and fee goes to exactly one closed lot.

use proptest::prelude::*;
use trading_types::Side;

use super::*;
use crate::test_values::{amount, btc, fill, lots, price};

fn sell(
    position: &mut Position,
    fill: &Fill,
    reason: ExitReason,
) -> Result<Vec<ClosedLot>, Oversold> {
    let mut closed = Vec::new();
    let sold = position.sell(fill, reason, &mut closed);
    assert!(sold.is_ok() || closed.is_empty());
    sold.map(|()| closed)
}

#[test]
fn first_in_first_out() {
    let mut position = Position::default();
    position.buy(&fill(1, 1, Side::Buy, "100", "1"));
    position.buy(&fill(2, 2, Side::Buy, "110", "1"));
    let closed =
        sell(&mut position, &fill(3, 3, Side::Sell, "120", "1.5"), ExitReason::Signal).unwrap();
    assert_eq!(closed.len(), 2);
    assert_eq!((closed[0].entry_price, closed[0].quantity), (price("100"), amount("1")));
    assert_eq!((closed[1].entry_price, closed[1].quantity), (price("110"), amount("0.5")));
    assert_eq!(closed[0].profit(), amount("20") - amount("0.4") - amount("0.48"));
    assert_eq!(closed[1].profit(), amount("5") - amount("0.22") - amount("0.24"));
    assert_eq!(position.realized(), closed[0].profit() + closed[1].profit());
    assert_eq!((position.quantity(), position.cost()), (amount("0.5"), amount("55")));
    assert_eq!(position.average_price(), Some(price("110")));
    assert_eq!(position.unrealized(price("130")), amount("10") - amount("0.22"));
}

#[test]
fn a_fee_in_base_asset_makes_the_lot_smaller() {
    let mut bought = fill(1, 1, Side::Buy, "100", "1");
    (bought.fee, bought.fee_asset) = (amount("0.0040000001"), btc());
    let mut position = Position::default();
    position.buy(&bought);
    assert_eq!(position.quantity(), amount("0.9959999999"));
    assert_eq!(position.sellable(), lots("0.99599999"));
    let closed =
        sell(&mut position, &fill(2, 2, Side::Sell, "100", "0.99599999"), ExitReason::Stop)
            .unwrap();
    assert_eq!(closed[0].fees, amount("0.3984"));
    assert_eq!(position.quantity(), amount("0.0000000099"));
    assert!(position.sellable().is_zero(), "what is left is dust");
}

#[test]
fn what_is_not_there_cannot_be_sold() {
    let mut position = Position::default();
    position.buy(&fill(1, 1, Side::Buy, "100", "1"));
    let error =
        sell(&mut position, &fill(2, 2, Side::Sell, "100", "1.1"), ExitReason::Kill).unwrap_err();
    assert_eq!(error, Oversold { sold: amount("1.1"), held: amount("1") });
    assert_eq!(position.quantity(), amount("1"), "an error changes nothing");
}

/// Buys and sells of random sizes and prices; a sale is cut to what is held.
fn trades() -> impl Strategy<Value = Vec<(bool, i64, i64, bool)>> {
    prop::collection::vec(
        (any::<bool>(), 1..2_000_000_i64, 1..900_000_000_i64, any::<bool>()),
        1..60,
    )
}

proptest! {
    #[test]
    fn nothing_is_lost_between_lots(trades in trades()) {
        let mut position = Position::default();
        let (mut paid, mut got, mut closed) = (Amount::ZERO, Amount::ZERO, Vec::new());
        for (number, (is_buy, tenths, units, in_base)) in (1_u64..).zip(trades) {
            let wanted = Quantity::from_units(units);
            let quantity = if is_buy { wanted } else { wanted.min(position.sellable()) };
            if quantity.is_zero() {
                continue;
            }
            let side = if is_buy { Side::Buy } else { Side::Sell };
            let at_price = Price::from_units(tenths * 1_000_000_000).to_string();
            let mut fill = fill(number, number, side, &at_price, &quantity.to_string());
            if is_buy {
                if in_base {
                    (fill.fee, fill.fee_asset) = (Amount::from_units(12_345_678_901), btc());
                }
                paid += fill.cost + if in_base { Amount::ZERO } else { fill.fee };
                position.buy(&fill);
            } else {
                got += fill.cost - fill.fee;
                closed.extend(sell(&mut position, &fill, ExitReason::Signal).unwrap());
            }
            let open_fees: Amount = position.lots().map(|lot| lot.fee).sum();
            let open_cost: Amount = position.lots().map(|lot| lot.cost).sum();
            let held: Amount = position.lots().map(|lot| lot.quantity).sum();
            let profit: Amount = closed.iter().map(ClosedLot::profit).sum();
            prop_assert_eq!(held, position.quantity());
            prop_assert_eq!(open_cost, position.cost());
            prop_assert_eq!(profit, position.realized());
            prop_assert_eq!(got - paid, position.realized() - open_cost - open_fees);
        }
    }
}
