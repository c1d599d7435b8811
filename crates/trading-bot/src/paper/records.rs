//! What the paper account's venue remembers, so that it can be asked what became of an order.
//!
//! The invariant: what was executed of an order is the sum of its trades.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use trading_types::{
    AccountEvent, Amount, CancelReason, ClientOrderId, Fill, NewOrder, Quantity, Timestamp,
    VenueOrderId,
};

/// So many orders that have ended are remembered, and so many trades.
const REMEMBERED_MAX: usize = 2_000;

/// An order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct OrderRecord {
    pub(super) order: NewOrder,
    pub(super) sent: Timestamp,
    /// The venue's name for it, once it was accepted.
    pub(super) venue_order: Option<VenueOrderId>,
    pub(super) end: Option<End>,
    pub(super) executed: Quantity,
    pub(super) cost: Amount,
    pub(super) fee: Amount,
    pub(super) fills: Vec<Fill>,
}

/// How an order ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum End {
    Completed,
    Canceled(CancelReason),
    Expired,
}

/// All of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Records {
    /// Orders that have not ended: few, and looked through at every change of the market.
    orders: BTreeMap<ClientOrderId, OrderRecord>,
    past: BTreeMap<ClientOrderId, OrderRecord>,
    names: BTreeMap<VenueOrderId, ClientOrderId>,
    ended: VecDeque<ClientOrderId>,
    /// The newest last.
    fills: VecDeque<Fill>,
}

impl Records {
    pub(super) fn has(&self, id: ClientOrderId) -> bool {
        self.get(id).is_some()
    }

    pub(super) fn get(&self, id: ClientOrderId) -> Option<&OrderRecord> {
        self.orders.get(&id).or_else(|| self.past.get(&id))
    }

    pub(super) fn ours(&self, venue_order: VenueOrderId) -> Option<ClientOrderId> {
        self.names.get(&venue_order).copied()
    }

    /// The trades, the newest first.
    pub(super) fn fills(&self) -> impl Iterator<Item = &Fill> {
        self.fills.iter().rev()
    }

    /// The orders that are open.
    pub(super) fn live(&self) -> impl Iterator<Item = &NewOrder> {
        self.open().map(|record| &record.order)
    }

    /// The same, whole.
    pub(super) fn open(&self) -> impl Iterator<Item = &OrderRecord> {
        self.orders.values().filter(|it| it.venue_order.is_some())
    }

    /// The orders that have ended, the newest first.
    pub(super) fn closed(&self) -> impl Iterator<Item = &OrderRecord> {
        self.ended.iter().rev().filter_map(|id| self.past.get(id))
    }

    /// The orders that have not reached the venue yet.
    pub(super) fn under_way(&self) -> impl Iterator<Item = &NewOrder> {
        let under_way = self.orders.values().filter(|it| it.venue_order.is_none());
        under_way.map(|record| &record.order)
    }

    pub(super) fn sent(&mut self, order: &NewOrder, now: Timestamp) {
        let record = OrderRecord {
            order: order.clone(),
            sent: now,
            venue_order: None,
            end: None,
            executed: Quantity::ZERO,
            cost: Amount::ZERO,
            fee: Amount::ZERO,
            fills: Vec::new(),
        };
        self.orders.insert(order.id, record);
    }

    pub(super) fn note(&mut self, event: &AccountEvent) {
        match event {
            AccountEvent::Accepted { order, venue_order } => {
                if let Some(record) = self.orders.get_mut(order) {
                    record.venue_order = Some(*venue_order);
                    self.names.insert(*venue_order, *order);
                }
            }
            // What was refused never was.
            AccountEvent::Rejected { order, .. } => drop(self.orders.remove(order)),
            AccountEvent::Traded(fill) => self.traded(fill),
            AccountEvent::Completed { order } => self.ended(*order, End::Completed),
            AccountEvent::Canceled { order, reason } => {
                self.ended(*order, End::Canceled(*reason));
            }
            AccountEvent::Expired { order } => self.ended(*order, End::Expired),
            AccountEvent::Balances(_)
            | AccountEvent::Moved { .. }
            | AccountEvent::Triggered { .. }
            | AccountEvent::NeverExisted { .. }
            | AccountEvent::Unclear { .. }
            | AccountEvent::Amended(_)
            | AccountEvent::AmendRejected { .. }
            | AccountEvent::CancelRejected { .. } => {}
        }
    }

    fn traded(&mut self, fill: &Fill) {
        let live = self.orders.get_mut(&fill.order);
        if let Some(record) = live.or_else(|| self.past.get_mut(&fill.order)) {
            record.executed += fill.quantity;
            record.cost += fill.cost;
            record.fee += fill.fee;
            record.fills.push(*fill);
        }
        self.fills.push_back(*fill);
        if REMEMBERED_MAX < self.fills.len() {
            self.fills.pop_front();
        }
    }

    fn ended(&mut self, id: ClientOrderId, end: End) {
        let Some(record) = self.orders.remove(&id) else { return };
        self.past.insert(id, OrderRecord { end: Some(end), ..record });
        self.ended.push_back(id);
        if REMEMBERED_MAX < self.ended.len()
            && let Some(oldest) = self.ended.pop_front()
            && let Some(OrderRecord { venue_order: Some(name), .. }) = self.past.remove(&oldest)
        {
            self.names.remove(&name);
        }
    }
}
