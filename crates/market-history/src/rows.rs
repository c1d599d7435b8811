//! What the store keeps: rows of one kind, as values and as columns.
//!
//! **Law.** What is appended and read again is the same value, to the last digit.

mod book;
mod candles;
mod trades;

use std::fmt;

use trading_types::{Amount, Candle, Price, Timestamp};

pub use self::{
    book::{BookColumns, BookRow, BookSide},
    candles::CandleColumns,
    trades::{OrderKind, TradeColumns, TradeRow},
};
use crate::columns::Columns;

/// The largest number of 18 digits: what a decimal of 64 bits may hold in Arrow.
const PRICE_MAX: i64 = 999_999_999_999_999_999;
/// The largest number of 38 digits: what a decimal of 128 bits may hold in Arrow.
const AMOUNT_MAX: i128 = 10_i128.pow(38) - 1;

/// What rows of a batch have to follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// The time of the last row before them.
    pub after: Option<Timestamp>,
    /// The length of a candle in nanoseconds.
    pub step_nanos: Option<u64>,
}

/// What is wrong with a row: which, and what.
pub type RowFault = (usize, String);

/// A row of one of the kinds that the store keeps.
pub trait Row: Copy + PartialEq + fmt::Debug {
    /// Its columns.
    type Columns: Columns;
    /// What it is called when there are many.
    const NAME: &'static str;
    /// Whether two rows may have the same time.
    const MAY_SHARE_TIME: bool;

    /// Whether the venue gives them numbers.
    const IS_NUMBERED: bool;

    /// When it begins or happened.
    fn time(&self) -> Timestamp;

    /// What tells it from others of the same time, where the venue gave it a number.
    fn number(&self) -> Option<u64>;

    /// It, if it is a candle.
    fn candle(&self) -> Option<Candle> {
        None
    }

    /// Why it cannot be kept.
    fn check(&self) -> Result<(), String>;

    /// Adds it as the last row. It has passed the check.
    fn append(&self, columns: &mut Self::Columns);

    /// The row with this index. The columns have passed the check.
    fn at(columns: &Self::Columns, index: usize) -> Self;

    /// Their times.
    fn times(columns: &Self::Columns) -> &[i64];

    /// The first thing wrong with rows that were read.
    fn check_columns(columns: &Self::Columns, order: Order) -> Result<(), RowFault>;
}

/// Whether times are none before 1970 and each after the one before it, or at the same time where
/// that may be.
#[expect(clippy::needless_bitwise_bool, reason = "a branch a time takes ten times as long")]
fn check_times(times: &[i64], order: Order, may_share: bool) -> Result<(), RowFault> {
    let step = order.step_nanos.map_or(1, signed);
    let after = order.after.map_or(-1, |it| signed(it.nanos()));
    let first = times.first().copied().unwrap_or(0);
    let follows = |before: i64, time: i64| before < time || may_share && before == time;
    // Without leaving early, so that many are looked at at once.
    let pairs = times.iter().zip(times.iter().skip(1));
    let mut is_right = 0 <= first && follows(after, first);
    is_right &= pairs.fold(true, |all, (one, next)| all & follows(*one, *next));
    if 1 < step {
        is_right &= times.iter().fold(true, |all, time| all & (time % step == 0));
    }
    if is_right {
        return Ok(());
    }
    let mut before = after;
    for (row, time) in times.iter().enumerate() {
        if *time < 0 {
            return Err((row, "its time is before 1970".to_owned()));
        }
        if !follows(before, *time) {
            let (time, before) = (moment(*time), moment(before.max(0)));
            return Err((row, format!("its time {time} does not follow {before}")));
        }
        if *time % step != 0 {
            return Err((row, format!("{} is not on the grid of the candles", moment(*time))));
        }
        before = *time;
    }
    Ok(())
}

/// A time as it is kept. The year 2262 is far enough.
fn signed(nanos: u64) -> i64 {
    i64::try_from(nanos).unwrap_or(i64::MAX)
}

/// A time that was kept.
fn moment(nanos: i64) -> Timestamp {
    Timestamp::from_nanos(u64::try_from(nanos).expect("times are checked before they are used"))
}

fn check_time(time: Timestamp) -> Result<(), String> {
    if time.nanos() < i64::MAX.cast_unsigned() {
        Ok(())
    } else {
        Err(format!("the time {time} is after the year 2262"))
    }
}

fn check_price(price: Price) -> Result<(), String> {
    if price.is_positive() && price.units() <= PRICE_MAX {
        Ok(())
    } else {
        Err(format!("the price {price} is not above zero and below a hundred million"))
    }
}

fn check_amount(amount: Amount) -> Result<(), String> {
    if (0..=AMOUNT_MAX).contains(&amount.units()) {
        Ok(())
    } else {
        Err(format!("the volume {amount} is negative or too large"))
    }
}

#[cfg(test)]
mod tests;
