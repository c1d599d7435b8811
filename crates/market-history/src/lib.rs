//! The history store: candles and ticks by pair and month, in one open columnar format.

mod arrow;
pub mod columns;
pub mod cursor;
mod disk;
pub mod error;
mod export;
#[cfg(test)]
mod fixture;
#[doc(hidden)]
pub mod fuzzing;
pub mod gaps;
pub mod hash;
pub mod manifest;
pub mod merge;
pub mod month;
mod number;
mod part_file;
pub mod resample;
pub mod rows;
pub mod series;
pub mod store;
pub mod trade_csv;
pub mod verify;

pub use crate::{
    arrow::PartFault,
    cursor::{Batch, Cursor, TimeRange},
    error::StoreError,
    export::write_arrow,
    gaps::Gap,
    hash::{Hash, HashedBytes, RunningHash},
    manifest::{Manifest, Part, Source},
    merge::{Conflict, MergeError, Merged, RowSource},
    month::Month,
    resample::{ResampledCandles, Resampler},
    rows::{BookRow, BookSide, CandleColumns, OrderKind, Row, TradeRow},
    series::{Content, SeriesName},
    store::{Store, StoreWriter},
    trade_csv::{TradeCsvError, TradeReader},
    verify::{Outlier, Verified},
};
