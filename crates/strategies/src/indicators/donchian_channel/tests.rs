//! The Donchian channel: against looking at every candle in the window.

use proptest::prelude::*;

use super::*;
use crate::samples::{any_candles, bar, price, stored_again, with_byte};

/// The definition.
fn naive(candles: &[Candle], period: usize) -> Option<Channel> {
    let window = &candles[candles.len().checked_sub(period)?..];
    let highest = window.iter().map(|candle| candle.high).max()?;
    let lowest = window.iter().map(|candle| candle.low).min()?;
    Some(Channel { highest, lowest })
}

#[test]
fn lies_between_highest_high_and_lowest_low() {
    let mut channel = DonchianChannel::new(2).unwrap();
    let mut values = Vec::new();
    for [high, low] in [["9", "1"], ["7", "6"], ["5", "3"]] {
        channel.update(&bar(price(high), price(low), price(low)));
        values.push(channel.value().map(|it| (it.lowest.to_string(), it.highest.to_string())));
    }
    let range = |low: &str, high: &str| Some((low.to_owned(), high.to_owned()));
    assert_eq!(values, [None, range("1", "9"), range("3", "7")]);
    assert_eq!((channel.period(), channel.warm_up()), (2, 2));
}

#[test]
fn periods_have_a_limit() {
    assert_eq!(DonchianChannel::new(0), Err(IndicatorError::PeriodZero));
    let error = DonchianChannel::new(100_001).unwrap_err();
    assert_eq!(error, IndicatorError::PeriodTooLong(100_001));
}

#[test]
fn nonsense_is_refused() {
    let end = |end, period| Extreme::new(end, period).unwrap();
    let refused = |highest, lowest, reason| {
        let error = DonchianChannel::try_from((highest, lowest)).unwrap_err();
        let indicator = "Donchian channel";
        assert_eq!(error, StoredStateError::Inconsistent { indicator, reason });
    };
    let ends = "its two ends are not a highest and a lowest";
    refused(end(End::Lowest, 2), end(End::Highest, 2), ends);
    let candles = "its two ends did not see the same candles";
    refused(end(End::Highest, 2), end(End::Lowest, 3), candles);
    let mut seen = end(End::Lowest, 2);
    seen.update(price("1"));
    refused(end(End::Highest, 2), seen, candles);
}

proptest! {
    #[test]
    fn equals_its_naive_twin(candles in any_candles(), period in 1_usize..20) {
        let mut channel = DonchianChannel::new(period).unwrap();
        for seen in 1..=candles.len() {
            channel = stored_again(&channel);
            channel.update(&candles[seen - 1]);
            prop_assert_eq!(channel.value(), naive(&candles[..seen], period));
            prop_assert_eq!(channel.value().is_some(), channel.warm_up() <= seen);
        }
    }

    #[test]
    fn no_stored_state_makes_it_panic(candles in any_candles(), at: prop::sample::Index, byte: u8) {
        let mut channel = DonchianChannel::new(5).unwrap();
        for candle in candles.iter().take(7) {
            channel.update(candle);
        }
        if let Some(mut channel) = with_byte(&channel, at, byte) {
            for candle in &candles {
                channel.update(candle);
            }
            channel.value();
        }
    }
}
