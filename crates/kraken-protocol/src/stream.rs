//! WebSocket v2: frames, books, sessions and orders
//! (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21).

pub mod envelope;
pub mod order_writer;
pub mod session;
pub mod subscription;
pub mod token;
