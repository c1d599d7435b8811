//! The deterministic engine: one order's life, balances, positions, risk, kill switch, journal.

pub mod strategy;

pub use crate::strategy::{Exits, RestoreError, Strategy, View, Wish};
