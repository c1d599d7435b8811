//! The client from outside, against a server that plays scripts.
#![expect(clippy::unwrap_used, reason = "all of this is tests, the functions they share too")]
#![expect(clippy::wildcard_enum_match_arm, reason = "a test waits for one event among many")]

mod audit;
mod canary;
mod kraken;
mod log;
mod script;
mod socket;
mod world;
