//! Conditional closes: for each fill of an order that asks for one, an order of the opposite side
//! and of the fill's quantity, placed once everything else that the fill caused has happened.
//!
//! The invariant: the quantities of an order's closes add up to what it has filled. A close that
//! breaks a rule or finds no funds is refused like any other order; nothing is tried again.

use serde::{Deserialize, Serialize};
use trading_types::{
    AccountEvent, ClientOrderId, Fill, NewOrder, OrderQuantity, TimeInForce, TradeId,
};

use super::BookExchange;
use crate::{audience::AccountId, book::OrderKey};

/// The session in the names of closes, which no client has heard of.
const CLOSE_SESSION: u64 = u64::MAX;

/// An order that the exchange has placed, or tried to place, for a fill of another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedClose {
    /// Whose both orders are.
    pub account: AccountId,
    /// The order that filled.
    pub parent: ClientOrderId,
    /// The fill.
    pub trade: TradeId,
    /// The order that was placed for it.
    pub order: NewOrder,
}

impl BookExchange {
    /// The close that has the name `id`, whatever has become of it since. The last 10,000 are
    /// remembered.
    pub fn placed_close(&self, id: ClientOrderId) -> Option<&PlacedClose> {
        self.closes.get(&id)
    }

    /// A fill has happened: if its order asks for a close, that is placed soon.
    pub(super) fn plan_close(&mut self, key: OrderKey, fill: &Fill) {
        let order = &self.orders[&key];
        let parent = order.open.order();
        let Some(close) = parent.close else { return };
        self.closes_planned += 1;
        let close = NewOrder {
            id: ClientOrderId::new(CLOSE_SESSION, self.closes_planned),
            side: parent.side.opposite(),
            kind: close.kind,
            quantity: OrderQuantity::Base(fill.quantity),
            time_in_force: TimeInForce::GoodTilCanceled,
            post_only: false,
            deadline: None,
            start: None,
            close: None,
            ..*parent
        };
        let (account, parent, trade) = (order.account, parent.id, fill.trade);
        self.closing.push_back(PlacedClose { account, parent, trade, order: close });
    }

    /// Places the closes that were planned.
    pub(super) fn place_closes(&mut self) {
        while let Some(close) = self.closing.pop_front() {
            let (account, id) = (close.account, close.order.id);
            let accepted = self.try_accept_close(&close);
            self.closes.remember(id, close);
            match accepted {
                Ok(key) => self.arrive(key),
                Err(refusal) => self.tell(account, AccountEvent::Rejected { order: id, refusal }),
            }
        }
    }
}
