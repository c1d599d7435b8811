//! Reversion by relative strength: bounds, a market without movement, and settings.

use proptest::{prop_assert_eq, proptest};

use super::*;
use crate::samples::{EMPTY, any_candles, interrupted, letter, wishes};

fn strategy(period: usize, low: &str, high: &str) -> Result<RsiReversion, BuildError> {
    RsiReversion::new(period, low.parse().unwrap(), high.parse().unwrap())
}

#[track_caller]
fn check(low: &str, high: &str, closes: &str, expect: &str) {
    assert_eq!(wishes(&mut strategy(2, low, high).unwrap(), closes), expect);
}

#[test]
fn buys_low_and_sells_high() {
    // The index: 50, 75, 37.5, 18.75, 59.375.
    check("30", "70", "5 7 5 7 5 3 5", "...F.L.");
    check("30", "70", "9 8 7 6", "..LL");
    check("30", "70", "6 7 8 9", "..FF");
}

#[test]
fn a_tie_does_nothing() {
    check("50", "75", "5 7 5 7", "....");
    check("50.00000001", "75", "5 7 5 7", "..L.");
    check("50", "74.99999999", "5 7 5 7", "...F");
    check("0", "100", "3 2 1 2 3 4", "......");
}

#[test]
fn a_market_that_does_not_move_does_nothing() {
    check("30", "70", "5 5 5 5", "....");
    check("30", "70", "5 5 5 4", "...L");
}

#[test]
fn waits_for_the_index() {
    assert_eq!(strategy(14, "30", "70").unwrap().warm_up(), 15);
}

#[test]
fn settings_must_fit_together() {
    let error = |period, low, high| strategy(period, low, high).unwrap_err().to_string();
    assert_eq!(error(0, "30", "70"), "`period` cannot be 0; give a whole number from 1 to 100000");
    let number = "give a number from 0 to 100 with at most 8 decimals";
    assert_eq!(error(14, "-0.1", "70"), format!("`low` cannot be -0.1; {number}"));
    assert_eq!(error(14, "30", "100.1"), format!("`high` cannot be 100.1; {number}"));
    let rule = "`low` (70.5) must be at most `high` (70); lower `low` or raise `high`";
    assert_eq!(error(14, "70.5", "70"), rule);
    assert!(strategy(14, "50", "50").is_ok());
}

#[test]
fn a_foreign_state_is_refused_and_changes_nothing() {
    let mut mine = strategy(2, "30", "70").unwrap();
    wishes(&mut mine, "1 2 3");
    let stored = mine.save();
    assert!(strategy(2, "31", "70").unwrap().restore(&stored).is_err());
    let forged = state::save(&mine, &RelativeStrengthIndex::new(3).unwrap());
    let error = mine.restore(&forged).unwrap_err();
    assert_eq!(error.reason, "an indicator in it has another period");
    assert_eq!(mine.save(), stored);
}

/// The rule, from the whole history.
fn naive(candles: &[Candle], period: usize) -> char {
    let mut index = RelativeStrengthIndex::new(period).unwrap();
    for candle in candles {
        index.update(candle.close);
    }
    let is_flat = candles.windows(2).all(|pair| pair[0].close == pair[1].close);
    match index.value() {
        Some(index) if !is_flat && index < 30.0 => 'L',
        Some(index) if 70.0 < index => 'F',
        Some(_) | None => '.',
    }
}

proptest! {
    #[test]
    fn equals_its_naive_twin(candles in any_candles(), period in 2_usize..9) {
        let mut strategy = strategy(period, "30", "70").unwrap();
        for seen in 1..=candles.len() {
            let wish = strategy.handle_candle(&candles[seen - 1], &EMPTY);
            prop_assert_eq!(letter(wish), naive(&candles[..seen], period));
        }
    }

    #[test]
    fn restored_it_goes_on(candles in any_candles(), cut in 0_usize..40) {
        let build = || -> Box<dyn Strategy> { Box::new(strategy(4, "40", "60").unwrap()) };
        let (steady, broken) = interrupted(build, &candles, cut);
        prop_assert_eq!(steady, broken);
    }
}
