//! What really is: for whoever judges a client from outside. No client can ask any of this, and
//! nothing here spoils what it tells.
//!
//! The invariant: looking changes nothing. The one verb that is not a look, [`hear_market`],
//! is the outside world's.
//!
//! [`hear_market`]: SimulatedKraken::hear_market

use std::collections::BTreeMap;

use exchange_simulator::AccountId;
use trading_types::{
    Amount, Asset, MarketEvent, NewOrder, OrderQuantity, Pair, PairRules, Price, Quantity, Quote,
    Side, Timestamp, TradeId, VenueOrderId, VenueStatus,
};

use super::SimulatedKraken;
use crate::venue::{
    reasons,
    records::{LedgerEntry, LedgerKind, OrderRecord, OrderState, TradeRecord},
};

/// An order as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrueOrder {
    /// Kraken's name for it.
    pub venue_order: VenueOrderId,
    /// The client's own name for it.
    pub client: Option<String>,
    /// As it was placed, but for its name, which is the matching's own.
    pub placed: NewOrder,
    /// The whole quantity, as amended.
    pub quantity: OrderQuantity,
    /// The limit price in force.
    pub limit: Option<Price>,
    /// The trigger price in force.
    pub trigger: Option<Price>,
    /// Whether its trigger has been reached.
    pub is_triggered: bool,
    /// How much of it has traded.
    pub filled: Quantity,
    /// Whether it can still trade.
    pub is_open: bool,
    /// Whether the dead man's switch canceled it.
    pub is_canceled_by_switch: bool,
    /// When it was accepted.
    pub opened_at: Timestamp,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
}

/// An account's part in a trade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrueTrade {
    /// Kraken's name for it.
    pub id: TradeId,
    /// Of which order.
    pub order: VenueOrderId,
    /// On which pair.
    pub pair: Pair,
    /// Bought or sold.
    pub side: Side,
    /// At which price.
    pub price: Price,
    /// How much base asset.
    pub quantity: Quantity,
    /// How much quote asset, before fees.
    pub cost: Amount,
    /// In `fee_asset`.
    pub fee: Amount,
    /// What the fee was taken in.
    pub fee_asset: Asset,
    /// When.
    pub time: Timestamp,
}

/// A balance moved without a trade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrueMove {
    /// Kraken's name for the entry of the ledger.
    pub id: VenueOrderId,
    /// When.
    pub time: Timestamp,
    /// Kraken's word for what it was.
    pub kind: &'static str,
    /// Which asset.
    pub asset: Asset,
    /// By how much, fee included; negative when it left.
    pub change: Amount,
}

/// How much has happened on an account. Two that are equal mean that nothing has in between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Happened {
    /// Orders that are open.
    pub open: usize,
    /// Orders that have ended, as far back as is remembered.
    pub ended: usize,
    /// Trades, as far back as is remembered.
    pub trades: usize,
    /// Entries of the ledger, as far back as is remembered.
    pub entries: usize,
}

impl SimulatedKraken {
    /// The outside world does something on a market that does not move by itself.
    pub fn hear_market(&mut self, event: &MarketEvent, now: Timestamp) {
        self.handle_timeout(now);
        if self.world.faults.conditions.suspended().is_none() {
            self.world.venue.hear(event, now);
            self.pass_on(now);
        }
    }

    /// How much has happened on an account, counted from zero in the order of the settings.
    pub fn happened(&self, account: u32) -> Happened {
        let (open, ended, trades, entries) = self.world.venue.sizes(AccountId(account));
        Happened { open, ended, trades, entries }
    }

    /// The open orders of an account, the oldest first.
    pub fn true_open_orders(&self, account: u32) -> Vec<TrueOrder> {
        self.world.venue.open_orders(AccountId(account)).map(order).collect()
    }

    /// The ended orders of an account, the one that ended last first.
    pub fn true_ended_orders(&self, account: u32) -> impl Iterator<Item = TrueOrder> {
        self.world.venue.closed_orders(AccountId(account)).rev().map(order)
    }

    /// The trades of an account, the last one first.
    pub fn true_trades(&self, account: u32) -> impl Iterator<Item = TrueTrade> {
        self.world.venue.trades(AccountId(account)).rev().map(trade)
    }

    /// What moved the balances of an account besides trades, the last one first.
    pub fn true_moves(&self, account: u32) -> impl Iterator<Item = TrueMove> {
        let entries = self.world.venue.ledger(AccountId(account)).rev();
        entries.filter(|entry| entry.kind != LedgerKind::Trade).map(moved)
    }

    /// What an account has, what orders hold included.
    pub fn true_balances(&self, account: u32) -> BTreeMap<Asset, Amount> {
        let balances = self.world.venue.balances(AccountId(account)).into_iter();
        balances.map(|(asset, balance)| (asset, balance.total)).collect()
    }

    /// The trading counter of an account's pair, in millionths of a point.
    pub fn true_pair_counter(&self, account: u32, pair: Pair, now: Timestamp) -> u128 {
        self.world.venue.counter_level(AccountId(account), pair, now).millionths()
    }

    /// What the venue takes at the moment.
    pub fn true_status(&self) -> VenueStatus {
        self.world.venue.status()
    }

    /// What a pair takes at the moment.
    pub fn true_pair_status(&self, pair: Pair) -> VenueStatus {
        self.world.venue.pair_status(pair)
    }

    /// The rules of a pair at the moment.
    pub fn true_rules(&self, pair: Pair) -> Option<&PairRules> {
        self.world.venue.rules(pair)
    }

    /// The best prices of a pair.
    pub fn true_quote(&self, pair: Pair) -> Option<Quote> {
        self.world.venue.quote(pair)
    }

    /// The price of the last trade on a pair.
    pub fn true_last_price(&self, pair: Pair) -> Option<Price> {
        self.world.venue.last_price(pair)
    }

    /// How often each fault has struck, by its number in the catalogue and its name.
    pub fn fault_counts(&self) -> Vec<(u8, &'static str, u64)> {
        self.world.faults.numbered_counts().collect()
    }

    /// Calls, orders and messages that a limit really refused, a fault's refusals not counted.
    pub fn refused_for_rate(&self) -> u64 {
        let statistics = &self.world.statistics;
        statistics.private_rejected_rate
            + statistics.public_rejected_rate
            + statistics.ws_rejected_rate
            + self.world.venue.counts().pair_rejected_rate
    }

    /// Private calls whose nonce was not above the last one.
    pub fn nonces_refused(&self) -> u64 {
        self.world.statistics.nonce_rejected
    }
}

fn order(record: &OrderRecord) -> TrueOrder {
    TrueOrder {
        venue_order: record.txid,
        client: record.client_id.clone(),
        placed: record.order.clone(),
        quantity: record.quantity,
        limit: record.limit,
        trigger: record.trigger,
        is_triggered: record.is_triggered,
        filled: record.filled,
        is_open: matches!(record.state, OrderState::Pending | OrderState::Open),
        is_canceled_by_switch: record.reason.as_deref() == Some(reasons::SWITCH),
        opened_at: record.opened_at,
        closed_at: record.closed_at,
    }
}

fn trade(record: &TradeRecord) -> TrueTrade {
    TrueTrade {
        id: record.id,
        order: record.order,
        pair: record.pair,
        side: record.side,
        price: record.price,
        quantity: record.quantity,
        cost: record.cost,
        fee: record.fee,
        fee_asset: record.fee_asset,
        time: record.time,
    }
}

fn moved(entry: &LedgerEntry) -> TrueMove {
    TrueMove {
        id: entry.id,
        time: entry.time,
        kind: entry.kind.name(),
        asset: entry.asset,
        change: entry.amount - entry.fee,
    }
}

#[cfg(test)]
mod tests;
