//! The cross: ties, warm-up, settings, and the slow and obvious way.

use proptest::{prop_assert_eq, proptest};

use super::*;
use crate::samples::{EMPTY, any_prices, interrupted, letter, still, wishes};
use trading_types::Price;

#[track_caller]
fn check(fast: usize, slow: usize, closes: &str, expect: &str) {
    assert_eq!(wishes(&mut SmaCross::new(fast, slow).unwrap(), closes), expect);
}

#[test]
fn is_long_while_fast_is_above_slow() {
    check(1, 3, "1 2 3 4 3 2 1 5", "..LLFFFL");
    check(2, 3, "1 1 1 2 2 2 2", "..FLLFF");
}

#[test]
fn a_tie_is_flat() {
    check(1, 2, "5 5 5 5", ".FFF");
    check(2, 4, "68123.4 68123.4 68123.4 68123.4 68123.4", "...FF");
    // (1 + 3) ÷ 2 = (2 + 2 + 1 + 3) ÷ 4
    check(2, 4, "2 2 1 3", "...F");
    // A third cannot be written in binary: sums of thirds would differ in the last digit.
    check(3, 6, "0.1 0.2 0.3 0.3 0.2 0.1", ".....F");
    check(3, 6, "0.1 0.2 0.3 0.3 0.2 0.1000000001", ".....L");
}

#[test]
fn waits_for_the_slow_average() {
    let mut strategy = SmaCross::new(20, 50).unwrap();
    assert_eq!(strategy.warm_up(), 50);
    let rising = (1..=50_i64).map(|units| still(Price::from_units(units)));
    let all: String =
        rising.map(|candle| letter(strategy.handle_candle(&candle, &EMPTY))).collect();
    assert_eq!(all, ".".repeat(49) + "L");
}

#[test]
fn settings_must_fit_together() {
    let error = |fast, slow| SmaCross::new(fast, slow).unwrap_err().to_string();
    let below = "`fast` (50) must be below `slow` (50); lower `fast` or raise `slow`";
    assert_eq!(error(50, 50), below);
    assert_eq!(error(0, 50), "`fast` cannot be 0; give a whole number from 1 to 100000");
    assert_eq!(error(5, 100_001), "`slow` cannot be 100001; give a whole number from 1 to 100000");
}

#[test]
fn a_foreign_state_is_refused_and_changes_nothing() {
    let mut strategy = SmaCross::new(1, 3).unwrap();
    wishes(&mut strategy, "1 2 3");
    let stored = strategy.save();

    let mut other = SmaCross::new(2, 3).unwrap();
    let error = other.restore(&stored).unwrap_err().to_string();
    let text = "the stored state is not one of sma_cross with these settings \
                (it was stored with other settings)";
    assert_eq!(error, text);

    for length in 0..stored.len() {
        assert!(strategy.restore(&stored[..length]).is_err());
    }
    assert!(strategy.restore(&[stored.clone(), vec![0]].concat()).is_err());
    assert_eq!(strategy.save(), stored);
    strategy.restore(&stored).unwrap();
}

/// The rule, from the whole history.
fn naive(closes: &[Price], fast: usize, slow: usize) -> char {
    if closes.len() < slow {
        return '.';
    }
    let sum = |period: usize| -> i128 {
        closes[closes.len() - period..].iter().map(|it| i128::from(it.units())).sum()
    };
    let [fast_weight, slow_weight] = [fast, slow].map(|it| i128::try_from(it).unwrap());
    if sum(slow) * fast_weight < sum(fast) * slow_weight { 'L' } else { 'F' }
}

proptest! {
    #[test]
    fn equals_its_naive_twin(prices in any_prices(), fast in 1_usize..9, more in 1_usize..9) {
        let mut strategy = SmaCross::new(fast, fast + more).unwrap();
        for seen in 1..=prices.len() {
            let wish = strategy.handle_candle(&still(prices[seen - 1]), &EMPTY);
            prop_assert_eq!(letter(wish), naive(&prices[..seen], fast, fast + more));
        }
    }

    #[test]
    fn restored_it_goes_on(prices in any_prices(), cut in 0_usize..40) {
        let candles: Vec<Candle> = prices.into_iter().map(still).collect();
        let build = || -> Box<dyn Strategy> { Box::new(SmaCross::new(3, 7).unwrap()) };
        let (steady, broken) = interrupted(build, &candles, cut);
        prop_assert_eq!(steady, broken);
    }
}
