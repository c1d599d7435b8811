//! What rules compute equals the indicators to the bit, and those equal TA-Lib.

use proptest::prelude::*;
use trading_engine::Strategy as Decides;

use super::*;
use crate::{
    indicators::{
        AverageTrueRange, BollingerBands, DonchianChannel, ExponentialMovingAverage, Macd,
        RelativeStrengthIndex, SimpleMovingAverage, StandardDeviation, VolumeWeightedAveragePrice,
        WeightedMovingAverage,
    },
    samples::any_candles,
};

/// What an expression is after each candle.
fn computed(expression: &str, candles: &[Candle]) -> Vec<Option<f64>> {
    let mut strategy = strategy(&format!("enter = 'true'\nsize = '{expression}'"));
    let root = strategy.program().roots().size.unwrap();
    let each = candles.iter().map(|candle| {
        strategy.handle_candle(candle, &EMPTY);
        Some(strategy.value(root)).filter(|it| !it.is_nan())
    });
    each.collect()
}

fn same(
    expression: &str,
    candles: &[Candle],
    mut see: impl FnMut(&Candle) -> Option<f64>,
) -> Result<(), TestCaseError> {
    let ours = computed(expression, candles);
    for (at, (candle, ours)) in candles.iter().zip(ours).enumerate() {
        let theirs = see(candle);
        let bits = [ours, theirs].map(|it| it.map(f64::to_bits));
        prop_assert_eq!(bits[0], bits[1], "{} at {}: {:?}, {:?}", expression, at, ours, theirs);
    }
    Ok(())
}

/// An indicator of closes.
macro_rules! of_closes {
    ($expression:expr, $candles:expr, $indicator:expr, |$it:ident| $value:expr) => {{
        let mut indicator = $indicator.unwrap();
        same($expression, $candles, |candle| {
            indicator.update(candle.close);
            let $it = &indicator;
            $value
        })?;
    }};
}

proptest! {
    #[test]
    fn equal_the_indicators(candles in any_candles()) {
        let candles = &candles[..];
        of_closes!("sma(5)", candles, SimpleMovingAverage::new(5), |it| it.value());
        of_closes!("ema(5)", candles, ExponentialMovingAverage::new(5), |it| it.value());
        of_closes!("wma(5)", candles, WeightedMovingAverage::new(5), |it| it.value());
        of_closes!("stddev(5)", candles, StandardDeviation::new(5), |it| it.value());
        let strength = RelativeStrengthIndex::new(5);
        of_closes!("rsi(5)", candles, strength, |it| it.value().filter(|_| it.has_moved()));
        let macd = || Macd::new(3, 6, 4);
        of_closes!("macd_signal(3, 6, 4)", candles, macd(), |it| it.value().map(|it| it.signal));
        let histogram = "macd_histogram(3, 6, 4)";
        of_closes!(histogram, candles, macd(), |it| it.value().map(|it| it.histogram));
        let bands = || BollingerBands::new(5, "1.5".parse().unwrap());
        let upper = "bollinger_upper(5, 1.5)";
        of_closes!(upper, candles, bands(), |it| it.value().map(|it| it.upper));
        let middle = "bollinger_middle(5, 1.5)";
        of_closes!(middle, candles, bands(), |it| it.value().map(|it| it.middle));
        let lower = "bollinger_lower(5, 1.5)";
        of_closes!(lower, candles, bands(), |it| it.value().map(|it| it.lower));
    }

    #[test]
    fn equal_the_indicators_of_candles(candles in any_candles()) {
        let mut range = AverageTrueRange::new(5).unwrap();
        same("atr(5)", &candles, |candle| { range.update(candle); range.value() })?;
        let mut average = VolumeWeightedAveragePrice::new(3).unwrap();
        same("vwap(3)", &candles, |candle| { average.update(candle); average.value() })?;
        let mut channel = DonchianChannel::new(5).unwrap();
        same("donchian_upper(5)", &candles, |candle| {
            channel.update(candle);
            channel.value().map(|it| it.highest.to_f64())
        })?;
        let mut channel = DonchianChannel::new(5).unwrap();
        same("donchian_lower(5)", &candles, |candle| {
            channel.update(candle);
            channel.value().map(|it| it.lowest.to_f64())
        })?;
    }
}
