//! The whole bot, a faulty net, a faulty disk and the simulated Kraken in one thread and one
//! virtual time, driven by one seed.
//!
//! **Law.** The same seed is the same run, to the byte of its trace.

pub mod clock;
mod line;
pub mod market;
pub mod net;
pub mod tally;
mod timeline;
mod trace;

#[cfg(test)]
mod speed;
