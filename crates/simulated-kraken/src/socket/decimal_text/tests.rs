//! Exponents, and what is beyond them.

use trading_types::Price;

use super::plain;

fn check(number: &str, value: &str) {
    let text = plain(number).unwrap();
    let expected: Price = value.parse().unwrap();
    assert_eq!(text.parse::<Price>(), Ok(expected), "{number} became {text}");
}

#[test]
fn exponents() {
    check("26500", "26500");
    check("26500.10", "26500.1");
    check("6.4e-7", "0.00000064");
    check("5.0e+1", "50");
    check("1E5", "100000");
    check("-12.345e1", "-123.45");
    check("12.345E2", "1234.5");
    check("0e0", "0");
    check("123e-2", "1.23");
    check("123e-5", "0.00123");
}

#[test]
fn absurd_ones_are_refused() {
    assert_eq!(plain("1e41"), None);
    assert_eq!(plain("1e-4000000000"), None);
}
