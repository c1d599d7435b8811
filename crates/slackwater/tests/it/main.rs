//! The program from outside: what is typed, what it prints on which of the two outputs, and with
//! which status it ends.

mod backtest;
mod bad_archives;
mod bad_arguments;
mod bad_candles;
mod bad_configs;
mod bad_journals;
mod bench;
mod candles;
mod config;
mod help;
mod history;
mod replay;
mod run;
mod size;
