//! The average true range: gaps count, and the definition over the whole history.

#![expect(clippy::float_arithmetic, reason = "an indicator is an opinion, not money")]

use proptest::prelude::*;

use super::*;
use crate::samples::{any_candles, bar, price, stored_again, with_byte};

/// The definition.
fn naive(candles: &[Candle], period: usize) -> Option<f64> {
    let range = |pair: &[Candle]| {
        let (previous, candle) = (pair[0].close, pair[1]);
        let whole = candle.high - candle.low;
        let gaps = [candle.high.distance(previous), candle.low.distance(previous)];
        whole.max(gaps[0]).max(gaps[1]).to_f64()
    };
    let ranges: Vec<f64> = candles.windows(2).map(range).collect();
    let (seed, rest) = ranges.split_at_checked(period)?;
    let n = f64::from(u32::try_from(period).unwrap());
    let mean = seed.iter().sum::<f64>() / n;
    Some(rest.iter().fold(mean, |mean, range| (mean * (n - 1.0) + range) / n))
}

#[test]
fn a_gap_counts_from_the_close_before() {
    let mut average = AverageTrueRange::new(2).unwrap();
    let mut values = Vec::new();
    for [high, low, close] in [["9", "1", "5"], ["7", "6", "6"], ["3", "2", "3"], ["4", "4", "4"]] {
        average.update(&bar(price(high), price(low), price(close)));
        values.push(average.value());
    }
    // Ranges: none for the first, 7 − 5, 6 − 2, 4 − 3.
    assert_eq!(values, [None, None, Some(3.0), Some(2.0)]);
    assert_eq!((average.period(), average.warm_up()), (2, 3));
}

#[test]
fn periods_have_a_limit() {
    assert_eq!(AverageTrueRange::new(0), Err(IndicatorError::PeriodZero));
    let error = AverageTrueRange::new(100_001).unwrap_err();
    assert_eq!(error, IndicatorError::PeriodTooLong(100_001));
}

#[test]
fn nonsense_is_refused() {
    let range = SeededAverage::try_from((3, 1, 0.0)).unwrap();
    let error = AverageTrueRange::try_from((None, range)).unwrap_err();
    let text = "the stored average true range is inconsistent: it saw ranges and no candle";
    assert_eq!(error.to_string(), text);
}

proptest! {
    #[test]
    fn equals_its_naive_twin(candles in any_candles(), period in 1_usize..20) {
        let mut average = AverageTrueRange::new(period).unwrap();
        for seen in 1..=candles.len() {
            average = stored_again(&average);
            average.update(&candles[seen - 1]);
            prop_assert_eq!(average.value(), naive(&candles[..seen], period));
            prop_assert_eq!(average.value().is_some(), average.warm_up() <= seen);
        }
    }

    #[test]
    fn no_stored_state_makes_it_panic(candles in any_candles(), at: prop::sample::Index, byte: u8) {
        let mut average = AverageTrueRange::new(5).unwrap();
        for candle in candles.iter().take(7) {
            average.update(candle);
        }
        if let Some(mut average) = with_byte(&average, at, byte) {
            for candle in &candles {
                average.update(candle);
            }
            average.value();
        }
    }
}
