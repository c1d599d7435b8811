//! The archive as it was a while ago, for answers that come from a copy that lags behind.
//!
//! The invariant: after [`Archive::look_ahead`] everything is as it was before
//! [`Archive::look_back`], to the order of the lists. In between only questions are asked.

use std::collections::{BTreeMap, BTreeSet};

use exchange_simulator::{AccountId, Balance};
use trading_types::{Amount, Asset, Quantity, Timestamp, TradeId, VenueOrderId};

use super::{
    super::records::{LedgerEntry, OrderRecord, OrderState, TradeRecord},
    Archive,
};

/// What is put back in the end.
#[derive(Debug)]
pub(crate) struct Present {
    account: AccountId,
    /// Orders that were other or not there at all.
    orders: Vec<OrderRecord>,
    live: BTreeMap<u64, VenueOrderId>,
    client_ids: BTreeMap<String, VenueOrderId>,
    userrefs: BTreeSet<(i64, u64)>,
    /// The three ends of lists, the last one first.
    closed: Vec<VenueOrderId>,
    trades: Vec<TradeRecord>,
    ledger: Vec<LedgerEntry>,
}

impl Archive {
    /// Shows an account as it was at `past`, with the balances it had then if they are known.
    pub(crate) fn look_back(
        &mut self,
        account: AccountId,
        balances: Option<Vec<(Asset, Balance)>>,
        past: Timestamp,
    ) -> Option<Present> {
        let archive = self.accounts.get_mut(&account)?;
        let mut present = Present {
            account,
            orders: Vec::new(),
            live: archive.live.clone(),
            client_ids: archive.client_ids.clone(),
            userrefs: archive.userrefs.clone(),
            closed: Vec::new(),
            trades: Vec::new(),
            ledger: Vec::new(),
        };
        let is_later = |at: Option<Timestamp>| at.is_some_and(|at| past < at);
        let orders = &self.orders;
        while let Some(txid) = archive.closed.pop_back_if(|id| is_later(orders[id].closed_at)) {
            present.closed.push(txid);
        }
        while let Some(entry) = archive.ledger.pop_back_if(|entry| past < entry.time) {
            present.ledger.push(entry);
        }
        self.shown_balances = balances.map(|balances| (account, balances));
        self.rewind_orders(&mut present, past);
        self.rewind_trades(&mut present, past);
        Some(present)
    }

    fn rewind_orders(&mut self, present: &mut Present, past: Timestamp) {
        let live: Vec<(Option<u64>, VenueOrderId)> =
            present.live.iter().map(|(number, txid)| (Some(*number), *txid)).collect();
        let ended = present.closed.iter().rev().map(|txid| (None, *txid));
        for (number, txid) in live.into_iter().chain(ended) {
            let Some(now) = self.orders.remove(&txid) else { continue };
            let then = as_it_was(&now, &self.trades, past);
            let archive = self.accounts.get_mut(&present.account).expect("looked up before");
            match (number, &then) {
                (Some(number), None) => {
                    archive.live.remove(&number);
                    archive.client_ids.retain(|_, known| *known != txid);
                    archive.userrefs.retain(|(_, known)| *known != number);
                }
                (None, Some(order)) => {
                    self.orders_opened += 1;
                    let number = self.orders_opened;
                    archive.live.insert(number, txid);
                    archive.userrefs.extend(order.userref.map(|userref| (userref, number)));
                    if let Some(client_id) = &order.client_id {
                        archive.client_ids.insert(client_id.clone(), txid);
                    }
                }
                (Some(_), Some(_)) | (None, None) => {}
            }
            self.orders.extend(then.map(|order| (txid, order)));
            present.orders.push(now);
        }
    }

    fn rewind_trades(&mut self, present: &mut Present, past: Timestamp) {
        let archive = self.accounts.get_mut(&present.account).expect("looked up before");
        let trades = &mut self.trades;
        while let Some(id) = archive.trades.pop_back_if(|id| past < trades[id].time) {
            present.trades.extend(trades.remove(&id));
        }
    }

    /// Shows the present again.
    pub(crate) fn look_ahead(&mut self, present: Present) {
        self.shown_balances = None;
        let archive = self.accounts.get_mut(&present.account).expect("looked back at");
        archive.live = present.live;
        archive.client_ids = present.client_ids;
        archive.userrefs = present.userrefs;
        archive.closed.extend(present.closed.into_iter().rev());
        archive.ledger.extend(present.ledger.into_iter().rev());
        for trade in present.trades.into_iter().rev() {
            archive.trades.push_back(trade.id);
            self.trades.insert(trade.id, trade);
        }
        self.orders.extend(present.orders.into_iter().map(|order| (order.txid, order)));
    }

    /// What an account is shown to have, where that is not what it has.
    pub(crate) fn shown_balances(&self, account: AccountId) -> Option<&[(Asset, Balance)]> {
        let shown = self.shown_balances.as_ref().filter(|(shown, _)| *shown == account);
        shown.map(|(_, balances)| balances.as_slice())
    }
}

/// An order as it was at `past`, if it was there.
fn as_it_was(
    order: &OrderRecord,
    trades: &BTreeMap<TradeId, TradeRecord>,
    past: Timestamp,
) -> Option<OrderRecord> {
    if past < order.opened_at {
        return None;
    }
    let mut then = order.clone();
    if order.closed_at.is_some_and(|at| past < at) {
        then.closed_at = None;
        then.reason = None;
        then.state = OrderState::Open;
    }
    let is_later = |id: &TradeId| trades.get(id).is_some_and(|trade| past < trade.time);
    let undone = order.trades.iter().filter(|id| is_later(id)).map(|id| &trades[id]);
    let (mut filled, mut cost, mut fees) = (Quantity::ZERO, Amount::ZERO, Amount::ZERO);
    for trade in undone {
        filled += trade.quantity;
        cost += trade.cost;
        fees += trade.fee_value;
    }
    then.filled -= filled;
    then.cost -= cost;
    then.fees -= fees;
    then.trades.retain(|id| !is_later(id));
    while 1 < then.amends.len() && then.amends.last().is_some_and(|amend| past < amend.time) {
        then.amends.pop();
    }
    if then.amends.len() < order.amends.len()
        && let Some(amend) = then.amends.last()
    {
        then.quantity = amend.quantity;
        then.displayed = amend.displayed;
        then.limit = amend.limit;
        then.trigger = amend.trigger;
    }
    Some(then)
}

#[cfg(test)]
mod tests;
