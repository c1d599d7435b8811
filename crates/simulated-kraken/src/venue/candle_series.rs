//! Candles of one length, built from trades, with what Kraken adds to them: the mean price by
//! volume and the number of trades.
//!
//! The invariant: candles stand in order of time, none overlaps another, and an interval without
//! trades has none.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Interval, Price, Rounding, Timestamp, Trade};

/// A candle as Kraken's interfaces show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FullCandle {
    pub(crate) start: Timestamp,
    pub(crate) open: Price,
    pub(crate) high: Price,
    pub(crate) low: Price,
    pub(crate) close: Price,
    /// The mean price of its trades, weighted by their quantity, to the decimals of prices.
    pub(crate) vwap: Price,
    /// Base asset.
    pub(crate) volume: Amount,
    pub(crate) trades: u64,
    /// Quote asset.
    pub(crate) turnover: Amount,
}

impl From<&Trade> for FullCandle {
    /// A trade as a piece of history.
    fn from(trade: &Trade) -> Self {
        let Trade { time, price, quantity, .. } = *trade;
        Self {
            start: time,
            open: price,
            high: price,
            low: price,
            close: price,
            vwap: price,
            volume: Amount::from(quantity),
            trades: 1,
            turnover: price * quantity,
        }
    }
}

impl FullCandle {
    /// Adds what comes after it and lies within it.
    pub(super) fn extend(&mut self, piece: &Self) {
        self.high = self.high.max(piece.high);
        self.low = self.low.min(piece.low);
        self.close = piece.close;
        self.volume += piece.volume;
        self.turnover += piece.turnover;
        self.trades += piece.trades;
    }
}

/// Candles of one length.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CandleSeries {
    interval: Interval,
    /// The least difference of two prices as they are written.
    price_unit: Price,
    candles: VecDeque<FullCandle>,
    /// How many are kept, the one that is not over included.
    kept: usize,
}

impl CandleSeries {
    pub(crate) const fn new(interval: Interval, price_unit: Price, kept: usize) -> Self {
        Self { interval, price_unit, candles: VecDeque::new(), kept }
    }

    pub(crate) const fn interval(&self) -> Interval {
        self.interval
    }

    /// Prices are written to other decimals from now on.
    pub(crate) const fn set_price_unit(&mut self, price_unit: Price) {
        self.price_unit = price_unit;
    }

    /// Counts a piece of history that lies within one candle: a trade, or a shorter candle.
    pub(crate) fn absorb(&mut self, piece: &FullCandle) {
        let start = start_of(piece.start, self.interval);
        if self.candles.back().is_some_and(|last| last.start < start) {
            self.settle();
        }
        if self.candles.back().is_none_or(|last| last.start < start) {
            self.candles.push_back(FullCandle { start, ..*piece });
            if self.kept < self.candles.len() {
                self.candles.pop_front();
            }
        } else {
            self.candles.back_mut().expect("one is there").extend(piece);
        }
    }

    /// Works out the mean price of the last candle. That of all others is worked out when the next
    /// one begins, because a long past is told faster so.
    pub(crate) fn settle(&mut self) {
        if let Some(last) = self.candles.back_mut() {
            last.vwap = mean_price(last.turnover, last.volume, last.close, self.price_unit);
        }
    }

    /// The last `count` candles, oldest first; the very last one may not be over yet.
    pub(crate) fn last(&self, count: usize) -> impl DoubleEndedIterator<Item = &FullCandle> {
        self.candles.range(self.candles.len().saturating_sub(count)..)
    }
}

/// When the candle begins that `time` falls in: at a multiple of its length since the epoch.
pub(crate) fn start_of(time: Timestamp, interval: Interval) -> Timestamp {
    let seconds = u64::from(interval.minutes()) * 60;
    let start = time.seconds() / seconds * seconds;
    Timestamp::from_seconds(start).expect("it is before a time that can be counted")
}

/// What a unit of base asset cost on average, or `otherwise` if nothing traded.
pub(crate) fn mean_price(
    turnover: Amount,
    volume: Amount,
    otherwise: Price,
    price_unit: Price,
) -> Price {
    // A quantity counts 10^-8, so that quote asset over it counts 10^-10, as prices do. More may
    // have traded than a quantity can hold.
    let quantity = volume.units() / 10_i128.pow(10);
    if quantity <= 0 {
        return otherwise;
    }
    let units = i64::try_from(turnover.units() / quantity).unwrap_or(i64::MAX);
    Price::from_units(units).round_to(price_unit, Rounding::Down)
}

#[cfg(test)]
mod tests;
