//! What the caller may ask for, done at the moment that the walk has reached.

use trading_types::{
    AccountEvent, Amendment, CancelReason, ClientOrderId, NewOrder, OrderQuantity, Quantity,
    Refusal,
};

use super::{CandleExchange, CandleFill, CandleOrder, Phase, filling::Cause};
use crate::{
    amend,
    ids::venue_order_id,
    open_order::OpenOrder,
    validation::{self, Arrival, Venue},
};

impl CandleExchange {
    pub(super) fn place(&mut self, order: &NewOrder) {
        let placed = match self.try_accept(order) {
            Ok(placed) => placed,
            Err(refusal) => {
                return self.tell(AccountEvent::Rejected { order: order.id, refusal });
            }
        };
        self.statistics.orders += 1;
        let (order, venue_order) = (placed.open.id(), placed.open.venue_order());
        self.tell(AccountEvent::Accepted { order, venue_order });
        let staying = if self.waits_for_next_open() { Some(placed) } else { self.arrive(placed) };
        self.orders.extend(staying);
    }

    fn waits_for_next_open(&self) -> bool {
        matches!(self.phase, Phase::Close | Phase::Done) && self.fill == CandleFill::NextOpen
    }

    fn try_accept(&mut self, order: &NewOrder) -> Result<CandleOrder, Refusal> {
        let now = self.now();
        let market = Some(self.price);
        let arrival = Arrival {
            venue: Venue::Candles,
            rules: &self.rules,
            market,
            is_id_open: self.orders.iter().any(|open| open.open.id() == order.id),
            orders_open: self.orders.len(),
            now,
        };
        validation::check(order, &arrival)?;
        let venue_order = venue_order_id(self.statistics.orders + 1);
        let open = OpenOrder::new(order.clone(), venue_order, market, &self.rules, now);
        let mut open = Box::new(open);
        self.trader.place_hold(&mut open, &self.rules, now)?;
        let is_queued = self.waits_for_next_open() && open.armed().is_none();
        Ok(CandleOrder { open, is_queued, ranged_in: self.range_number() })
    }

    /// Lets an order that has just been accepted or changed act; gives it back if it stays open.
    fn arrive(&mut self, order: CandleOrder) -> Option<CandleOrder> {
        match order.open.armed() {
            Some(armed) if armed.is_reached_by(self.price) => self.wake_taken(order),
            Some(_) => Some(order),
            None => self.act(order, Cause::Arrived),
        }
    }

    pub(super) fn amend(&mut self, amendment: &Amendment) {
        let id = amendment.order;
        let Some(index) = self.orders.iter().position(|order| order.open.id() == id) else {
            let refusal = Refusal::UnknownOrder;
            return self.tell(AccountEvent::AmendRejected { order: id, refusal });
        };
        if let Err(refusal) = self.try_amend(index, amendment) {
            return self.tell(AccountEvent::AmendRejected { order: id, refusal });
        }
        self.tell(AccountEvent::Amended(*amendment));
        let mut order = self.orders.remove(index);
        if order.open.remaining() == OrderQuantity::Base(Quantity::ZERO) {
            return self.cancel_order(order, CancelReason::Requested);
        }
        let is_moved = amendment.limit.is_some() || amendment.trigger.is_some();
        let staying = if !is_moved || order.is_queued {
            Some(order)
        } else if self.waits_for_next_open() {
            order.is_queued = order.open.armed().is_none();
            Some(order)
        } else {
            self.arrive(order)
        };
        if let Some(order) = staying {
            self.orders.insert(index, order);
        }
    }

    fn try_amend(&mut self, index: usize, amendment: &Amendment) -> Result<(), Refusal> {
        let range_number = self.range_number();
        let order = &mut self.orders[index];
        amend::check(&order.open, amendment, None, &self.rules)?;
        let mut changed = order.open.clone();
        changed.change(amendment.quantity, amendment.limit, amendment.trigger);
        let would_take = amendment.limit.is_some()
            && !order.is_queued
            && changed.armed().is_none()
            && changed.takes(self.price);
        if would_take && changed.order().post_only {
            return Err(Refusal::PostOnlyWouldTake);
        }
        self.trader.change_hold(&mut changed, &self.rules)?;
        order.open = changed;
        if amendment.limit.is_some() || amendment.trigger.is_some() {
            order.ranged_in = range_number;
        }
        Ok(())
    }

    pub(super) fn cancel(&mut self, id: ClientOrderId) {
        let Some(index) = self.orders.iter().position(|order| order.open.id() == id) else {
            let refusal = Refusal::UnknownOrder;
            return self.tell(AccountEvent::CancelRejected { order: id, refusal });
        };
        let order = self.orders.remove(index);
        self.cancel_order(order, CancelReason::Requested);
    }

    pub(super) fn cancel_all(&mut self) {
        for order in std::mem::take(&mut self.orders) {
            self.cancel_order(order, CancelReason::Requested);
        }
    }

    pub(super) fn cancel_queued(&mut self) {
        let (queued, staying) =
            std::mem::take(&mut self.orders).into_iter().partition(|order| order.is_queued);
        self.orders = staying;
        let queued: Vec<CandleOrder> = queued;
        for order in queued {
            self.cancel_order(order, CancelReason::Venue);
        }
    }
}
