//! Quantities: steps and the way from a balance to an order.

use super::*;

#[test]
fn a_balance_is_floored_to_what_an_order_can_name() {
    let balance: Amount = "0.1234567899".parse().unwrap();
    let quantity = Quantity::floor_from(balance);
    assert_eq!(quantity.to_string(), "0.12345678");
    assert_eq!(quantity.floor_to("0.001".parse().unwrap()).to_string(), "0.123");
    assert_eq!(Amount::from(quantity).to_string(), "0.12345678");
    let huge: Amount = "1000000000000".parse().unwrap();
    assert_eq!(Quantity::floor_from(huge), Quantity::MAX);
}
