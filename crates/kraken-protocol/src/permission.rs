//! What a Kraken key may do: the thirteen permissions of `GetApiKeyInfo`
//! (<https://docs.kraken.com/api-reference/account-data/get-api-key-info>, read on 2026-11-21).

use std::fmt;

/// A permission of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is Kraken's own name; the table below says what it is")]
pub enum Permission {
    QueryFunds,
    AddFunds,
    WithdrawFunds,
    EarnFunds,
    QueryOpenTrades,
    QueryClosedTrades,
    ModifyTrades,
    CloseTrades,
    QueryLedger,
    ExportData,
    CreateWsToken,
    AddWithdrawAddress,
    UpdateWithdrawAddress,
}

/// Kraken's name on the wire, and the words beside the box in its settings.
#[rustfmt::skip] // A table.
const TABLE: [(Permission, &str, &str); 13] = [
 (Permission::QueryFunds, "query-funds", "Funds: Query"),
 (Permission::AddFunds, "add-funds", "Funds: Deposit"),
 (Permission::WithdrawFunds, "withdraw-funds", "Funds: Withdraw"),
 (Permission::EarnFunds, "earn-funds", "Funds: Earn"),
 (Permission::QueryOpenTrades, "query-open-trades", "Orders: Query open orders & trades"),
 (Permission::QueryClosedTrades, "query-closed-trades", "Orders: Query closed orders & trades"),
 (Permission::ModifyTrades, "modify-trades", "Orders: Create & modify orders"),
 (Permission::CloseTrades, "close-trades", "Orders: Cancel & close orders"),
 (Permission::QueryLedger, "query-ledger", "Data: Query ledger entries"),
 (Permission::ExportData, "export-data", "Data: Export data"),
 (Permission::CreateWsToken, "create-ws-token", "WebSocket interface: On"),
 (Permission::AddWithdrawAddress, "add-withdraw-address", "Withdrawal addresses: Add"),
 (Permission::UpdateWithdrawAddress, "update-withdraw-address", "Withdrawal addresses: Update"),
];

impl Permission {
    /// All thirteen.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|(permission, ..)| *permission)
    }

    /// The permission of that name, or nothing: Kraken may add more, and what we do not know we do
    /// not trust.
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|(_, known, _)| *known == name).map(|(permission, ..)| *permission)
    }

    fn row(self) -> &'static (Self, &'static str, &'static str) {
        &TABLE[self as usize]
    }

    /// Kraken's name for it on the wire.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// The words beside its box in Kraken's settings.
    pub fn in_settings(self) -> &'static str {
        self.row().2
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests;
