//! What a venue takes in each of its states: one table, asked before anything is sent.
//!
//! A pair has a state of its own; what is sent has to be taken by both. A word of the venue that
//! nobody knows counts as maintenance, which takes nothing.

use trading_types::{NewOrder, OrderKind, VenueStatus};

/// What may be sent, as far as it matters to a venue's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// A limit order that must rest.
    PostOnly,
    /// A limit order that may take, also one that is over at once.
    Limit,
    /// A market order, an iceberg, and everything that waits for a trigger: all our stops.
    Other,
    /// A change of an order.
    Amend,
    /// A cancel of an order, or of all.
    Cancel,
}

impl Message {
    /// What placing this order is.
    pub const fn placing(order: &NewOrder) -> Self {
        match order.kind {
            OrderKind::Limit { .. } if order.post_only => Self::PostOnly,
            OrderKind::Limit { .. } => Self::Limit,
            OrderKind::Market
            | OrderKind::Iceberg { .. }
            | OrderKind::StopLoss { .. }
            | OrderKind::StopLossLimit { .. }
            | OrderKind::TakeProfit { .. }
            | OrderKind::TakeProfitLimit { .. }
            | OrderKind::TrailingStop { .. }
            | OrderKind::TrailingStopLimit { .. } => Self::Other,
        }
    }
}

/// Which messages each state takes. In `post_only` nothing is matched, and only limit orders that
/// must rest and cancels are taken; in `maintenance` not even cancels
/// (<https://docs.kraken.com/api/docs/rest-api/get-system-status>, read on 2026-11-21). Kraken says
/// nothing of changes in `post_only`: as nothing trades there, ours can wait. `limit_only` stands
/// in older lists of Kraken's only.
#[rustfmt::skip] // A table is easier to check when its columns line up.
const fn takes(status: VenueStatus, message: Message) -> bool {
    use Message as M;
    use VenueStatus as V;
    match (status, message) {
        (V::Online,      M::PostOnly | M::Limit | M::Other | M::Amend | M::Cancel) => true,
        (V::LimitOnly,   M::PostOnly | M::Limit            | M::Amend | M::Cancel) => true,
        (V::PostOnly,    M::PostOnly                                  | M::Cancel) => true,
        (V::CancelOnly,                                                 M::Cancel) => true,
        (V::LimitOnly | V::PostOnly | V::CancelOnly | V::Maintenance, _)           => false,
    }
}

/// What the venue and one pair of it take at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VenueGate {
    /// The venue as a whole.
    pub venue: VenueStatus,
    /// The pair.
    pub pair: VenueStatus,
}

impl VenueGate {
    /// Whether both take it.
    pub const fn takes(self, message: Message) -> bool {
        takes(self.venue, message) && takes(self.pair, message)
    }
}

#[cfg(test)]
mod tests;
