//! backtester
