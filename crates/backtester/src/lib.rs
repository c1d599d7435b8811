//! Backtests: candle files in, the engine that trades live against a simulated exchange, results
//! out.
//!
//! This crate stands above the purity line: it reads files. What decides is below it. A candle
//! that is not in the file is missing and stays missing, and memory does not grow with the file.

mod archive;
pub mod backtest;
pub mod candle_csv;
pub mod candle_file;
mod file_name;
pub mod history_files;
pub mod metrics;
pub mod read_error;
pub mod result;
pub mod tick_backtest;
pub mod tick_file;
pub mod tick_strategies;
pub mod trade_list;

pub use crate::{
    backtest::{
        Backtest, BacktestError, BacktestSettings, CandleSource, Onlooker, ParseFeesError, STRETCH,
        parse_fees,
    },
    candle_csv::{CandleReader, MissingIntervals, read_all},
    candle_file::{CandleFile, CandleRequest, ReadLimits},
    history_files::{HistoryFile, history_files},
    read_error::ReadError,
    result::BacktestResult,
    trade_list::{TradeRecord, write_csv},
};
