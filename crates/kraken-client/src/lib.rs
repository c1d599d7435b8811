//! Kraken over real sockets.
//!
//! **Law.** This crate carries, it does not decide: what may be asked, when, and what an answer
//! means is said by the pure machines of `kraken-protocol`. Nothing that may place an order is ever
//! sent twice. Secrets live in one file, `secrets.rs`, and come out of it only as signatures.
//!
//! A story in five lines. [`Kraken`] has a word for each thing people want. Each becomes a call
//! that [`calls`] makes when the scheduler lets it go, over [`http`]. A [`socket`] is kept open by
//! the word of its session. Both leave through one [`egress`] to one of two [`hosts`]: Kraken, or a
//! simulated one on this machine. A key is looked at by [`audit`] before it is used for anything.

pub mod audit;
pub mod calls;
pub mod clock;
mod connection;
pub mod egress;
mod files;
pub mod hosts;
pub mod http;
mod kraken;
#[cfg(test)]
#[path = "../tests/it/log.rs"]
mod log;
mod random;
pub mod recorder;
#[cfg(test)]
#[path = "../tests/it/script.rs"]
mod script;
pub mod secrets;
pub mod socket;
pub mod state;

pub use kraken_protocol::request::OrderName;

pub use crate::{
    files::FileError,
    kraken::{Kraken, KrakenBuilder, KrakenError, OpenError, Outcome},
};

// The scripted server is shared with the tests from outside, and calls us by our name.
#[cfg(test)]
extern crate self as kraken_client;
