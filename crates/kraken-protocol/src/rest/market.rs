//! Answers about the market, which need no key
//! (<https://docs.kraken.com/exchange/api-reference>, read on 2026-11-21).

pub mod history;
pub mod pairs;
pub mod status;

use trading_types::{Amount, BookLevel, Pair, Price, Quantity, Quote, Timestamp};

pub use self::{
    history::{Candles, SpreadRow, Spreads, Trades, TradesRow, candles, spreads, trades},
    pairs::{AssetInfo, AssetPairs, PairInfo, PairStatus, asset_pairs, assets},
    status::{Maintenance, SystemStatus, system_status},
};
use super::{
    fields::{DecodeError, Fields, Read, Value, whole},
    pair_names::PairNames,
};

/// What `Ticker` tells of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticker {
    /// Best bid and ask.
    pub quote: Quote,
    /// The last trade's price.
    pub last: Price,
    /// The last trade's quantity.
    pub last_quantity: Quantity,
    /// The first price since midnight in UTC.
    pub open: Price,
    /// Since midnight in UTC.
    pub today: TickerPeriod,
    /// In the last 24 hours.
    pub day: TickerPeriod,
}

/// What `Ticker` tells of a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TickerPeriod {
    /// Base asset traded.
    pub volume: Amount,
    /// The average price, weighted by volume; decimals after the tenth are cut off.
    pub average: Price,
    /// The lowest price.
    pub low: Price,
    /// The highest price.
    pub high: Price,
    /// Number of trades.
    pub trades: u64,
}

/// What `Depth` tells: a picture of the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Depth {
    /// Whose book, where its name is known.
    pub pair: Option<Pair>,
    /// Who buys, the best price first.
    pub bids: Vec<BookLevel>,
    /// Who sells, the best price first.
    pub asks: Vec<BookLevel>,
}

/// Reads the result of `Time`.
pub fn time(result: &str) -> Result<Timestamp, DecodeError> {
    whole(result)?.object()?.read("unixtime", Value::time)
}

/// Reads the result of `Ticker`. Pairs whose names are not known are left out.
pub fn tickers(result: &str, names: &PairNames) -> Result<Vec<(Pair, Ticker)>, DecodeError> {
    let all = whole(result)?.object()?.each(|name, value| match names.pair(name) {
        Some(pair) => ticker(value).map(|ticker| Some((pair, ticker))),
        None => Ok(None),
    })?;
    Ok(all.into_iter().flatten().collect())
}

fn ticker(value: Value<'_>) -> Read<Ticker> {
    let fields = value.object()?;
    // Three values: the price, the quantity in whole lots, the quantity.
    let best = |name| {
        let price = one_of(&fields, name, 0, Value::price)?;
        Ok(BookLevel { price, quantity: one_of(&fields, name, 2, Value::quantity)? })
    };
    let period = |at| {
        Ok(TickerPeriod {
            volume: one_of(&fields, "v", at, Value::amount)?,
            average: one_of(&fields, "p", at, Value::rough_price)?,
            low: one_of(&fields, "l", at, Value::price)?,
            high: one_of(&fields, "h", at, Value::price)?,
            trades: one_of(&fields, "t", at, Value::integer)?,
        })
    };
    Ok(Ticker {
        quote: Quote { bid: best("b")?, ask: best("a")? },
        last: one_of(&fields, "c", 0, Value::price)?,
        last_quantity: one_of(&fields, "c", 1, Value::quantity)?,
        open: fields.read("o", Value::price)?,
        today: period(0)?,
        day: period(1)?,
    })
}

/// A value of the row that is filed under `name`.
fn one_of<'a, T>(
    fields: &Fields<'a>,
    name: &str,
    at: usize,
    read: impl FnOnce(Value<'a>) -> Read<T>,
) -> Read<T> {
    fields.read(name, |row| row.row()?.read(at, &at.to_string(), read))
}

/// Reads the result of `Depth`.
pub fn depth(result: &str, names: &PairNames) -> Result<Depth, DecodeError> {
    whole(result)?.object()?.only_one("last", |name, value| {
        let sides = value.object()?;
        let levels = |rows: Value<'_>| rows.each(level);
        Ok(Depth {
            pair: names.pair(name),
            bids: sides.read("bids", levels)?,
            asks: sides.read("asks", levels)?,
        })
    })
}

/// A row of price, quantity and a time in whole seconds, which nobody needs.
fn level(value: Value<'_>) -> Read<BookLevel> {
    let row = value.row()?;
    let price = row.read(0, "price", Value::price)?;
    Ok(BookLevel { price, quantity: row.read(1, "quantity", Value::quantity)? })
}

#[cfg(test)]
mod tests;
