//! Changing orders: in place, or by another order.
//!
//! The invariant: an amend that is refused leaves the order and its age as they were; an edit that
//! is refused says whether the old order is gone.

use exchange_simulator::AccountId;
use simulated_limits::{Transaction, Validity};
use trading_types::{
    Amendment, ClientOrderId, NewOrder, OrderKind, OrderQuantity, Price, Refusal, Side, Timestamp,
    Trigger, VenueCommand, VenueOrderId,
};

use super::{
    Venue, reasons,
    records::{AmendId, OrderRecord},
    requests::{AmendRequest, EditRequest, PlaceRequest},
};
use crate::kraken_error::KrakenError;

/// An order was replaced, or would have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edited {
    pub(crate) old: VenueOrderId,
    /// Nothing for an edit that was only to be checked.
    pub(crate) new: Option<VenueOrderId>,
}

/// An order was not replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EditRefused {
    pub(crate) error: KrakenError,
    /// Whether the old order was canceled all the same.
    pub(crate) is_canceled: bool,
}

impl Venue {
    /// Changes an order in place.
    pub(crate) fn amend(
        &mut self,
        account: AccountId,
        request: &AmendRequest,
        now: Timestamp,
    ) -> Result<AmendId, KrakenError> {
        self.handle_timeout(now);
        let found = self.archive.find(account, &request.selector);
        let [order] = found.as_slice() else { return Err(KrakenError::UNKNOWN_ORDER) };
        let (txid, key, place) = (order.txid, order.key, (account, order.pair()));
        let crosses = request.post_only && self.would_take(order, request.limit.or(order.limit));
        let amend = Transaction::Amend(txid);
        let saved = self.counters.saved(place);
        self.counters.receive(place, amend, Validity::Valid, self.now)?;
        let done = if request.deadline.is_some_and(|deadline| deadline < self.now) {
            Err(Refusal::DeadlineElapsed)
        } else if crosses {
            Err(Refusal::PostOnlyWouldTake)
        } else {
            self.carry_out_amend(account, key, request)
        };
        if let Err(refusal) = done {
            // It came to nothing, so it costs its fixed part and the order's age goes on.
            self.counters.restore(place, saved);
            self.counters.receive(place, amend, Validity::Invalid, self.now)?;
            return Err(refusal.into());
        }
        let order = self.archive.order(&txid).expect("it was live a moment ago");
        Ok(order.amends.last().expect("it was amended").id)
    }

    /// Replaces an order by another one.
    pub(crate) fn edit(
        &mut self,
        account: AccountId,
        request: &EditRequest,
        now: Timestamp,
    ) -> Result<Edited, EditRefused> {
        self.handle_timeout(now);
        let kept = |error: KrakenError| EditRefused { error, is_canceled: false };
        let found = self.archive.find(account, &request.selector);
        let [order] = found.as_slice() else { return Err(kept(KrakenError::UNKNOWN_ORDER)) };
        let (old, key, place) = (order.txid, order.key, (account, order.pair()));
        let replacement = replacement(order, request);
        let checked = replacement.and_then(|place| self.check_replacement(account, place, request));
        let new = self.identifiers.order();
        let edit = Transaction::Edit { old, new };
        let validity = if checked.is_ok() { Validity::Valid } else { Validity::Invalid };
        if !request.validate_only {
            let charged = self.counters.receive(place, edit, validity, self.now);
            charged.map_err(|exceeded| kept(exceeded.into()))?;
        }
        let replacement = checked.map_err(kept)?;
        if request.validate_only {
            return Ok(Edited { old, new: None });
        }
        self.undertaking.reason = Some(reasons::ORDER_REPLACED);
        let canceled = self.cancel_targets(account, &[(old, key)]);
        self.undertaking.reason = None;
        let gone = |error: KrakenError| EditRefused { error, is_canceled: canceled == 1 };
        let new = self.place_as(new, account, &replacement).map_err(gone)?;
        Ok(Edited { old, new: Some(new) })
    }

    fn carry_out_amend(
        &mut self,
        account: AccountId,
        key: ClientOrderId,
        request: &AmendRequest,
    ) -> Result<(), Refusal> {
        let AmendRequest { quantity, displayed, limit, trigger, .. } = *request;
        let amendment = Amendment { order: key, quantity, limit, trigger };
        let Some(displayed) = displayed else {
            return self.command(account, VenueCommand::Amend(amendment));
        };
        self.undertaking.refusal = None;
        self.undertaking.displayed = Some(displayed);
        self.exchange.amend_displayed(account, &amendment, displayed, self.now);
        self.tell();
        self.undertaking.displayed = None;
        self.undertaking.refusal.take().map_or(Ok(()), Err)
    }

    /// Whether an order would take with this limit.
    fn would_take(&self, order: &OrderRecord, limit: Option<Price>) -> bool {
        let is_waiting = order.order.kind.waits_for_trigger() && !order.is_triggered;
        let quote = self.exchange.quote(order.pair()).filter(|_| !is_waiting);
        let (Some(quote), Some(limit)) = (quote, limit) else { return false };
        match order.side() {
            Side::Buy => quote.ask.price <= limit,
            Side::Sell => limit <= quote.bid.price,
        }
    }

    /// What can be said of a replacement while the old order still holds its funds.
    fn check_replacement(
        &mut self,
        account: AccountId,
        replacement: PlaceRequest,
        request: &EditRequest,
    ) -> Result<PlaceRequest, KrakenError> {
        if request.deadline.is_some_and(|deadline| deadline < self.now) {
            return Err(KrakenError::DEADLINE_ELAPSED);
        }
        let order = NewOrder { id: self.identifiers.key(), ..replacement.order.clone() };
        match self.exchange.check(account, &order) {
            Ok(()) | Err(Refusal::InsufficientFunds) => Ok(replacement),
            Err(refusal) => Err(refusal.into()),
        }
    }
}

/// The order that takes the place of another one. What has not been said stays; an order whose
/// trigger was reached, that places others, or that has traded more than the new one is for cannot
/// be replaced (<https://docs.kraken.com/api/docs/rest-api/edit-order>, read on 2026-11-21).
fn replacement(old: &OrderRecord, request: &EditRequest) -> Result<PlaceRequest, KrakenError> {
    if old.is_triggered || old.order.close.is_some() {
        return Err(KrakenError::fixed("EOrder:Invalid order"));
    }
    let quantity = request.quantity.map_or(old.quantity, OrderQuantity::Base);
    if matches!(quantity, OrderQuantity::Base(quantity) if quantity <= old.filled) {
        return Err(KrakenError::invalid("volume"));
    }
    let order = NewOrder {
        kind: replaced_kind(old, request),
        quantity,
        post_only: request.post_only.unwrap_or(old.order.post_only),
        deadline: request.deadline,
        ..old.order.clone()
    };
    Ok(PlaceRequest {
        order,
        client_id: old.client_id.clone(),
        userref: request.userref.or(old.userref).filter(|_| old.client_id.is_none()),
        validate_only: false,
    })
}

fn replaced_kind(old: &OrderRecord, request: &EditRequest) -> OrderKind {
    let price = |before: Price| request.price.or(old.limit).unwrap_or(before);
    let trigger = |before: Trigger| {
        let price = request.price.or(old.trigger).unwrap_or(before.price);
        Trigger { price, ..before }
    };
    let second = |before: Price| request.secondary_price.or(old.limit).unwrap_or(before);
    match old.order.kind {
        OrderKind::Limit { price: before } => OrderKind::Limit { price: price(before) },
        OrderKind::Iceberg { price: before, displayed } => OrderKind::Iceberg {
            price: price(before),
            displayed: request.displayed.or(old.displayed).unwrap_or(displayed),
        },
        OrderKind::StopLoss { trigger: before } => OrderKind::StopLoss { trigger: trigger(before) },
        OrderKind::StopLossLimit { trigger: before, price } => {
            OrderKind::StopLossLimit { trigger: trigger(before), price: second(price) }
        }
        OrderKind::TakeProfit { trigger: before } => {
            OrderKind::TakeProfit { trigger: trigger(before) }
        }
        OrderKind::TakeProfitLimit { trigger: before, price } => {
            OrderKind::TakeProfitLimit { trigger: trigger(before), price: second(price) }
        }
        kind @ (OrderKind::Market
        | OrderKind::TrailingStop { .. }
        | OrderKind::TrailingStopLimit { .. }) => kind,
    }
}
