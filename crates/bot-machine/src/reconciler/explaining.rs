//! Why our balances differ from the venue's: trades of ours that we lack, trades of others, and
//! movements of the ledger.
//!
//! **Law.** A trade is ours when its order is; then it is a fill and never a movement. Of a trade
//! that is not ours only the ledger knows in which asset its fee was taken, so its entries there
//! are what moved, and nothing is told before both are there.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use kraken_protocol::rest::{ledgers::LedgerEntry, trades::AccountTrade};
use trading_types::{
    AccountEvent, Amount, Ascii, Asset, ClientOrderId, Fill, Side, TradeId, VenueOrderId,
};

use super::ReconcilerOutput;
use crate::{books::Books, history};

/// Explained movements that are remembered. The oldest is forgotten first, long after the stretch
/// that is read again.
const EXPLAINED_MAX: usize = 10_000;
/// The kind of an entry that belongs to a trade.
const TRADE: &str = "trade";

/// The ids of entries of the ledger that have been explained.
#[derive(Debug, Default)]
pub(super) struct Explained {
    ids: BTreeSet<Ascii<24>>,
    order: VecDeque<Ascii<24>>,
}

impl Explained {
    pub(super) fn new(ids: impl IntoIterator<Item = Ascii<24>>) -> Self {
        let mut explained = Self::default();
        for id in ids {
            explained.insert(id);
        }
        explained
    }

    fn insert(&mut self, id: Ascii<24>) -> bool {
        let is_new = self.ids.insert(id);
        if is_new {
            self.order.push_back(id);
        }
        if EXPLAINED_MAX < self.order.len()
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        is_new
    }

    /// What was in the opening balances already is explained once and for all.
    pub(super) fn take_opening(
        &mut self,
        entries: &BTreeMap<Ascii<24>, LedgerEntry>,
    ) -> Vec<ReconcilerOutput> {
        let settled = entries.values().filter(|entry| entry.balance.is_some());
        let new: Vec<_> = settled.filter(|entry| self.insert(entry.id)).collect();
        new.into_iter()
            .map(|entry| explained(entry, "in the opening balances".to_owned()))
            .collect()
    }

    /// Movements that belong to no trade, each once.
    pub(super) fn movements(
        &mut self,
        entries: &BTreeMap<Ascii<24>, LedgerEntry>,
    ) -> Vec<ReconcilerOutput> {
        let by_time = by_time(entries);
        let moves = by_time.into_iter().filter(|entry| entry.kind != TRADE && counts(entry));
        let mut outputs = Vec::new();
        for entry in moves {
            if self.insert(entry.id) {
                let what = match &entry.subkind {
                    Some(subkind) => format!("{} ({subkind})", entry.kind),
                    None => entry.kind.clone(),
                };
                outputs.extend(told(entry, what));
            }
        }
        outputs
    }

    /// What the fees of trades of ours really moved, where that is not what was counted: outside
    /// the ledger they are told in quote asset, whatever they were taken in.
    pub(super) fn fees(
        &mut self,
        entries: &BTreeMap<Ascii<24>, LedgerEntry>,
        books: &dyn Books,
    ) -> Vec<ReconcilerOutput> {
        let mut by_trade: BTreeMap<TradeId, Vec<&LedgerEntry>> = BTreeMap::new();
        for entry in entries.values().filter(|entry| entry.kind == TRADE && counts(entry)) {
            if let Ok(trade) = entry.reference.parse() {
                by_trade.entry(trade).or_default().push(entry);
            }
        }
        let mut outputs = Vec::new();
        for (trade, legs) in by_trade {
            let Some((counted_in, counted)) = books.fee_of(&trade) else { continue };
            let is_other = |leg: &&LedgerEntry| leg.asset != counted_in && !leg.fee.is_zero();
            let has_both = legs.iter().any(|leg| leg.asset == counted_in);
            if !has_both || !legs.iter().any(is_other) {
                continue;
            }
            for leg in legs {
                let counted = if leg.asset == counted_in { counted } else { Amount::ZERO };
                let (id, asset, change) = (leg.id, leg.asset, counted - leg.fee);
                if !change.is_zero() && self.insert(id) {
                    let what = format!("fee of trade {trade}");
                    outputs.push(ReconcilerOutput::Explained { id, asset, change, what });
                    outputs.push(ReconcilerOutput::Tell(AccountEvent::Moved { asset, change }));
                }
            }
        }
        outputs
    }

    /// What a trade that is not ours moved; nothing before the ledger shows all of it, or when it
    /// has been told.
    pub(super) fn foreign_trade(
        &mut self,
        trade: &AccountTrade,
        entries: &BTreeMap<Ascii<24>, LedgerEntry>,
    ) -> Vec<ReconcilerOutput> {
        let is_own = |entry: &&LedgerEntry| {
            entry.kind == TRADE && entry.reference == trade.id.as_str() && entry.balance.is_some()
        };
        let legs: Vec<_> = entries.values().filter(is_own).collect();
        let assets: BTreeSet<_> = legs.iter().map(|leg| leg.asset).collect();
        if assets.len() < 2 {
            return Vec::new();
        }
        let new = legs.into_iter().filter(|leg| self.insert(leg.id));
        new.flat_map(|leg| told(leg, format!("foreign trade {}", trade.id))).collect()
    }
}

/// Trades of the account, sorted by whose they are.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    /// Fills of ours that our books lack, in the order they happened.
    pub(super) missing: Vec<Fill>,
    /// Trades that are not ours.
    pub(super) foreign: Vec<AccountTrade>,
}

impl Sorted {
    /// `named` are orders that Kraken has shown with a name of ours.
    pub(super) fn new(
        trades: &BTreeMap<TradeId, AccountTrade>,
        named: &BTreeMap<VenueOrderId, ClientOrderId>,
        books: &dyn Books,
    ) -> Self {
        let mut trades: Vec<_> = trades.values().cloned().collect();
        history::sort(&mut trades);
        let mut sorted = Self::default();
        for trade in trades {
            if books.has_trade(&trade.id) {
                continue;
            }
            let owner =
                books.order_called(&trade.order).or_else(|| named.get(&trade.order).copied());
            match (owner, trade.pair) {
                (Some(owner), Some(pair)) => {
                    sorted.missing.push(history::fill(&trade, owner, pair));
                }
                // Ours on a pair that nobody knows: nothing can be said of it.
                (Some(_), None) => {}
                (None, _) => sorted.foreign.push(trade),
            }
        }
        sorted
    }
}

/// By how much a fill moves balances.
pub(super) fn legs(fill: &Fill) -> [(Asset, Amount); 3] {
    let base = Amount::from(fill.quantity);
    let (base, quote) = match fill.side {
        Side::Buy => (base, -fill.cost),
        Side::Sell => (-base, fill.cost),
    };
    [(fill.pair.base, base), (fill.pair.quote, quote), (fill.fee_asset, -fill.fee)]
}

/// Whether an entry moved what an order can spend: it is settled, and not in a locked wallet.
fn counts(entry: &LedgerEntry) -> bool {
    entry.balance.is_some() && entry.wallet.is_spendable()
}

fn by_time(entries: &BTreeMap<Ascii<24>, LedgerEntry>) -> Vec<&LedgerEntry> {
    let mut entries: Vec<_> = entries.values().collect();
    entries.sort_by_key(|entry| (entry.time, entry.id));
    entries
}

fn change(entry: &LedgerEntry) -> Amount {
    entry.amount - entry.fee
}

fn explained(entry: &LedgerEntry, what: String) -> ReconcilerOutput {
    let (id, asset) = (entry.id, entry.asset);
    ReconcilerOutput::Explained { id, asset, change: change(entry), what }
}

/// A movement and why, if it moved anything.
fn told(entry: &LedgerEntry, what: String) -> Vec<ReconcilerOutput> {
    let change = change(entry);
    if change.is_zero() || !counts(entry) {
        return Vec::new();
    }
    let moved = AccountEvent::Moved { asset: entry.asset, change };
    vec![explained(entry, what), ReconcilerOutput::Tell(moved)]
}
