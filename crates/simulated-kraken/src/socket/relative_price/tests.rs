//! Distances, and that no number is too large for them.

use proptest::prelude::*;
use trading_types::{Fraction, Price, TrailingOffset};

use super::PriceType;

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn check(kind: PriceType, value: &str, expected: Option<&str>) {
    let found = kind.price(price(value), Some(price("26500")), price("0.1"));
    assert_eq!(found.ok(), expected.map(price), "{kind:?} {value}");
}

#[test]
fn distances_become_prices() {
    check(PriceType::Static, "26400.05", Some("26400.05"));
    check(PriceType::Quote, "-100.05", Some("26399.9"));
    check(PriceType::Quote, "100", Some("26600"));
    check(PriceType::Percent, "1", Some("26765"));
    check(PriceType::Percent, "-0.001", Some("26499.7"));
    check(PriceType::Percent, "900000000", None);
    assert!(PriceType::Quote.price(price("1"), None, price("0.1")).is_err());
    assert!(PriceType::Quote.price(Price::MAX, Some(price("1")), price("0.1")).is_err());
}

#[test]
fn offsets() {
    let fraction = Fraction::from_percent("2.5").unwrap();
    assert_eq!(PriceType::Percent.offset(price("2.5")), Ok(TrailingOffset::Fraction(fraction)));
    assert_eq!(PriceType::Quote.offset(price("10")), Ok(TrailingOffset::Price(price("10"))));
    assert!(PriceType::Quote.offset(price("-10")).is_err());
    assert!(PriceType::Static.offset(price("10")).is_err());
    assert!(PriceType::Percent.offset(price("0.0000000001")).is_err());
}

proptest! {
    #[test]
    fn no_number_is_too_large(value in any::<i64>(), base in any::<i64>()) {
        for kind in [PriceType::Static, PriceType::Quote, PriceType::Percent] {
            let value = Price::from_units(value / 2);
            let _ = kind.price(value, Some(Price::from_units(base / 2)), price("0.1"));
            let _ = kind.offset(value);
        }
    }
}
