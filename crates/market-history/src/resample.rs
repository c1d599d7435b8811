//! Longer candles from shorter ones, or from trades.
//!
//! The grid is that of Kraken's candles: multiples of the length since the Unix epoch. A candle is
//! given when something after it has been seen, or at the end; an interval without trades has
//! none.

use trading_types::{Candle, Interval, Timestamp};

use crate::{
    cursor::{Cursor, TimeRange},
    error::StoreError,
    rows::TradeRow,
    series::step_nanos,
};

/// Puts candles together, one at a time.
#[derive(Clone, Copy, Debug)]
pub struct Resampler {
    step_nanos: u64,
    current: Option<Candle>,
}

impl Resampler {
    /// To candles of this length.
    pub const fn new(interval: Interval) -> Self {
        Self { step_nanos: step_nanos(interval), current: None }
    }

    /// The next candle, which begins after all before it; gives the longer one that is over.
    pub fn add(&mut self, candle: Candle) -> Result<Option<Candle>, StoreError> {
        let start = floor(candle.start, self.step_nanos);
        let candle = Candle { start, ..candle };
        match &mut self.current {
            Some(current) if current.start == start => {
                let Candle { high, low, close, volume, trades, .. } = candle;
                current.high = current.high.max(high);
                current.low = current.low.min(low);
                current.close = close;
                current.volume = current.volume.checked_add(volume).ok_or_else(|| {
                    let what = format!("the volume of the candle at {start} is too large");
                    StoreError::Row { number: 0, what }
                })?;
                current.trades = current.trades.saturating_add(trades);
                Ok(None)
            }
            Some(_) | None => Ok(self.current.replace(candle)),
        }
    }

    /// The next trade, which does not happen before any other; gives the candle that is over.
    pub fn add_trade(&mut self, trade: &TradeRow) -> Result<Option<Candle>, StoreError> {
        let TradeRow { time, price, volume, .. } = *trade;
        let (open, high, low, close) = (price, price, price, price);
        self.add(Candle { start: time, open, high, low, close, volume, trades: 1 })
    }

    /// The candle that was begun.
    pub fn finish(&mut self) -> Option<Candle> {
        self.current.take()
    }
}

/// The last moment of the grid that is not after `time`.
fn floor(time: Timestamp, step_nanos: u64) -> Timestamp {
    Timestamp::from_nanos(time.nanos() - time.nanos() % step_nanos)
}

/// The first moment of the grid that is not before `time`.
fn ceiling(time: Timestamp, step_nanos: u64) -> Timestamp {
    let past = time.nanos() % step_nanos;
    let up = if past == 0 { 0 } else { step_nanos - past };
    Timestamp::from_nanos(time.nanos().saturating_add(up))
}

/// What has to be read for candles of a length in a range: whole ones only.
pub(crate) fn read_range(range: TimeRange, interval: Interval) -> TimeRange {
    let on_grid = |time| ceiling(time, step_nanos(interval));
    TimeRange { from: range.from.map(on_grid), to: range.to.map(on_grid) }
}

/// Candles that are put together while they are read.
#[derive(Debug)]
pub struct ResampledCandles {
    source: Source,
    resampler: Resampler,
    last: Last,
}

/// What becomes of the last candle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    /// It is given as far as it is known.
    Given,
    /// It is given if candles of this length reach its end.
    Whole { shorter_nanos: u64, end: Timestamp },
    /// It is left out: trades do not say whether more follow.
    LeftOut,
}

#[derive(Debug)]
enum Source {
    Candles(Cursor<Candle>),
    Trades(Cursor<TradeRow>),
}

impl ResampledCandles {
    pub(crate) fn of_candles(cursor: Cursor<Candle>, interval: Interval) -> Self {
        let (source, resampler) = (Source::Candles(cursor), Resampler::new(interval));
        Self { source, resampler, last: Last::Given }
    }

    pub(crate) fn of_trades(cursor: Cursor<TradeRow>, interval: Interval) -> Self {
        let (source, resampler) = (Source::Trades(cursor), Resampler::new(interval));
        Self { source, resampler, last: Last::Given }
    }

    /// Without the last candle, unless the shorter ones reach its end.
    pub(crate) fn whole(self, shorter: Interval) -> Self {
        let shorter_nanos = step_nanos(shorter);
        Self { last: Last::Whole { shorter_nanos, end: Timestamp::EPOCH }, ..self }
    }

    /// Without the last candle.
    pub(crate) fn without_last(self) -> Self {
        Self { last: Last::LeftOut, ..self }
    }

    /// The candle that was begun when there is nothing more.
    fn finish(&mut self) -> Option<Candle> {
        let step = self.resampler.step_nanos;
        let candle = self.resampler.finish()?;
        let is_given = match self.last {
            Last::Given => true,
            Last::Whole { end, .. } => candle.start.nanos().saturating_add(step) <= end.nanos(),
            Last::LeftOut => false,
        };
        is_given.then_some(candle)
    }

    /// The next candle, or nothing after the last.
    pub fn next_row(&mut self) -> Result<Option<Candle>, StoreError> {
        loop {
            let finished = match &mut self.source {
                Source::Candles(cursor) => match cursor.next_row()? {
                    Some(candle) => {
                        if let Last::Whole { shorter_nanos, end } = &mut self.last {
                            let nanos = candle.start.nanos().saturating_add(*shorter_nanos);
                            *end = Timestamp::from_nanos(nanos);
                        }
                        self.resampler.add(candle)?
                    }
                    None => return Ok(self.finish()),
                },
                Source::Trades(cursor) => match cursor.next_row()? {
                    Some(trade) => self.resampler.add_trade(&trade)?,
                    None => return Ok(self.finish()),
                },
            };
            if finished.is_some() {
                return Ok(finished);
            }
        }
    }

    /// Bytes of the files that were read so far.
    pub fn bytes_read(&self) -> u64 {
        match &self.source {
            Source::Candles(cursor) => cursor.bytes_read(),
            Source::Trades(cursor) => cursor.bytes_read(),
        }
    }

    /// Bytes of all files that are to be read.
    pub fn bytes_total(&self) -> u64 {
        match &self.source {
            Source::Candles(cursor) => cursor.bytes_total(),
            Source::Trades(cursor) => cursor.bytes_total(),
        }
    }
}

#[cfg(test)]
mod tests;
