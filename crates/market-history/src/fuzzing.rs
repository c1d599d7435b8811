//! The decoders as the fuzzer calls them: bytes in, and whatever comes out is checked.

use std::{io::Cursor, path::Path};

use trading_types::Candle;

use crate::{
    arrow::PartReader,
    columns::Columns,
    manifest::Manifest,
    rows::{BookRow, Order, Row, TradeRow},
};

/// Bytes as a part of each kind.
pub fn part(bytes: &[u8]) {
    rows::<Candle>(bytes);
    rows::<TradeRow>(bytes);
    rows::<BookRow>(bytes);
}

fn rows<R: Row>(bytes: &[u8]) {
    let Ok(mut reader) = PartReader::open::<R::Columns>(Cursor::new(bytes)) else { return };
    let mut columns = R::Columns::default();
    while let Ok(true) = reader.read(&mut columns) {
        if R::check_columns(&columns, Order::default()).is_ok() {
            let mut before = None;
            for index in 0..columns.rows() {
                let row = R::at(&columns, index);
                assert!(row.check().is_ok(), "checked columns have rows that pass their check");
                assert!(before <= Some(row.time()), "checked columns are in order");
                before = Some(row.time());
            }
        }
    }
}

/// Bytes as a manifest.
pub fn manifest(bytes: &[u8]) {
    let Ok(manifest) = Manifest::parse(bytes, Path::new("manifest.json")) else { return };
    let again = Manifest::parse(&manifest.encode(), Path::new("manifest.json"));
    assert_eq!(again.ok(), Some(manifest), "what was read is written as it was");
}
