//! The breakout: the breaking candle does not count, ties do not break, and the slow way.

use proptest::{prop_assert_eq, proptest};

use super::*;
use crate::samples::{EMPTY, any_candles, bar, interrupted, letter, price, wishes};

#[track_caller]
fn check(entry: usize, exit: usize, closes: &str, expect: &str) {
    assert_eq!(wishes(&mut Donchian::new(entry, exit).unwrap(), closes), expect);
}

#[test]
fn breaks_out_of_the_candles_before() {
    check(3, 2, "1 2 3 4 5", "...LL");
    check(3, 2, "5 4 3 2 1", "...FF");
    check(2, 1, "5 5 6 5 6 7 6", "..LF.LF");
}

#[test]
fn a_tie_does_not_break_out() {
    check(2, 2, "5 5 5 5", "....");
    check(2, 2, "4 6 6 6 4", "....F");
    check(2, 2, "4 6 5 6 5", ".....");
}

#[test]
fn highs_and_lows_count_and_not_only_closes() {
    let mut strategy = Donchian::new(2, 2).unwrap();
    let mut see = |high: &str, low: &str, close: &str| {
        letter(strategy.handle_candle(&bar(price(high), price(low), price(close)), &EMPTY))
    };
    assert_eq!((see("9", "2", "5"), see("7", "3", "5")), ('.', '.'));
    // Not above the high of 9, although it is above both closes and has a higher high itself.
    assert_eq!(see("10", "5", "9"), '.');
    assert_eq!(see("11", "5", "10.5"), 'L');
    // Not below the low of 5, although it is below all closes.
    assert_eq!(see("6", "4", "5"), '.');
    assert_eq!(see("6", "3", "3.9"), 'F');
}

#[test]
fn waits_for_both_channels_and_one_candle_more() {
    assert_eq!(Donchian::new(20, 10).unwrap().warm_up(), 21);
    assert_eq!(Donchian::new(10, 20).unwrap().warm_up(), 21);
    check(1, 3, "1 2 3 4", "...L");
    check(3, 1, "4 3 2 1", "...F");
}

#[test]
fn settings_have_limits() {
    let error = |entry, exit| Donchian::new(entry, exit).unwrap_err().to_string();
    assert_eq!(error(0, 10), "`entry` cannot be 0; give a whole number from 1 to 100000");
    assert_eq!(error(20, 100_001), "`exit` cannot be 100001; give a whole number from 1 to 100000");
}

#[test]
fn a_foreign_state_is_refused_and_changes_nothing() {
    let mut strategy = Donchian::new(2, 3).unwrap();
    wishes(&mut strategy, "1 2 3");
    let stored = strategy.save();
    assert!(Donchian::new(3, 3).unwrap().restore(&stored).is_err());
    // The right header in front of channels of another length.
    let short = DonchianChannel::new(2).unwrap();
    let forged = state::save(&strategy, &(&short, &short));
    let error = strategy.restore(&forged).unwrap_err();
    assert_eq!(error.reason, "an indicator in it has another period");
    assert_eq!(strategy.save(), stored);
}

/// The rule, from the whole history.
fn naive(candles: &[Candle], entry: usize, exit: usize) -> char {
    let (last, before) = candles.split_last().unwrap();
    if before.len() < entry.max(exit) {
        return '.';
    }
    let window = |period: usize| &before[before.len() - period..];
    if window(entry).iter().all(|candle| candle.high < last.close) {
        'L'
    } else if window(exit).iter().all(|candle| last.close < candle.low) {
        'F'
    } else {
        '.'
    }
}

proptest! {
    #[test]
    fn equals_its_naive_twin(candles in any_candles(), entry in 1_usize..9, exit in 1_usize..9) {
        let mut strategy = Donchian::new(entry, exit).unwrap();
        for seen in 1..=candles.len() {
            let wish = strategy.handle_candle(&candles[seen - 1], &EMPTY);
            prop_assert_eq!(letter(wish), naive(&candles[..seen], entry, exit));
        }
    }

    #[test]
    fn restored_it_goes_on(candles in any_candles(), cut in 0_usize..40) {
        let build = || -> Box<dyn Strategy> { Box::new(Donchian::new(4, 3).unwrap()) };
        let (steady, broken) = interrupted(build, &candles, cut);
        prop_assert_eq!(steady, broken);
    }
}
