//! Backtests: candle files in, the engine that trades live against a simulated exchange, results
//! out.
//!
//! This crate stands above the purity line: it reads files. What decides is below it. A candle
//! that is not in the file is missing and stays missing, and memory does not grow with the file.

pub mod backtest;
pub mod metrics;
pub mod result;
pub mod trade_list;

pub use crate::{
    backtest::{
        Backtest, BacktestError, BacktestSettings, CandleSource, ParseFeesError, parse_fees,
    },
    result::BacktestResult,
    trade_list::{TradeRecord, write_csv},
};
