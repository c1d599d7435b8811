//! Everything that the venue remembers of orders, trades and balances, found by name, by account
//! and by the client's own names.
//!
//! The invariant: each record is found by its name as long as it stands in one of its account's
//! lists, live orders stand in `live` and in no list of the past, and the past of an account is
//! capped: its oldest entries go.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use exchange_simulator::AccountId;
use trading_types::{Amount, Asset, ClientOrderId, TradeId, VenueOrderId};

use super::{
    records::{LedgerEntry, LedgerId, OrderRecord, TradeRecord},
    requests::OrderSelector,
};

/// How many ended orders are remembered for each account, and how many trades. Two weeks at one
/// order each 25 seconds; months of a bot that trades by the hour.
pub(crate) const PAST_MAX: usize = 50_000;
/// How many entries of the ledger are remembered for each account: two for each trade.
pub(crate) const LEDGER_MAX: usize = 2 * PAST_MAX;

/// What is remembered.
#[derive(Debug, Default)]
pub(crate) struct Archive {
    orders: BTreeMap<VenueOrderId, OrderRecord>,
    trades: BTreeMap<TradeId, TradeRecord>,
    accounts: BTreeMap<AccountId, AccountArchive>,
}

/// What is remembered of an account.
#[derive(Debug, Default)]
struct AccountArchive {
    /// Live orders, oldest first.
    live: BTreeMap<ClientOrderId, VenueOrderId>,
    /// Live orders by the client's own name.
    client_ids: BTreeMap<String, VenueOrderId>,
    /// Live orders by the client's own number.
    userrefs: BTreeSet<(i64, ClientOrderId)>,
    /// Ended orders, the last one last.
    closed: VecDeque<VenueOrderId>,
    trades: VecDeque<TradeId>,
    ledger: VecDeque<LedgerEntry>,
    /// What the entries of the ledger add up to.
    balances: BTreeMap<Asset, Amount>,
}

impl Archive {
    /// An order was accepted.
    pub(crate) fn open(&mut self, order: OrderRecord) {
        let account = self.accounts.entry(order.account).or_default();
        account.live.insert(order.key, order.txid);
        if let Some(client_id) = &order.client_id {
            account.client_ids.insert(client_id.clone(), order.txid);
        }
        account.userrefs.extend(order.userref.map(|userref| (userref, order.key)));
        self.orders.insert(order.txid, order);
    }

    /// An order has ended; its record says so already.
    pub(crate) fn close(&mut self, txid: VenueOrderId) {
        let order = &self.orders[&txid];
        let account = self.accounts.entry(order.account).or_default();
        account.live.remove(&order.key);
        if let Some(client_id) = &order.client_id {
            account.client_ids.remove(client_id);
        }
        if let Some(userref) = order.userref {
            account.userrefs.remove(&(userref, order.key));
        }
        account.closed.push_back(txid);
        if PAST_MAX < account.closed.len()
            && let Some(oldest) = account.closed.pop_front()
        {
            self.orders.remove(&oldest);
        }
    }

    /// A trade happened.
    pub(crate) fn trade(&mut self, trade: TradeRecord) {
        let trades = &mut self.accounts.entry(trade.account).or_default().trades;
        trades.push_back(trade.id);
        if PAST_MAX < trades.len()
            && let Some(oldest) = trades.pop_front()
        {
            self.trades.remove(&oldest);
        }
        self.trades.insert(trade.id, trade);
    }

    /// Takes a trade back, as if it had not happened.
    pub(crate) fn forget_trade(&mut self, id: TradeId) -> Option<TradeRecord> {
        let trade = self.trades.remove(&id)?;
        self.accounts.entry(trade.account).or_default().trades.retain(|known| *known != id);
        Some(trade)
    }

    /// Adds an entry to the ledger, and says what the balance is after it.
    pub(crate) fn book(&mut self, mut entry: LedgerEntry) -> LedgerEntry {
        let account = self.accounts.entry(entry.account).or_default();
        let balance = account.balances.entry(entry.asset).or_default();
        *balance = *balance + entry.amount - entry.fee;
        entry.balance = *balance;
        account.ledger.push_back(entry.clone());
        if LEDGER_MAX < account.ledger.len() {
            account.ledger.pop_front();
        }
        entry
    }

    pub(crate) fn order(&self, txid: &VenueOrderId) -> Option<&OrderRecord> {
        self.orders.get(txid)
    }

    pub(crate) fn order_mut(&mut self, txid: VenueOrderId) -> &mut OrderRecord {
        self.orders.get_mut(&txid).expect("the order is remembered")
    }

    /// The live order that the matching calls `key`.
    pub(crate) fn live(&self, account: AccountId, key: ClientOrderId) -> Option<VenueOrderId> {
        self.accounts.get(&account)?.live.get(&key).copied()
    }

    /// The live orders that are meant.
    pub(crate) fn find(&self, account: AccountId, selector: &OrderSelector) -> Vec<&OrderRecord> {
        let Some(archive) = self.accounts.get(&account) else { return Vec::new() };
        let found: Vec<VenueOrderId> = match selector {
            OrderSelector::Txid(txid) => vec![*txid],
            OrderSelector::ClientId(id) => {
                archive.client_ids.get(id).copied().into_iter().collect()
            }
            OrderSelector::Userref(userref) => {
                let least = (*userref, ClientOrderId::new(0, 0));
                let most = (*userref, ClientOrderId::new(u64::MAX, u64::MAX));
                let keys = archive.userrefs.range(least..=most);
                keys.filter_map(|(_, key)| archive.live.get(key).copied()).collect()
            }
        };
        let orders = found.iter().filter_map(|txid| self.orders.get(txid));
        orders.filter(|order| order.account == account && order.state.is_live()).collect()
    }

    /// Live orders, oldest first.
    pub(crate) fn open_orders(&self, account: AccountId) -> impl Iterator<Item = &OrderRecord> {
        let live =
            self.accounts.get(&account).into_iter().flat_map(|archive| archive.live.values());
        live.map(|txid| &self.orders[txid])
    }

    /// Ended orders, the last one last.
    pub(crate) fn closed_orders(
        &self,
        account: AccountId,
    ) -> impl DoubleEndedIterator<Item = &OrderRecord> {
        let closed = self.accounts.get(&account).into_iter().flat_map(|archive| &archive.closed);
        closed.map(|txid| &self.orders[txid])
    }

    /// Trades, the last one last.
    pub(crate) fn trades(
        &self,
        account: AccountId,
    ) -> impl DoubleEndedIterator<Item = &TradeRecord> {
        let trades = self.accounts.get(&account).into_iter().flat_map(|archive| &archive.trades);
        trades.map(|id| &self.trades[id])
    }

    pub(crate) fn trade_by_id(&self, id: &TradeId) -> Option<&TradeRecord> {
        self.trades.get(id)
    }

    /// Entries of the ledger, the last one last.
    pub(crate) fn ledger(
        &self,
        account: AccountId,
    ) -> impl DoubleEndedIterator<Item = &LedgerEntry> {
        self.accounts.get(&account).into_iter().flat_map(|archive| &archive.ledger)
    }

    pub(crate) fn ledger_entry(&self, account: AccountId, id: &LedgerId) -> Option<&LedgerEntry> {
        self.ledger(account).find(|entry| entry.id == *id)
    }
}
