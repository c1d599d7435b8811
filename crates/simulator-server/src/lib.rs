//! A simulated Kraken on a socket: HTTP, WebSocket, TLS, and a clock that may run faster than real.
//!
//! **Law.** Nothing is decided here. This crate turns bytes into inputs of a
//! [`SimulatedKraken`](simulated_kraken::SimulatedKraken) and its outputs into bytes; what a client
//! sends is bounded in size, time and number before it gets there.
//!
//! One thread, one machine: whatever arrives is handed over in the order in which it arrived, and
//! nobody waits for a client that does not read.
//!
//! | Part | for |
//! |---|---|
//! | [`Server`] | starting, addresses, stopping |
//! | `hub` | the machine, its clock, and who is owed an answer |
//! | `listener` | connections, and which of them may stay |
//! | `http` | requests in, answers out, also the ones that break off |
//! | `websocket` | one WebSocket: frames in, frames out, every way to end |
//! | [`StateFile`] | where a simulation is kept between two runs |
//! | [`ListenerLimits`] | every bound, with its reason |

mod answer_body;
mod certificate;
mod clock;
mod counts;
mod http;
mod hub;
mod limits;
mod line;
mod listener;
mod newcomers;
mod saving;
mod server;
mod state_file;
mod upgrade;
mod websocket;
mod wire;

pub use crate::{
    counts::ListenerCounts,
    limits::ListenerLimits,
    server::{Security, Server, ServerSettings, StartError, start},
    state_file::StateFile,
};
