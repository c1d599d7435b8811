//! What somebody else does on the account: who has open orders there, who has traded.
//!
//! **Law.** A pair with a foreign open order is blocked as long as it is open; one with a foreign
//! trade until a person says that it is all right.

use std::collections::{BTreeMap, BTreeSet};

use kraken_protocol::rest::{orders::Order, trades::AccountTrade};
use trading_engine::BlockCause;
use trading_types::{Pair, VenueOrderId};

use super::ReconcilerOutput;
use crate::{
    books::Books,
    output::{AlertKind, Severity},
};

/// Where somebody else is active. A pair that nobody knows may be any.
#[derive(Debug, Default)]
pub(super) struct Foreign {
    open: BTreeMap<VenueOrderId, Option<Pair>>,
    traded: BTreeSet<Option<Pair>>,
}

impl Foreign {
    /// Where a person had not yet said that it is all right.
    pub(super) fn new(traded: impl IntoIterator<Item = Option<Pair>>) -> Self {
        Self { open: BTreeMap::new(), traded: traded.into_iter().collect() }
    }

    /// These orders are open.
    pub(super) fn see_open(
        &mut self,
        orders: &[Order],
        books: &dyn Books,
    ) -> Vec<ReconcilerOutput> {
        let before: BTreeSet<_> = self.blocked().collect();
        let open: BTreeMap<_, _> = orders
            .iter()
            .filter(|order| !is_ours(order, books))
            .map(|order| (order.id, order.terms.pair))
            .collect();
        let is_new = |id: &&VenueOrderId| !self.open.contains_key(*id);
        let new: Vec<_> = open.keys().filter(is_new).map(VenueOrderId::to_string).collect();
        self.open = open;
        let mut outputs = self.changes(&before);
        if !new.is_empty() {
            let names = new.join(", ");
            outputs.push(alert(format!(
                "somebody else has open orders on the account ({names}): cancel them, or find out \
                 who placed them; their pairs are blocked as long as they are open"
            )));
        }
        outputs
    }

    /// Somebody else traded.
    pub(super) fn see_trade(&mut self, trade: &AccountTrade) -> Vec<ReconcilerOutput> {
        let before: BTreeSet<_> = self.blocked().collect();
        let is_new = self.traded.insert(trade.pair);
        let mut outputs = self.changes(&before);
        if is_new {
            let AccountTrade { id, pair_text, .. } = trade;
            outputs.push(alert(format!(
                "somebody else traded on {pair_text} (trade {id}): find out who, then resume; the \
                 pair is blocked until then"
            )));
        }
        outputs
    }

    /// A person says that it is all right, on a pair or everywhere.
    pub(super) fn resume(&mut self, pair: Option<Pair>) -> Vec<ReconcilerOutput> {
        let before: BTreeSet<_> = self.blocked().collect();
        match pair {
            None => self.traded.clear(),
            Some(_) => drop(self.traded.remove(&pair)),
        }
        let cause = BlockCause::ForeignActivity;
        let still: BTreeSet<_> = self.blocked().collect();
        let still = still.into_iter().map(|pair| ReconcilerOutput::Block { cause, pair });
        self.changes(&before).into_iter().chain(still).collect()
    }

    fn blocked(&self) -> impl Iterator<Item = Option<Pair>> {
        self.open.values().chain(&self.traded).copied()
    }

    fn changes(&self, before: &BTreeSet<Option<Pair>>) -> Vec<ReconcilerOutput> {
        let now: BTreeSet<_> = self.blocked().collect();
        let cause = BlockCause::ForeignActivity;
        let begun =
            now.difference(before).map(|pair| ReconcilerOutput::Block { cause, pair: *pair });
        let ended =
            before.difference(&now).map(|pair| ReconcilerOutput::Unblock { cause, pair: *pair });
        begun.chain(ended).collect()
    }
}

/// Whether an order is ours, by the venue's name or by its own.
pub(super) fn is_ours(order: &Order, books: &dyn Books) -> bool {
    books.order_called(&order.id).is_some() || order.our_id().is_some_and(|id| books.has_order(id))
}

fn alert(text: String) -> ReconcilerOutput {
    ReconcilerOutput::Alert { kind: AlertKind::ForeignActivity, severity: Severity::Critical, text }
}
