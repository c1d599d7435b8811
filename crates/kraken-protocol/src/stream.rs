//! WebSocket v2: frames, books, sessions and orders
//! (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21).

pub mod acknowledgement;
pub mod balances;
mod body;
pub mod book;
pub mod book_checksum;
pub mod book_keeper;
pub mod book_message;
pub mod books;
pub mod candle_message;
pub mod candles;
pub mod envelope;
pub mod executions;
pub mod instrument_message;
pub mod instruments;
pub mod level3;
pub mod level3_message;
pub mod market;
mod number;
pub mod order_writer;
mod scanner;
pub mod session;
pub mod subscription;
pub mod system_status;
pub mod ticker;
pub mod token;
pub mod trades;

pub use self::body::MessageKind;
