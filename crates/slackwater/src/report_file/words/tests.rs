//! Numbers as the page writes them.

use super::{change, money, percent, ratio};

#[track_caller]
fn check(text: &str, written: &str) {
    assert_eq!(money(text.parse().unwrap()).replace('\u{202f}', "_"), written);
}

#[test]
fn money_is_to_the_cent() {
    check("0", "0.00");
    check("999.5", "999.50");
    check("1000", "1_000.00");
    check("-1234567.891234", "≈−1_234_567.90");
}

#[test]
fn parts_are_percentages() {
    assert_eq!(percent(-0.3149).replace('\u{202f}', "_"), "−31.5_%");
    let part = change("50".parse().unwrap(), "1000".parse().unwrap());
    assert_eq!(part.replace('\u{202f}', "_"), "+5.0_%");
}

#[test]
fn ratios_have_two_digits() {
    assert_eq!([ratio(Some(-0.456)), ratio(None)], ["−0.46", "none"]);
}
