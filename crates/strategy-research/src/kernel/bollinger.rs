//! Bollinger bands of many periods and widths: whole sums, one root for each period, and one
//! comparison for each width.
//!
//! The one invariant: a bit is what `BollingerBands` would say. Both compute the same numbers, and
//! round at other places; so where the two sides of the comparison are as close together as that,
//! it is asked itself.
#![expect(clippy::float_arithmetic, reason = "what a condition compares is an opinion, not money")]
#![expect(clippy::cast_precision_loss, reason = "numbers are below 2^31 or are rounded once")]

use std::ops::Range;

use strategies::indicators::BollingerBands;
use trading_types::Candle;

use super::{
    columns::{Bands, bits, warmed},
    market::Closes,
};

/// The period times the range of all closes is below this, so that no variance wraps round.
pub(super) const REACH_MAX: i64 = 1 << 31;
/// Two sides that are further apart than this part of one are not equal by rounding: conversion,
/// root and product of either side are off by 2^-53 each.
const ROUNDING: f64 = 1e-14;

/// The close less the mean, times `count`: exact.
pub(super) fn above_mean(closes: &Closes, count: usize, range: &Range<usize>, tile: &mut [f64]) {
    let (first, warm) = warmed(count, range, tile);
    for (value, end) in warm.iter_mut().zip(first..) {
        let sum = closes.sums[end] - closes.sums[end - count];
        *value = (closes.ticks[end - 1] * whole(count) - sum) as f64;
    }
}

/// The standard deviation times `count`: the root of count × Σx² − (Σx)², which is whole and below
/// 2^62, so that it is right although its parts wrap round.
pub(super) fn deviations(closes: &Closes, count: usize, range: &Range<usize>, tile: &mut [f64]) {
    let (first, warm) = warmed(count, range, tile);
    for (value, end) in warm.iter_mut().zip(first..) {
        let squares = closes.squares[end].wrapping_sub(closes.squares[end - count]);
        let sum = closes.sums[end] - closes.sums[end - count];
        let scaled = squares.cast_signed().wrapping_mul(whole(count));
        *value = (scaled.wrapping_sub(sum.wrapping_mul(sum)) as f64).sqrt();
    }
}

/// A bit for each candle of a tile that begins at `start` and ends with `candles`, at which the
/// close is below the band.
pub(super) fn far_below(
    bands: Bands,
    (above_mean, deviation): (&[f64], &[f64]),
    (candles, start): (&[Candle], usize),
    words: &mut [u64],
) {
    let wide = bands.deviations.to_f64();
    bits(deviation, above_mean, words, |deviation, above| wide * deviation < -above);
    let mut close = [0; super::market::WORDS];
    bits(deviation, above_mean, &mut close, |deviation, above| {
        (wide * deviation + above).abs() <= -above * ROUNDING
    });
    for (place, (word, close)) in words.iter_mut().zip(close).enumerate() {
        let mut rest = close;
        while rest != 0 {
            let bit = rest & rest.wrapping_neg();
            let at = start + place * 64 + rest.trailing_zeros() as usize;
            // Beyond the last candle there are numbers of another tile.
            let is_below = at < candles.len() && is_below(bands, &candles[..=at]);
            *word = if is_below { *word | bit } else { *word & !bit };
            rest ^= bit;
        }
    }
}

/// What the indicator says at the last of the candles.
fn is_below(bands: Bands, candles: &[Candle]) -> bool {
    let Bands { period, deviations, .. } = bands;
    let Ok(mut indicator) = BollingerBands::new(period, deviations) else { return false };
    let Some((last, _)) = candles.split_last() else { return false };
    for candle in &candles[candles.len().saturating_sub(period)..] {
        indicator.update(candle.close);
    }
    indicator.is_below_lower(last.close) == Some(true)
}

/// A period, which is at most 100,000.
fn whole(count: usize) -> i64 {
    i64::try_from(count).expect("a period fits its type")
}
