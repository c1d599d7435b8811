//! Candles and equity as a chart needs them, gathered in constant memory: when there are too many,
//! neighbors become one. Prices stay exact; nothing is made up where a candle is missing.

use std::time::Duration;

use trading_types::{Amount, Candle, Price, Rounding, Timestamp};

use crate::{input::Month, varint};

/// The most candles that a page has. With all their digits they take about 1.5 MB.
pub const BUCKETS_MAX: usize = 80_000;

/// Decimals that a [`Price`] can have.
const PRICE_DECIMALS: u8 = 10;
/// Decimals that an [`Amount`] can have.
const AMOUNT_DECIMALS: u8 = 18;
/// Equity is drawn with no more than this: beyond lies dust.
const EQUITY_DECIMALS_MAX: u8 = 8;

/// Gathers candles and the equity at their closes.
#[derive(Clone, Debug)]
pub struct Gatherer {
    interval: u64,
    factor: u64,
    buckets_max: usize,
    equity_decimals: u8,
    first: Option<Timestamp>,
    buckets: Vec<Bucket>,
    price_step: i64,
    months: Months,
}

/// Neighbors that are drawn as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bucket {
    /// Where it begins, counted in its own width from the first candle.
    place: u64,
    open: Price,
    high: Price,
    low: Price,
    close: Price,
    equity_min: i64,
    equity_max: i64,
    equity: i64,
}

impl Bucket {
    fn merge(&mut self, later: &Self) {
        self.high = self.high.max(later.high);
        self.low = self.low.min(later.low);
        self.close = later.close;
        self.equity_min = self.equity_min.min(later.equity_min);
        self.equity_max = self.equity_max.max(later.equity_max);
        self.equity = later.equity;
    }
}

/// What was gathered, packed.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub(crate) start: u64,
    pub(crate) interval: u64,
    pub(crate) factor: u64,
    pub(crate) count: usize,
    pub(crate) price_decimals: u8,
    pub(crate) equity_decimals: u8,
    pub(crate) packed: Vec<u8>,
    /// What was won in each month.
    pub months: Vec<Month>,
}

impl Gatherer {
    /// Nothing yet. `equity_decimals` are those of the quote asset.
    pub fn new(interval: Duration, cash: Amount, equity_decimals: u8) -> Self {
        Self {
            interval: interval.as_secs().max(1),
            factor: 1,
            buckets_max: BUCKETS_MAX,
            equity_decimals: equity_decimals.min(EQUITY_DECIMALS_MAX),
            first: None,
            buckets: Vec::new(),
            price_step: 10_i64.pow(PRICE_DECIMALS.into()),
            months: Months::new(cash),
        }
    }

    /// The next candle, and what everything was worth at its close.
    pub fn see(&mut self, candle: &Candle, equity: Amount) {
        let first = *self.first.get_or_insert(candle.start);
        self.months.see(candle.start, equity);
        for price in [candle.open, candle.high, candle.low, candle.close] {
            while price.units() % self.price_step != 0 {
                self.price_step /= 10;
            }
        }
        let equity = self.equity_units(equity);
        let place = candle.start.since(first).as_secs() / (self.interval * self.factor);
        let bucket = Bucket {
            place,
            open: candle.open,
            high: candle.high,
            low: candle.low,
            close: candle.close,
            equity_min: equity,
            equity_max: equity,
            equity,
        };
        match self.buckets.last_mut() {
            Some(last) if last.place == place => last.merge(&bucket),
            _ => self.buckets.push(bucket),
        }
        while self.buckets_max < self.buckets.len() {
            self.halve();
        }
    }

    /// What everything was worth in the end, after what was held at the last close had been sold.
    pub fn end(&mut self, equity: Amount) {
        let units = self.equity_units(equity);
        if let Some(last) = self.buckets.last_mut() {
            // With one candle in the bucket, that close is no longer on the curve.
            let is_single = self.factor == 1;
            last.equity_min = if is_single { units } else { last.equity_min.min(units) };
            last.equity_max = if is_single { units } else { last.equity_max.max(units) };
            last.equity = units;
            self.months.last = equity;
        }
    }

    /// Makes each bucket twice as wide.
    fn halve(&mut self) {
        self.factor *= 2;
        let mut kept = 0;
        for at in 0..self.buckets.len() {
            let bucket = Bucket { place: self.buckets[at].place / 2, ..self.buckets[at] };
            if 0 < kept && self.buckets[kept - 1].place == bucket.place {
                self.buckets[kept - 1].merge(&bucket);
            } else {
                self.buckets[kept] = bucket;
                kept += 1;
            }
        }
        self.buckets.truncate(kept);
    }

    fn equity_units(&self, equity: Amount) -> i64 {
        let step = 10_i128.pow((AMOUNT_DECIMALS - self.equity_decimals).into());
        let units = equity.round_to_decimals(self.equity_decimals, Rounding::Down).units() / step;
        i64::try_from(units).unwrap_or(i64::MAX)
    }

    /// All seen; nothing when there was no candle.
    pub fn finish(self) -> Option<Series> {
        let start = self.first?.seconds();
        let zeros = self.price_step.max(1).ilog10();
        Some(Series {
            start,
            interval: self.interval,
            factor: self.factor,
            count: self.buckets.len(),
            price_decimals: PRICE_DECIMALS.saturating_sub(u8::try_from(zeros).unwrap_or(0)),
            equity_decimals: self.equity_decimals,
            packed: self.pack(),
            months: self.months.finish(),
        })
    }

    /// For each bucket: places left out, then open, high, low, close and equity, each as its
    /// distance from what stood before. The script of the page reads it back.
    fn pack(&self) -> Vec<u8> {
        let mut packed = Vec::new();
        let units = |price: Price| price.units() / self.price_step;
        let distance = |from: i64, to: i64| from.abs_diff(to);
        let (mut next_place, mut close_before, mut equity_before) = (0, 0, 0_i64);
        for bucket in &self.buckets {
            let (open, close) = (units(bucket.open), units(bucket.close));
            varint::unsigned(&mut packed, bucket.place - next_place);
            varint::signed(&mut packed, open - close_before);
            varint::signed(&mut packed, close - open);
            varint::unsigned(&mut packed, distance(open.max(close), units(bucket.high)));
            varint::unsigned(&mut packed, distance(open.min(close), units(bucket.low)));
            varint::signed(&mut packed, bucket.equity.wrapping_sub(equity_before));
            if 1 < self.factor {
                varint::unsigned(&mut packed, distance(bucket.equity, bucket.equity_max));
                varint::unsigned(&mut packed, distance(bucket.equity, bucket.equity_min));
            }
            (next_place, close_before, equity_before) = (bucket.place + 1, close, bucket.equity);
        }
        packed
    }
}

/// Gathers what was won in each month, by the calendar of UTC.
#[derive(Clone, Debug)]
struct Months {
    done: Vec<Month>,
    day: Option<u64>,
    before: Amount,
    last: Amount,
}

impl Months {
    fn new(cash: Amount) -> Self {
        Self { done: Vec::new(), day: None, before: cash, last: cash }
    }

    fn see(&mut self, time: Timestamp, equity: Amount) {
        if self.day != Some(time.day()) {
            self.day = Some(time.day());
            self.begin(month_of(time));
        }
        self.last = equity;
    }

    fn begin(&mut self, (year, month): (u32, u32)) {
        if self.done.last().is_some_and(|it| (it.year, it.month) == (year, month)) {
            return;
        }
        self.close();
        self.before = self.last;
        self.done.push(Month { year, month, gain: 0.0 });
    }

    #[expect(clippy::float_arithmetic, reason = "a return is an opinion, not money")]
    fn close(&mut self) {
        if let Some(month) = self.done.last_mut()
            && self.before.is_positive()
        {
            month.gain = self.last.to_f64() / self.before.to_f64() - 1.0;
        }
    }

    fn finish(mut self) -> Vec<Month> {
        self.close();
        self.done
    }
}

/// Year and month, as the date is written.
fn month_of(time: Timestamp) -> (u32, u32) {
    let date = time.to_string();
    let part = |range| date.get(range).and_then(|it: &str| it.parse().ok());
    part(0..4).zip(part(5..7)).expect("a date begins with year and month")
}

#[cfg(test)]
mod tests;
