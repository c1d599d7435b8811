//! What whoever runs the engine may look at: orders, blocks, what is held.

use trading_types::{ClientOrderId, NewOrder, Pair};

use crate::{
    engine::Engine, order::Role, order_life::OrderState, orders::Request, report::BlockCause,
    venue_gate::Message,
};

/// A live order, as the engine sees it.
#[derive(Clone, Copy, Debug)]
pub struct LiveOrder<'a> {
    /// What was asked for, amendments included.
    pub request: &'a NewOrder,
    /// Why.
    pub role: Role,
    /// Where it is in its life.
    pub state: OrderState,
    /// Whether a cancel of it is on its way that the venue has not refused. One that was sent
    /// before the order itself was answered does not show in the state.
    pub is_canceling: bool,
}

impl Engine {
    /// A live order by its name.
    pub fn live_order(&self, id: ClientOrderId) -> Option<LiveOrder<'_>> {
        let tracked = self.orders.live(id)?;
        let (order, state) = (&tracked.order, tracked.order.state());
        let is_canceling = state == OrderState::Canceling || tracked.cancel == Request::Sent;
        Some(LiveOrder { request: &order.request, role: order.role, state, is_canceling })
    }

    /// All live orders, by name.
    pub fn live_orders(&self) -> impl Iterator<Item = LiveOrder<'_>> {
        self.orders.live_ids().into_iter().filter_map(|id| self.live_order(id))
    }

    /// Whether anything is held or ordered on a pair.
    pub fn is_busy_on(&self, pair: Pair) -> bool {
        self.desks.iter().any(|desk| desk.rules.pair == pair && !desk.is_idle())
    }

    /// Whether the venue takes an order now, by the last that was heard of it.
    pub fn is_taken(&self, order: &NewOrder) -> bool {
        let at = self.desks.iter().position(|desk| desk.rules.pair == order.pair);
        at.is_some_and(|at| self.gate_on(at).takes(Message::placing(order)))
    }

    /// What keeps entries from being made, and where.
    pub fn blocks(&self) -> impl Iterator<Item = (BlockCause, Option<Pair>)> {
        self.blocks.iter().copied()
    }

    /// Whether an order of this name was ever sent by this engine.
    pub fn has_named(&self, id: ClientOrderId) -> bool {
        let is_ours = ClientOrderId::new(self.settings.session, id.sequence()) == id;
        is_ours && id.sequence() < self.next_sequence
    }

    /// Whether the opening balances are known.
    pub fn is_open(&self) -> bool {
        self.ledger.is_open()
    }
}
