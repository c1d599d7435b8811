//! What users of a client want from it, scenario by scenario.

use std::time::Duration;

use trading_types::{Pair, Timestamp};

use super::client::{Call, CallId, Notice, Outcome, Purpose, Transport};

pub(crate) mod article;
pub(crate) mod realistic;
pub(crate) mod reconnect;
pub(crate) mod saturation;
pub(crate) mod trading;

/// Somebody who wants calls made. What a client does with one is told once: sent or declined, and
/// if it was sent, how it ended.
pub(crate) trait Workload {
    /// When it next wants something.
    fn next(&self) -> Option<Timestamp>;

    /// What it wants now. Asked whenever [`Self::next`] is due.
    fn demand(&mut self, now: Timestamp) -> Vec<Call>;

    /// A call was decided: it was sent, or else [`Self::declined`] follows.
    fn decided(&mut self, _call: Call) {}

    /// The client will not send a call.
    fn declined(&mut self, _call: Call) {}

    /// A call ended.
    fn answered(&mut self, _call: Call, _outcome: Outcome) {}

    /// An order changed.
    fn noticed(&mut self, _notice: Notice) {}

    /// How long an order rests before it fills, if it does.
    fn lifetime(&mut self) -> Option<Duration> {
        None
    }

    /// The client was restarted: what was asked for and not sent is gone.
    fn restarted(&mut self, _now: Timestamp) {}
}

/// Gives calls their names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbers {
    last: CallId,
}

impl Numbers {
    /// A call that touches no order.
    pub(crate) fn call(&mut self, endpoint: &'static str, purpose: Purpose) -> Call {
        self.last += 1;
        let transport = Transport::Rest;
        Call { id: self.last, endpoint, purpose, transport, pair: None, order: None }
    }

    /// A call that places an order, which has the name of the call.
    pub(crate) fn placing(&mut self, pair: Pair) -> Call {
        let call = self.call("AddOrder", Purpose::Place);
        Call { pair: Some(pair), order: Some(call.id), ..call }
    }
}

/// The pair that is traded where any pair will do.
pub(crate) fn some_pair() -> Pair {
    "BTC/USD".parse().expect("the form of a pair")
}

/// What a client asks Kraken after a reconnect: eleven calls that cost fifteen points.
pub(crate) const RECONNECT: [&str; 11] = [
    "Balance",
    "OpenOrders",
    "TradesHistory",
    "TradesHistory",
    "Ledgers",
    "Ledgers",
    "QueryOrders",
    "QueryOrders",
    "QueryOrders",
    "QueryOrders",
    "QueryOrders",
];
