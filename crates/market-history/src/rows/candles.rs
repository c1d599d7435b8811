//! Candles.

use trading_types::{Amount, Candle, Price, Timestamp};

use super::{
    AMOUNT_MAX, Order, PRICE_MAX, Row, RowFault, check_amount, check_price, check_time,
    check_times, moment, signed,
};
use crate::columns::{Columns, Field, Kind, Slot, SlotMut};

/// Candles, a column for each number. All columns have the same length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CandleColumns {
    /// When each began, in nanoseconds since the Unix epoch.
    pub start: Vec<i64>,
    /// First prices, in units of 10^-10.
    pub open: Vec<i64>,
    /// Highest prices, in units of 10^-10.
    pub high: Vec<i64>,
    /// Lowest prices, in units of 10^-10.
    pub low: Vec<i64>,
    /// Last prices, in units of 10^-10.
    pub close: Vec<i64>,
    /// Base asset traded, in units of 10^-18.
    pub volume: Vec<i128>,
    /// Numbers of trades.
    pub trades: Vec<u32>,
}

impl Columns for CandleColumns {
    const FIELDS: &'static [Field] = &[
        Field { name: "time", kind: Kind::Time },
        Field { name: "open", kind: Kind::Price },
        Field { name: "high", kind: Kind::Price },
        Field { name: "low", kind: Kind::Price },
        Field { name: "close", kind: Kind::Price },
        Field { name: "volume", kind: Kind::Amount },
        Field { name: "trades", kind: Kind::Count },
    ];

    fn slots(&self) -> Vec<Slot<'_>> {
        let Self { start, open, high, low, close, volume, trades } = self;
        vec![
            Slot::Wide(start),
            Slot::Wide(open),
            Slot::Wide(high),
            Slot::Wide(low),
            Slot::Wide(close),
            Slot::Widest(volume),
            Slot::Count(trades),
        ]
    }

    fn slots_mut(&mut self) -> Vec<SlotMut<'_>> {
        let Self { start, open, high, low, close, volume, trades } = self;
        vec![
            SlotMut::Wide(start),
            SlotMut::Wide(open),
            SlotMut::Wide(high),
            SlotMut::Wide(low),
            SlotMut::Wide(close),
            SlotMut::Widest(volume),
            SlotMut::Count(trades),
        ]
    }
}

impl Row for Candle {
    type Columns = CandleColumns;
    const NAME: &'static str = "candles";
    const MAY_SHARE_TIME: bool = false;
    const IS_NUMBERED: bool = false;

    fn time(&self) -> Timestamp {
        self.start
    }

    fn number(&self) -> Option<u64> {
        None
    }

    fn candle(&self) -> Option<Self> {
        Some(*self)
    }

    fn check(&self) -> Result<(), String> {
        Self::check(self).map_err(|error| error.to_string())?;
        check_time(self.start)?;
        check_price(self.high)?;
        check_amount(self.volume)
    }

    fn append(&self, columns: &mut CandleColumns) {
        columns.start.push(signed(self.start.nanos()));
        columns.open.push(self.open.units());
        columns.high.push(self.high.units());
        columns.low.push(self.low.units());
        columns.close.push(self.close.units());
        columns.volume.push(self.volume.units());
        columns.trades.push(self.trades);
    }

    fn at(columns: &CandleColumns, index: usize) -> Self {
        Self {
            start: moment(columns.start[index]),
            open: Price::from_units(columns.open[index]),
            high: Price::from_units(columns.high[index]),
            low: Price::from_units(columns.low[index]),
            close: Price::from_units(columns.close[index]),
            volume: Amount::from_units(columns.volume[index]),
            trades: columns.trades[index],
        }
    }

    fn times(columns: &CandleColumns) -> &[i64] {
        &columns.start
    }

    fn check_columns(columns: &CandleColumns, order: Order) -> Result<(), RowFault> {
        check_times(&columns.start, order, Self::MAY_SHARE_TIME)?;
        if are_candles(columns) {
            return Ok(());
        }
        for row in 0..columns.rows() {
            Row::check(&Self::at(columns, row)).map_err(|what| (row, what))?;
        }
        Ok(())
    }
}

/// Whether all rows fit together. Without leaving early, so that many are looked at at once.
#[expect(clippy::needless_bitwise_bool, reason = "a branch a comparison takes ten times as long")]
fn are_candles(columns: &CandleColumns) -> bool {
    let CandleColumns { open, high, low, close, volume, .. } = columns;
    let bodies = open.iter().zip(close);
    let bounds = low.iter().zip(high);
    let prices = bodies.zip(bounds).fold(true, |all, ((open, close), (low, high))| {
        let inside = (low <= open) & (open <= high) & (low <= close) & (close <= high);
        all & inside & (0 < *low) & (*high <= PRICE_MAX)
    });
    let is_amount = |all: bool, units: &i128| all & (0 <= *units) & (*units <= AMOUNT_MAX);
    prices & volume.iter().fold(true, is_amount)
}
