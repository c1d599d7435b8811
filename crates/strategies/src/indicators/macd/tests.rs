//! MACD: where its averages begin, and the definition over the whole history.

use proptest::prelude::*;

use super::*;
use crate::samples::{any_prices, price, stored_again, with_byte};

/// An exponential average seeded by the mean of the first values; one value for each after that.
fn averages(values: &[f64], period: usize) -> Vec<f64> {
    let Some((seed, rest)) = values.split_at_checked(period) else { return Vec::new() };
    let n = f64::from(u32::try_from(period).unwrap());
    let mut all = vec![seed.iter().sum::<f64>() / n];
    for value in rest {
        let last = all[all.len() - 1];
        all.push((value - last) * (2.0 / (n + 1.0)) + last);
    }
    all
}

/// The definition.
fn naive(prices: &[Price], [fast, slow, signal]: [usize; 3]) -> Option<MacdLines> {
    let prices: Vec<f64> = prices.iter().map(|price| price.to_f64()).collect();
    let fast = averages(prices.get(slow - fast..)?, fast);
    let slow = averages(&prices, slow);
    let lines: Vec<f64> = fast.iter().zip(&slow).map(|(fast, slow)| fast - slow).collect();
    let signal = *averages(&lines, signal).last()?;
    let line = *lines.last()?;
    Some(MacdLines { line, signal, histogram: line - signal })
}

#[test]
fn both_averages_begin_at_the_same_candle() {
    let mut macd = Macd::new(1, 3, 2).unwrap();
    let mut values = Vec::new();
    for text in ["1", "2", "6", "7"] {
        macd.update(price(text));
        values.push(macd.value());
    }
    // Lines: 6 − 3 and 7 − 5; their mean is 2.5.
    let last = MacdLines { line: 2.0, signal: 2.5, histogram: -0.5 };
    assert_eq!(values, [None, None, None, Some(last)]);
    assert_eq!((macd.periods(), macd.warm_up()), ([1, 3, 2], 4));
    assert_eq!(Macd::new(12, 26, 9).unwrap().warm_up(), 34);
}

#[test]
fn periods_must_fit_together() {
    assert_eq!(Macd::new(0, 26, 9), Err(IndicatorError::PeriodZero));
    assert_eq!(Macd::new(12, 100_001, 9), Err(IndicatorError::PeriodTooLong(100_001)));
    assert_eq!(Macd::new(12, 26, 0), Err(IndicatorError::PeriodZero));
    let error = Macd::new(26, 26, 9).unwrap_err();
    assert_eq!(error, IndicatorError::FastNotBelowSlow { fast: 26, slow: 26 });
}

#[test]
fn nonsense_is_refused() {
    let average = |period, seen| SeededAverage::try_from((period, seen, 0.0)).unwrap();
    let error = |stored: Stored| Macd::try_from(stored).unwrap_err().to_string();
    let below = "the fast period 3 is not below the slow period 2";
    assert_eq!(error((average(3, 0), average(2, 0), average(9, 0))), below);
    let start = "the stored MACD is inconsistent: its ";
    let prices = format!("{start}two averages did not see the same prices");
    assert_eq!(error((average(2, 2), average(4, 3), average(9, 0))), prices);
    let lines = format!("{start}signal did not see the same lines");
    assert_eq!(error((average(2, 2), average(4, 4), average(9, 0))), lines);
    assert_eq!(error((average(2, 1), average(4, 3), average(9, 1))), lines);
}

proptest! {
    #[test]
    fn equals_its_naive_twin(
        prices in any_prices(),
        fast in 1_usize..9,
        more in 1_usize..9,
        signal in 1_usize..9,
    ) {
        let periods = [fast, fast + more, signal];
        let mut macd = Macd::new(fast, fast + more, signal).unwrap();
        for seen in 1..=prices.len() {
            macd = stored_again(&macd);
            macd.update(prices[seen - 1]);
            prop_assert_eq!(macd.value(), naive(&prices[..seen], periods));
            prop_assert_eq!(macd.value().is_some(), macd.warm_up() <= seen);
        }
    }

    #[test]
    fn no_stored_state_makes_it_panic(prices in any_prices(), at: prop::sample::Index, byte: u8) {
        let mut macd = Macd::new(2, 4, 2).unwrap();
        for price in prices.iter().take(7) {
            macd.update(*price);
        }
        if let Some(mut macd) = with_byte(&macd, at, byte) {
            for price in &prices {
                macd.update(*price);
            }
            macd.value();
        }
    }
}
