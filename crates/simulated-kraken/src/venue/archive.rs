//! Everything that the venue remembers of orders, trades and balances, found by name, by account
//! and by the client's own names.
//!
//! The invariant: each record is found by its name as long as it stands in one of its account's
//! lists, live orders stand in `live` and in no list of the past, and the past of an account is
//! capped: its oldest entries go.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use exchange_simulator::{AccountId, Balance};
use serde::{Deserialize, Serialize};
use trading_types::{Amount, Asset, ClientOrderId, TradeId, VenueOrderId};

use super::{
    records::{LedgerEntry, LedgerId, OrderRecord, TradeRecord},
    requests::OrderSelector,
};

pub(crate) mod look_back;

/// How many ended orders are remembered for each account, and how many trades. Two weeks at one
/// order each 25 seconds; months of a bot that trades by the hour.
pub(crate) const PAST_MAX: usize = 50_000;
/// How many entries of the ledger are remembered for each account: two for each trade.
pub(crate) const LEDGER_MAX: usize = 2 * PAST_MAX;

/// What is remembered.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Archive {
    orders: BTreeMap<VenueOrderId, OrderRecord>,
    trades: BTreeMap<TradeId, TradeRecord>,
    accounts: BTreeMap<AccountId, AccountArchive>,
    orders_opened: u64,
    /// What an account is shown to have while it is shown as it was.
    #[serde(skip)]
    shown_balances: Option<(AccountId, Vec<(Asset, Balance)>)>,
}

/// What is remembered of an account.
#[derive(Debug, Default, Serialize, Deserialize)]
struct AccountArchive {
    /// Live orders by the number of their arrival, so that the oldest comes first.
    live: BTreeMap<u64, VenueOrderId>,
    /// The numbers of live orders by the matching's names.
    keys: BTreeMap<ClientOrderId, u64>,
    /// Live orders by the client's own name.
    client_ids: BTreeMap<String, VenueOrderId>,
    /// Live orders by the client's own number.
    userrefs: BTreeSet<(i64, u64)>,
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
        self.orders_opened += 1;
        let number = self.orders_opened;
        let account = self.accounts.entry(order.account).or_default();
        account.live.insert(number, order.txid);
        account.keys.insert(order.key, number);
        if let Some(client_id) = &order.client_id {
            account.client_ids.insert(client_id.clone(), order.txid);
        }
        account.userrefs.extend(order.userref.map(|userref| (userref, number)));
        self.orders.insert(order.txid, order);
    }

    /// An order has ended; its record says so already.
    pub(crate) fn close(&mut self, txid: VenueOrderId) {
        let order = &self.orders[&txid];
        let account = self.accounts.get_mut(&order.account).expect("the order is live");
        let number = account.keys.remove(&order.key).expect("the order is live");
        account.live.remove(&number);
        if let Some(client_id) = &order.client_id {
            account.client_ids.remove(client_id);
        }
        if let Some(userref) = order.userref {
            account.userrefs.remove(&(userref, number));
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
    pub(crate) fn forget_trade(&mut self, trade: &TradeRecord) {
        self.trades.remove(&trade.id);
        if let Some(account) = self.accounts.get_mut(&trade.account) {
            account.trades.retain(|id| *id != trade.id);
        }
        if let Some(order) = self.orders.get_mut(&trade.order) {
            order.trades.retain(|id| *id != trade.id);
            order.filled -= trade.quantity;
            order.cost -= trade.cost;
            order.fees -= trade.fee_value;
        }
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

    /// The order with this name, if it is live.
    pub(crate) fn live_order(&self, txid: &VenueOrderId) -> Option<&OrderRecord> {
        self.order(txid).filter(|order| order.state.is_live())
    }

    /// The live order that the matching calls `key`.
    pub(crate) fn live(&self, account: AccountId, key: ClientOrderId) -> Option<VenueOrderId> {
        let account = self.accounts.get(&account)?;
        account.live.get(account.keys.get(&key)?).copied()
    }

    /// The live orders that are meant, oldest first.
    pub(crate) fn find(&self, account: AccountId, selector: &OrderSelector) -> Vec<&OrderRecord> {
        let Some(archive) = self.accounts.get(&account) else { return Vec::new() };
        let found: Vec<VenueOrderId> = match selector {
            OrderSelector::Txid(txid) => vec![*txid],
            OrderSelector::ClientId(id) => {
                archive.client_ids.get(id).copied().into_iter().collect()
            }
            OrderSelector::Userref(userref) => {
                let numbers = archive.userrefs.range((*userref, 0)..=(*userref, u64::MAX));
                numbers.map(|(_, number)| archive.live[number]).collect()
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

    /// How many orders are open and ended, and how many trades and entries there are.
    pub(crate) fn sizes(&self, account: AccountId) -> (usize, usize, usize, usize) {
        self.accounts.get(&account).map_or((0, 0, 0, 0), |it| {
            (it.live.len(), it.closed.len(), it.trades.len(), it.ledger.len())
        })
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
