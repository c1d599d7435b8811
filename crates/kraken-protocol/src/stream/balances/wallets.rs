//! The wallets of an account as the messages so far have left them.
//!
//! **Law.** What counts as ours to spend is never above what the venue's last word on each wallet
//! comes to.

use std::collections::BTreeMap;

use trading_types::{AccountEvent, Amount, Asset, Timestamp};

use super::{BalancesContent, BalancesMessage, Movement, Wallet, WalletKind};
use crate::stream::session::ReconcileReason;

/// What the messages of balances come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BalanceReport {
    /// For the engine: all balances, or a movement that no trade of ours made.
    Event(AccountEvent),
    /// What can be spent of an asset changed, by a trade or otherwise.
    Changed(BalanceChange),
    /// Our picture may be wrong.
    Reconcile(ReconcileReason),
}

/// What can be spent of an asset changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceChange {
    /// Which asset.
    pub asset: Asset,
    /// By how much, the fee included.
    pub change: Amount,
    /// What can be spent now, holds by open orders included.
    pub spendable: Amount,
    /// Whether a trade did it.
    pub is_trade: bool,
    /// The venue's id of the movement.
    pub ledger_id: Option<String>,
    /// When, by Kraken's clock.
    pub time: Option<Timestamp>,
}

/// All wallets.
#[derive(Clone, Debug, Default)]
pub struct BalanceReports {
    wallets: BTreeMap<(Asset, WalletKind), Amount>,
}

impl BalanceReports {
    /// Reads a message.
    pub fn apply(&mut self, message: BalancesMessage) -> Vec<BalanceReport> {
        let unreadable = message.unreadable.into_iter();
        let mut told: Vec<BalanceReport> = unreadable
            .map(|why| BalanceReport::Reconcile(ReconcileReason::UnreadableReport(why)))
            .collect();
        match message.content {
            BalancesContent::Snapshot(wallets) => told.push(self.replace(&wallets)),
            BalancesContent::Update(movements) => {
                for movement in movements {
                    self.handle(movement, &mut told);
                }
            }
        }
        told
    }

    /// What can be spent of each asset, holds by open orders included.
    pub fn spendable(&self) -> Vec<(Asset, Amount)> {
        let mut sums: BTreeMap<Asset, Amount> = BTreeMap::new();
        for ((asset, kind), balance) in &self.wallets {
            let sum = sums.entry(*asset).or_default();
            if kind.is_spendable() {
                *sum = sum.checked_add(*balance).unwrap_or(*sum);
            }
        }
        sums.into_iter().collect()
    }

    fn replace(&mut self, wallets: &[Wallet]) -> BalanceReport {
        self.wallets.clear();
        for wallet in wallets {
            self.wallets.insert((wallet.asset, wallet.kind), wallet.balance);
        }
        BalanceReport::Event(AccountEvent::Balances(self.spendable()))
    }

    fn handle(&mut self, movement: Movement, told: &mut Vec<BalanceReport>) {
        let Wallet { asset, kind, balance } = movement.wallet;
        self.wallets.insert((asset, kind), balance);
        if !kind.is_spendable() {
            return;
        }
        let Some(change) = movement.amount.checked_add(-movement.fee) else {
            let why = format!("a movement of {asset} is too large");
            told.push(BalanceReport::Reconcile(ReconcileReason::UnreadableReport(why)));
            return;
        };
        let kinds = [WalletKind::Spot, WalletKind::EarnFlexible];
        let held = kinds.iter().filter_map(|kind| self.wallets.get(&(asset, *kind)));
        let spendable = held.fold(Amount::ZERO, |sum, held| sum.checked_add(*held).unwrap_or(sum));
        if !movement.is_trade {
            told.push(BalanceReport::Event(AccountEvent::Moved { asset, change }));
        }
        told.push(BalanceReport::Changed(BalanceChange {
            asset,
            change,
            spendable,
            is_trade: movement.is_trade,
            ledger_id: movement.ledger_id,
            time: movement.time,
        }));
    }
}

#[cfg(test)]
mod tests;
