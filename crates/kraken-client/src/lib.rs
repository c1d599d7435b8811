//! Kraken over real sockets.
//!
//! **Law.** This crate carries, it does not decide: what may be asked, when, and what an answer
//! means is said by the pure machines of `kraken-protocol`. Nothing that may place an order is ever
//! sent twice. Secrets live in one file, `secrets.rs`, and come out of it only as signatures.

pub mod clock;
pub mod clock_offset;
pub mod connection;
pub mod egress;
mod files;
pub mod hosts;
pub mod http;
mod kraken;
pub mod recorder;
pub mod secrets;

pub use kraken_protocol::request::OrderName;

pub use crate::kraken::{Kraken, KrakenBuilder, KrakenError, OpenError, Outcome};

#[cfg(test)]
extern crate self as kraken_client;
pub mod audit;
pub mod calls;
mod random;
#[cfg(test)]
#[path = "../tests/it/script.rs"]
mod script;
pub mod socket;
pub mod state;
