//! The mean: the same as adding everything up again, and comparisons that are exact.

use proptest::prelude::*;

use super::*;
use crate::samples::{any_prices, price, stored_again, with_byte};

/// Sum and count of the last `period` prices.
fn naive(prices: &[Price], period: usize) -> Option<(i128, i128)> {
    let window = &prices[prices.len().checked_sub(period)?..];
    Some((window.iter().map(|it| i128::from(it.units())).sum(), i128::try_from(period).unwrap()))
}

#[test]
fn has_no_value_until_warm() {
    let mut average = SimpleMovingAverage::new(2).unwrap();
    assert_eq!((average.warm_up(), average.value()), (2, None));
    assert_eq!(average.compare_to_price(price("1")), None);
    average.update(price("1"));
    assert_eq!((average.value(), average.compare(&average)), (None, None));
    average.update(price("2"));
    assert_eq!(average.value(), Some(1.5));
    average.update(price("4"));
    assert_eq!(average.value(), Some(3.0));
    assert_eq!(average.compare_to_price(price("3")), Some(Ordering::Equal));
    assert_eq!(average.compare_to_price(price("3.0000000001")), Some(Ordering::Less));
}

#[test]
fn periods_have_a_limit() {
    assert_eq!(SimpleMovingAverage::new(0), Err(IndicatorError::PeriodZero));
    assert_eq!(SimpleMovingAverage::new(100_001), Err(IndicatorError::PeriodTooLong(100_001)));
    assert_eq!(SimpleMovingAverage::new(100_000).unwrap().period(), 100_000);
}

#[test]
fn the_largest_prices_over_the_longest_period_fit() {
    let mut long = SimpleMovingAverage::new(100_000).unwrap();
    let mut longer = long.clone();
    for _ in 0..100_000 {
        long.update(Price::MAX);
        longer.update(Price::MAX);
    }
    assert_eq!(long.compare(&longer), Some(Ordering::Equal));
    assert_eq!(long.compare_to_price(Price::MAX), Some(Ordering::Equal));
    longer.update(Price::MAX - Price::from_units(1));
    assert_eq!(long.compare(&longer), Some(Ordering::Greater));
}

proptest! {
    #[test]
    fn equals_its_naive_twin(prices in any_prices(), one in 1_usize..9, other in 1_usize..9) {
        let mut averages = [one, other].map(|period| SimpleMovingAverage::new(period).unwrap());
        for seen in 1..=prices.len() {
            averages = averages.map(|average| stored_again(&average));
            for average in &mut averages {
                average.update(prices[seen - 1]);
            }
            let naive = [one, other].map(|period| naive(&prices[..seen], period));
            let means = naive.map(|it| it.map(|(sum, count)| floats::mean(sum, count)));
            prop_assert_eq!([averages[0].value(), averages[1].value()], means);
            let order = naive[0].zip(naive[1]).map(|(a, b)| (a.0 * b.1).cmp(&(b.0 * a.1)));
            prop_assert_eq!(averages[0].compare(&averages[1]), order);
            prop_assert_eq!(averages[0].value().is_some(), averages[0].warm_up() <= seen);
        }
    }

    #[test]
    fn sums_do_not_drift(prices in any_prices()) {
        let mut average = SimpleMovingAverage::new(5).unwrap();
        for price in &prices {
            average.update(*price);
        }
        prop_assert_eq!(stored_again(&average), average);
    }

    #[test]
    fn no_stored_state_makes_it_panic(prices in any_prices(), at: prop::sample::Index, byte: u8) {
        let mut average = SimpleMovingAverage::new(5).unwrap();
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
