//! Trades, with as much as the source knew of each.

use trading_types::{Amount, Price, Side, Timestamp};

use super::{
    Order, Row, RowFault, check_amount, check_price, check_time, check_times, moment, signed,
};
use crate::columns::{Columns, Field, Kind, Slot, SlotMut};

/// A trade of the public record. Kraken's complete archive tells time, price and volume only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradeRow {
    /// When it happened.
    pub time: Timestamp,
    /// At which price.
    pub price: Price,
    /// How much base asset.
    pub volume: Amount,
    /// What the taker did, where that is known.
    pub side: Option<Side>,
    /// What kind of order took, where that is known.
    pub order: Option<OrderKind>,
    /// Kraken's number for it, where that is known. Numbers begin at 1.
    pub id: Option<u64>,
}

/// The kind of order that took from the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderKind {
    /// At whatever price.
    Market,
    /// At its price or better.
    Limit,
}

/// Trades, a column for each thing that is known of them. All columns have the same length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TradeColumns {
    /// When each happened, in nanoseconds since the Unix epoch.
    pub time: Vec<i64>,
    /// Prices, in units of 10^-10.
    pub price: Vec<i64>,
    /// Base asset traded, in units of 10^-18.
    pub volume: Vec<i128>,
    /// 1 where the taker bought, -1 where it sold, 0 where that is not known.
    pub side: Vec<i8>,
    /// 1 where the taker's was a market order, 2 where it was a limit order, 0 where that is not
    /// known.
    pub order: Vec<i8>,
    /// Kraken's numbers, 0 where they are not known.
    pub id: Vec<u64>,
}

impl Columns for TradeColumns {
    const FIELDS: &'static [Field] = &[
        Field { name: "time", kind: Kind::Time },
        Field { name: "price", kind: Kind::Price },
        Field { name: "volume", kind: Kind::Amount },
        Field { name: "side", kind: Kind::Sign },
        Field { name: "order", kind: Kind::Sign },
        Field { name: "id", kind: Kind::Number },
    ];

    fn slots(&self) -> Vec<Slot<'_>> {
        let Self { time, price, volume, side, order, id } = self;
        vec![
            Slot::Wide(time),
            Slot::Wide(price),
            Slot::Widest(volume),
            Slot::Sign(side),
            Slot::Sign(order),
            Slot::Number(id),
        ]
    }

    fn slots_mut(&mut self) -> Vec<SlotMut<'_>> {
        let Self { time, price, volume, side, order, id } = self;
        vec![
            SlotMut::Wide(time),
            SlotMut::Wide(price),
            SlotMut::Widest(volume),
            SlotMut::Sign(side),
            SlotMut::Sign(order),
            SlotMut::Number(id),
        ]
    }
}

impl Row for TradeRow {
    type Columns = TradeColumns;
    const NAME: &'static str = "trades";
    const MAY_SHARE_TIME: bool = true;
    const IS_NUMBERED: bool = true;

    fn time(&self) -> Timestamp {
        self.time
    }

    fn number(&self) -> Option<u64> {
        self.id
    }

    fn check(&self) -> Result<(), String> {
        check_time(self.time)?;
        check_price(self.price)?;
        check_amount(self.volume)?;
        if self.id == Some(0) { Err("the trade number 0 is none".to_owned()) } else { Ok(()) }
    }

    fn append(&self, columns: &mut TradeColumns) {
        columns.time.push(signed(self.time.nanos()));
        columns.price.push(self.price.units());
        columns.volume.push(self.volume.units());
        columns.side.push(match self.side {
            Some(Side::Buy) => 1,
            Some(Side::Sell) => -1,
            None => 0,
        });
        columns.order.push(match self.order {
            Some(OrderKind::Market) => 1,
            Some(OrderKind::Limit) => 2,
            None => 0,
        });
        columns.id.push(self.id.unwrap_or(0));
    }

    fn at(columns: &TradeColumns, index: usize) -> Self {
        let id = columns.id[index];
        Self {
            time: moment(columns.time[index]),
            price: Price::from_units(columns.price[index]),
            volume: Amount::from_units(columns.volume[index]),
            side: match columns.side[index] {
                1 => Some(Side::Buy),
                -1 => Some(Side::Sell),
                _ => None,
            },
            order: match columns.order[index] {
                1 => Some(OrderKind::Market),
                2 => Some(OrderKind::Limit),
                _ => None,
            },
            id: (id != 0).then_some(id),
        }
    }

    fn times(columns: &TradeColumns) -> &[i64] {
        &columns.time
    }

    fn check_columns(columns: &TradeColumns, order: Order) -> Result<(), RowFault> {
        check_times(&columns.time, order, Self::MAY_SHARE_TIME)?;
        for row in 0..columns.rows() {
            let is_known =
                (-1..=1).contains(&columns.side[row]) && (0..=2).contains(&columns.order[row]);
            if !is_known {
                return Err((row, "its side or its order is none that is known".to_owned()));
            }
            Self::at(columns, row).check().map_err(|what| (row, what))?;
        }
        Ok(())
    }
}
