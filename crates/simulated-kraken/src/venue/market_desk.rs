//! What is remembered of one market: trades, best prices, candles.
//!
//! The invariant: candles and the statistics of a day follow from the trades, so that they always
//! agree; everything is capped.

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Interval, Price, Quote, Timestamp, Trade};

use super::{
    candle_series::{CandleSeries, FullCandle, mean_price, start_of},
    notice::TapeTrade,
};
use crate::names::decimals_of_price;

/// How many trades are remembered.
pub(crate) const TAPE_MAX: usize = 10_000;
/// How many changes of the best prices are remembered
/// (<https://docs.kraken.com/api/docs/rest-api/get-recent-spreads>, read on 2026-11-21).
pub(crate) const SPREADS_MAX: usize = 200;
/// How many candles are told, the one that is not over not counted
/// (<https://docs.kraken.com/api/docs/rest-api/get-ohlc-data>, read on 2026-11-21).
pub(crate) const CANDLES_MAX: usize = 720;
/// The lengths of candles that Kraken's interfaces have, in minutes.
pub(crate) const MINUTES: [u32; 9] = [1, 5, 15, 30, 60, 240, 1_440, 10_080, 21_600];
/// Candles of one minute are kept for a day and a little, for the statistics of a day.
pub(crate) const MINUTE_CANDLES_MAX: usize = 1_500;

const DAY: Duration = Duration::from_hours(24);

/// What is remembered of one market.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MarketDesk {
    price_unit: Price,
    tape: VecDeque<TapeTrade>,
    spreads: VecDeque<Spread>,
    series: Vec<CandleSeries>,
    trades: u64,
}

/// The best prices from a moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Spread {
    pub(crate) time: Timestamp,
    pub(crate) bid: Price,
    pub(crate) ask: Price,
}

/// What traded today, which began at midnight UTC, and in the last 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DayStatistics {
    /// The first price of today; before its first trade the last one of before.
    pub(crate) open: Price,
    /// The price of the last trade and how much it was.
    pub(crate) last: TapeTrade,
    pub(crate) today: Traded,
    pub(crate) last_24_hours: Traded,
    /// The last price less the one of 24 hours ago.
    pub(crate) change: Price,
    /// The price of 24 hours ago.
    pub(crate) before: Price,
}

/// What traded over some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Traded {
    pub(crate) volume: Amount,
    pub(crate) vwap: Price,
    pub(crate) low: Price,
    pub(crate) high: Price,
    pub(crate) trades: u64,
}

impl MarketDesk {
    /// A desk on which nothing has traded, of a market with this tick.
    pub(crate) fn new(tick: Price) -> Self {
        let price_unit = price_unit(tick);
        let series = |minutes| {
            let interval = Interval::from_minutes(minutes).expect("one of Kraken's lengths");
            let kept = if minutes == 1 { MINUTE_CANDLES_MAX } else { CANDLES_MAX + 1 };
            CandleSeries::new(interval, price_unit, kept)
        };
        Self {
            price_unit,
            tape: VecDeque::new(),
            spreads: VecDeque::new(),
            series: MINUTES.into_iter().map(series).collect(),
            trades: 0,
        }
    }

    /// Prices are on another tick from now on.
    pub(crate) fn set_tick(&mut self, tick: Price) {
        self.price_unit = price_unit(tick);
        for series in &mut self.series {
            series.set_price_unit(self.price_unit);
        }
    }

    /// The last trades, oldest first.
    pub(crate) const fn tape(&self) -> &VecDeque<TapeTrade> {
        &self.tape
    }

    /// The last best prices, oldest first.
    pub(crate) const fn spreads(&self) -> &VecDeque<Spread> {
        &self.spreads
    }

    /// Candles of a length, oldest first, the last one perhaps not over; none of a length that
    /// Kraken's interfaces do not have. An interval without trades has no candle.
    pub(crate) fn candles(
        &self,
        interval: Interval,
    ) -> impl DoubleEndedIterator<Item = &FullCandle> {
        let series = self.series.iter().find(|series| series.interval() == interval);
        series.into_iter().flat_map(|series| series.last(CANDLES_MAX + 1))
    }

    /// The number of the next trade.
    pub(crate) const fn next_number(&self) -> u64 {
        self.trades + 1
    }

    /// A trade happened; it gets its number.
    pub(crate) fn trade(&mut self, trade: Trade, is_limit: bool) -> TapeTrade {
        let piece = FullCandle::from(&trade);
        for series in &mut self.series {
            series.absorb(&piece);
            series.settle();
        }
        self.note(trade, is_limit)
    }

    /// A trade goes on the tape; the candles have it already, or hear of it soon.
    pub(super) fn note(&mut self, trade: Trade, is_limit: bool) -> TapeTrade {
        self.trades += 1;
        let told = TapeTrade { number: self.trades, trade, is_limit };
        self.tape.push_back(told);
        if TAPE_MAX < self.tape.len() {
            self.tape.pop_front();
        }
        told
    }

    /// Remembers a candle of the time before the simulation in all lengths that are not shorter.
    pub(crate) fn remember(&mut self, candle: &FullCandle, length: Interval) {
        self.trades += candle.trades;
        self.absorb(candle, length);
    }

    /// Adds a candle of the past, whose trades are counted, to all lengths that are not shorter.
    pub(super) fn absorb(&mut self, candle: &FullCandle, length: Interval) {
        for series in self.series.iter_mut().filter(|series| length <= series.interval()) {
            series.absorb(candle);
        }
    }

    /// The best prices changed.
    pub(crate) fn quote(&mut self, quote: &Quote, time: Timestamp) {
        self.spread(Spread { time, bid: quote.bid.price, ask: quote.ask.price });
    }

    pub(crate) fn spread(&mut self, spread: Spread) {
        self.spreads.push_back(spread);
        if SPREADS_MAX < self.spreads.len() {
            self.spreads.pop_front();
        }
    }

    /// Works out the mean prices of the present candles, after the past has been told.
    pub(super) fn settle(&mut self) {
        for series in &mut self.series {
            series.settle();
        }
    }

    /// What traded today and in the last 24 hours.
    pub(crate) fn day(&self, now: Timestamp) -> DayStatistics {
        let last = *self.tape.back().expect("a market begins with its past");
        let day = Interval::from_minutes(1_440).expect("one of Kraken's lengths");
        let midnight = start_of(now, day);
        let today = self.candles(day).next_back().filter(|candle| candle.start == midnight);
        let minutes = || self.series[0].last(MINUTE_CANDLES_MAX).rev();
        let recent = minutes().take_while(|candle| now <= candle.start + DAY);
        let before = minutes().find(|candle| candle.start + DAY < now);
        let last_24_hours = self.traded(recent, last.trade.price);
        let before = before.map_or(last.trade.price, |candle| candle.close);
        DayStatistics {
            open: today.map_or(last.trade.price, |candle| candle.open),
            last,
            today: self.traded(today.into_iter(), last.trade.price),
            last_24_hours,
            change: last.trade.price - before,
            before,
        }
    }

    fn traded<'a>(&self, candles: impl Iterator<Item = &'a FullCandle>, last: Price) -> Traded {
        let nothing = Traded { volume: Amount::ZERO, vwap: last, low: last, high: last, trades: 0 };
        let mut turnover = Amount::ZERO;
        let mut traded = nothing;
        for candle in candles {
            let is_first = traded.trades == 0;
            traded.low = if is_first { candle.low } else { traded.low.min(candle.low) };
            traded.high = if is_first { candle.high } else { traded.high.max(candle.high) };
            traded.volume += candle.volume;
            traded.trades += candle.trades;
            turnover += candle.turnover;
        }
        traded.vwap = mean_price(turnover, traded.volume, last, self.price_unit);
        traded
    }
}

/// The least difference of two prices as they are written.
fn price_unit(tick: Price) -> Price {
    let decimals = u32::from(decimals_of_price(tick));
    let most = u32::try_from(Price::DECIMALS).expect("ten decimals");
    Price::from_units(10_i64.pow(most - decimals))
}
