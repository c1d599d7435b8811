//! A simulated Kraken on a socket: HTTP, WebSocket, TLS, and a clock that may run faster than real.
//!
//! **Law.** Nothing is decided here. This crate turns bytes into inputs of a
//! [`SimulatedKraken`](simulated_kraken::SimulatedKraken) and its outputs into bytes; what a client
//! sends is bounded in size, time and number before it gets there.
