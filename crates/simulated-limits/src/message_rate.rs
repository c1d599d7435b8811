//! Messages that a client sends over one WebSocket connection. Kraken publishes no number, only the
//! answer; the number is a setting
//! (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21).

use std::time::Duration;

use trading_types::Timestamp;

use crate::{exceeded::Exceeded, window::Window};

/// The messages of one connection.
#[derive(Clone, Debug)]
pub struct MessageRate {
    recent: Window,
}

impl MessageRate {
    /// At most so many in any second.
    pub const fn new(per_second_max: u32) -> Self {
        Self { recent: Window::new(per_second_max, Duration::from_secs(1)) }
    }

    /// A message arrives.
    pub fn message(&mut self, now: Timestamp) -> Result<(), Exceeded> {
        if self.recent.take(1, now) { Ok(()) } else { Err(Exceeded::Messages) }
    }
}

#[cfg(test)]
mod tests;
