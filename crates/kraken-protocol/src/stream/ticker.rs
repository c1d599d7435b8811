//! Frames of the `ticker` channel: best prices and the figures of the last 24 hours
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/ticker>, read on 2026-11-21).
//!
//! Numbers may come as JSON numbers or as texts. Best prices are there or the frame is refused;
//! what is only statistics may be missing.

use serde::Deserialize;
use trading_types::{Amount, BookLevel, Fraction, Pair, Price, Quantity, Quote, Timestamp};

use super::{
    body::Body,
    envelope::{Envelope, FrameError},
    number::Exact,
};

/// One row of the `ticker` channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticker {
    /// On which pair.
    pub pair: Pair,
    /// The best bid and ask.
    pub quote: Quote,
    /// The price of the last trade.
    pub last: Price,
    /// Base asset traded in the last 24 hours.
    pub volume: Option<Amount>,
    /// The average price of the last 24 hours, weighted by volume.
    pub average_price: Option<Amount>,
    /// The lowest price of the last 24 hours.
    pub low: Option<Price>,
    /// The highest price of the last 24 hours.
    pub high: Option<Price>,
    /// By how much the price changed in the last 24 hours.
    pub change: Option<Amount>,
    /// The same as a part of the price then.
    pub change_fraction: Option<Fraction>,
    /// When, by Kraken's clock. Older frames have none.
    pub time: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Row {
    symbol: Pair,
    bid: Exact<Price>,
    bid_qty: Exact<Quantity>,
    ask: Exact<Price>,
    ask_qty: Exact<Quantity>,
    last: Exact<Price>,
    volume: Option<Exact<Amount>>,
    vwap: Option<Exact<Amount>>,
    low: Option<Exact<Price>>,
    high: Option<Exact<Price>>,
    change: Option<Exact<Amount>>,
    change_pct: Option<Exact<Amount>>,
    timestamp: Option<Timestamp>,
}

impl Ticker {
    /// Reads a frame of the `ticker` channel.
    pub fn decode(envelope: &Envelope<'_>) -> Result<Vec<Self>, FrameError> {
        let rows: Vec<Row> = Body::of(envelope, "ticker")?.rows()?;
        Ok(rows.into_iter().map(Row::into_ticker).collect())
    }
}

impl Row {
    fn into_ticker(self) -> Ticker {
        Ticker {
            pair: self.symbol,
            quote: Quote {
                bid: BookLevel { price: self.bid.0, quantity: self.bid_qty.0 },
                ask: BookLevel { price: self.ask.0, quantity: self.ask_qty.0 },
            },
            last: self.last.0,
            volume: self.volume.map(|it| it.0),
            average_price: self.vwap.map(|it| it.0),
            low: self.low.map(|it| it.0),
            high: self.high.map(|it| it.0),
            change: self.change.map(|it| it.0),
            change_fraction: self.change_pct.and_then(|it| fraction_of_percent(it.0)),
            time: self.timestamp,
        }
    }
}

/// Percent as a fraction, or nothing when it needs more decimals than a fraction has.
fn fraction_of_percent(percent: Amount) -> Option<Fraction> {
    // 18 decimals of percent are 20 of the whole; a fraction has eight.
    const UNIT: i128 = 10_i128.pow(12);
    let units = percent.units();
    if units % UNIT != 0 {
        return None;
    }
    i64::try_from(units / UNIT).ok().map(Fraction::from_units)
}

#[cfg(test)]
mod tests;
