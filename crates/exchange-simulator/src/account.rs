//! The balances of one account: what there is of each asset, and how much of it orders hold.
//!
//! The invariant, checked at each change: `0 <= held <= total`, so what is free is never negative.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Asset};

/// What an account has of one asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// All of it.
    pub total: Amount,
    /// The part that open orders hold.
    pub held: Amount,
}

impl Balance {
    /// What can be spent or held.
    pub fn free(&self) -> Amount {
        self.total - self.held
    }
}

/// The balances of one account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Account {
    balances: BTreeMap<Asset, Balance>,
}

impl Account {
    /// An account with these balances and no orders.
    pub(crate) fn new(balances: &[(Asset, Amount)]) -> Self {
        let mut account = Self::default();
        for (asset, amount) in balances {
            account.receive(*asset, *amount);
        }
        account
    }

    /// What there is of `asset`.
    pub(crate) fn balance(&self, asset: Asset) -> Balance {
        self.balances.get(&asset).copied().unwrap_or_default()
    }

    /// Every asset the account ever had, in alphabetic order.
    pub(crate) fn balances(&self) -> impl Iterator<Item = (Asset, Balance)> {
        self.balances.iter().map(|(asset, balance)| (*asset, *balance))
    }

    /// Changes the hold of one order from `before` to `after`; false, and nothing changes, when
    /// there is not enough free.
    #[must_use = "a hold that was refused must not be counted"]
    pub(crate) fn change_hold(&mut self, asset: Asset, before: Amount, after: Amount) -> bool {
        let balance = self.balances.entry(asset).or_default();
        let held = balance.held - before + after;
        if balance.total < held {
            return false;
        }
        balance.held = held;
        balance.check();
        true
    }

    /// Frees what an order that has ended held.
    pub(crate) fn release(&mut self, asset: Asset, hold: Amount) {
        let balance = self.balances.entry(asset).or_default();
        balance.held -= hold;
        balance.check();
    }

    /// Takes `amount` out, from an order's hold first and from what is free for the rest; returns
    /// what is left of the hold, which is at most `hold_after`.
    pub(crate) fn pay(
        &mut self,
        asset: Asset,
        amount: Amount,
        hold: Amount,
        hold_after: Amount,
    ) -> Amount {
        let balance = self.balances.entry(asset).or_default();
        let left = hold + balance.free() - amount;
        assert!(Amount::ZERO <= left, "a payment is cut to the funds before it is made");
        let hold_after = hold_after.min(left);
        balance.total -= amount;
        balance.held = balance.held - hold + hold_after;
        balance.check();
        hold_after
    }

    /// Puts `amount` in.
    pub(crate) fn receive(&mut self, asset: Asset, amount: Amount) {
        let balance = self.balances.entry(asset).or_default();
        balance.total += amount;
        balance.check();
    }
}

impl Balance {
    fn check(&self) {
        assert!(Amount::ZERO <= self.held, "more was released than held");
        assert!(self.held <= self.total, "more is held than there is");
    }
}

#[cfg(test)]
mod tests;
