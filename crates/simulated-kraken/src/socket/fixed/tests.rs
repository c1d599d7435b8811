//! The fast way of writing numbers beside the ordinary one.

use proptest::prelude::*;
use trading_types::{Price, Quantity};

use super::{Decimals, push_whole};

fn decimals(price: u8) -> Decimals {
    Decimals { price, quantity: 8, cost: 5 }
}

fn price(value: &str, places: u8) -> String {
    let mut text = Vec::new();
    decimals(places).push_price(&mut text, value.parse().unwrap());
    String::from_utf8(text).unwrap()
}

#[test]
fn trailing_zeros_stay() {
    assert_eq!(price("66788", 1), "66788.0");
    assert_eq!(price("0.567", 4), "0.5670");
    assert_eq!(price("0.00000064", 10), "0.0000006400");
    assert_eq!(price("12", 0), "12");
    assert_eq!(price("0", 2), "0.00");
    assert_eq!(price("-1.5", 2), "-1.50");
}

#[test]
fn what_the_pair_does_not_have_is_not_cut_off() {
    assert_eq!(price("66788.123", 1), "66788.123");
}

proptest! {
    /// The fast way says what the ordinary way says.
    #[test]
    fn both_ways_agree(units in any::<i64>(), places in 0_u8..=10) {
        let value = Price::from_units(units);
        let mut text = Vec::new();
        decimals(places).push_price(&mut text, value);
        prop_assert_eq!(String::from_utf8(text).unwrap(), decimals(places).price(value));
        let value = Quantity::from_units(units);
        let some = Decimals { quantity: places.min(8), ..decimals(places) };
        let mut text = Vec::new();
        some.push_quantity(&mut text, value);
        prop_assert_eq!(String::from_utf8(text).unwrap(), some.quantity(value));
    }

    #[test]
    fn whole_numbers(number in any::<u64>()) {
        let mut text = Vec::new();
        push_whole(&mut text, number);
        prop_assert_eq!(String::from_utf8(text).unwrap(), number.to_string());
    }
}
