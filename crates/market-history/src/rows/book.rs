//! Order books as they changed: a row for each level of each message.
//!
//! A message of the venue is a run of rows with one number. Its snapshot flag and its checksum
//! stand in each of its rows, so that a program that reads rows needs nothing else.

use trading_types::{Amount, Price, Timestamp};

use super::{
    Order, PRICE_MAX, Row, RowFault, check_amount, check_time, check_times, moment, signed,
};
use crate::columns::{Columns, Field, Kind, Slot, SlotMut};

/// A level of a book in a message: all of it, or what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookRow {
    /// When we received the message.
    pub received: Timestamp,
    /// When the venue says that it happened. A snapshot carries no time, so it is the time it was
    /// received.
    pub time: Timestamp,
    /// Which message of the recording it belongs to; numbers rise.
    pub message: u64,
    /// Whether the message replaces all that was known before.
    pub is_snapshot: bool,
    /// The side of the book; nothing when the message has no level at all.
    pub side: Option<BookSide>,
    /// The price of the level.
    pub price: Price,
    /// Base asset resting there; zero removes the level.
    pub volume: Amount,
    /// The venue's CRC-32 of the ten best levels of each side after this message.
    pub checksum: u32,
}

/// A side of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BookSide {
    /// Those who want to buy.
    Bid,
    /// Those who want to sell.
    Ask,
}

/// Book levels, a column for each number. All columns have the same length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookColumns {
    /// When the message of each was received, in nanoseconds since the Unix epoch.
    pub received: Vec<i64>,
    /// When it happened at the venue, in nanoseconds since the Unix epoch.
    pub time: Vec<i64>,
    /// Which message it belongs to.
    pub message: Vec<u64>,
    /// 1 in a snapshot, 0 in an update.
    pub snapshot: Vec<i8>,
    /// 1 for a bid, -1 for an ask, 0 in a message without levels.
    pub side: Vec<i8>,
    /// Prices, in units of 10^-10; 0 in a message without levels.
    pub price: Vec<i64>,
    /// Base asset, in units of 10^-18; 0 removes the level.
    pub volume: Vec<i128>,
    /// Checksums after the message.
    pub checksum: Vec<u32>,
}

impl Columns for BookColumns {
    const FIELDS: &'static [Field] = &[
        Field { name: "received", kind: Kind::Time },
        Field { name: "time", kind: Kind::Time },
        Field { name: "message", kind: Kind::Number },
        Field { name: "snapshot", kind: Kind::Sign },
        Field { name: "side", kind: Kind::Sign },
        Field { name: "price", kind: Kind::Price },
        Field { name: "volume", kind: Kind::Amount },
        Field { name: "checksum", kind: Kind::Count },
    ];

    fn slots(&self) -> Vec<Slot<'_>> {
        let Self { received, time, message, snapshot, side, price, volume, checksum } = self;
        vec![
            Slot::Wide(received),
            Slot::Wide(time),
            Slot::Number(message),
            Slot::Sign(snapshot),
            Slot::Sign(side),
            Slot::Wide(price),
            Slot::Widest(volume),
            Slot::Count(checksum),
        ]
    }

    fn slots_mut(&mut self) -> Vec<SlotMut<'_>> {
        let Self { received, time, message, snapshot, side, price, volume, checksum } = self;
        vec![
            SlotMut::Wide(received),
            SlotMut::Wide(time),
            SlotMut::Number(message),
            SlotMut::Sign(snapshot),
            SlotMut::Sign(side),
            SlotMut::Wide(price),
            SlotMut::Widest(volume),
            SlotMut::Count(checksum),
        ]
    }
}

impl Row for BookRow {
    type Columns = BookColumns;
    const NAME: &'static str = "book levels";
    const MAY_SHARE_TIME: bool = true;
    const IS_NUMBERED: bool = false;

    /// The order in which messages came is the order of the book.
    #[expect(clippy::misnamed_getters, reason = "a row's place in the series is its receipt")]
    fn time(&self) -> Timestamp {
        self.received
    }

    fn number(&self) -> Option<u64> {
        None
    }

    fn check(&self) -> Result<(), String> {
        check_time(self.received)?;
        check_time(self.time)?;
        check_amount(self.volume)?;
        let prices = if self.side.is_some() { 1..=PRICE_MAX } else { 0..=0 };
        if prices.contains(&self.price.units()) {
            Ok(())
        } else {
            Err(format!("the price {} is none of a book", self.price))
        }
    }

    fn append(&self, columns: &mut BookColumns) {
        columns.received.push(signed(self.received.nanos()));
        columns.time.push(signed(self.time.nanos()));
        columns.message.push(self.message);
        columns.snapshot.push(i8::from(self.is_snapshot));
        columns.side.push(match self.side {
            Some(BookSide::Bid) => 1,
            Some(BookSide::Ask) => -1,
            None => 0,
        });
        columns.price.push(self.price.units());
        columns.volume.push(self.volume.units());
        columns.checksum.push(self.checksum);
    }

    fn at(columns: &BookColumns, index: usize) -> Self {
        Self {
            received: moment(columns.received[index]),
            time: moment(columns.time[index].max(0)),
            message: columns.message[index],
            is_snapshot: columns.snapshot[index] == 1,
            side: match columns.side[index] {
                1 => Some(BookSide::Bid),
                -1 => Some(BookSide::Ask),
                _ => None,
            },
            price: Price::from_units(columns.price[index]),
            volume: Amount::from_units(columns.volume[index]),
            checksum: columns.checksum[index],
        }
    }

    fn times(columns: &BookColumns) -> &[i64] {
        &columns.received
    }

    fn check_columns(columns: &BookColumns, order: Order) -> Result<(), RowFault> {
        check_times(&columns.received, order, Self::MAY_SHARE_TIME)?;
        for row in 0..columns.rows() {
            let is_known = 0 <= columns.time[row]
                && (0..=1).contains(&columns.snapshot[row])
                && (-1..=1).contains(&columns.side[row]);
            if !is_known {
                return Err((row, "its time, snapshot flag or side is none".to_owned()));
            }
            Self::at(columns, row).check().map_err(|what| (row, what))?;
        }
        Ok(())
    }
}
