//! The volume-weighted price: against the definition over the window.

use proptest::prelude::*;

use super::*;
use crate::samples::{any_candles, bar, price, stored_again, with_byte};

/// The definition.
fn naive(candles: &[Candle], period: usize) -> Option<f64> {
    let window = &candles[candles.len().checked_sub(period)?..];
    let typical = |it: &Candle| (it.high.to_f64() + it.low.to_f64() + it.close.to_f64()) / 3.0;
    let volume: f64 = window.iter().map(|it| it.volume.to_f64()).sum();
    let spent: f64 = window.iter().map(|it| typical(it) * it.volume.to_f64()).sum();
    (volume != 0.0).then(|| spent / volume)
}

fn candle(text: &str, volume: &str) -> Candle {
    let price = price(text);
    Candle { volume: volume.parse().unwrap(), ..bar(price, price, price) }
}

#[test]
fn large_candles_weigh_more() {
    let mut average = VolumeWeightedAveragePrice::new(2).unwrap();
    average.update(&candle("100", "1000"));
    assert_eq!(average.value(), None);
    average.update(&candle("1", "3"));
    average.update(&bar(price("6"), price("4"), price("5")));
    // (1 × 3 + 5 × 1) ÷ 4
    assert_eq!(average.value(), Some(2.0));
    assert_eq!((average.period(), average.warm_up()), (2, 2));
}

#[test]
fn without_volume_there_is_no_average() {
    let mut average = VolumeWeightedAveragePrice::new(2).unwrap();
    average.update(&candle("100", "0"));
    average.update(&candle("100", "0"));
    assert_eq!(average.value(), None);
    average.update(&candle("5", "0.000000000000000001"));
    assert_eq!(average.value(), Some(5.0));
}

#[test]
fn the_largest_numbers_fit() {
    let mut average = VolumeWeightedAveragePrice::new(100_000).unwrap();
    let largest = Candle { volume: Amount::MAX, ..bar(Price::MAX, Price::MAX, Price::MAX) };
    for _ in 0..100_001 {
        average.update(&largest);
    }
    assert_eq!(average.value(), Some(Price::MAX.to_f64()));
}

#[test]
fn periods_have_a_limit() {
    assert_eq!(VolumeWeightedAveragePrice::new(0), Err(IndicatorError::PeriodZero));
    let error = VolumeWeightedAveragePrice::new(100_001).unwrap_err();
    assert_eq!(error, IndicatorError::PeriodTooLong(100_001));
}

proptest! {
    #[test]
    fn equals_its_naive_twin(candles in any_candles(), period in 1_usize..20) {
        let mut average = VolumeWeightedAveragePrice::new(period).unwrap();
        for seen in 1..=candles.len() {
            average = stored_again(&average);
            average.update(&candles[seen - 1]);
            let naive = naive(&candles[..seen], period);
            prop_assert_eq!(average.value().is_some(), naive.is_some());
            if let Some((value, naive)) = average.value().zip(naive) {
                prop_assert!((value - naive).abs() <= naive * 1e-14, "{} is not {}", value, naive);
            }
        }
    }

    #[test]
    fn sums_do_not_drift(candles in any_candles()) {
        let mut average = VolumeWeightedAveragePrice::new(5).unwrap();
        for candle in &candles {
            average.update(candle);
        }
        prop_assert_eq!(stored_again(&average), average);
    }

    #[test]
    fn no_stored_state_makes_it_panic(candles in any_candles(), at: prop::sample::Index, byte: u8) {
        let mut average = VolumeWeightedAveragePrice::new(5).unwrap();
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
