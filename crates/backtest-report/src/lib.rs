//! One self-contained HTML page that shows a backtest: candles with trades, equity and drawdown,
//! months, trades, parameters, and the judgement in words.
//!
//! **Law.** The same [`ReportInput`] gives the same bytes, and nothing in it can become markup or
//! code: the page runs one script, known by its hash, and may not speak to any network.

mod data_block;
mod escape;
pub mod input;
mod page;
pub mod series;
mod varint;

pub use crate::{
    data_block::TRADES_MAX,
    input::{
        Cell, Chart, Figure, Finding, FindingKind, HeatMap, Judgement, Month, ReportInput, Rows,
        Table, Tone, Trade, Trades,
    },
    page::{ReportError, page},
    series::{BUCKETS_MAX, Gatherer, Series},
};
