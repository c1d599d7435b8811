//! Files there and back, and damaged ones.

use std::io::{self, Cursor, Write};

use trading_types::Candle;

use super::*;
use crate::{
    columns::Columns,
    fixture::{candle, trade},
    rows::{BookRow, BookSide, CandleColumns, Row, TradeColumns, TradeRow},
};

fn columns<R: Row>(rows: &[R]) -> R::Columns {
    let mut columns = R::Columns::default();
    for row in rows {
        row.append(&mut columns);
    }
    columns
}

fn written<C: Columns>(batches: &[C]) -> Vec<u8> {
    let mut writer = PartWriter::begin::<C>(Vec::new(), vec![]).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    let (bytes, written) = writer.finish::<C>().unwrap();
    assert_eq!(written.bytes, bytes.len() as u64);
    assert_eq!(written.sha256, crate::hash::Hash::of_bytes(&bytes));
    bytes
}

fn read<R: Row>(bytes: &[u8]) -> Result<Vec<R>, PartFault> {
    let mut reader = PartReader::open::<R::Columns>(Cursor::new(bytes))?;
    let mut columns = R::Columns::default();
    let mut rows = Vec::new();
    while reader.read(&mut columns)? {
        let order = crate::rows::Order::default();
        let wrong = |(row, what)| PartFault::Row { batch: reader.batch(), row, what };
        R::check_columns(&columns, order).map_err(wrong)?;
        rows.extend((0..columns.rows()).map(|row| R::at(&columns, row)));
    }
    Ok(rows)
}

fn candles() -> Vec<Candle> {
    (0..50).map(candle).collect()
}

#[test]
fn rows_are_read_as_they_were_written() {
    let candles = candles();
    let batches = [columns(&candles[..1]), columns(&candles[1..34]), columns(&candles[34..])];
    assert_eq!(read::<Candle>(&written(&batches)).unwrap(), candles);

    let trades = [trade(5, 1, Some(3)), trade(5, 2, None), trade(6, 999, Some(u64::MAX))];
    assert_eq!(read::<TradeRow>(&written(&[columns(&trades)])).unwrap(), trades);

    let level = |side, units| BookRow {
        received: candle(1).start,
        time: candle(0).start,
        message: 7,
        is_snapshot: true,
        side,
        price: trading_types::Price::from_units(units),
        volume: trading_types::Amount::ZERO,
        checksum: 0xDEAD_BEEF,
    };
    let book = [level(Some(BookSide::Bid), 5), level(Some(BookSide::Ask), 9), level(None, 0)];
    assert_eq!(read::<BookRow>(&written(&[columns(&book)])).unwrap(), book);

    assert!(read::<Candle>(&written::<CandleColumns>(&[])).unwrap().is_empty());
}

#[test]
fn columns_lie_where_others_can_use_them_as_they_are() {
    let bytes = written(&[columns(&candles()), columns(&candles())]);
    let footer = reader::places::<CandleColumns>(&bytes);
    assert!(footer.iter().all(|(offset, metadata)| (offset + metadata) % 64 == 0), "{footer:?}");
}

/// Each bit of a file is turned round: what is read then is an error or what was written.
#[test]
fn a_turned_bit_is_an_error_or_changes_nothing() {
    let candles: Vec<Candle> = candles()[..3].to_vec();
    let bytes = written(&[columns(&candles[..1]), columns(&candles[1..])]);
    let mut found = 0;
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            match read::<Candle>(&damaged) {
                Ok(rows) => assert_eq!(rows, candles, "byte {at}, bit {bit}"),
                Err(_) => found += 1,
            }
        }
    }
    // What is not noticed is what is not read: the schema at the beginning and fillings.
    assert!(bytes.len() * 4 < found, "{found} of {} were found", bytes.len() * 8);
}

#[test]
fn a_file_that_ends_anywhere_is_an_error() {
    let bytes = written(&[columns(&candles())]);
    for end in 0..bytes.len() {
        let error = read::<Candle>(&bytes[..end]).unwrap_err();
        assert!(
            matches!(error, PartFault::Length { .. } | PartFault::NotArrow | PartFault::Footer(_)),
            "{end}: {error}"
        );
    }
}

#[test]
fn a_body_that_changed_is_told_by_its_checksum() {
    let mut bytes = written(&[columns(&candles()), columns(&candles())]);
    let places = reader::places::<CandleColumns>(&bytes);
    let (offset, metadata) = places[1];
    bytes[usize::try_from(offset + metadata).unwrap() + 100] ^= 1;
    let error = read::<Candle>(&bytes).unwrap_err();
    assert!(matches!(error, PartFault::Checksum { batch: 1, .. }), "{error}");
}

#[test]
fn other_columns_are_told() {
    let bytes = written(&[columns(&candles())]);
    let error = PartReader::open::<TradeColumns>(Cursor::new(&bytes)).unwrap_err();
    assert_eq!(error.to_string(), "its columns are not time, price, volume, side, order, id");
    for (bytes, part) in [
        (b"ARROW1\0\0............ARROW1".as_slice(), "its footer is damaged"),
        (b"not an arrow file at all, whatever it is called", "does not end like an Arrow file"),
        (b"", "it has 0 bytes where 18 are needed"),
    ] {
        let error = read::<Candle>(bytes).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

/// A disk that is full after so many bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let written = bytes.len().min(self.0);
        self.0 -= written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_an_error_wherever_it_is_full() {
    let columns = columns(&candles()[..2]);
    let length = written(std::slice::from_ref(&columns)).len();
    for room in 0..length {
        let write = || {
            let mut writer = PartWriter::begin::<CandleColumns>(Full(room), vec![])?;
            writer.write(&columns)?;
            writer.finish::<CandleColumns>()
        };
        assert_eq!(write().err().map(|it| it.kind()), Some(io::ErrorKind::StorageFull), "{room}");
    }
}
