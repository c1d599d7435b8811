//! Sweeps and walk-forwards from candles to a verdict.

#![expect(clippy::unwrap_used, reason = "all of this is tests, the functions they share too")]

mod edges;
mod market;
mod real;
mod ties;
