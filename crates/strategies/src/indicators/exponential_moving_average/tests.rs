//! The exponential average: against the definition over the whole history.

#![expect(clippy::float_arithmetic, reason = "an indicator is an opinion, not money")]

use proptest::prelude::*;

use super::*;
use crate::samples::{any_prices, price, stored_again, with_byte};

/// The definition.
fn naive(prices: &[Price], period: usize) -> Option<f64> {
    let (seed, rest) = prices.split_at_checked(period)?;
    let n = f64::from(u32::try_from(period).unwrap());
    let mean = seed.iter().map(|price| price.to_f64()).sum::<f64>() / n;
    let weight = 2.0 / (n + 1.0);
    Some(rest.iter().fold(mean, |mean, price| (price.to_f64() - mean) * weight + mean))
}

#[test]
fn begins_as_the_mean() {
    let mut average = ExponentialMovingAverage::new(3).unwrap();
    let mut values = Vec::new();
    for text in ["1", "2", "6", "7", "5"] {
        average.update(price(text));
        values.push(average.value());
    }
    assert_eq!(values, [None, None, Some(3.0), Some(5.0), Some(5.0)]);
    assert_eq!((average.period(), average.warm_up()), (3, 3));
}

#[test]
fn periods_have_a_limit() {
    assert_eq!(ExponentialMovingAverage::new(0), Err(IndicatorError::PeriodZero));
    let error = ExponentialMovingAverage::new(100_001).unwrap_err();
    assert_eq!(error, IndicatorError::PeriodTooLong(100_001));
}

proptest! {
    #[test]
    fn equals_its_naive_twin(prices in any_prices(), period in 1_usize..20) {
        let mut average = ExponentialMovingAverage::new(period).unwrap();
        for seen in 1..=prices.len() {
            average = stored_again(&average);
            average.update(prices[seen - 1]);
            prop_assert_eq!(average.value(), naive(&prices[..seen], period));
            prop_assert_eq!(average.value().is_some(), average.warm_up() <= seen);
        }
    }

    #[test]
    fn no_stored_state_makes_it_panic(prices in any_prices(), at: prop::sample::Index, byte: u8) {
        let mut average = ExponentialMovingAverage::new(5).unwrap();
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
