//! On which pair each order of ours is, since reports of an order's end do not say.

use std::collections::BTreeMap;

use kraken_protocol::{limits::TradingAction, scheduler::Work};
use trading_types::{ClientOrderId, Pair};

/// How many orders are remembered. The oldest are forgotten first; what is forgotten counts as open
/// until the next snapshot, which is the safe side.
const ORDERS_MAX: usize = 20_000;

/// The pairs of orders that may be open.
#[derive(Debug, Default)]
pub(super) struct OrderPairs(BTreeMap<ClientOrderId, Pair>);

impl OrderPairs {
    /// An order is on this pair.
    pub(super) fn note(&mut self, order: ClientOrderId, pair: Pair) {
        if self.0.len() == ORDERS_MAX {
            self.0.pop_first();
        }
        self.0.insert(order, pair);
    }

    /// The orders that work would place.
    pub(super) fn note_work(&mut self, work: &Work) {
        let Work::Trading { pair, action, .. } = work else { return };
        match action {
            TradingAction::Place(orders) => {
                for order in orders {
                    self.note(*order, *pair);
                }
            }
            TradingAction::PlaceImmediate(order) => self.note(*order, *pair),
            TradingAction::Amend(_) | TradingAction::Cancel(_) | TradingAction::CancelAll => (),
        }
    }

    /// The pair of an order that is gone.
    pub(super) fn take(&mut self, order: ClientOrderId) -> Option<Pair> {
        self.0.remove(&order)
    }
}
