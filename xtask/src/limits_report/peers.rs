//! What other programs do in a scheduler's place, from their sources and documents, in our words.
//!
//! Each is only the part that decides when a call is sent. None of them looks at the answers,
//! except for Kraken's own library.

use std::collections::VecDeque;

use trading_types::Timestamp;

use super::client::{CallId, Started};

pub(crate) mod ccxt_async;
pub(crate) mod ccxt_sync;
pub(crate) mod hummingbot;
pub(crate) mod kraken_sdk;
pub(crate) mod nautilus;
pub(crate) mod no_limiter;

/// Calls whose moment is known as soon as they are asked for, in the order of their moments.
#[derive(Clone, Debug, Default)]
struct Agenda {
    calls: VecDeque<(Timestamp, CallId)>,
}

impl Agenda {
    fn push(&mut self, at: Timestamp, id: CallId) {
        self.calls.push_back((at, id));
    }

    fn take_due(&mut self, now: Timestamp) -> Vec<Started> {
        let mut due = Vec::new();
        while let Some((_, id)) = self.calls.pop_front_if(|(at, _)| *at <= now) {
            due.push(Started::Sent(id));
        }
        due
    }

    fn next(&self) -> Option<Timestamp> {
        self.calls.front().map(|(at, _)| *at)
    }
}

/// What a call costs with ccxt 4.5, in the seconds that its budget takes to recover.
fn ccxt_cost_s(endpoint: &str) -> u32 {
    match endpoint {
        "AddOrder" | "AmendOrder" | "CancelOrder" => 0,
        "Ledgers" | "TradesHistory" => 6,
        "Ticker" => 1,
        _ => 3,
    }
}

#[cfg(test)]
mod tests;
