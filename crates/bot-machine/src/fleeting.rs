//! Orders that cannot rest, and how long their end may stay untold. A venue that took one and says
//! no more has lost a message, and when nothing comes after it no gap shows that.

use std::{collections::BTreeMap, time::Duration};

use trading_types::{ClientOrderId, NewOrder, OrderKind, TimeInForce, Timestamp};

/// Orders that were taken and are over at once, until they are looked at once more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fleeting {
    due: BTreeMap<ClientOrderId, Timestamp>,
}

impl Fleeting {
    /// The venue took this order. If it cannot rest its end is to be told within `patience`.
    pub(crate) fn taken(&mut self, order: &NewOrder, patience: Duration, now: Timestamp) {
        let is_immediate =
            matches!(order.time_in_force, TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill);
        if is_immediate || matches!(order.kind, OrderKind::Market) {
            self.due.insert(order.id, now + patience);
        }
    }

    /// When the first of them is to be looked at.
    pub(crate) fn next_timeout(&self) -> Option<Timestamp> {
        self.due.values().min().copied()
    }

    /// Those that are due. Most are long over.
    pub(crate) fn handle_timeout(&mut self, now: Timestamp) -> Vec<ClientOrderId> {
        let due: Vec<ClientOrderId> =
            self.due.iter().filter(|(_, at)| **at <= now).map(|(id, _)| *id).collect();
        self.due.retain(|_, at| now < *at);
        due
    }
}

#[cfg(test)]
mod tests;
