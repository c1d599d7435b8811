//! Balances with holds, and the proof that nothing is lost: for every asset the total equals the
//! opening balance plus what trades brought, minus fees, plus what moved from outside.

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Asset, ClientOrderId, Fill, Side};

/// One asset's books.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Account {
    total: Amount,
    held: Amount,
    opening: Amount,
    traded: Amount,
    fees: Amount,
    moved: Amount,
}

/// What one open order may still need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Which asset.
    pub asset: Asset,
    /// How much of it.
    pub amount: Amount,
}

/// Balances of all assets. Our free balance is never above the venue's: a hold is taken before the
/// order is sent and given back only when the venue says that the order has ended.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "SavedLedger", into = "SavedLedger")]
pub struct Ledger {
    accounts: Vec<(Asset, Account)>,
    holds: Vec<(ClientOrderId, Hold)>,
    is_open: bool,
}

/// The books without what follows from them: totals and what is held. The assets stand in the order
/// they were first seen, holds in the order of their orders.
#[derive(Serialize, Deserialize)]
struct SavedLedger {
    accounts: Vec<SavedAccount>,
    holds: Vec<(ClientOrderId, Hold)>,
    is_open: bool,
}

/// One asset's books: opening, traded, fees, moved.
#[derive(Serialize, Deserialize)]
struct SavedAccount {
    asset: Asset,
    opening: Amount,
    traded: Amount,
    fees: Amount,
    moved: Amount,
}

impl From<Ledger> for SavedLedger {
    fn from(mut ledger: Ledger) -> Self {
        ledger.holds.sort_by_key(|(order, _)| *order);
        let saved = |(asset, it): (Asset, Account)| {
            let Account { opening, traded, fees, moved, .. } = it;
            SavedAccount { asset, opening, traded, fees, moved }
        };
        let accounts = ledger.accounts.into_iter().map(saved).collect();
        Self { accounts, holds: ledger.holds, is_open: ledger.is_open }
    }
}

impl TryFrom<SavedLedger> for Ledger {
    type Error = &'static str;

    fn try_from(saved: SavedLedger) -> Result<Self, Self::Error> {
        const TOO_LARGE: &str = "a balance does not fit its type";
        let mut ledger = Self { is_open: saved.is_open, ..Self::default() };
        for SavedAccount { asset, opening, traded, fees, moved } in saved.accounts {
            let less = Amount::ZERO - fees;
            let sum = [traded, less, moved];
            let total = sum.into_iter().try_fold(opening, Amount::checked_add).ok_or(TOO_LARGE)?;
            *ledger.account(asset) =
                Account { total, held: Amount::ZERO, opening, traded, fees, moved };
        }
        for (order, hold) in saved.holds {
            let account = ledger.account(hold.asset);
            account.held = account.held.checked_add(hold.amount).ok_or(TOO_LARGE)?;
            ledger.holds.push((order, hold));
        }
        Ok(ledger)
    }
}

/// The venue's balance differs from ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("the venue has {theirs} {asset} where the ledger has {ours}")]
pub struct BalanceMismatch {
    /// Which asset.
    pub asset: Asset,
    /// Our total.
    pub ours: Amount,
    /// The venue's total.
    pub theirs: Amount,
}

impl Ledger {
    /// Takes the venue's balances: the first time as the opening, later to compare. Returns what
    /// differs.
    pub fn take_balances(&mut self, balances: &[(Asset, Amount)]) -> Vec<BalanceMismatch> {
        if self.is_open {
            return self.compare(balances);
        }
        self.is_open = true;
        for (asset, amount) in balances {
            let account = self.account(*asset);
            account.opening += *amount;
            account.total += *amount;
        }
        self.assert_balanced();
        Vec::new()
    }

    fn compare(&self, balances: &[(Asset, Amount)]) -> Vec<BalanceMismatch> {
        let stated = balances.iter().map(|(asset, theirs)| (*asset, *theirs));
        let missing = self
            .accounts
            .iter()
            .map(|(asset, _)| (*asset, Amount::ZERO))
            .filter(|(asset, _)| !balances.iter().any(|(stated, _)| stated == asset));
        stated
            .chain(missing)
            .map(|(asset, theirs)| BalanceMismatch { asset, ours: self.total(asset), theirs })
            .filter(|it| it.ours != it.theirs)
            .collect()
    }

    /// Whether the opening balances are known.
    #[inline]
    pub const fn is_open(&self) -> bool {
        self.is_open
    }

    /// Everything owned of an asset, held or not.
    #[inline]
    pub fn total(&self, asset: Asset) -> Amount {
        self.find(asset).map_or(Amount::ZERO, |account| account.total)
    }

    /// What no open order may need.
    #[inline]
    pub fn free(&self, asset: Asset) -> Amount {
        self.find(asset).map_or(Amount::ZERO, |it| it.total.saturating_less(it.held))
    }

    /// Fees paid in an asset.
    pub fn fees(&self, asset: Asset) -> Amount {
        self.find(asset).map_or(Amount::ZERO, |account| account.fees)
    }

    /// All totals, in the order the assets were first seen.
    pub fn totals(&self) -> impl Iterator<Item = (Asset, Amount)> {
        self.accounts.iter().map(|(asset, account)| (*asset, account.total))
    }

    /// Books a fill. The amounts are the venue's.
    pub fn book_fill(&mut self, fill: &Fill) {
        let base = Amount::from(fill.quantity);
        let (base_change, quote_change) = match fill.side {
            Side::Buy => (base, -fill.cost),
            Side::Sell => (-base, fill.cost),
        };
        for (asset, change) in [(fill.pair.base, base_change), (fill.pair.quote, quote_change)] {
            let account = self.account(asset);
            account.traded += change;
            account.total += change;
        }
        let account = self.account(fill.fee_asset);
        account.fees += fill.fee;
        account.total -= fill.fee;
        self.assert_balanced();
    }

    /// Books a deposit, withdrawal, reward or correction.
    pub fn book_move(&mut self, asset: Asset, change: Amount) {
        let account = self.account(asset);
        account.moved += change;
        account.total += change;
        self.assert_balanced();
    }

    /// Sets what an order may still need; nothing when it has ended.
    pub fn set_hold(&mut self, order: ClientOrderId, hold: Option<Hold>) {
        if let Some(at) = self.holds.iter().position(|(it, _)| *it == order) {
            let (_, old) = self.holds.swap_remove(at);
            self.account(old.asset).held -= old.amount;
        }
        if let Some(hold) = hold {
            self.account(hold.asset).held += hold.amount;
            self.holds.push((order, hold));
        }
    }

    #[inline]
    fn find(&self, asset: Asset) -> Option<&Account> {
        self.accounts.iter().find(|(it, _)| *it == asset).map(|(_, account)| account)
    }

    fn account(&mut self, asset: Asset) -> &mut Account {
        let known = self.accounts.iter().position(|(it, _)| *it == asset);
        let at = known.unwrap_or_else(|| {
            self.accounts.push((asset, Account::default()));
            self.accounts.len() - 1
        });
        &mut self.accounts[at].1
    }

    fn assert_balanced(&self) {
        for (asset, it) in &self.accounts {
            let expected = it.opening + it.traded - it.fees + it.moved;
            assert!(it.total == expected, "{asset}: {} is not {expected}", it.total);
            assert!(Amount::ZERO <= it.held, "{asset}: a hold was given back twice");
        }
    }
}

#[cfg(test)]
mod tests;
