//! What has traded: candles, trades, best prices.
//!
//! The last candle is always the running one and is kept apart, so that nobody takes it for closed.

use trading_types::{Candle, Pair, Price, Side, Timestamp, Trade};

use crate::rest::{
    fields::{DecodeError, Problem, Read, Value, whole},
    pair_names::PairNames,
};

/// What `OHLC` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candles {
    /// Of which pair, where its name is known.
    pub pair: Option<Pair>,
    /// The closed candles, the oldest first: at most 720. Kraken fills quiet intervals with flat
    /// ones that have no trades.
    pub closed: Vec<Candle>,
    /// The candle that is still running.
    pub running: Option<Candle>,
    /// When the last closed candle began: what to ask from the next time.
    pub last: Timestamp,
}

/// What `Trades` tells: a page of trades.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trades {
    /// Of which pair, where its name is known.
    pub pair: Option<Pair>,
    /// The trades, the oldest first: at most 1000.
    pub trades: Vec<TradesRow>,
    /// Where the next page begins; nothing when this was the last.
    pub next: Option<Timestamp>,
}

/// A trade between others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradesRow {
    /// The trade.
    pub trade: Trade,
    /// Whether the taker's order was a market order.
    pub is_market: bool,
    /// Its number on the pair, by which a trade on two pages is recognized. Older rows have none.
    pub number: Option<u64>,
}

/// What `Spread` tells: how the best prices moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spreads {
    /// Of which pair, where its name is known.
    pub pair: Option<Pair>,
    /// The best prices, the oldest first.
    pub rows: Vec<SpreadRow>,
    /// What to ask from the next time.
    pub last: Timestamp,
}

/// The best prices at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpreadRow {
    /// When.
    pub time: Timestamp,
    /// The highest price somebody paid.
    pub bid: Price,
    /// The lowest price somebody asked.
    pub ask: Price,
}

/// Reads the result of `OHLC`.
pub fn candles(result: &str, names: &PairNames) -> Result<Candles, DecodeError> {
    let fields = whole(result)?.object()?;
    let last = fields.read("last", Value::time)?;
    fields.only_one("last", |name, rows| {
        let mut closed = rows.each(candle)?;
        // Whatever began after the last closed one is running.
        let running = closed.pop_if(|candle| last < candle.start);
        Ok(Candles { pair: names.pair(name), closed, running, last })
    })
}

/// A row of start, open, high, low, close, average, volume and number of trades.
fn candle(value: Value<'_>) -> Read<Candle> {
    let row = value.row()?;
    let candle = Candle {
        start: row.read(0, "time", Value::time)?,
        open: row.read(1, "open", Value::price)?,
        high: row.read(2, "high", Value::price)?,
        low: row.read(3, "low", Value::price)?,
        close: row.read(4, "close", Value::price)?,
        volume: row.read(6, "volume", Value::amount)?,
        trades: row.read(7, "count", Value::integer)?,
    };
    candle.check().map_err(|error| DecodeError {
        field: String::new(),
        problem: Problem::Malformed(error.to_string()),
    })?;
    Ok(candle)
}

/// Reads the result of `Trades`.
pub fn trades(result: &str, names: &PairNames) -> Result<Trades, DecodeError> {
    let fields = whole(result)?.object()?;
    // An empty text says that there is no further page.
    let next = fields.read("last", |value| match &*value.digits()? {
        "" => Ok(None),
        _ => value.time_in_nanos().map(Some),
    })?;
    fields.only_one("last", |name, rows| {
        Ok(Trades { pair: names.pair(name), trades: rows.each(trade)?, next })
    })
}

/// A row of price, quantity, time, side, kind, something empty, and a number.
fn trade(value: Value<'_>) -> Read<TradesRow> {
    let row = value.row()?;
    Ok(TradesRow {
        trade: Trade {
            price: row.read(0, "price", Value::price)?,
            quantity: row.read(1, "quantity", Value::quantity)?,
            time: row.read(2, "time", Value::time)?,
            taker_side: row.read(3, "side", side)?,
        },
        is_market: row.read(4, "kind", |value| Ok(value.text()? == "m"))?,
        number: row.read_if_any(6, "number", Value::integer)?,
    })
}

fn side(value: Value<'_>) -> Read<Side> {
    match &*value.text()? {
        "b" => Ok(Side::Buy),
        "s" => Ok(Side::Sell),
        _ => Err(value.is_no("`b` or `s`")),
    }
}

/// Reads the result of `Spread`.
pub fn spreads(result: &str, names: &PairNames) -> Result<Spreads, DecodeError> {
    let fields = whole(result)?.object()?;
    let last = fields.read("last", Value::time)?;
    fields.only_one("last", |name, rows| {
        let rows = rows.each(|row| {
            let row = row.row()?;
            Ok(SpreadRow {
                time: row.read(0, "time", Value::time)?,
                bid: row.read(1, "bid", Value::price)?,
                ask: row.read(2, "ask", Value::price)?,
            })
        })?;
        Ok(Spreads { pair: names.pair(name), rows, last })
    })
}

#[cfg(test)]
mod tests;
