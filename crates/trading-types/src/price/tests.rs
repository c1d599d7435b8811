//! Prices: text in and out, exact products, steps.

use proptest::prelude::*;

use super::*;
use crate::Fraction;

#[track_caller]
fn check(text: &str, expect: Result<&str, &str>) {
    let actual = text.parse::<Price>().map(|it| it.to_string()).map_err(|it| it.to_string());
    assert_eq!(actual, expect.map(str::to_owned).map_err(str::to_owned));
}

#[test]
fn parses_and_prints() {
    check("68123.4", Ok("68123.4"));
    check("0.0000001000", Ok("0.0000001"));
    check("-0.5", Ok("-0.5"));
    check("100", Ok("100"));
    check("00.10", Ok("0.1"));
}

#[test]
fn refuses_rather_than_rounds() {
    check("0.00000000001", Err("`0.00000000001` has more than 10 decimals"));
    check("1e-7", Err("`1e-7` is not a plain decimal number"));
    check("1.", Err("`1.` is not a plain decimal number"));
    check(".5", Err("`.5` is not a plain decimal number"));
    check("", Err("`` is not a plain decimal number"));
    check("+1", Err("`+1` is not a plain decimal number"));
    check("--1", Err("`--1` is not a plain decimal number"));
    check("1 000", Err("`1 000` is not a plain decimal number"));
    check("NaN", Err("`NaN` is not a plain decimal number"));
    check("922337203.7", Err("`922337203.7` is too large"));
    check(&"9".repeat(81), Err(&format!("`{}` is too large", "9".repeat(80))));
}

#[test]
fn product_is_exact() {
    let price: Price = "68123.4000000001".parse().unwrap();
    let quantity: Quantity = "0.00000001".parse().unwrap();
    assert_eq!((price * quantity).to_string(), "0.000681234000000001");
}

#[test]
fn shows_at_least_the_decimals_asked_for() {
    let price: Price = "1.25".parse().unwrap();
    assert_eq!(format!("{price:.5}"), "1.25000");
    assert_eq!(format!("{price:.1}"), "1.25");
    assert_eq!(format!("{price:>8}"), "    1.25");
}

#[test]
fn moves_by_a_fraction_against_whoever_pays() {
    let price: Price = "124.01687".parse().unwrap();
    let slippage = Fraction::from_percent("0.05%").unwrap();
    assert_eq!(price.moved_by(slippage, Rounding::Up).to_string(), "124.078878435");
    assert_eq!(price.moved_by(-slippage, Rounding::Down).to_string(), "123.954861565");
}

proptest! {
    #[test]
    fn what_is_printed_parses_back(units: i64) {
        let price = Price::from_units(units);
        prop_assert_eq!(price.to_string().parse(), Ok(price));
    }

    #[test]
    fn products_are_exact(price: i64, quantity in 1..i64::MAX) {
        let amount = Price::from_units(price) * Quantity::from_units(quantity);
        prop_assert_eq!(amount.units() / i128::from(quantity), i128::from(price));
    }

    #[test]
    fn rounding_to_a_step_brackets_the_price(units in 0_i64..1 << 60, step in 1_i64..1 << 40) {
        let (price, step) = (Price::from_units(units), Price::from_units(step));
        let down = price.round_to(step, Rounding::Down);
        let up = price.round_to(step, Rounding::Up);
        prop_assert!(down <= price && price <= up && up.distance(down) <= step);
        prop_assert!(down.is_multiple_of(step) && up.is_multiple_of(step));
    }
}
