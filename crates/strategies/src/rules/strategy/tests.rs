//! Rules candle by candle.

use super::*;
use crate::samples::{price, wishes};

fn set(toml: &str) -> RuleSet {
    RuleSet::from_toml(toml).unwrap_or_else(|error| panic!("{error}"))
}

fn hourly() -> Interval {
    Interval::from_minutes(60).unwrap()
}

fn strategy(toml: &str) -> RuleStrategy {
    RuleStrategy::new(set(toml), hourly(), price("0.01")).unwrap_or_else(|it| panic!("{it}"))
}

#[track_caller]
fn check(toml: &str, closes: &str, expected: &str) {
    assert_eq!(wishes(&mut strategy(toml), closes), expected, "{toml}");
}

#[test]
fn a_cross_holds_while_it_is_above() {
    check("enter = \"sma(close, 2) > sma(close, 3)\"", "1 2 3 4 3 2 1 1 1", "..LLLFFFF");
    check("enter = \"cross_above(close, 10)\"\nexit = \"close < 5\"", "9 11 12 9 4 11", ".LkkFL");
}
