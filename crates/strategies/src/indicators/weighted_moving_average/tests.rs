//! The weighted average: against the definition over the window.

use proptest::prelude::*;

use super::*;
use crate::samples::{any_prices, price, stored_again, with_byte};

/// The definition.
fn naive(prices: &[Price], period: usize) -> Option<f64> {
    let window = &prices[prices.len().checked_sub(period)?..];
    let weighed = window.iter().zip(1..).map(|(price, weight)| i128::from(price.units()) * weight);
    let weights = (1..).take(period).sum();
    Some(floats::mean(weighed.sum(), weights))
}

#[test]
fn the_newest_counts_most() {
    let mut average = WeightedMovingAverage::new(3).unwrap();
    let mut values = Vec::new();
    for text in ["1", "2", "6", "0"] {
        average.update(price(text));
        values.push(average.value());
    }
    // (1 × 1 + 2 × 2 + 3 × 6) ÷ 6 and (1 × 2 + 2 × 6 + 3 × 0) ÷ 6
    assert_eq!(values, [None, None, Some(23.0 / 6.0), Some(14.0 / 6.0)]);
    assert_eq!((average.period(), average.warm_up()), (3, 3));
}

#[test]
fn periods_have_a_limit() {
    assert_eq!(WeightedMovingAverage::new(0), Err(IndicatorError::PeriodZero));
    let error = WeightedMovingAverage::new(100_001).unwrap_err();
    assert_eq!(error, IndicatorError::PeriodTooLong(100_001));
}

#[test]
fn the_largest_prices_over_the_longest_period_fit() {
    let mut average = WeightedMovingAverage::new(100_000).unwrap();
    for _ in 0..100_010 {
        average.update(Price::MAX);
    }
    assert_eq!(average.value(), Some(Price::MAX.to_f64()));
}

proptest! {
    #[test]
    fn equals_its_naive_twin(prices in any_prices(), period in 1_usize..20) {
        let mut average = WeightedMovingAverage::new(period).unwrap();
        for seen in 1..=prices.len() {
            average = stored_again(&average);
            average.update(prices[seen - 1]);
            prop_assert_eq!(average.value(), naive(&prices[..seen], period));
            prop_assert_eq!(average.value().is_some(), average.warm_up() <= seen);
        }
    }

    #[test]
    fn sums_do_not_drift(prices in any_prices()) {
        let mut average = WeightedMovingAverage::new(5).unwrap();
        for price in &prices {
            average.update(*price);
        }
        prop_assert_eq!(stored_again(&average), average);
    }

    #[test]
    fn no_stored_state_makes_it_panic(prices in any_prices(), at: prop::sample::Index, byte: u8) {
        let mut average = WeightedMovingAverage::new(5).unwrap();
        for price in prices.iter().take(7) {
            average.update(*price);
        }
        if let Some(mut average) = with_byte(&average, at, byte) {
            for price in &prices {
                average.update(*price);
            }
            average.value();
        }
    }
}
