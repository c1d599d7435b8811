//! The backtester from outside: whole runs against a second, naive backtest that must give the same
//! trades to the last digit.

#![expect(clippy::unwrap_used, reason = "all of this is tests, the functions they share too")]

mod case;
mod comparison;
mod edges;
mod generated;
mod real;
mod rules;
mod twin;
mod walk;
