//! Trades from the bytes of a CSV file, in both forms of Kraken's archives of time and sales
//! (<https://support.kraken.com/articles/360047543791>, read on 2026-11-21).
//!
//! The complete archive has no line with names, and `timestamp,price,volume`. The quarterly ones
//! begin with `price,volume,timestamp,type,ordertype,misc`, and their rows have one field more, the
//! number of the trade. Which it is, the names say; what `misc` holds is passed over. Bytes are
//! rows, exactly, or an error with its line.

mod form;

use std::io::{self, BufRead, Read};

use trading_types::{Amount, Price, Side, Timestamp};

use self::form::Form;
use crate::{
    number,
    rows::{OrderKind, TradeRow},
};

/// The longest line that is looked at. A trade needs about seventy bytes.
const LINE_BYTES_MAX: usize = 512;
/// From 2009, the year of Bitcoin's first block, to 2100.
const SECONDS: std::ops::Range<u64> = 1_230_768_000..4_102_444_800;
/// Some programs begin a file with this mark of UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// The longest text of a file that is repeated in a message.
const SHOWN_BYTES_MAX: usize = 60;

/// What is wrong with a file of trades.
#[derive(Debug, thiserror::Error)]
pub enum TradeCsvError {
    /// It cannot be read.
    #[error("line {line}: {error}")]
    Disk {
        /// The line that was being read.
        line: u64,
        /// What the disk or the archive said.
        error: io::Error,
    },
    /// A line is no trade.
    #[error("line {line}: {what}")]
    Line {
        /// Which, from 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// It has no trade at all.
    #[error("it has no trades")]
    Empty,
}

/// Reads trades, one at a time.
#[derive(Debug)]
pub struct TradeReader<B> {
    input: B,
    form: Option<Form>,
    line: Vec<u8>,
    number: u64,
    bytes_read: u64,
}

impl<B: BufRead> TradeReader<B> {
    /// A reader of these bytes.
    pub fn new(input: B) -> Self {
        let line = Vec::with_capacity(LINE_BYTES_MAX);
        Self { input, form: None, line, number: 0, bytes_read: 0 }
    }

    /// The next trade, or nothing after the last.
    pub fn next_trade(&mut self) -> Result<Option<TradeRow>, TradeCsvError> {
        if !self.read_line()? {
            return if self.form.is_none() { Err(TradeCsvError::Empty) } else { Ok(None) };
        }
        if let Some(form) = self.form {
            return self.trade(form).map(Some);
        }
        if self.line.starts_with(BYTE_ORDER_MARK) {
            self.line.drain(..BYTE_ORDER_MARK.len());
        }
        let form = Form::of_first_line(&self.line).map_err(|what| self.wrong(what))?;
        self.form = Some(form);
        if form.is_named { self.next_trade() } else { self.trade(form).map(Some) }
    }

    /// Bytes read so far.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// The bytes behind the trades.
    pub fn into_inner(self) -> B {
        self.input
    }

    fn trade(&self, form: Form) -> Result<TradeRow, TradeCsvError> {
        let mut fields = [&self.line[..0]; form::FIELDS_MAX];
        let mut count = 0;
        for field in self.line.split(|byte| *byte == b',') {
            if let Some(place) = fields.get_mut(count) {
                *place = field;
            }
            count += 1;
        }
        if !form.fits(count) {
            let wanted = form.columns;
            let what = format!("it has {count} columns, and the first line has {wanted}");
            return Err(self.wrong(what));
        }
        let field = |at: Option<usize>| at.map(|at| fields[at]);
        let price = fields[form.price];
        let wrong = |what: &str, text: &[u8]| self.wrong(format!("`{}` is no {what}", shown(text)));
        Ok(TradeRow {
            time: time(fields[form.time]).ok_or_else(|| wrong("time", fields[form.time]))?,
            price: parse_price(price).ok_or_else(|| wrong("price above zero", price))?,
            volume: number::decimal(fields[form.volume], AMOUNT_DECIMALS)
                .map(Amount::from_units)
                .ok_or_else(|| wrong("volume", fields[form.volume]))?,
            side: field(form.side)
                .map(|text| side(text).ok_or_else(|| wrong("side (b or s)", text)))
                .transpose()?,
            order: field(form.order).and_then(order),
            id: field(form.id.filter(|at| *at < count))
                .map_or(Ok(None), |text| id(text).map_err(|()| wrong("number of a trade", text)))?,
        })
    }

    /// Reads the next line without what ends it; false at the end.
    fn read_line(&mut self) -> Result<bool, TradeCsvError> {
        self.line.clear();
        self.number += 1;
        let line = self.number;
        let mut limited = self.input.by_ref().take(LINE_BYTES_MAX as u64 + 2);
        let read = limited
            .read_until(b'\n', &mut self.line)
            .map_err(|error| TradeCsvError::Disk { line, error })?;
        self.bytes_read += read as u64;
        let is_whole = self.line.ends_with(b"\n");
        while self.line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            self.line.pop();
        }
        if LINE_BYTES_MAX < self.line.len() || !is_whole && LINE_BYTES_MAX < read {
            return Err(self.wrong(format!("it has more than {LINE_BYTES_MAX} bytes")));
        }
        Ok(0 < read)
    }

    fn wrong(&self, what: String) -> TradeCsvError {
        TradeCsvError::Line { line: self.number, what }
    }
}

const PRICE_DECIMALS: i32 = 10;
const AMOUNT_DECIMALS: i32 = 18;
const _: () = assert!(Price::DECIMALS == 10 && Amount::DECIMALS == 18);

fn parse_price(text: &[u8]) -> Option<Price> {
    let units = i64::try_from(number::decimal(text, PRICE_DECIMALS)?).ok()?;
    (0 < units).then_some(Price::from_units(units))
}

/// Seconds with at most nine decimals.
fn time(text: &[u8]) -> Option<Timestamp> {
    if text.contains(&b'E') {
        return None;
    }
    let nanos = u64::try_from(number::decimal(text, 9)?).ok()?;
    SECONDS.contains(&(nanos / 1_000_000_000)).then_some(Timestamp::from_nanos(nanos))
}

fn side(text: &[u8]) -> Option<Side> {
    match text {
        b"b" | b"buy" => Some(Side::Buy),
        b"s" | b"sell" => Some(Side::Sell),
        _ => None,
    }
}

/// Kraken may add kinds; one that is not known is not told.
fn order(text: &[u8]) -> Option<OrderKind> {
    match text {
        b"m" | b"market" => Some(OrderKind::Market),
        b"l" | b"limit" => Some(OrderKind::Limit),
        _ => None,
    }
}

/// The oldest trades have no number, or 0.
fn id(text: &[u8]) -> Result<Option<u64>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    let is_number = text.iter().all(u8::is_ascii_digit);
    let number = str::from_utf8(text).ok().filter(|_| is_number).and_then(|it| it.parse().ok());
    number.map(|it| (it != 0).then_some(it)).ok_or(())
}

fn shown(text: &[u8]) -> String {
    text[..text.len().min(SHOWN_BYTES_MAX)].escape_ascii().to_string()
}

#[cfg(test)]
mod tests;
