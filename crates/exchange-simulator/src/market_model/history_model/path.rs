//! The trades of one candle: where they go, when, and how much.
//!
//! The invariant: the first is at its open, the last at its close, one each at its high and its
//! low, none outside, and all of them before it ends.
#![expect(clippy::float_arithmetic, reason = "the model is an opinion, not money")]

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::{Candle, Price, Quantity, Side, Timestamp};

use super::{
    super::{
        MarketModelSettings,
        chance::Chance,
        fair_price::{real, whole},
    },
    LONE_LENGTH,
};

/// A candle has at most so many trades here, however many it had.
const TRADES_MAX: usize = 2_000;
/// How far a trade strays from the straight line, as a part of a step.
const STRAY: f64 = 0.5;
/// An amount counts 10^-18, a quantity 10^-8.
const AMOUNT_PER_QUANTITY: i128 = 10_i128.pow(10);

/// A trade that the candles tell of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PastTrade {
    pub(super) at: Timestamp,
    pub(super) ticks: i64,
    pub(super) quantity: Quantity,
    pub(super) taker_side: Side,
}

/// Takes candle after candle.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PathTaker {
    /// Not kept with the rest: there may be a million of them.
    #[serde(skip)]
    candles: Vec<Candle>,
    /// The place of the next one.
    next: usize,
    length: Duration,
    /// What lies between the time of the candles and that of the market.
    first_start: Timestamp,
    begin: Timestamp,
    end: Timestamp,
    tick: Price,
    lot: Quantity,
    trade_interval: Duration,
    side_before: Side,
}

impl PathTaker {
    pub(super) fn new(
        candles: Vec<Candle>,
        settings: &MarketModelSettings,
        begin: Timestamp,
    ) -> Self {
        let lengths = candles.windows(2).map(|pair| pair[1].start.since(pair[0].start));
        let length = lengths.min().unwrap_or(LONE_LENGTH);
        let first_start = candles.first().map_or(begin, |candle| candle.start);
        let last_start = candles.last().map_or(begin, |candle| candle.start);
        Self {
            candles,
            next: 0,
            length,
            first_start,
            begin,
            end: begin + last_start.since(first_start) + length,
            tick: settings.rules.tick,
            lot: settings.rules.lot,
            trade_interval: settings.trade_interval,
            side_before: Side::Buy,
        }
    }

    /// When the last candle ends.
    pub(super) const fn end(&self) -> Timestamp {
        self.end
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.candles.len() <= self.next
    }

    /// Takes the candles again that it was made with.
    pub(super) fn resupply(&mut self, candles: Vec<Candle>) {
        self.candles = candles;
    }

    /// The trades of the next candle; none if nothing traded in it.
    pub(super) fn next_candle(&mut self, chance: &mut Chance) -> VecDeque<PastTrade> {
        let Some(candle) = self.candles.get(self.next).copied() else { return VecDeque::new() };
        self.next += 1;
        if !candle.volume.is_positive() {
            return VecDeque::new();
        }
        let prices = self.prices(&candle, chance);
        let quantities = self.quantities(&candle, prices.len(), chance);
        let start = self.begin + candle.start.since(self.first_start);
        let step = self.length.div_f64(real_count(prices.len()));
        let mut before = prices[0];
        let trade = |(index, (ticks, quantity)): (usize, (i64, Quantity))| {
            let at = start + step.mul_f64(real_count(index) + chance.uniform());
            let taker_side = match ticks.cmp(&before) {
                std::cmp::Ordering::Greater => Side::Buy,
                std::cmp::Ordering::Less => Side::Sell,
                std::cmp::Ordering::Equal => self.side_before,
            };
            (before, self.side_before) = (ticks, taker_side);
            PastTrade { at, ticks, quantity, taker_side }
        };
        prices.into_iter().zip(quantities).enumerate().map(trade).collect()
    }

    /// Where the trades go, in ticks.
    fn prices(&self, candle: &Candle, chance: &mut Chance) -> Vec<i64> {
        let ticks = |price: Price| (price.units() / self.tick.units()).max(1);
        let [open, high, low, close] =
            [candle.open, candle.high, candle.low, candle.close].map(ticks);
        let mut points = if open - low <= high - open {
            vec![open, low, high, close]
        } else {
            vec![open, high, low, close]
        };
        points.dedup();
        let way: i64 = points.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum();
        let between = self.count(candle).saturating_sub(points.len());
        // What has been gone of the way decides how many trades there have been.
        let (mut gone, mut placed) = (0, 0);
        let mut prices = vec![points[0]];
        for pair in points.windows(2) {
            let (from, to) = (real(pair[0]), real(pair[1]));
            gone += (pair[1] - pair[0]).abs();
            let by_then = whole(real_count(between) * real(gone) / real(way));
            let steps = by_then - placed + 1;
            placed = by_then;
            let step = (to - from) / real(steps);
            for number in 1..steps {
                let stray = step.abs() * STRAY * chance.normal();
                let straying = whole(from + step * real(number) + stray);
                prices.push(straying.clamp(low, high));
            }
            prices.push(pair[1]);
        }
        if way == 0 {
            // All at one price.
            prices.resize(self.count(candle).max(1), points[0]);
        }
        prices
    }

    /// How many trades it has here: as many as it had, but not more often than the market has
    /// them.
    fn count(&self, candle: &Candle) -> usize {
        let had = usize::try_from(candle.trades).unwrap_or(TRADES_MAX);
        let usual = self.length.as_nanos() / self.trade_interval.as_nanos().max(1);
        had.min(usize::try_from(usual).unwrap_or(TRADES_MAX)).min(TRADES_MAX)
    }

    /// How much each trade is for: together about the volume of the candle, each at least a lot.
    fn quantities(&self, candle: &Candle, count: usize, chance: &mut Chance) -> Vec<Quantity> {
        let units = candle.volume.units() / AMOUNT_PER_QUANTITY;
        let lots = units / i128::from(self.lot.units());
        let lots = real(i64::try_from(lots).unwrap_or(i64::MAX));
        let weights: Vec<f64> = (0..count).map(|_| chance.skewed()).collect();
        let sum: f64 = weights.iter().sum();
        let most = i64::MAX / 2 / self.lot.units();
        let quantity = |weight: f64| whole(lots * weight / sum).clamp(1, most) * self.lot.units();
        weights.into_iter().map(quantity).map(Quantity::from_units).collect()
    }
}

fn real_count(count: usize) -> f64 {
    real(i64::try_from(count).unwrap_or(i64::MAX))
}
