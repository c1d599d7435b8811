//! The past that a market had: its trades go on the desk minute by minute, which is quicker than
//! one by one in candles of nine lengths.
//!
//! The invariant: the desk looks as if each trade had happened on it.

use trading_types::{Interval, Price, Side, Timestamp, Trade};

use super::{
    candle_series::{FullCandle, start_of},
    market_desk::{MarketDesk, Spread},
};

/// Tells a desk of its past.
pub(super) struct Recall<'a> {
    desk: &'a mut MarketDesk,
    tick: Price,
    length: Interval,
    /// The minute that is being told, and when the next one begins.
    minute: Option<(FullCandle, Timestamp)>,
}

impl<'a> Recall<'a> {
    /// A past that goes on where the desk's own one ends.
    pub(super) fn new(desk: &'a mut MarketDesk, tick: Price) -> Self {
        let length = Interval::from_minutes(1).expect("one of Kraken's lengths");
        Self { desk, tick, length, minute: None }
    }

    /// The next trade of the past.
    pub(super) fn trade(&mut self, trade: Trade) {
        let piece = FullCandle::from(&trade);
        match &mut self.minute {
            Some((minute, end)) if trade.time < *end => minute.extend(&piece),
            Some(_) | None => {
                self.tell_minute();
                let start = start_of(trade.time, self.length);
                self.minute = Some((piece, start + self.length.duration()));
            }
        }
        // As for all takers of the outside world.
        let is_limit = self.desk.next_number().is_multiple_of(2);
        self.desk.note(trade, is_limit);
        let Trade { time, price, taker_side, .. } = trade;
        if self.tick < price {
            let (bid, ask) = match taker_side {
                Side::Buy => (price - self.tick, price),
                Side::Sell => (price, price + self.tick),
            };
            self.desk.spread(Spread { time, bid, ask });
        }
    }

    /// The past ends here.
    pub(super) fn end(mut self) {
        self.tell_minute();
        self.desk.settle();
    }

    fn tell_minute(&mut self) {
        if let Some((minute, _)) = self.minute.take() {
            self.desk.absorb(&minute, self.length);
        }
    }
}

#[cfg(test)]
mod tests;
