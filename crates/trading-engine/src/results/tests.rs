//! Kelly's part of the equity.

use super::*;
use crate::test_values::{amount, percent};

fn results(profits: &[&str]) -> Results {
    let mut results = Results::default();
    for profit in profits {
        results.add(amount(profit));
    }
    results
}

#[test]
fn follows_the_formula_up_to_the_cap() {
    // p = 0.6, b = (6 ÷ 3) ÷ (2 ÷ 2) = 2: 0.6 − 0.4 ÷ 2 = 0.4.
    let past = results(&["2", "2", "2", "-1", "-1"]);
    assert_eq!(past.kelly_part(percent("50"), 5), percent("40"));
    assert_eq!(past.kelly_part(percent("25"), 5), percent("25"));
    assert_eq!(past.kelly_part(percent("20"), 6), percent("5"), "too few trades to believe");
}

#[test]
fn a_losing_past_bets_nothing() {
    assert_eq!(results(&["1", "-2", "-2"]).kelly_part(percent("50"), 1), Fraction::ZERO);
    assert_eq!(results(&["-1", "-2"]).kelly_part(percent("50"), 1), Fraction::ZERO);
    assert_eq!(results(&["1", "2"]).kelly_part(percent("50"), 1), percent("50"));
}
