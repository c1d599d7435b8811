//! The volume-weighted average price of the last n candles.
//!
//! Each candle stands for its typical price, (high + low + close) ÷ 3, with its volume as weight.
//! It rolls: it looks at a fixed number of candles, and does not begin anew each day. Kept as exact
//! sums, so that it does not drift.

#![expect(clippy::float_arithmetic, reason = "an indicator is an opinion, not money")]

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Candle, Price};

use super::{IndicatorError, floats, wide::Wide, window::Window};

/// The mean typical price of the last `period` candles, weighted by volume.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Window<Weighed>", into = "Window<Weighed>")]
pub struct VolumeWeightedAveragePrice {
    window: Window<Weighed>,
    /// Sum of three times the typical price, in price units, times the volume, in amount units.
    weighted: Wide,
    /// Sum of three times the volume, in amount units.
    volume: Wide,
}

/// What it keeps of a candle.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Weighed {
    high: Price,
    low: Price,
    close: Price,
    volume: Amount,
}

impl VolumeWeightedAveragePrice {
    /// An average over `period` candles, which has seen none.
    pub fn new(period: usize) -> Result<Self, IndicatorError> {
        Ok(Self::from(Window::new(period)?))
    }

    /// Takes the next candle.
    pub fn update(&mut self, candle: &Candle) {
        let Candle { high, low, close, volume, .. } = *candle;
        let candle = Weighed { high, low, close, volume };
        if let Some(pushed_out) = self.window.push(candle) {
            self.weighted = self.weighted - pushed_out.weighted();
            self.volume = self.volume - pushed_out.volume();
        }
        self.weighted = self.weighted + candle.weighted();
        self.volume = self.volume + candle.volume();
    }

    /// The average, in quote asset per unit of base asset. There is none while it warms up, and
    /// none when nothing traded in all the candles it looks at.
    pub fn value(&self) -> Option<f64> {
        let volume = self.volume.to_f64();
        let has_value = self.window.is_full() && 0.0 < volume;
        has_value.then(|| self.weighted.to_f64() / volume / floats::UNITS_PER_ONE)
    }

    /// How many candles it looks at.
    pub fn period(&self) -> usize {
        self.window.length()
    }

    /// How many candles it must see before it has a value: its period.
    pub fn warm_up(&self) -> usize {
        self.period()
    }
}

impl Weighed {
    fn weighted(&self) -> Wide {
        let prices = [self.high, self.low, self.close];
        let three_typical = prices.iter().map(|price| i128::from(price.units())).sum();
        Wide::product(three_typical, self.volume.units())
    }

    fn volume(&self) -> Wide {
        Wide::product(3, self.volume.units())
    }
}

/// The sums are not stored: they follow from the window, and so cannot contradict it.
impl From<Window<Weighed>> for VolumeWeightedAveragePrice {
    fn from(window: Window<Weighed>) -> Self {
        let sum = |part: fn(&Weighed) -> Wide| {
            window.iter().map(|candle| part(&candle)).fold(Wide::default(), |sum, it| sum + it)
        };
        let (weighted, volume) = (sum(Weighed::weighted), sum(Weighed::volume));
        Self { window, weighted, volume }
    }
}

impl From<VolumeWeightedAveragePrice> for Window<Weighed> {
    fn from(average: VolumeWeightedAveragePrice) -> Self {
        average.window
    }
}

#[cfg(test)]
mod tests;
