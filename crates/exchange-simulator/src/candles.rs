//! Candles from trades. An interval without trades has no candle.

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Candle, Interval, Timestamp, Trade};

/// Builds the candles of one pair and one length. Intervals begin at multiples of their length
/// since the epoch, as Kraken's do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CandleBuilder {
    interval: Interval,
    candle: Option<Candle>,
}

impl CandleBuilder {
    /// A builder that has seen no trade.
    pub const fn new(interval: Interval) -> Self {
        Self { interval, candle: None }
    }

    /// The length of its candles.
    pub const fn interval(&self) -> Interval {
        self.interval
    }

    /// The candle that is not closed yet.
    pub const fn open_candle(&self) -> Option<&Candle> {
        self.candle.as_ref()
    }

    /// Counts a trade. Returns the candle before it, if the trade is the first after its end.
    pub fn handle_trade(&mut self, trade: &Trade) -> Option<Candle> {
        let closed = self.handle_timeout(trade.time);
        let volume = Amount::from(trade.quantity);
        match &mut self.candle {
            Some(candle) => {
                candle.high = candle.high.max(trade.price);
                candle.low = candle.low.min(trade.price);
                candle.close = trade.price;
                candle.volume += volume;
                candle.trades += 1;
            }
            None => {
                self.candle = Some(Candle {
                    start: self.start_of(trade.time),
                    open: trade.price,
                    high: trade.price,
                    low: trade.price,
                    close: trade.price,
                    volume,
                    trades: 1,
                });
            }
        }
        closed
    }

    /// The candle whose end has come.
    pub fn handle_timeout(&mut self, now: Timestamp) -> Option<Candle> {
        if self.next_timeout()? <= now { self.candle.take() } else { None }
    }

    /// When the open candle ends.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        self.candle.map(|candle| candle.start + self.interval.duration())
    }

    fn start_of(&self, time: Timestamp) -> Timestamp {
        let length = u64::try_from(self.interval.duration().as_nanos()).expect("below 16 days");
        Timestamp::from_nanos(time.nanos() / length * length)
    }
}

#[cfg(test)]
mod tests;
