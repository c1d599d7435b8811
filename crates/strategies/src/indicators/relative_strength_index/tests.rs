//! The relative strength index: its ends, and the definition over the whole history.

use proptest::prelude::*;

use super::*;
use crate::samples::{any_prices, price, stored_again, with_byte};

/// The definition.
fn naive(prices: &[Price], period: usize) -> Option<f64> {
    let change = |pair: &[Price]| floats::difference(pair[1], pair[0]);
    let changes: Vec<f64> = prices.windows(2).map(change).collect();
    let (seed, rest) = changes.split_at_checked(period)?;
    let n = f64::from(u32::try_from(period).unwrap());
    let average = |part: fn(f64) -> f64| {
        let mean = seed.iter().map(|change| part(*change)).sum::<f64>() / n;
        rest.iter().fold(mean, |mean, change| (mean * (n - 1.0) + part(*change)) / n)
    };
    let (gain, loss) = (average(|change| change.max(0.0)), average(|change| (-change).max(0.0)));
    Some(if gain + loss == 0.0 { 0.0 } else { 100.0 * (gain / (gain + loss)) })
}

#[track_caller]
fn check(prices: &str, expect: &[Option<f64>], has_moved: bool) {
    let mut index = RelativeStrengthIndex::new(2).unwrap();
    let mut values = Vec::new();
    for text in prices.split_whitespace() {
        index.update(price(text));
        values.push(index.value());
    }
    assert_eq!(values, expect);
    assert_eq!(index.has_moved(), has_moved);
}

#[test]
fn from_only_losses_to_only_gains() {
    check("1 2 3 4", &[None, None, Some(100.0), Some(100.0)], true);
    check("4 3 2 1", &[None, None, Some(0.0), Some(0.0)], true);
    // Gains and losses of 1 on average; then (1 + 2) ÷ 2 against 1 ÷ 2.
    check("5 7 5 7", &[None, None, Some(50.0), Some(75.0)], true);
}

#[test]
fn without_movement_it_is_zero_and_says_so() {
    check("5 5 5", &[None, None, Some(0.0)], false);
    check("5", &[None], false);
}

#[test]
fn periods_have_a_limit() {
    assert_eq!(RelativeStrengthIndex::new(0), Err(IndicatorError::PeriodZero));
    let error = RelativeStrengthIndex::new(100_001).unwrap_err();
    assert_eq!(error, IndicatorError::PeriodTooLong(100_001));
    assert_eq!(RelativeStrengthIndex::new(14).unwrap().warm_up(), 15);
}

#[test]
fn nonsense_is_refused() {
    let average = |period, seen| SeededAverage::try_from((period, seen, 0.0)).unwrap();
    let refused = |previous, gain, loss, reason| {
        let error = RelativeStrengthIndex::try_from((previous, gain, loss)).unwrap_err();
        let indicator = "relative strength index";
        assert_eq!(error, StoredStateError::Inconsistent { indicator, reason });
    };
    let differ = "its two averages are not of the same changes";
    refused(Some(price("1")), average(2, 1), average(3, 1), differ);
    refused(Some(price("1")), average(3, 2), average(3, 1), differ);
    refused(None, average(3, 1), average(3, 1), "it saw changes and no price");
}

proptest! {
    #[test]
    fn equals_its_naive_twin(prices in any_prices(), period in 1_usize..20) {
        let mut index = RelativeStrengthIndex::new(period).unwrap();
        for seen in 1..=prices.len() {
            index = stored_again(&index);
            index.update(prices[seen - 1]);
            prop_assert_eq!(index.value(), naive(&prices[..seen], period));
            prop_assert_eq!(index.value().is_some(), index.warm_up() <= seen);
        }
    }

    #[test]
    fn no_stored_state_makes_it_panic(prices in any_prices(), at: prop::sample::Index, byte: u8) {
        let mut index = RelativeStrengthIndex::new(5).unwrap();
        for price in prices.iter().take(7) {
            index.update(*price);
        }
        if let Some(mut index) = with_byte(&index, at, byte) {
            for price in &prices {
                index.update(*price);
            }
            index.value();
        }
    }
}
