//! What a key may do, in the words of `GetApiKeyInfo`.

use serde::{Deserialize, Serialize};

/// What a key may do
/// (<https://docs.kraken.com/exchange/guides/rest/api-keys>, read on 2026-11-21).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is its name")]
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

impl Permission {
    /// Kraken's name for it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::QueryFunds => "query-funds",
            Self::AddFunds => "add-funds",
            Self::WithdrawFunds => "withdraw-funds",
            Self::EarnFunds => "earn-funds",
            Self::QueryOpenTrades => "query-open-trades",
            Self::QueryClosedTrades => "query-closed-trades",
            Self::ModifyTrades => "modify-trades",
            Self::CloseTrades => "close-trades",
            Self::QueryLedger => "query-ledger",
            Self::ExportData => "export-data",
            Self::CreateWsToken => "create-ws-token",
            Self::AddWithdrawAddress => "add-withdraw-address",
            Self::UpdateWithdrawAddress => "update-withdraw-address",
        }
    }
}
