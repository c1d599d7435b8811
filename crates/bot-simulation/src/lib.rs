//! The whole bot, a faulty net, a faulty disk and the simulated Kraken in one thread and one
//! virtual time, driven by one seed.
//!
//! **Law.** The same seed is the same run, to the byte of its trace.
