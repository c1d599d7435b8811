//! Reversion by Bollinger bands: ties, a market without movement, and settings.

use proptest::{prop_assert_eq, proptest};

use super::*;
use crate::samples::{EMPTY, any_candles, interrupted, letter, wishes};

fn strategy(period: usize, deviations: &str) -> Result<Bollinger, BuildError> {
    Bollinger::new(period, deviations.parse().unwrap())
}

#[track_caller]
fn check(deviations: &str, closes: &str, expect: &str) {
    assert_eq!(wishes(&mut strategy(4, deviations).unwrap(), closes), expect);
}

#[test]
fn buys_below_the_band_and_sells_above_the_middle() {
    // Of 5 5 5 1 the mean is 4 and the deviation √3: the close is √3 deviations below.
    check("1.7", "5 5 5 1", "...L");
    check("1.8", "5 5 5 1", "....");
    check("1.7", "5 5 5 1 2 2 3", "...L..F");
}

#[test]
fn a_tie_does_nothing() {
    // Of 3 3 1 1 the mean is 2 and the deviation 1: the close is exactly one deviation below.
    check("1", "3 3 1 1", "....");
    check("0.99999999", "3 3 1 1", "...L");
    check("2", "1 3 2 2", "....");
    check("2", "1 3 2 2.0000000001", "...F");
}

#[test]
fn a_market_that_does_not_move_does_nothing() {
    check("2", "0.1 0.1 0.1 0.1 0.1", ".....");
    check("0.00000001", "922337203.6854775807 922337203.6854775807 922337203.6854775807", "...");
}

#[test]
fn waits_for_the_bands() {
    assert_eq!(strategy(20, "2").unwrap().warm_up(), 20);
}

#[test]
fn settings_have_limits() {
    let error = |period, deviations| strategy(period, deviations).unwrap_err().to_string();
    assert_eq!(error(0, "2"), "`period` cannot be 0; give a whole number from 1 to 100000");
    let number = "give a number from 0.00000001 to 100 with at most 8 decimals";
    assert_eq!(error(20, "0"), format!("`deviations` cannot be 0; {number}"));
    assert_eq!(error(20, "101"), format!("`deviations` cannot be 101; {number}"));
}

#[test]
fn a_foreign_state_is_refused_and_changes_nothing() {
    let mut mine = strategy(4, "2").unwrap();
    wishes(&mut mine, "1 2 3");
    let stored = mine.save();
    assert!(strategy(4, "2.1").unwrap().restore(&stored).is_err());
    let other = BollingerBands::new(4, "2.1".parse().unwrap()).unwrap();
    let forged = state::save(&mine, &other);
    assert!(mine.restore(&forged).is_err());
    assert_eq!(mine.save(), stored);
}

/// The rule for two deviations, squared so that no root is needed: exact, but only for moves as
/// small as those drawn here. Shifted down to the lowest price, so that the squares fit.
fn naive(candles: &[Candle], period: usize) -> char {
    let Some(start) = candles.len().checked_sub(period) else { return '.' };
    let closes = || candles[start..].iter().map(|candle| candle.close.units());
    let least = closes().min().unwrap();
    let moved = || closes().map(|units| i128::from(units - least));
    let n = i128::try_from(period).unwrap();
    let (sum, newest): (i128, i128) = (moved().sum(), moved().next_back().unwrap());
    let squares: i128 = moved().map(|units| units * units).sum();
    let below = sum - n * newest;
    if 0 < below && 4 * (n * squares - sum * sum) < below * below {
        'L'
    } else if below < 0 {
        'F'
    } else {
        '.'
    }
}

proptest! {
    #[test]
    fn equals_its_naive_twin(candles in any_candles(), period in 1_usize..20) {
        let mut strategy = strategy(period, "2").unwrap();
        for seen in 1..=candles.len() {
            let wish = strategy.handle_candle(&candles[seen - 1], &EMPTY);
            prop_assert_eq!(letter(wish), naive(&candles[..seen], period));
        }
    }

    #[test]
    fn restored_it_goes_on(candles in any_candles(), cut in 0_usize..40) {
        let build = || -> Box<dyn Strategy> { Box::new(strategy(4, "1.2").unwrap()) };
        let (steady, broken) = interrupted(build, &candles, cut);
        prop_assert_eq!(steady, broken);
    }
}
