//! The ladder from a backtest to full size: what each rung asks for, what was shown, and how large
//! a position may be.
//!
//! **Law.** Size grows by steps and by evidence, never by wish.
