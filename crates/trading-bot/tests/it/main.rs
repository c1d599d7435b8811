//! The service over real sockets, against a simulated Kraken in this process.

mod churn;
#[path = "../support/climber.rs"]
mod climber;
mod climbing;
mod crashes;
mod first_run;
mod halts;
mod keys;
mod observer;
mod paper;
mod run;
mod wired;
mod world;

/// The role of a key that only looks.
const READ: kraken_protocol::limits::KeyRole = kraken_protocol::limits::KeyRole::Read;
