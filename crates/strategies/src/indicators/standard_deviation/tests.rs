//! The standard deviation: flat is zero, no drift, and the definition in two passes.

use proptest::prelude::*;

use super::*;
use crate::samples::{any_prices, price, stored_again, with_byte};

/// The squared distances from the mean, in units times the period, divided by the period: what
/// stands under the root. Moved down to the lowest price first, so that it fits.
fn naive_square(prices: &[Price], period: usize) -> Option<i128> {
    let window = &prices[prices.len().checked_sub(period)?..];
    let least = window.iter().map(|price| price.units()).min()?;
    let moved: Vec<i128> = window.iter().map(|price| i128::from(price.units() - least)).collect();
    let sum: i128 = moved.iter().sum();
    let distances = moved.iter().map(|units| units * factor(period) - sum);
    Some(distances.map(|distance| distance * distance).sum::<i128>() / factor(period))
}

/// The definition.
fn naive(prices: &[Price], period: usize) -> Option<f64> {
    let root = floats::units(naive_square(prices, period)?).sqrt();
    Some(root / (floats::period(period) * 1e10))
}

#[test]
fn of_a_population() {
    let mut deviation = StandardDeviation::new(4).unwrap();
    for text in ["100", "2", "4", "4"] {
        deviation.update(price(text));
    }
    deviation.update(price("6"));
    assert_eq!(deviation.mean(), Some(4.0));
    assert_eq!(deviation.value(), Some(2.0_f64.sqrt()));
    assert_eq!(deviation.compare_to_mean(price("4")), Some(Ordering::Equal));
    assert_eq!(deviation.compare_to_mean(price("4.0000000001")), Some(Ordering::Greater));
    assert_eq!((deviation.period(), deviation.warm_up()), (4, 4));
}

#[test]
fn a_flat_window_has_exactly_none() {
    for flat in ["0.0000000001", "68123.4", "922337203.6854775807"] {
        let mut deviation = StandardDeviation::new(3).unwrap();
        for text in ["1", "922337203", "0.7", flat, flat] {
            deviation.update(price(text));
            assert_ne!(deviation.value(), Some(0.0));
        }
        deviation.update(price(flat));
        assert_eq!(deviation.value(), Some(0.0));
        assert_eq!(deviation.compare_to_mean(price(flat)), Some(Ordering::Equal));
        assert_eq!(deviation.is_far_below_mean(price(flat), 2.0), Some(false));
    }
}

#[test]
fn the_largest_prices_over_the_longest_period_fit() {
    let mut deviation = StandardDeviation::new(100_000).unwrap();
    for _ in 0..50_000 {
        deviation.update(Price::ZERO);
        deviation.update(Price::MAX);
    }
    assert_eq!(deviation.value(), Some(Price::MAX.to_f64() / 2.0));
}

#[test]
fn periods_have_a_limit() {
    assert_eq!(StandardDeviation::new(0), Err(IndicatorError::PeriodZero));
    let error = StandardDeviation::new(100_001).unwrap_err();
    assert_eq!(error, IndicatorError::PeriodTooLong(100_001));
}

proptest! {
    #[test]
    fn equals_its_naive_twin(prices in any_prices(), period in 1_usize..20) {
        let mut deviation = StandardDeviation::new(period).unwrap();
        for seen in 1..=prices.len() {
            deviation = stored_again(&deviation);
            deviation.update(prices[seen - 1]);
            prop_assert_eq!(deviation.value(), naive(&prices[..seen], period));
            prop_assert_eq!(deviation.value().is_some(), deviation.warm_up() <= seen);
        }
    }

    #[test]
    fn sums_do_not_drift(prices in any_prices()) {
        let mut deviation = StandardDeviation::new(5).unwrap();
        for price in &prices {
            deviation.update(*price);
        }
        prop_assert_eq!(stored_again(&deviation), deviation);
    }

    #[test]
    fn no_stored_state_makes_it_panic(prices in any_prices(), at: prop::sample::Index, byte: u8) {
        let mut deviation = StandardDeviation::new(5).unwrap();
        for price in prices.iter().take(7) {
            deviation.update(*price);
        }
        if let Some(mut deviation) = with_byte(&deviation, at, byte) {
            for price in &prices {
                deviation.update(*price);
            }
            deviation.value();
        }
    }
}
