//! Streaming indicators, and the strategies that come with the program.
//!
//! **Law.** A strategy is a pure function of the candles and views it was given: nothing here
//! reads a clock, a file or a random source, and a strategy that is stored and restored goes on as
//! if nothing had happened. What can be decided exactly is decided in integers; the rest is plain
//! IEEE arithmetic in a fixed order, so that two machines decide alike.
//!
//! A story in four lines. [`build`] looks a name up in the [`catalog`], checks the settings, and
//! gives a strategy. The engine shows it one closed candle after the other. It keeps a few
//! [`indicators`] up to date and compares them. It answers with a wish, and never learns what
//! became of it other than by what it holds when the next candle closes.

pub mod bollinger;
pub mod catalog;
pub mod dca;
pub mod distance;
pub mod donchian;
pub mod indicators;
pub mod protective;
pub mod rsi_reversion;
pub mod rules;
pub mod settings;
pub mod sma_cross;
pub mod spec;

mod state;

#[cfg(test)]
mod samples;

pub use crate::{
    bollinger::Bollinger,
    catalog::{BUILT_IN, BuiltIn, build},
    dca::Dca,
    distance::{Distance, DistanceError, ParseDistanceError},
    donchian::Donchian,
    protective::{Protected, Protection, ProtectionError, STOP, TAKE_PROFIT},
    rsi_reversion::RsiReversion,
    settings::{BuildError, Setting, SettingKind},
    sma_cross::SmaCross,
    spec::{SpecError, from_spec},
};
